"""What the training is doing, in words, kept up to date while anything is under way."""

from __future__ import annotations

from typing import assert_never

import streamlit as st

from echoviz.core.catalog import count_text, text
from echoviz.core.data import make_unseen
from echoviz.core.experiment import Experiment
from echoviz.core.printing import print_count, print_loss, print_short
from echoviz.core.progress import Progress
from echoviz.core.run import Provenance, Run
from echoviz.engine.views import TrainingState, TrainingView, Warmth
from echoviz.ui.service import get_service
from echoviz.ui.shown import Shown, find_shown, watch_shown
from echoviz.ui.stage_component import show_live_feed

MOVING_S = 0.25
WAITING_S = 1.0
"""How often the page asks while numbers move, and while there is nothing to do but to wait."""
UNDER_WAY = (Warmth.STARTING, Warmth.WARMING)
LONG_S = 60
UNSEEN_COUNT = 500
MUCH_LOWER = 2
"""A run that was lower than its end by this factor says so."""
LEARNED_WITHIN = 0.05
"""A model that is off by less than this, on average, prints the right numbers to one decimal."""


def show_status(experiment: Experiment, language: str, shown: Shown) -> None:
    """What the training is doing, followed while anything is under way and still otherwise."""
    follow = st.fragment(_follow_status, run_every=_find_pace(shown))
    follow(experiment, language, _sum_up(shown))


def _find_pace(shown: Shown) -> float | None:
    """Seconds between two looks; `None` when nothing will change by itself."""
    training, warmth = shown.training, get_service().warmth.state
    if training is not None and training.is_active:
        return WAITING_S if training.state is TrainingState.QUEUED else MOVING_S
    if shown.run is None and warmth is not Warmth.FAILED:
        return MOVING_S if warmth is Warmth.READY else WAITING_S
    return WAITING_S if warmth in UNDER_WAY else None


def _sum_up(shown: Shown) -> tuple[object, ...]:
    return (shown.is_active, _find_pace(shown), shown.signature)


def _follow_status(experiment: Experiment, language: str, drawn: tuple[object, ...]) -> None:
    shown = find_shown(experiment)
    watch_shown(experiment, shown)
    found = _sum_up(shown)
    is_running_on = shown.is_active and found[:2] == drawn[:2]  # its progress is drawn here
    if not is_running_on and found != drawn:
        st.rerun()  # there is something else to draw, or another pace
    if shown.training is None:
        describe = _describe_warmth if shown.run is not None else _describe_warm_up
        st.markdown(f"{_describe_untrained(experiment, language, shown.run)} {describe(language)}")
        _warn_of_long_run(experiment, language)
    elif shown.left_at_epoch is not None:
        st.markdown(_describe_left(language, shown.training, shown.left_at_epoch))
    else:
        _show_training(experiment, language, shown.training)


def _warn_of_long_run(experiment: Experiment, language: str) -> None:
    estimate_s = get_service().estimate_s(experiment)
    if estimate_s > LONG_S:
        minutes = print_count(round(estimate_s / 60))
        st.info(text("page.long_run", language, minutes=minutes), icon=":material/timer:")


def _show_training(experiment: Experiment, language: str, training: TrainingView) -> None:
    if training.restarts:
        st.info(text("page.state.restarted", language), icon=":material/refresh:")
    match training.state:
        case TrainingState.QUEUED:
            st.progress(0.0, f"{_describe_queued(language, training)} {_describe_warm_up(language)}")
        case TrainingState.COMPILING:
            st.progress(0.0, text("page.state.compiling", language))
        case TrainingState.TRAINING:
            _show_progress(experiment, language, training)
        case TrainingState.FINISHED:
            st.markdown(_describe_finished(language, training))
        case TrainingState.STOPPED:
            st.markdown(_describe_stopped(experiment, language, training))
        case TrainingState.DIVERGED:
            st.warning(_describe_diverged(experiment, language, training), icon=":material/trending_up:")
        case TrainingState.FAILED:
            st.error(text("page.state.failed", language), icon=":material/error:")
        case TrainingState.REFUSED:
            st.warning(text("page.state.refused", language), icon=":material/hourglass_disabled:")
        case _:
            assert_never(training.state)


def _describe_untrained(experiment: Experiment, language: str, run: Run | None) -> str:
    if run is None:
        is_ready = get_service().warmth.state is Warmth.READY
        return text("page.state.preparing" if is_ready else "page.state.unknown", language)
    if run.provenance is Provenance.RECORDED:
        epochs = print_count(experiment.epochs)
        return text("page.state.recorded", language, epochs=epochs, seed=experiment.seed)
    return text("page.state.untrained", language)


