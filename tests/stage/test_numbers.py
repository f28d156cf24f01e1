"""Every number on the drawing is one of a real Keras model: read off the page, compared with Keras."""

from collections.abc import Callable

import numpy as np
import pytest

from echoviz.core.blueprint import blueprint
from echoviz.core.data import make_shown
from echoviz.core.experiment import Experiment
from echoviz.core.framing import CUTS, Framing, Head
from echoviz.core.run import Run
from tests.core.drawn import KINDS
from tests.core.keras_oracle import build_oracle
from tests.stage.conftest import Shown
from tests.stage.runs import load, make_run

Open = Callable[..., Shown]
every_kind = pytest.mark.parametrize(("framing", "head"), KINDS)
LENGTH, NEURONS = 4, 3


def make_kind(framing: Framing, head: Head) -> Run:
    """Random weights; late answers and many samples where the framing can have them."""
    delay = 2 if CUTS[framing].has_delay else 0
    return make_run(
        Experiment(
            framing=framing, head=head, delay=delay, sequences=16, length=LENGTH, neurons=NEURONS, epochs=60
        )
    )


@every_kind
def test_drawn_numbers_are_keras_own(framing: Framing, head: Head, show_stage: Open) -> None:
    """x, h of every lane and ŷ, untrained, half-way and trained, in the order of lanes and answers."""
    run = make_kind(framing, head)
    oracle, data = build_oracle(run.experiment), make_shown(run.experiment)
    shown = show_stage()
    shown.put(run)
    np.testing.assert_allclose(shown.values("x"), data.x.ravel(), atol=1e-7)
    seen = set()
    for keys in (["Home"], ["PageUp"] * 2, ["End"]):
        shown.press("epochs", *keys)
        epoch = int(shown.data("epoch"))
        seen.add(epoch)
        snapshot = run.snapshot_at(epoch)
        assert snapshot.epoch == epoch
        oracle.model.set_weights(list(snapshot.weights))
        h, y = oracle.answer(data.x)
        np.testing.assert_allclose(shown.values("y"), y.ravel(), atol=1e-6)
        lanes = [shown.values("h", lane=lane) for lane in range(LENGTH)]
        np.testing.assert_allclose(lanes, run.trace(epoch=epoch).h.reshape(LENGTH, NEURONS), atol=1e-6)
        np.testing.assert_allclose(lanes[-1], h.reshape(-1, NEURONS)[-1], atol=1e-6)
        check_weights(shown, snapshot.weights)
    assert len(seen) == 3
    assert 0 in seen


def check_weights(shown: Shown, weights: tuple[np.ndarray, ...]) -> None:
    """Each drawn weight of the head is the one that Keras multiplies with."""
    kernel, bias = weights[3], weights[4].ravel()
    if kernel.ndim == 3:  # one Dense for each timestep
        kernel = kernel[:, :, 0].T
    drawn = shown.cells("[data-layer='card'] [data-name='W'][data-value]")
    assert drawn
    for cell in drawn:
        assert float(cell["value"]) == pytest.approx(kernel[int(cell["row"]), int(cell["output"])], abs=1e-7)
    for cell in shown.cells("[data-layer='card'] [data-name='b'][data-value]"):
        assert float(cell["value"]) == pytest.approx(bias[int(cell["output"])], abs=1e-7)


@every_kind
def test_an_answer_is_there_after_the_last_lane_that_it_reads(
    framing: Framing, head: Head, show_stage: Open
) -> None:
    run = make_kind(framing, head)
    answers = blueprint(run.experiment).answers
    shown = show_stage()
    shown.put(run)
    shown.press("steps", "Home")
    for step in range(LENGTH):
        assert len(shown.values("y")) == sum(answer.last <= step for answer in answers)
        shown.press("steps", "ArrowRight")


@every_kind
def test_targets_come_as_late_as_the_delay(framing: Framing, head: Head, show_stage: Open) -> None:
    """A late answer says which number of X it has to repeat, and that number is marked."""
    run = make_kind(framing, head)
    shown = show_stage()
    shown.put(run)
    targets = make_shown(run.experiment).targets.ravel()
    for place, target in enumerate(targets.tolist()):
        said = f"{target:.2f}"
        assert (f"{said} = x" if 0 < run.experiment.delay <= place else said) in shown.words
    owed = shown.cells("[data-owed]")
    assert [cell["lane"] for cell in owed] == (["1"] if run.experiment.delay else [])


