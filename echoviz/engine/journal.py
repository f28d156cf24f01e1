"""What whoever runs the server may know: how trainings ended, what went wrong lately, how all stands now."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from echoviz.core.experiment import Experiment
from echoviz.core.run import Run
from echoviz.core.survey import Survey
from echoviz.engine.crew import Crew
from echoviz.engine.ledger import Entry, Ledger
from echoviz.engine.reports import ActiveReport, Ended, Incident, ServiceReport
from echoviz.engine.views import Subject, TrainingState, WarmthView

INCIDENTS_KEPT = 20


class _Note(NamedTuple):
    what: str
    at_s: float
    reason: str
    experiment: Experiment | None


class Journal:
    """Tells `listeners` of each end, and keeps the latest incidents."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._notes: deque[_Note] = deque(maxlen=INCIDENTS_KEPT)
        self._ended = 0
        self.listeners: list[Callable[[Ended], None]] = []

    def note(self, what: str, reason: str, experiment: Experiment | None = None) -> None:
        """Something went wrong: `failed`, `replaced` or `lost`."""
        self._notes.appendleft(_Note(what, self._clock(), reason, experiment))

    def note_gone(self, worker: str) -> None:
        """A worker is gone; that one was told to go is known."""
        if not any(note.reason.startswith(f"{worker}: ") for note in self._notes):
            self.note("replaced", f"{worker}: it has ended")

    def note_end(self, entry: Entry) -> None:
        """A training is over."""
        self._ended += 1
        experiment = _find_experiment(entry.subject)
        if entry.state is TrainingState.FAILED:
            self.note("failed", entry.error, experiment)
        now = self._clock()
        begun_s = entry.begun_s if entry.begun_s is not None else now
        ended = Ended(
            experiment=experiment,
            attempt=entry.attempt,
            state=entry.state,
            cause=entry.cause,
            error=entry.error,
            waited_s=begun_s - entry.asked_s,
            trained_s=now - begun_s,
            epochs_done=entry.outcome.epochs_done if isinstance(entry.outcome, Run) else 0,
            restarts=entry.restarts,
            watchers=len(entry.watched_by),
        )
        for listener in self.listeners:
            listener(ended)

    def report(self, warmth: WarmthView, ledger: Ledger, crew: Crew) -> ServiceReport:
        """How everything stands."""
        now = self._clock()
        return ServiceReport(
            warmth=warmth,
            active=tuple(
                ActiveReport(
                    experiment=_find_experiment(entry.subject),
                    state=entry.state,
                    place=ledger.view(entry).place,
                    since_s=now - (entry.begun_s if entry.begun_s is not None else entry.asked_s),
                    watchers=len(entry.watchers),
                    restarts=entry.restarts,
                    worker=entry.worker,
                )
                for entry in ledger.active
            ),
            workers=crew.report(),
            incidents=tuple(
                Incident(note.what, now - note.at_s, note.reason, note.experiment) for note in self._notes
            ),
            ended=self._ended,
        )


def _find_experiment(subject: Subject) -> Experiment:
    return subject.experiment if isinstance(subject, Survey) else subject
