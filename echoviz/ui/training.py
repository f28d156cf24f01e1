"""Train, Stop, Reset; what the run is doing; and which run the page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import streamlit as st

from echoviz.core.catalog import count_text, text
from echoviz.core.experiment import Experiment, Framing
from echoviz.core.printing import print_count, print_loss
from echoviz.core.progress import Progress
from echoviz.core.run import Run, load_recording
from echoviz.engine.views import TrainingState, TrainingView, Warmth
from echoviz.ui.controls import can_undo_reset, read_experiment, reset_experiment, undo_reset
from echoviz.ui.service import get_service, get_watcher
from echoviz.ui.stage_component import show_live_feed

POLL_S = 0.25
UNDER_WAY = (Warmth.STARTING, Warmth.WARMING)


@dataclass(frozen=True)
class Shown:
    """What the page shows for an experiment: a run (or none yet) and the training it belongs to."""

    run: Run | None
    training: TrainingView | None
    left_at_epoch: int | None = None
    """where this session pressed Stop, while the training, for others or for a moment, goes on"""

    @property
    def has_left(self) -> bool:
        return self.left_at_epoch is not None

    @property
    def is_active(self) -> bool:
        return self.training is not None and self.training.is_active and not self.has_left

    @property
    def signature(self) -> tuple[object, ...]:
        """Changes exactly when the page has something else to draw."""
        training = self.training
        run = self.run and (self.run.recorded, self.run.ending, self.run.epochs_done)
        return (training and training.state, training and training.restarts, run, self.has_left)


@st.cache_resource(show_spinner=False)
def _load_recordings() -> dict[str, Run]:
    return {run.experiment.key: run for framing in Framing if (run := load_recording(framing))}


def find_shown(experiment: Experiment) -> Shown:
    """The best that is known of an experiment: its training, its recording, its initial weights.

    A training under way is joined: whoever opens its page, or reloads it, watches it.
    """
    service = get_service()
    training = service.find(experiment, get_watcher())
    left_at_epoch = None
    if training is not None and training.is_active:
        attempt, epoch = st.session_state.get("left_trainings", {}).get(experiment.key, (0, 0))
        if attempt == training.attempt:
            left_at_epoch = epoch
        else:
            service.join(experiment, get_watcher())
    run = training.run if training else None
    run = run or _load_recordings().get(experiment.key) or service.untrained(experiment)
    return Shown(run, training, left_at_epoch)


def ask_training(experiment: Experiment, language: str, shown: Shown) -> None:
    """The buttons. A callback submits, by the experiment's own key, so pressing twice trains once.

    Train takes what the controls say when it is pressed, Stop the run that it was drawn for.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="actions"):
        st.button(
            text("page.train", language),
            key="train",
            type="primary",
            icon=":material/play_arrow:",
            help=text("page.train_help", language),
            disabled=shown.is_active,
            on_click=_submit,
        )
        st.button(
            text("page.stop", language),
            key="stop",
            icon=":material/stop:",
            help=text("page.stop_help", language),
            disabled=not shown.is_active,
            on_click=_stop,
            args=(experiment,),
        )
        st.button(
            text("page.reset", language),
            key="reset",
            icon=":material/restart_alt:",
            help=text("page.reset_help", language),
            on_click=reset_experiment,
        )
        if can_undo_reset(experiment):
            st.button(text("page.undo", language), key="undo", icon=":material/undo:", on_click=undo_reset)


def show_status(experiment: Experiment, language: str, shown: Shown) -> None:
    """What the training is doing, kept up to date while anything is under way and still otherwise."""
    follow = st.fragment(_follow_status, run_every=POLL_S if _is_waiting(shown) else None)
    follow(experiment, language, _sum_up(shown))


def _is_waiting(shown: Shown) -> bool:
    is_under_way = shown.training is not None and shown.training.is_active
    warmth = get_service().warmth.state
    return is_under_way or warmth in UNDER_WAY or (shown.run is None and warmth is not Warmth.FAILED)


def _sum_up(shown: Shown) -> tuple[object, ...]:
    return (shown.is_active, *shown.signature, _is_waiting(shown))


def _follow_status(experiment: Experiment, language: str, drawn: tuple[object, ...]) -> None:
    shown = find_shown(experiment)
    if shown.run is None:  # what was to prepare it may be lost; asking twice is once
        get_service().prepare(experiment, get_watcher())
    is_running_on = shown.is_active and drawn[0]  # its progress is drawn here
    if not is_running_on and _sum_up(shown) != drawn:
        st.rerun()  # there is something else to draw, or nothing to wait for any more
    if shown.training is None:
        describe = _describe_warmth if shown.run is not None else _describe_warm_up
        st.markdown(f"{_describe_untrained(experiment, language, shown.run)} {describe(language)}")
    elif shown.left_at_epoch is not None:
        st.markdown(_describe_left(language, shown.training, shown.left_at_epoch))
    else:
        _show_training(experiment, language, shown.training)


def _show_training(experiment: Experiment, language: str, training: TrainingView) -> None:
    if training.restarts:
        st.info(text("page.state.restarted", language), icon=":material/refresh:")
    match training.state:
        case TrainingState.QUEUED:
            st.progress(0.0, f"{text('page.state.queued', language)} {_describe_warm_up(language)}")
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
    if run.recorded:
        epochs = print_count(experiment.epochs)
        return text("page.state.recorded", language, epochs=epochs, seed=experiment.seed)
    return text("page.state.untrained", language)


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
    if left_s is None:
        return text("page.left_unknown", language)
    return (
        text("page.left_soon", language)
        if left_s < 1
        else text("page.left_seconds", language, seconds=left_s)
    )


def _describe_finished(language: str, training: TrainingView) -> str:
    run = training.run
    assert run is not None, "a finished training has a run"
    elapsed = f"{run.elapsed_s * 1000:.0f} ms" if run.elapsed_s < 1 else f"{run.elapsed_s:.1f} s"
    loss = print_loss(run.final_loss)
    return count_text("page.state.finished", run.epochs_done, language, elapsed=elapsed, loss=loss)


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


def _submit() -> None:
    experiment = read_experiment()
    st.session_state.get("left_trainings", {}).pop(experiment.key, None)
    get_service().submit(experiment, get_watcher())


def _stop(experiment: Experiment) -> None:
    training = get_service().find(experiment, get_watcher())
    if training is not None:
        epoch = training.progress.epoch if training.progress else 0
        left = st.session_state.setdefault("left_trainings", {})
        if left.get(experiment.key, (0, 0))[0] != training.attempt:  # a press may be sent twice
            left[experiment.key] = (training.attempt, epoch)
    get_service().stop(experiment, get_watcher())
