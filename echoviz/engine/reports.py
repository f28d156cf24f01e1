"""What the service tells whoever runs the server: how each training ended, and how everything stands.

Plain values without anything of a visitor: no session, no address, only how many.
"""

from __future__ import annotations

from dataclasses import dataclass

from echoviz.core.experiment import Experiment
from echoviz.engine.views import TrainingState, WarmthView


@dataclass(frozen=True)
class Ended:
    """One training that is over.

    Attributes
    ----------
    state : how it ended; never one that is active
    cause : one word for what ended it where the state does not say: `visitor`, `abandoned`, `time-limit`,
        `worker`, `scheduler`, `error`; empty where it came to its own end
    error : why it failed; may name hosts and paths
    waited_s : seconds from the first press until a worker began it, or until its end if none did
    trained_s : seconds from then on, restarts included
    epochs_done : passes over the data of what came home; 0 when nothing did
    restarts : how often it had to start again
    watchers : how many sessions had watched it in all
    """

    experiment: Experiment
    attempt: int
    state: TrainingState
    cause: str = ""
    error: str = ""
    waited_s: float = 0.0
    trained_s: float = 0.0
    epochs_done: int = 0
    restarts: int = 0
    watchers: int = 0


@dataclass(frozen=True)
class ActiveReport:
    """One training under way: `place` is `None` once it has begun; `since_s` seconds in this state."""

    experiment: Experiment
    state: TrainingState
    place: int | None
    since_s: float
    watchers: int
    restarts: int = 0
    worker: str = ""
    """the name of the worker that has it; empty while it waits"""


@dataclass(frozen=True)
class WorkerReport:
    """One worker: `tasks` of its `hands` are busy; it was heard of `heard_s` seconds ago.

    `memory_mb` as the scheduler heard it last; `None` where it is not known.
    """

    name: str
    is_ready: bool
    tasks: int
    hands: int
    heard_s: float
    memory_mb: float | None = None


@dataclass(frozen=True)
class Incident:
    """Something that went wrong `ago_s` seconds ago.

    `what` is `failed` (a training), `replaced` (a worker) or `lost` (the scheduler); `reason` is for
    whoever runs the server: it may name hosts and paths.
    """

    what: str
    ago_s: float
    reason: str = ""
    experiment: Experiment | None = None


@dataclass(frozen=True)
class ServiceReport:
    """How everything stands: in order of the queue, of the workers' names, the latest incident first."""

    warmth: WarmthView
    active: tuple[ActiveReport, ...] = ()
    workers: tuple[WorkerReport, ...] = ()
    incidents: tuple[Incident, ...] = ()
    ended: int = 0
    """trainings that have ended since the start, however they did"""
