"""One step of learning: what the tool shows is Keras' own gradient, and Adam's step where it can be known."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing
from echoviz.core.run import Run
from tests.core.keras_oracle import compute_keras_gradient
from tests.stage.conftest import Shown
from tests.stage.runs import load, make_run, make_untrained
from tests.stage.test_access import AXE, CHECK

Open = Callable[..., Shown]
NEVER = Experiment(length=6, neurons=4, epochs=12, sequences=9)
HEAR = """() => {
    window.wishes = [];
    window.addEventListener("echoviz:ask-step", (event) => {
        event.preventDefault();
        window.wishes.push(event.detail);
    });
}"""
TELL = """(told) => window.dispatchEvent(
    new CustomEvent("echoviz:step", { detail: { ...window.wishes.at(-1), ...told } })
)"""


def take(shown: Shown, run: Run, **view: int | str) -> None:
    shown.put(run, view={"tool": "learning", **view})


def read(shown: Shown, name: str) -> float:
    return float(shown.page.locator(".learning").get_attribute(f"data-{name}") or "nan")


def read_shares(shown: Shown) -> list[float]:
    bars = shown.page.locator(".pile .share").all()
    return [float(bar.get_attribute("data-share") or "nan") for bar in bars]


def gradient_at(run: Run, epoch: int) -> np.ndarray:
    row = run.rows[run.snapshot_epochs.index(epoch)]
    return compute_keras_gradient(run.experiment, row)[1]


def assert_gradient(shown: Shown, run: Run, epoch: int) -> None:
    """What is told of the weight, and the sum of its bars, is the gradient of `GradientTape`."""
    expected = gradient_at(run, epoch)[int(read(shown, "weight"))]
    assert expected != 0
    np.testing.assert_allclose([read(shown, "gradient"), sum(read_shares(shown))], expected, rtol=1e-5)


def test_the_bars_add_up_to_keras_gradient_at_every_step(show_stage: Open) -> None:
    """Found by its button, led through the epochs by its own, for any weight that is pressed or chosen."""
    run = load(Framing.MANY_TO_MANY)
    shown = show_stage()
    shown.put(run)
    page, panel = shown.page, shown.page.locator(".learning")
    page.get_by_role("button", name="One step of learning").click()
    expect(panel).to_contain_text("Training ended here")
    page.locator("[data-do=learn_first]").click()
    page.locator("[data-do=learn_next]").click()
    expect(panel).to_contain_text("Epoch 1 → 2")
    page.locator(".drawing [data-layer=card] [data-name=W]").nth(2).click()
    panel.get_by_label("row").select_option("5")
    assert int(read(shown, "weight")) == run.rows.shape[1] - 2
    assert_gradient(shown, run, 1)
    panel.get_by_label("Weight").select_option("LSTM U: recurrent")
    panel.get_by_label("gate").select_option("f")
    panel.get_by_label("row").select_option("3")
    expect(panel).to_contain_text("LSTM U · f · 3→1")
    assert_gradient(shown, run, 1)


def test_pressed_weights_and_undo(show_stage: Open) -> None:
    run = make_run(Experiment(framing=Framing.MANY_TO_ONE, length=4, neurons=3, epochs=9))
    shown = show_stage()
    take(shown, run, epoch=2)
    first = read(shown, "weight")
    shown.page.locator(".drawing [data-layer=card] [data-name=W][data-output='1'][data-row='2']").click()
    expect(shown.page.locator(".learning")).to_contain_text("Dense W₃ · ŷ₂")
    assert shown.page.locator(".pile .error").count() == 4
    assert len(read_shares(shown)) == 1, "only the last h meets a column of its own"
    assert_gradient(shown, run, 2)
    shown.page.locator("[data-do=tool_undo]").click()
    assert read(shown, "weight") == first
    shown.page.keyboard.press("Escape")
    assert shown.page.locator(".learning").count() == 0


def answer_after(shown: Shown, told: dict[str, Any]) -> None:
    """What the page does once a worker has answered the stage's wish."""
    shown.page.locator(".learning[data-state=asking]").wait_for()
    shown.page.evaluate(
        """(count) => new Promise((resolve) => {
            const look = () => (window.wishes.length >= count ? resolve() : requestAnimationFrame(look));
            look();
        })""",
        shown.page.evaluate("window.asked = (window.asked ?? 0) + 1"),
    )
    shown.page.evaluate(TELL, told)


