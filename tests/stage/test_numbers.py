"""Every number on the drawing is one of a real Keras model: read off the page, compared with Keras."""

from collections.abc import Callable

import numpy as np
import pytest

from echoviz.core.echo import compute_problem
from echoviz.core.experiment import Framing
from echoviz.core.run import Run, load_recording
from tests.core.keras_oracle import build_oracle
from tests.stage.conftest import Shown

STEPS = {0: "Home", 2: "ArrowRight", 4: "End"}


def load(framing: Framing) -> Run:
    run = load_recording(framing)
    assert run is not None
    return run


@pytest.mark.parametrize("framing", Framing)
def test_drawn_numbers_are_keras_own(framing: Framing, show_stage: Callable[..., Shown]) -> None:
    """h at the first, middle and last step, and y, untrained, half-way and trained."""
    run = load(framing)
    oracle = build_oracle(run.experiment)
    x = compute_problem(framing, 5).x
    shown = show_stage()
    shown.put(run)
    seen = set()
    for keys in (["Home"], ["PageUp"] * 5, ["End"]):
        shown.press("epochs", *keys)
        epoch = int(shown.data("epoch"))
        seen.add(epoch)
        oracle.model.set_weights(list(run.snapshot_at(epoch).weights))
        assert run.snapshot_at(epoch).epoch == epoch
        h, y = oracle.answer(x)
        for step, key in STEPS.items():
            shown.press("steps", key, *(["ArrowRight"] if step == 2 else []))
            assert shown.data("step") == str(step)
            if framing is Framing.MANY_TO_ONE and step < 4:
                assert shown.values("y") == []  # nothing is answered before the last timestep
                continue
            place = {"sample": step} if framing is Framing.ONE_TO_ONE else {"step": step}
            expected = h[0] if framing is Framing.MANY_TO_ONE else h.reshape(5, 5)[step]
            np.testing.assert_allclose(shown.values("h", **place), expected, atol=1e-6)
        np.testing.assert_allclose(shown.values("y"), y.ravel(), atol=1e-6)
    assert len(seen) == 3
    assert 0 in seen


@pytest.mark.parametrize("framing", Framing)
def test_the_cells_arithmetic_is_the_trace(framing: Framing, show_stage: Callable[..., Shown]) -> None:
    """i, f, c̃, o, c and h of all neurons, and of a chosen one the sums that made them."""
    run = load(framing)
    shown = show_stage()
    shown.put(run)
    shown.press("epochs", "PageDown")
    shown.page.locator("[data-do=panel]").click()
    for lane, key in {0: "Home", 4: "End"}.items():
        shown.press("steps", key)
        trace = run.trace(epoch=int(shown.data("epoch")))
        gates = {"i": trace.i, "f": trace.f, "g": trace.c_tilde, "o": trace.o, "c": trace.c, "h": trace.h}
        for name, values in gates.items():
            np.testing.assert_allclose(shown.values(f"all-{name}"), values.reshape(5, 5)[lane], atol=1e-6)
        for neuron in (0, 3):
            shown.page.locator(f".drawing [data-name='all-f'][data-neuron='{neuron}']").click()
            check_arithmetic(shown, trace.c.reshape(5, 5), lane, neuron, framing)


def check_arithmetic(shown: Shown, c: np.ndarray, lane: int, neuron: int, framing: Framing) -> None:
    """The drawn terms give the drawn results, and c₋₁ is the step before or zero."""

    def one(name: str) -> float:
        (value,) = shown.values(name, neuron=neuron)
        return value

    fresh = lane == 0 or framing is Framing.ONE_TO_ONE
    assert one("c-before") == pytest.approx(0 if fresh else c[lane - 1, neuron], abs=1e-6)
    for gate in "ifgo":
        z = one(f"{gate}-input") + one(f"{gate}-recurrent") + one(f"{gate}-bias")
        squeezed = np.tanh(z) if gate == "g" else 1 / (1 + np.exp(-z))
        assert one(f"gate-{gate}") == pytest.approx(squeezed, abs=1e-6)
    new = one("c-f") * one("c-before") + one("c-i") * one("c-g")
    assert one("c-new") == pytest.approx(new, abs=1e-6)
    assert one("h-new") == pytest.approx(one("h-o") * np.tanh(one("h-c")), abs=1e-6)


@pytest.mark.parametrize("framing", Framing)
def test_the_sum_beside_the_drawing_adds_up(framing: Framing, show_stage: Callable[..., Shown]) -> None:
    run = load(framing)
    shown = show_stage()
    shown.put(run)
    h, w, products = (shown.values(f"sum-{name}") for name in ("h", "W", "product"))
    assert len(products) == 5
    np.testing.assert_allclose(np.array(h) * w, products, atol=1e-12)
    assert sum(products) + shown.values("sum-b")[0] == pytest.approx(shown.values("sum-y")[0], abs=1e-9)
    assert shown.values("sum-y") == shown.values("y")[-1:]


def test_each_imprint_of_the_card_adds_up_to_its_prediction(show_stage: Callable[..., Shown]) -> None:
    shown = show_stage()
    shown.put(load(Framing.MANY_TO_MANY))
    y = shown.values("y")
    for lane in range(4):
        products = shown.values("product", lane=lane)
        assert len(products) == 6
        assert sum(products) == pytest.approx(y[lane], abs=1e-9)
