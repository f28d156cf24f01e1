"""For whoever does not see the stage, or has no pointer: names, words and every epoch by keyboard."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing, Head
from echoviz.core.run import Ending
from echoviz.core.theme import PALETTES
from tests.stage.conftest import Shown
from tests.stage.runs import load, make_run, make_untrained, progress_of

Open = Callable[..., Shown]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
CHECK = """async () => {
    const { violations } = await axe.run(document.querySelector("#host"));
    const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    return grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing_serious(theme: str, language: str, show_stage: Open) -> None:
    """The largest block has every control: pages of neurons, lowest loss, notices."""
    shown = show_stage(theme=theme)
    shown.page.evaluate("document.documentElement.lang = 'en'; document.title = 'stage'")
    ground = PALETTES[theme].background  # type: ignore[index]
    shown.page.evaluate(f"document.body.style.background = '{ground}'")
    shown.page.add_script_tag(path=AXE)
    experiment = Experiment(framing=Framing.MANY_TO_MANY, head=Head.FLATTEN, delay=2, sequences=9, neurons=40)
    for run in (make_run(experiment), make_run(Experiment()), make_untrained(Experiment())):
        worse = replace(run, losses=np.where(np.arange(len(run.losses)) == 7, 1e-9, run.losses))
        shown.put(worse, language=language)
        for _ in range(2):
            shown.page.locator("[data-do=panel]").click()
            assert shown.page.evaluate(CHECK) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_buttons_name_holds_what_is_written_on_it(language: str, show_stage: Open) -> None:
    shown = show_stage()
    shown.put(make_run(Experiment(neurons=40)), language=language)
    buttons = shown.page.locator(".button:visible")
    assert buttons.count() >= 10
    for button in buttons.all():
        written, label = button.inner_text().strip(), button.get_attribute("aria-label")
        assert written or label
        assert label is None or written in label


def test_the_drawings_name_follows_a_replay_and_a_live_run(show_stage: Open) -> None:
    """It is read when somebody asks; what is read aloud by itself stays quiet meanwhile."""
    run = make_run(Experiment(epochs=40))
    shown = show_stage(still=False)
    clock = shown.page.clock
    clock.install(time=0)
    clock.pause_at(1000)
    shown.put(make_untrained(run.experiment))
    drawing, caption = shown.page.locator(".drawing"), shown.page.locator(".caption")
    assert "epoch 0: untrained" in (drawing.get_attribute("aria-label") or "")
    shown.feed(progress_of(run, 12), run.experiment)
    assert "after 12 epochs" in (drawing.get_attribute("aria-label") or "")
    assert caption.get_attribute("aria-live") == "off"
    shown.put(run)
    clock.run_for(2000)
    epoch = shown.data("epoch")
    assert (shown.data("playing"), 0 < int(epoch) < 40) == ("epochs", True)
    assert f"after {epoch} epochs" in (drawing.get_attribute("aria-label") or "")
    assert caption.get_attribute("aria-live") == "off"
    clock.run_for(6000)
    assert "after 40 epochs" in (drawing.get_attribute("aria-label") or "")
    assert caption.get_attribute("aria-live") == "polite"


def test_no_loss_is_told_before_weights_arrive(show_stage: Open) -> None:
    shown = show_stage()
    shown.put(None, Experiment())
    slider = shown.page.locator(".slider.epochs")
    assert slider.get_attribute("aria-valuetext") == "Untrained weights are on their way"
    assert "NaN" not in shown.page.locator(".controls").inner_text()


def test_every_epochs_loss_is_reached_by_keyboard(show_stage: Open) -> None:
    """Arrows go from snapshot to snapshot; with Shift each epoch tells its loss, and what is drawn."""
    run = load(Framing.MANY_TO_MANY)
    shown = show_stage()
    shown.put(run)
    slider = shown.page.locator(".slider.epochs")
    shown.press("epochs", "ArrowLeft")
    last, before = run.snapshot_epochs[-1], run.snapshot_epochs[-2]
    assert shown.data("epoch") == str(before)
    assert slider.get_attribute("aria-valuetext") == f"Epoch {before} · loss {write_loss(run.losses[before])}"
    y = shown.values("y")
    shown.press("epochs", "Shift+ArrowRight", "Shift+ArrowRight")
    told = slider.get_attribute("aria-valuetext")
    loss = write_loss(run.losses[before + 2])
    assert told == f"Epoch {before + 2} · loss {loss} · weights of epoch {before}"
    assert slider.get_attribute("aria-valuenow") == str(before + 2)
    assert (shown.data("epoch"), shown.values("y")) == (str(before), y)
    shown.press("epochs", "ArrowLeft")
    assert (shown.data("epoch"), slider.get_attribute("aria-valuenow")) == (str(before), str(before))
    shown.press("epochs", "Shift+ArrowRight", "ArrowRight")
    assert shown.data("epoch") == str(last)
    shown.press("epochs", "Shift+PageDown")
    assert slider.get_attribute("aria-valuenow") == str(last - 10)


def write_loss(loss: float) -> str:
    """As the page prints a small loss."""
    return f"{loss:.1e}".replace("e-0", "e−")


def test_the_lowest_loss_is_marked_where_a_run_ended_worse(show_stage: Open) -> None:
    run = make_run(Experiment(epochs=300))
    shown = show_stage()
    shown.put(run)
    assert shown.page.locator(".lowest").count() == 0
    assert not shown.page.locator("[data-do=lowest]").is_visible()
    losses = run.losses.copy()
    losses[200] = 1e-12
    shown.put(replace(run, losses=losses, ending=Ending.STOPPED))
    assert shown.page.locator(".slider.epochs .lowest").count() == 1
    button = shown.page.locator("[data-do=lowest]")
    assert button.inner_text() == "Lowest loss 1.0e−12, at epoch 200"
    button.click()
    told = shown.page.locator(".slider.epochs").get_attribute("aria-valuetext") or ""
    assert told.startswith("Epoch 200 · loss 1.0e−12")
