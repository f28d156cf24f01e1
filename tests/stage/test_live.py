"""A run that is training now: the stage follows it, and leaves the visitor's hands free."""

import re
from collections.abc import Callable

import numpy as np
from playwright.sync_api import expect

from echoviz.core.experiment import Experiment
from tests.stage.conftest import Shown
from tests.stage.runs import make_run, make_untrained, progress_of

Open = Callable[..., Shown]
EXPERIMENT = Experiment(epochs=40)


def read_area(shown: Shown) -> list[float]:
    """Where the area below the loss curve begins and ends, in pixels of the track."""
    path = shown.page.locator(".slider.epochs path").first.get_attribute("d") or ""
    places = [float(x) for x in re.findall(r"[ML]([\d.]+) ", path)]
    return [min(places), max(places)] if places else []


def test_the_stage_moves_with_a_run_and_then_plays_it_once(show_stage: Open) -> None:
    """Live moments of this experiment move it, others do not; the finished run plays by itself and rests."""
    experiment = EXPERIMENT
    run = make_run(experiment)
    shown = show_stage(still=False)
    shown.put(make_untrained(experiment))
    stage = shown.stage.element_handle()
    progress = progress_of(run, 12)
    shown.feed(progress, Experiment(epochs=41))
    assert (shown.data("epoch"), shown.data("live")) == ("0", "false")
    shown.feed(progress, experiment)
    assert (shown.data("epoch"), shown.data("live")) == ("12", "true")
    np.testing.assert_allclose(shown.values("y"), run.trace(epoch=12).y.ravel(), atol=1e-6)
    shown.put(run)
    assert (shown.data("playing"), shown.data("live")) == ("epochs", "false")
    shown.page.locator(".stage[data-playing=''][data-epoch='40']").wait_for(timeout=8000)
    assert stage.evaluate("(node) => node.isConnected")
    shown.page.locator(".slider.epochs").focus()
    shown.put(run)
    assert shown.data("playing") == ""


def test_words_and_tracks_follow_too(show_stage: Open) -> None:
    run = make_run(EXPERIMENT)
    shown = show_stage()
    shown.put(make_untrained(EXPERIMENT))
    shown.press("steps", "Home", "ArrowRight")
    grip = shown.page.locator(".slider.steps .grip")
    before = grip.get_attribute("cx")
    caption = shown.page.locator(".caption")
    for epoch in (12, 30):
        shown.feed(progress_of(run, epoch), EXPERIMENT)
        answer = f"{run.trace(epoch=epoch).y.ravel()[1]:.2f}".replace("-", "−")
        assert answer in caption.inner_text()
        assert grip.get_attribute("cx") == before
        assert (shown.data("step"), caption.get_attribute("aria-live")) == ("1", "off")
    shown.press("steps", "ArrowRight", "ArrowRight")
    shown.feed(progress_of(run, 31), EXPERIMENT)
    assert shown.data("step") == "3", "the visitor's step is the visitor's"
    shown.put(run)
    shown.page.wait_for_timeout(100)
    assert caption.get_attribute("aria-live") == "polite"


def test_the_loss_is_drawn_only_where_it_is_known(show_stage: Open) -> None:
    run = make_run(EXPERIMENT)
    shown = show_stage()
    shown.put(make_untrained(EXPERIMENT))
    assert read_area(shown) == [0, 0], "one loss is no curve"
    for epoch in (20, 30, 40):
        shown.feed(progress_of(run, epoch), EXPERIMENT)
    width = float(shown.page.locator(".slider.epochs svg").get_attribute("width") or 0)
    left, right = read_area(shown)
    np.testing.assert_allclose(left / width, np.log1p(20) / np.log1p(40), atol=0.01)
    np.testing.assert_allclose(right, width, atol=0.1)


def test_a_stage_that_comes_in_mid_run_knows_the_curve_so_far(show_stage: Open) -> None:
    """After a reload a moment brings the losses before it; those that are no numbers are left out."""
    run = make_run(EXPERIMENT)
    shown = show_stage()
    shown.put(make_untrained(EXPERIMENT))
    losses = np.array([1.0, np.nan, 0.5, 0.3], np.float32)
    progress = progress_of(run, 30, loss_epochs=np.array([0, 5, 10, 20]), losses=losses)
    shown.feed(progress, EXPERIMENT)
    width = float(shown.page.locator(".slider.epochs svg").get_attribute("width") or 0)
    np.testing.assert_allclose(read_area(shown), [0, width], atol=0.1)
    points = shown.page.locator(".slider.epochs path").nth(1).get_attribute("d") or ""
    assert len(re.findall(r"[ML]", points)) == 4


def test_nothing_plays_while_nothing_is_known(show_stage: Open) -> None:
    shown = show_stage(still=False)
    shown.put(None, EXPERIMENT)
    shown.page.locator("[data-do=playEpochs]").click()
    assert shown.data("playing") == ""


def test_another_language_tells_the_same_moment(show_stage: Open) -> None:
    """It neither plays a finished run again nor leaves the epoch and the step that are looked at."""
    run = make_run(EXPERIMENT)
    shown = show_stage(still=False)
    shown.put(run)
    shown.press("epochs", "Home", "PageUp", "PageDown")
    shown.press("steps", "Home", "ArrowRight")
    epoch = shown.data("epoch")
    shown.put(run, language="zh")
    expect(shown.page.locator(".caption")).to_contain_text("时间步 2")
    assert (shown.data("epoch"), shown.data("step"), shown.data("playing")) == (epoch, "1", "")
    assert epoch != "40"


def test_the_track_goes_back_to_the_known_run_with_the_drawing(show_stage: Open) -> None:
    """A scrub during a run leaves its last moment; its half-known curve goes with it."""
    run = make_run(EXPERIMENT)
    shown = show_stage()
    shown.put(run)
    whole = read_area(shown)
    for epoch in (10, 20):
        shown.feed(progress_of(run, epoch), EXPERIMENT)
    assert read_area(shown) != whole
    shown.press("epochs", "Home")
    assert (shown.data("live"), read_area(shown)) == ("false", whole)
