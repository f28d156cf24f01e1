"""The server's side of training: it never imports TensorFlow, never waits, and trains nothing twice.

Sessions ask by experiment; a thread of its own talks to Dask. A page may ask on every rerun.
"""

from __future__ import annotations

import concurrent.futures.thread  # noqa: F401  (its own exit is registered before ours, so comes after it)
import os
import threading
from collections.abc import Callable, Iterable

import numpy as np

from echoviz.core.experiment import Experiment
from echoviz.core.run import Run, make_untrained
from echoviz.engine.desk import Desk
from echoviz.engine.questions import Answer, Question, ask_initial_row, ask_keras_answer
from echoviz.engine.reports import Ended, ServiceReport
from echoviz.engine.settings import read_engine_settings
from echoviz.engine.sizes import Size
from echoviz.engine.views import Subject, TrainingState, TrainingView, Warmth, WarmthView

__all__ = ["TrainingService", "TrainingState", "TrainingView", "Warmth", "WarmthView"]


class TrainingService:
    """Trains experiments in worker processes, each once however many sessions ask for it.

    Parameters
    ----------
    scheduler : address of a Dask scheduler; default `ECHOVIZ_SCHEDULER`, else workers of our own
    workers : how many of our own; default `ECHOVIZ_WORKERS`, else one less than our CPUs
    """

    def __init__(self, scheduler: str | None = None, workers: int | None = None) -> None:
        self._desk = Desk(read_engine_settings(os.environ, scheduler, workers))
        # `atexit` comes after the interpreter has ended the thread pools, without which Dask cannot close.
        threading._register_atexit(self.close)  # type: ignore[attr-defined]

    @property
    def warmth(self) -> WarmthView:
        """How far the service is; `STARTING` for 0 s before `start()`."""
        return self._desk.warmth

    @property
    def sizes(self) -> frozenset[Size]:
        return frozenset(self._desk.pace.sizes)

    def estimate_s(self, subject: Subject) -> float:
        """Seconds that it will train in the programs that are ready."""
        return self._desk.pace.estimate_s(subject)

    def untrained(self, experiment: Experiment) -> Run | None:
        """The experiment's 0-epoch run, with its initial weights; `None` until a worker has told them."""
        row = self._desk.questions.find(ask_initial_row(experiment))
        return make_untrained(experiment, row) if isinstance(row, np.ndarray) else None

    def find(self, subject: Subject, watcher: str | None = None) -> TrainingView | None:
        """The latest training of an experiment, or `None`: so a reloaded page finds its run again.

        With a watcher's name, one that was stopped or failed is shown to those who watched it only.
        """
        with self._desk.changed:
            entry = self._desk.ledger.find(subject, watcher)
            return self._desk.ledger.view(entry) if entry else None

    def wait(self, subject: Subject, watcher: str | None, timeout_s: float) -> TrainingView | None:
        """`find`, as soon as nothing is under way any more, at most `timeout_s` later."""
        with self._desk.changed:
            self._desk.changed.wait_for(lambda: not self._is_active(subject), timeout_s)
        return self.find(subject, watcher)

    def start(self) -> None:
        """Bring up the workers and warm them up, in the background. While there are none: try again now."""
        with self._desk.changed:
            self._desk.start()

    def listen(self, listener: Callable[[], None]) -> None:
        """Have `listener` called, in any thread, whenever something moves on; it must not wait."""
        self._desk.listeners.append(listener)

    def listen_ended(self, listener: Callable[[Ended], None]) -> None:
        """Have `listener` told, in any thread, of each training that has ended; it must not wait."""
        self._desk.journal.listeners.append(listener)

    def report(self) -> ServiceReport:
        """How everything stands, for whoever runs the server."""
        with self._desk.changed:
            return self._desk.journal.report(self.warmth, self._desk.ledger, self._desk.crew)

    def close(self) -> None:
        """End our own workers; runs under way are lost."""
        self._desk.close()

    def ask_keras(self, run: Run, timeout_s: float) -> np.ndarray | None:
        """What Keras itself answers to the drawn sequence with the last weights, if it comes in time."""
        answer = self.ask(ask_keras_answer(run), timeout_s)
        return answer if isinstance(answer, np.ndarray) else None

    def ask(self, question: Question, timeout_s: float = 0.0) -> Answer | None:
        """Have a worker answer, and wait so long for it. Asking twice is once."""
        with self._desk.changed:
            self._desk.ask(question)
            self._desk.changed.wait_for(lambda: self._desk.questions.find(question) is not None, timeout_s)
            return self._desk.questions.find(question)

    def find_answer(self, question: Question) -> tuple[Answer | None, bool]:
        """What was answered, if it is remembered, and whether a worker is at it; never asks."""
        with self._desk.changed:
            return self._desk.questions.find(question), self._desk.questions.is_pending(question)

    def ask_untrained(self, experiment: Experiment) -> None:
        """Have a worker tell the initial weights. Asking twice is once."""
        with self._desk.changed:
            self._desk.ask(ask_initial_row(experiment))

    def submit(self, subject: Subject, watcher: str) -> TrainingView:
        """Train an experiment, or join those who do, or be given what came of it. Asking twice is once.

        What the watcher wanted before it leaves.
        """
        return self.submit_all([subject], watcher)[0]

    def submit_all(self, subjects: Iterable[Subject], watcher: str) -> list[TrainingView]:
        """`submit` for several at once, at most `ledger.WISHES_AT_MOST`."""
        with self._desk.changed:
            wanted, left = self._desk.ledger.submit(subjects, watcher)
            for entry in left:
                self._desk.let_go(entry)
            self._desk.start()
            self._desk.tell()
            return [self._desk.ledger.view(entry) for entry in wanted]

    def join(self, subject: Subject, watcher: str) -> None:
        """Watch a training under way, as a reloaded page does; never begins one."""
        with self._desk.changed:
            self._desk.ledger.join(subject, watcher)

    def stop(self, subject: Subject, watcher: str) -> bool:
        """The watcher wants no more of it; `True` if it was the last one and the training ends."""
        with self._desk.changed:
            entry = self._desk.ledger.leave(subject, watcher)
            if entry is not None:
                self._desk.let_go(entry)
                self._desk.tell()
            return entry is not None

    def leave(self, watcher: str) -> None:
        """A session's connection has ended; what nobody comes back for ends half a minute later."""
        with self._desk.changed:
            self._desk.ledger.forget(watcher)

    def _is_active(self, subject: Subject) -> bool:
        entry = self._desk.ledger.find(subject)
        return entry is not None and entry.state.is_active
