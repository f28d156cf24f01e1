"""What is said of a training under way, and while there is something to wait for."""

from __future__ import annotations

from typing import NamedTuple

from echoviz.core.catalog import count_text, text
from echoviz.core.printing import print_count, print_loss
from echoviz.core.progress import Progress
from echoviz.core.run import Run
from echoviz.core.survey import SurveyProgress
from echoviz.engine.views import TrainingState, TrainingView, Warmth, WarmthView

UNDER_WAY = (Warmth.STARTING, Warmth.WARMING)
BUSY_S = 10.0
"""Who waits longer than this is told that it is not the training itself that takes so long."""
NO_BAR = -1.0


class Told(NamedTuple):
    """What a page that waits is told.

    Attributes
    ----------
    seen : another text whenever the page has something else to draw than these words
    words : one sentence or two, plain text
    share : how much is done, 0 to 1, or `NO_BAR`
    is_moving : whether words will change by themselves
    """

    seen: str
    words: str
    share: float
    is_moving: bool


def tell(training: TrainingView | None, run: Run | None, warmth: WarmthView, language: str) -> Told:
    """What a page is told of its experiment, given its training and what can be drawn of it."""
    is_active = training is not None and training.is_active
    state = None if training is None else "active" if is_active else str(training.state)
    attempt = training and (training.attempt, training.restarts)
    seen = f"{warmth.state}.{state}.{attempt}.{run and run.identity}"
    if training is not None and is_active:
        words, share = _describe_active(training, warmth, language)
        return Told(seen, words, share, is_moving=True)
    is_warming = warmth.state in UNDER_WAY
    is_moving = warmth.state is not Warmth.READY or run is None  # a failure is mended by itself
    return Told(seen, describe_warmth(warmth, language) if is_warming else "", NO_BAR, is_moving)


def describe_warmth(warmth: WarmthView, language: str) -> str:
    """How far the training service is."""
    name = f"page.warmth.{warmth.state}"
    return text(name, language, seconds=warmth.elapsed_s)


def describe_seconds(left_s: float | None, language: str) -> str:
    """How long something still takes."""
    if left_s is None:
        return text("page.left_unknown", language)
    if left_s < 1:
        return text("page.left_soon", language)
    return text("page.left_seconds", language, seconds=left_s)


def _describe_active(training: TrainingView, warmth: WarmthView, language: str) -> tuple[str, float]:
    match training.state:
        case TrainingState.QUEUED:
            said = _describe_queued(training, language)
            is_ready = warmth.state is Warmth.READY  # no news to one who waits
            return said if is_ready else f"{said} {describe_warmth(warmth, language)}", 0.0
        case TrainingState.TRAINING if isinstance(training.progress, Progress):
            return _describe_progress(training.progress, language)
        case TrainingState.TRAINING if isinstance(training.progress, SurveyProgress):
            return _describe_survey(training.progress, language)
        case _:
            return text("page.state.compiling", language), 0.0


def _describe_queued(training: TrainingView, language: str) -> str:
    """How many begin before it, and when it will have ended."""
    place = training.place or 0
    said = count_text("page.state.queued", place, language) if place else text("page.state.next", language)
    if training.estimate_s is None:
        return said
    if training.estimate_s > BUSY_S:
        said = f"{text('page.state.busy', language)} {said}"
    left = describe_seconds(training.estimate_s, language)
    return f"{said} {text('page.state.estimate', language, left=left)}"


def _describe_survey(progress: SurveyProgress, language: str) -> tuple[str, float]:
    left = describe_seconds(progress.left_s, language)
    words = text("compare.luck.progress", language, done=progress.done, count=progress.count, left=left)
    return words, progress.done / progress.count


def _describe_progress(progress: Progress, language: str) -> tuple[str, float]:
    words = text(
        "page.state.training",
        language,
        epoch=print_count(progress.epoch),
        epochs=print_count(progress.epochs),
        loss=print_loss(progress.loss),
        left=describe_seconds(progress.left_s, language),
    )
    return words, progress.epoch / progress.epochs