def _describe_queued(language: str, training: TrainingView) -> str:
    """How many begin before it, and when it will have ended."""
    place = training.place or 0
    said = count_text("page.state.queued", place, language) if place else text("page.state.next", language)
    if training.estimate_s is None:
        return said
    return f"{said} {text('page.state.estimate', language, left=_describe_seconds(training.estimate_s, language))}"


def _show_progress(experiment: Experiment, language: str, training: TrainingView) -> None:
    progress = training.progress
    if progress is None:
        st.progress(0.0, text("page.state.compiling", language))
        return
    words = text(
        "page.state.training",
        language,
        epoch=print_count(progress.epoch),
        epochs=print_count(progress.epochs),
        loss=print_loss(progress.loss),
        left=_describe_time_left(progress, language),
    )
    st.progress(progress.epoch / progress.epochs, words)
    show_live_feed(progress, experiment)


def _describe_time_left(progress: Progress, language: str) -> str:
    left_s = progress.left_s
    return text("page.left_unknown", language) if left_s is None else _describe_seconds(left_s, language)


def _describe_seconds(left_s: float, language: str) -> str:
    if left_s < 1:
        return text("page.left_soon", language)
    return text("page.left_seconds", language, seconds=left_s)


def _describe_finished(language: str, training: TrainingView) -> str:
    run = training.run
    assert run is not None, "a finished training has a run"
    elapsed = f"{run.elapsed_s * 1000:.0f} ms" if run.elapsed_s < 1 else f"{run.elapsed_s:.1f} s"
    loss = print_loss(run.final_loss)
    said = count_text("page.state.finished", run.epochs_done, language, elapsed=elapsed, loss=loss)
    lowest = run.lowest
    if lowest is not None and lowest[1] < run.final_loss / MUCH_LOWER:
        epoch, least = print_count(lowest[0]), print_loss(lowest[1])
        said += text("page.state.lowest", language, loss=least, epoch=epoch)
    return f"{said} {describe_unseen(run, language)}"


def describe_unseen(run: Run, language: str) -> str:
    """How the model does on sequences that it never saw: a rule, or a memory of the one it was shown."""
    error = _compute_unseen_error(run.identity, run)
    name = "learned" if error < LEARNED_WITHIN else "not_learned"
    return text(f"page.unseen.{name}", language, count=UNSEEN_COUNT, error=print_short(error, 3))


@st.cache_resource(show_spinner=False, max_entries=256)  # a number: all may share it
def _compute_unseen_error(identity: str, _run: Run) -> float:
    return _run.echo_error(make_unseen(_run.experiment, UNSEEN_COUNT))


def _describe_left(language: str, training: TrainingView, epoch: int) -> str:
    if training.watchers:
        return text("page.state.left", language, epoch=print_count(epoch), others=training.watchers)
    return text("page.state.stopping", language, epoch=print_count(epoch))


def _describe_stopped(experiment: Experiment, language: str, training: TrainingView) -> str:
    epoch = training.run.epochs_done if training.run else 0
    if epoch == 0:
        return text("page.state.stopped_at_zero", language)
    epochs = print_count(experiment.epochs)
    return text("page.state.stopped", language, epoch=print_count(epoch), epochs=epochs)


def _describe_diverged(experiment: Experiment, language: str, training: TrainingView) -> str:
    assert training.run is not None, "a diverged training has a run"
    epoch = print_count(training.run.epochs_done)
    return text("page.state.diverged", language, epoch=epoch, learning_rate=f"{experiment.learning_rate:g}")


def _describe_warm_up(language: str) -> str:
    """The same for those who wait: that Keras is ready would be no news to them."""
    return "" if get_service().warmth.state is Warmth.READY else _describe_warmth(language)


def _describe_warmth(language: str) -> str:
    warmth = get_service().warmth
    match warmth.state:
        case Warmth.STARTING:
            return f":gray[{text('page.warmth.starting', language, seconds=warmth.elapsed_s)}]"
        case Warmth.WARMING:
            return f":gray[{text('page.warmth.warming', language, seconds=warmth.elapsed_s)}]"
        case Warmth.READY:
            return f":gray[{text('page.warmth.ready', language)}]"
        case Warmth.FAILED:
            return f":red[{text('page.warmth.failed', language)}]"
        case _:
            assert_never(warmth.state)