def test_what_a_worker_tells_becomes_adams_step(show_stage: Open) -> None:
    run = load(Framing.MANY_TO_MANY)
    epoch, place = run.snapshot_epochs[80], 143
    shown = show_stage()
    shown.page.evaluate(HEAR)
    take(shown, run, epoch=epoch, weight=str(place))
    mean, square = -2e-4, 3e-7
    value = float(run.rows[80][place])
    answer_after(shown, {"state": "known", "before": [value, mean, square], "after": [0, 0, 0]})
    wish = shown.page.evaluate("window.wishes.at(-1)")
    assert (wish["epoch"], wish["weight"]) == (epoch, place)
    assert wish["experiment"] == run.experiment.to_query()
    gradient = gradient_at(run, epoch)[place]
    mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
    rate = 0.001 * np.sqrt(1 - 0.999 ** (epoch + 1)) / (1 - 0.9 ** (epoch + 1))
    told = [read(shown, name) for name in ("mean", "square", "after")]
    expected = [mean, square, value - rate * mean / (np.sqrt(square) + 1e-7)]
    np.testing.assert_allclose(told, expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"state": "long", "seconds": 3.1}, "would take 3.1 s of training"),
        ({"state": "late"}, "Keras has not answered yet"),
        ({"state": "none"}, "no numbers any more"),
    ],
)
def test_why_there_is_no_step(told: dict[str, Any], words: str, show_stage: Open) -> None:
    shown = show_stage()
    shown.page.evaluate(HEAR)
    take(shown, make_run(NEVER), epoch=3)
    assert "trained on 9 other sequences" in shown.page.locator(".learning").inner_text()
    answer_after(shown, told)
    expect(shown.page.locator(".learning")).to_contain_text(words)
    assert shown.page.locator("[data-do=learn_again]").is_visible() == (told["state"] == "late")


def test_a_file_says_what_it_cannot_know(show_stage: Open) -> None:
    """Nobody hears its wishes; the first steps follow from the snapshots, later ones from none."""
    run = load(Framing.MANY_TO_MANY)
    shown = show_stage()
    take(shown, run, epoch=0)
    panel = shown.page.locator(".learning")
    assert panel.get_attribute("data-state") == "known"
    np.testing.assert_allclose(read(shown, "after"), run.rows[1][int(read(shown, "weight"))], rtol=1e-5)
    shown.press("epochs", "End", "ArrowLeft")
    expect(panel).to_contain_text("is not in this page")
    expect(panel).to_contain_text("At epoch 1\u202f000 the weight is")
    shown.page.evaluate(HEAR)
    shown.page.evaluate("window.dispatchEvent(new CustomEvent('echoviz:hears-steps'))")
    expect(panel).to_contain_text("Asking Keras")
    shown.put(make_untrained(run.experiment), view={"tool": "learning"})
    expect(panel).to_contain_text("not trained yet")


@pytest.mark.parametrize("width", [390, 1240])
def test_it_can_be_read_and_heard(width: int, show_stage: Open) -> None:
    for language in ("en", "zh"):
        shown = show_stage(width=width)
        shown.put(make_run(NEVER), language=language, view={"tool": "learning", "epoch": 3})
        assert shown.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        shown.page.add_script_tag(path=AXE)
        assert shown.page.evaluate(CHECK) == []
        label = shown.page.locator(".pile").get_attribute("aria-label") or ""
        assert len(label.split(";")) == 6
