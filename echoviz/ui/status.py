"""What the training is doing, or how it ended, in words."""

from __future__ import annotations

from typing import assert_never

import streamlit as st

from echoviz.core.catalog import count_text, text
from echoviz.core.data import UNSEEN_COUNT
from echoviz.core.experiment import Experiment
from echoviz.core.loss import LEARNED_WITHIN
from echoviz.core.printing import print_count, print_loss, print_short
from echoviz.core.run import Provenance, Run
from echoviz.engine.views import TrainingState, TrainingView, Warmth
from echoviz.ui.following import show_following
from echoviz.ui.service import get_service
from echoviz.ui.shown import Shown
from echoviz.ui.words import NO_BAR, describe_warmth, tell

LONG_S = 60
MUCH_LOWER = 2
"""A run that was lower than its end by this factor says so."""


def show_status(experiment: Experiment, language: str, shown: Shown) -> None:
    """What the training is doing; what moves by itself is followed in the browser."""
    told = tell(shown.training, shown.run, get_service().warmth, language)
    if shown.training is None:
        st.markdown(_describe_untrained(experiment, language, shown.run))
        _warn_of_long_run(experiment, language)
    elif shown.left_at_epoch is not None:
        st.markdown(_describe_left(language, shown.training, shown.left_at_epoch))
    else:
        _show_training(experiment, language, shown.training)
    if told.is_moving:
        is_quiet = shown.has_left  # whoever has left it hears of its end only
        told = told._replace(words="", share=NO_BAR) if is_quiet else told
        show_following(told, experiment.to_query(), language, is_quiet=is_quiet)


def _warn_of_long_run(experiment: Experiment, language: str) -> None:
    estimate_s = get_service().estimate_s(experiment)
    if estimate_s > LONG_S:
        minutes = print_count(round(estimate_s / 60))
        st.info(text("page.long_run", language, minutes=minutes), icon=":material/timer:")


def _show_training(experiment: Experiment, language: str, training: TrainingView) -> None:
    if training.restarts:
        st.info(text("page.state.restarted", language), icon=":material/refresh:")
    match training.state:
        case TrainingState.QUEUED | TrainingState.COMPILING | TrainingState.TRAINING:
            return  # told while it moves
        case TrainingState.FINISHED:
            st.markdown(_describe_finished(language, training))
        case TrainingState.STOPPED:
            st.markdown(_describe_stopped(experiment, language, training))
        case TrainingState.DIVERGED:
            st.warning(_describe_diverged(experiment, language, training), icon=":material/trending_up:")
        case TrainingState.FAILED:
            st.error(text("page.state.failed", language), icon=":material/error:")
        case TrainingState.OUT_OF_TIME:
            said = _describe_ended_early("page.state.out-of-time", experiment, language, training)
            st.warning(said, icon=":material/timer_off:")
        case _:
            assert_never(training.state)


def _describe_untrained(experiment: Experiment, language: str, run: Run | None) -> str:
    warmth = get_service().warmth
    if run is None:
        is_ready = warmth.state is Warmth.READY
        said = text("page.state.preparing" if is_ready else "page.state.unknown", language)
    elif run.provenance is Provenance.RECORDED:
        epochs = print_count(experiment.epochs)
        said = text("page.state.recorded", language, epochs=epochs, seed=experiment.seed)
    else:
        said = text("page.state.untrained", language)
    match warmth.state:
        case Warmth.FAILED:
            return f"{said} :red[{describe_warmth(warmth, language)}]"
        case Warmth.READY if run is not None:  # no news to one who waits
            return f"{said} :gray[{describe_warmth(warmth, language)}]"
        case _:
            return said


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
    error = run.unseen_error if run.unseen_error is not None else _compute_unseen_error(run.identity, run)
    name = "learned" if error < LEARNED_WITHIN else "not_learned"
    return text(f"page.unseen.{name}", language, count=UNSEEN_COUNT, error=print_short(error, 3))


@st.cache_resource(show_spinner=False, max_entries=256)  # a number: all may share it
def _compute_unseen_error(identity: str, _run: Run) -> float:
    error = _run.with_unseen_error().unseen_error
    assert error is not None
    return error


def _describe_left(language: str, training: TrainingView, epoch: int) -> str:
    if training.watchers:
        return text("page.state.left", language, epoch=print_count(epoch), others=training.watchers)
    return text("page.state.stopping", language, epoch=print_count(epoch))


def _describe_stopped(experiment: Experiment, language: str, training: TrainingView) -> str:
    epoch = training.run.epochs_done if training.run else 0
    if epoch == 0:
        return text("page.state.stopped_at_zero", language)
    return _describe_ended_early("page.state.stopped", experiment, language, training)


def _describe_ended_early(name: str, experiment: Experiment, language: str, training: TrainingView) -> str:
    epoch, epochs = training.run.epochs_done if training.run else 0, experiment.epochs
    return text(name, language, epoch=print_count(epoch), epochs=print_count(epochs))


def _describe_diverged(experiment: Experiment, language: str, training: TrainingView) -> str:
    assert training.run is not None, "a diverged training has a run"
    epoch = print_count(training.run.epochs_done)
    return text("page.state.diverged", language, epoch=epoch, learning_rate=f"{experiment.learning_rate:g}")
