"""Which run the page shows, and the training it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from echoviz.core.experiment import Experiment
from echoviz.core.progress import Progress
from echoviz.core.run import Run
from echoviz.core.run_file import load_recordings
from echoviz.engine.views import TrainingView
from echoviz.ui.service import get_service, get_watcher
from echoviz.ui.turns import need_turn

WAIT_S = 0.15
"""How long a press may wait for its result. A run at the defaults takes milliseconds."""
SOON_S = 0.8
"""And so long for one that is expected by then: a page that is drawn twice costs everybody 25 ms more."""


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


def find_shown(experiment: Experiment) -> Shown:
    """The best that is known of an experiment: its training, its recording, its initial weights."""
    service = get_service()
    training = service.find(experiment, get_watcher())
    return Shown(find_run(experiment, training), training, _find_left(experiment, training))


def find_run(experiment: Experiment, training: TrainingView | None) -> Run | None:
    """What can be drawn of an experiment, given its training: the run, a recording, its initial weights."""
    run = training.run if training else None
    return run or load_recordings().get(experiment.key) or get_service().untrained(experiment)


def watch_shown(experiment: Experiment, shown: Shown) -> None:
    """Join a training under way, so that whoever opens its page, or reloads it, watches it.

    And ask for initial weights where nothing is known; asking twice is once.
    """
    service = get_service()
    if shown.is_active:
        service.join(experiment, get_watcher())
    if shown.run is None:
        service.ask_untrained(experiment)


def leave_training(experiment: Experiment) -> None:
    """Stop, for this session: what others train goes on without it. A press may be sent twice."""
    training = get_service().find(experiment, get_watcher())
    if training is not None:
        left = st.session_state.setdefault("left_trainings", {})
        if left.get(experiment.key, (0, 0))[0] != training.attempt:
            epoch = training.progress.epoch if isinstance(training.progress, Progress) else 0
            left[experiment.key] = (training.attempt, epoch)
    get_service().stop(experiment, get_watcher())


def begin_training(experiment: Experiment) -> None:
    """Train, and wait a moment for a result that is nearly there: then it comes back with the press."""
    begin_trainings(experiment)


def begin_trainings(*experiments: Experiment) -> None:
    """Train all of them, and wait a moment for the last; what this session wanted before it leaves."""
    for each in experiments:
        st.session_state.get("left_trainings", {}).pop(each.key, None)
    need_turn()
    views = get_service().submit_all(experiments, get_watcher())
    ends_s = max((view.estimate_s or 0.0 for view in views), default=0.0)
    wait_s = SOON_S if ends_s < SOON_S else WAIT_S
    get_service().wait(experiments[-1], get_watcher(), wait_s)


def _find_left(experiment: Experiment, training: TrainingView | None) -> int | None:
    """The epoch at which this session left the attempt that is under way."""
    if training is None or not training.is_active:
        return None
    left: dict[str, tuple[int, int]] = st.session_state.get("left_trainings", {})
    attempt, epoch = left.get(experiment.key, (0, 0))
    return epoch if attempt == training.attempt else None