@every_kind
def test_the_cells_arithmetic_is_the_trace(framing: Framing, head: Head, show_stage: Open) -> None:
    """i, f, c̃, o, c and h of all neurons, and of a chosen one the sums that made them."""
    run = make_kind(framing, head)
    shown = show_stage()
    shown.put(run)
    shown.press("epochs", "PageDown")
    shown.page.locator("[data-do=panel]").click()
    trace = run.trace(epoch=int(shown.data("epoch")))
    gates = {"i": trace.i, "f": trace.f, "g": trace.c_tilde, "o": trace.o, "c": trace.c, "h": trace.h}
    for lane, key in {0: "Home", LENGTH - 1: "End"}.items():
        shown.press("steps", key)
        for name, values in gates.items():
            expected = values.reshape(LENGTH, NEURONS)[lane]
            np.testing.assert_allclose(shown.values(f"all-{name}"), expected, atol=1e-6)
        shown.page.locator(".drawing [data-name='all-f'][data-neuron='1']").click()
        fresh = blueprint(run.experiment).lanes[lane].is_fresh
        before = 0.0 if fresh else trace.c.reshape(LENGTH, NEURONS)[lane - 1, 1]
        check_arithmetic(shown, before, neuron=1)


def check_arithmetic(shown: Shown, c_before: float, neuron: int) -> None:
    """The drawn terms give the drawn results, and c₋₁ is the step before or zero."""

    def one(name: str) -> float:
        (value,) = shown.values(name, neuron=neuron)
        return value

    assert one("c-before") == pytest.approx(c_before, abs=1e-6)
    for gate in "ifgo":
        z = one(f"{gate}-input") + one(f"{gate}-recurrent") + one(f"{gate}-bias")
        squeezed = np.tanh(z) if gate == "g" else 1 / (1 + np.exp(-z))
        assert one(f"gate-{gate}") == pytest.approx(squeezed, abs=1e-6)
    new = one("c-f") * one("c-before") + one("c-i") * one("c-g")
    assert one("c-new") == pytest.approx(new, abs=1e-6)
    assert one("h-new") == pytest.approx(one("h-o") * np.tanh(one("h-c")), abs=1e-6)


@every_kind
def test_the_sum_beside_the_drawing_adds_up(framing: Framing, head: Head, show_stage: Open) -> None:
    run = make_kind(framing, head)
    shown = show_stage()
    shown.put(run)
    h, w, products = (shown.values(f"sum-{name}") for name in ("h", "W", "product"))
    assert len(products) == NEURONS
    np.testing.assert_allclose(np.array(h) * w, products, atol=1e-12)
    total = sum(products) + sum(shown.values("sum-rest")) + shown.values("sum-b")[0]
    assert total == pytest.approx(shown.values("sum-y")[0], abs=1e-9)
    assert shown.values("sum-y") == shown.values("y")[-1:]
    reads_more = blueprint(run.experiment).rows > NEURONS
    assert len(shown.values("sum-rest")) == reads_more


def test_each_imprint_of_the_card_adds_up_to_its_prediction(show_stage: Open) -> None:
    shown = show_stage()
    shown.put(load(Framing.MANY_TO_MANY))
    y = shown.values("y")
    for lane in range(4):
        products = shown.values("product", lane=lane)
        assert len(products) == 6
        assert sum(products) == pytest.approx(y[lane], abs=1e-9)


def test_a_block_that_reads_every_h_adds_up_above_its_lanes(show_stage: Open) -> None:
    """Each lane's part of the chosen column meets that lane's h; with one bias they give ŷ."""
    shown = show_stage()
    run = make_kind(Framing.MANY_TO_MANY, Head.FLATTEN)
    shown.put(run)
    shown.page.locator(".drawing [data-name='y']").nth(1).click()
    parts = [
        np.dot(shown.values("h", lane=lane), shown.values("W", lane=lane, output=1)) for lane in range(LENGTH)
    ]
    (bias,) = [float(cell["value"]) for cell in shown.cells("[data-layer='card'] [data-name='b']")]
    assert sum(parts) + bias == pytest.approx(shown.values("y", output=1)[0], abs=1e-6)
