"""What the page may know of a training: plain values, safe to read from any thread."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from echoviz.core.experiment import Experiment
from echoviz.core.progress import Progress
from echoviz.core.run import Run
from echoviz.core.survey import Survey, SurveyOutcome, SurveyProgress

Subject = Experiment | Survey
"""What can be trained."""
Outcome = Run | SurveyOutcome
"""What comes of it."""


class Warmth(StrEnum):
    """How far the training service is from being able to train at once."""

    STARTING = "starting"
    WARMING = "warming"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True)
class WarmthView:
    """`elapsed_s` seconds of warming up, so far or in all; `reason` is empty unless it failed,
    and then for whoever runs the server: it may name hosts."""

    state: Warmth
    elapsed_s: float
    reason: str = ""


class TrainingState(StrEnum):
    """What a training is doing now, or how it ended; a run's `Ending` is one of these by its value."""

    QUEUED = "queued"
    COMPILING = "compiling"
    TRAINING = "training"
    FINISHED = "finished"
    STOPPED = "stopped"
    OUT_OF_TIME = "out-of-time"
    DIVERGED = "diverged"
    FAILED = "failed"

    @property
    def is_active(self) -> bool:
        return self in (TrainingState.QUEUED, TrainingState.COMPILING, TrainingState.TRAINING)


@dataclass(frozen=True)
class TrainingView:
    """One training as it stands.

    Attributes
    ----------
    attempt : 1 for the first; a training that was stopped is trained anew under the next number
    progress : the latest report; `None` before the first
    outcome : what it produced, once it has ended; `None` when it failed or had not begun
    restarts : how often it had to start again because its worker was lost
    error : why it failed, for whoever runs the server; empty otherwise
    watchers : how many sessions wait for it
    place : how many trainings begin before it; `None` once it has begun
    estimate_s : seconds until it will have ended, with those before it; `None` once it has
    """

    subject: Subject
    attempt: int
    state: TrainingState
    progress: Progress | SurveyProgress | None
    outcome: Outcome | None
    restarts: int
    error: str
    watchers: int
    place: int | None = None
    estimate_s: float | None = None

    @property
    def is_active(self) -> bool:
        return self.state.is_active

    @property
    def run(self) -> Run | None:
        """What came of an experiment."""
        return self.outcome if isinstance(self.outcome, Run) else None

    @property
    def survey(self) -> SurveyOutcome | None:
        """What came of a survey."""
        return self.outcome if isinstance(self.outcome, SurveyOutcome) else None
