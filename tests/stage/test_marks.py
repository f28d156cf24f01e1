"""Marks above the epochs say from when each answer is right; a press, or Enter, goes there."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from playwright.sync_api import expect

from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing
from echoviz.core.run import Run
from tests.stage.conftest import Shown
from tests.stage.runs import load, make_run, make_untrained, progress_of

Open = Callable[..., Shown]


def find_learned(run: Run) -> dict[int, int]:
    """The epoch by which each answer, counted from 0, is within 0.05 of its target for good."""
    targets = run.trace().y.ravel() * 0 + np.arange(run.experiment.length) / run.experiment.length
    near = [abs(run.trace(epoch=epoch).y.ravel() - targets) <= 0.05 for epoch in run.snapshot_epochs]
    learned = {}
    for place in range(len(targets)):
        wrong = [index for index, now in enumerate(near) if not now[place]]
        if not wrong or wrong[-1] < len(near) - 1:
            learned[place] = run.snapshot_epochs[wrong[-1] + 1 if wrong else 0]
    return learned


def read_marks(shown: Shown) -> list[tuple[int, list[int]]]:
    """Epoch and answers of each mark."""
    marks = shown.page.locator(".mark").all()
    return [
        (
            int(mark.get_attribute("data-epoch") or ""),
            [*map(int, (mark.get_attribute("data-places") or "").split())],
        )
        for mark in marks
    ]


def test_a_mark_says_when_and_a_press_goes_there(show_stage: Open) -> None:
    run = load(Framing.MANY_TO_MANY)
    learned = find_learned(run)
    assert len(learned) == 5
    shown = show_stage()
    shown.put(run)
    marks = read_marks(shown)
    assert sorted(place for _, places in marks for place in places) == sorted(learned)
    for epoch, places in marks:
        assert epoch == max(learned[place] for place in places)
    expect(shown.page.locator(".learned")).to_have_text(f"5 of 5 right by epoch {max(learned.values())}")
    shown.page.locator(".mark").first.click()
    assert shown.data("epoch") == str(marks[0][0])
    shown.page.keyboard.press("ArrowRight")
    shown.page.keyboard.press("Enter")
    assert shown.data("epoch") == str(marks[1][0])
    label = shown.page.locator(".mark").nth(1).get_attribute("aria-label") or ""
    assert f"by epoch {marks[1][0]}" in label
    assert all(f"ŷ{'₁₂₃₄₅'[place]}" in label for place in marks[1][1])


def test_marks_that_would_overlap_on_a_phone_are_one(show_stage: Open) -> None:
    shown = show_stage(width=390)
    for framing in Framing:
        run = load(framing)
        shown.put(run)
        marks = read_marks(shown)
        boxes = [mark.bounding_box() for mark in shown.page.locator(".mark").all()]
        assert sum(len(places) for _, places in marks) == len(find_learned(run)), framing
        edges = [(box["x"], box["x"] + box["width"]) for box in boxes if box]
        assert len(edges) == len(boxes)
        assert all(before[1] <= after[0] + 0.5 for before, after in pairwise(edges))
        assert all(left >= 0 and right <= 390 for left, right in edges)


def test_who_never_gets_there_has_no_mark(show_stage: Open) -> None:
    """Random weights are right by accident; before and during a training nothing is said."""
    run = make_run(Experiment(epochs=40))
    assert find_learned(run) == {0: 0}
    shown = show_stage()
    shown.put(make_untrained(run.experiment))
    said, marks = shown.page.locator(".learned"), shown.page.locator(".mark")
    assert (marks.count(), said.inner_text()) == (0, "")
    shown.put(run)
    assert read_marks(shown) == [(0, [0])]
    assert said.inner_text() == "1 of 5 right by epoch 0"
    shown.feed(progress_of(run, 12), run.experiment)
    assert (marks.count(), said.inner_text()) == (0, "")
