"""The server's side of training: it never imports TensorFlow, never waits, and trains nothing twice.

Sessions ask by experiment; a thread of its own talks to Dask. A page may ask on every rerun.
"""

from __future__ import annotations

import concurrent.futures.thread  # noqa: F401  (its own exit is registered before ours, so comes after it)
import ctypes
import logging
import os
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import numpy as np

from echoviz.core.course import Courses
from echoviz.core.experiment import Experiment
from echoviz.core.progress import unpack_progress
from echoviz.core.run import Run, make_untrained
from echoviz.core.survey import SurveyProgress
from echoviz.engine.crew import Crew, WorkerSeen
from echoviz.engine.dispatch import Dispatcher
from echoviz.engine.journal import Journal
from echoviz.engine.ledger import Entry, Ledger
from echoviz.engine.pace import Pace
from echoviz.engine.questions import Answer, Question, Questions, ask_initial_row, ask_keras_answer
from echoviz.engine.reports import Ended, ServiceReport
from echoviz.engine.settings import read_engine_settings
from echoviz.engine.sizes import Size
from echoviz.engine.views import Outcome, Subject, TrainingState, TrainingView, Warmth, WarmthView
from echoviz.engine.warmth import WarmthKeeper

_logger = logging.getLogger(__name__)

__all__ = ["TrainingService", "TrainingState", "TrainingView", "Warmth", "WarmthView"]

LONG_S = 1.0
"""Trainings that are estimated to take longer leave a hand free for those that are not."""
SILENT_AFTER_S = 60.0
"""Seconds without a word of a training after which its worker is replaced; one comes ten times a second."""
LOST_PATIENCE_S = 20.0
"""Seconds without a worker after which those who wait are told that nothing comes of it."""


class TrainingService:
    """Trains experiments in worker processes, each once however many sessions ask for it.

    Parameters
    ----------
    scheduler : address of a Dask scheduler; default `ECHOVIZ_SCHEDULER`, else workers of our own
    workers : how many of our own; default `ECHOVIZ_WORKERS`, else one less than our CPUs
    """

    def __init__(self, scheduler: str | None = None, workers: int | None = None) -> None:
        self._settings = read_engine_settings(os.environ, scheduler, workers)
        self._changed = threading.Condition()  # its lock is held while anything below is looked at
        self._ledger = Ledger(estimate_s=self.estimate_s, on_end=self._note_end)
        duty = None if self._settings.scheduler else self._settings.workers
        self._crew = Crew(duty, hung_after=self._settings.hung_after_s)
        self._warmth = WarmthKeeper()
        self._journal = Journal()
        self._listeners: list[Callable[[], None]] = []
        self._questions = Questions()
        self._pace = Pace()
        self._dispatcher: Dispatcher | None = None
        # `atexit` comes after the interpreter has ended the thread pools, without which Dask cannot close.
        threading._register_atexit(self.close)  # type: ignore[attr-defined]

    # --- asked by sessions, from any thread -------------------------------------------------------

    @property
    def warmth(self) -> WarmthView:
        """How far the service is; `STARTING` for 0 s before `start()`."""
        return self._warmth.view(is_ready=bool(self._crew.on_duty))

    @property
    def sizes(self) -> frozenset[Size]:
        return frozenset(self._pace.sizes)

    def estimate_s(self, subject: Subject) -> float:
        """Seconds that it will train in the programs that are ready."""
        return self._pace.estimate_s(subject)

    def untrained(self, experiment: Experiment) -> Run | None:
        """The experiment's 0-epoch run, with its initial weights; `None` until a worker has told them."""
        row = self._questions.find(ask_initial_row(experiment))
        return make_untrained(experiment, row) if isinstance(row, np.ndarray) else None

    def find(self, subject: Subject, watcher: str | None = None) -> TrainingView | None:
        """The latest training of an experiment, or `None`: so a reloaded page finds its run again.

        With a watcher's name, one that was stopped or failed is shown to those who watched it only.
        """
        with self._changed:
            entry = self._ledger.find(subject, watcher)
            return self._ledger.view(entry) if entry else None

    def wait(self, subject: Subject, watcher: str | None, timeout_s: float) -> TrainingView | None:
        """`find`, as soon as nothing is under way any more, at most `timeout_s` later."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_active(subject), timeout_s)
        return self.find(subject, watcher)

    def start(self) -> Dispatcher:
        """Bring up the workers and warm them up, in the background. While there are none: try again now."""
        with self._changed:
            if self._dispatcher is None:
                self._warmth.begin()
                self._dispatcher = Dispatcher(self._settings, self)
            elif self.warmth.state is Warmth.FAILED:
                self._dispatcher.hurry()
            return self._dispatcher

    def listen(self, listener: Callable[[], None]) -> None:
        """Have `listener` called, in any thread, whenever something moves on; it must not wait."""
        self._listeners.append(listener)

    def listen_ended(self, listener: Callable[[Ended], None]) -> None:
        """Have `listener` told, in any thread, of each training that has ended; it must not wait."""
        self._journal.listeners.append(listener)

    def report(self) -> ServiceReport:
        """How everything stands, for whoever runs the server."""
        with self._changed:
            return self._journal.report(self.warmth, self._ledger, self._crew)

    def close(self) -> None:
        """End our own workers; runs under way are lost."""
        if self._dispatcher is not None:
            self._dispatcher.close()

    @property
    def _command(self) -> Dispatcher:
        assert self._dispatcher is not None, "nothing is told before the start"
        return self._dispatcher

    def ask_keras(self, run: Run, timeout_s: float) -> np.ndarray | None:
        """What Keras itself answers to the drawn sequence with the last weights, if it comes in time."""
        answer = self.ask(ask_keras_answer(run), timeout_s)
        assert not isinstance(answer, Courses), "Keras' answer is an array"
        return answer

    def ask(self, question: Question, timeout_s: float = 0.0) -> Answer | None:
        """Have a worker answer, and wait so long for it. Asking twice is once."""
        with self._changed:
            self._ask(question)
            self._changed.wait_for(lambda: self._questions.find(question) is not None, timeout_s)
            return self._questions.find(question)

    def find_answer(self, question: Question) -> tuple[Answer | None, bool]:
        """What was answered, if it is remembered, and whether a worker is at it; never asks."""
        with self._changed:
            return self._questions.find(question), self._questions.is_pending(question)

    def ask_untrained(self, experiment: Experiment) -> None:
        """Have a worker tell the initial weights. Asking twice is once."""
        with self._changed:
            self._ask(ask_initial_row(experiment))

    def _ask(self, question: Question) -> None:
        if self.warmth.state is not Warmth.FAILED and self._questions.add(question):
            self.start().answer(question, self._crew.on_duty)

    def submit(self, subject: Subject, watcher: str) -> TrainingView:
        """Train an experiment, or join those who do, or be given what came of it. Asking twice is once.

        What the watcher wanted before it leaves.
        """
        return self.submit_all([subject], watcher)[0]

    def submit_all(self, subjects: Iterable[Subject], watcher: str) -> list[TrainingView]:
        """`submit` for several at once, at most `ledger.WISHES_AT_MOST`."""
        with self._changed:
            wanted, left = self._ledger.submit(subjects, watcher)
            for entry in left:
                self._let_go(entry)
            self.start()
            self._tell()
            return [self._ledger.view(entry) for entry in wanted]

    def join(self, subject: Subject, watcher: str) -> None:
        """Watch a training under way, as a reloaded page does; never begins one."""
        with self._changed:
            self._ledger.join(subject, watcher)

    def stop(self, subject: Subject, watcher: str) -> bool:
        """The watcher wants no more of it; `True` if it was the last one and the training ends."""
        with self._changed:
            entry = self._ledger.leave(subject, watcher)
            if entry is not None:
                self._let_go(entry)
                self._tell()
            return entry is not None

    def leave(self, watcher: str) -> None:
        """A session's connection has ended; what nobody comes back for ends half a minute later."""
        with self._changed:
            self._ledger.forget(watcher)

    def _is_active(self, subject: Subject) -> bool:
        entry = self._ledger.find(subject)
        return entry is not None and entry.state.is_active

    def _let_go(self, entry: Entry) -> None:
        """Nobody wants it any more; a worker that has it in hand is told."""
        if entry.worker:
            (self._command.release if entry.begun_s is None else self._command.stop)(entry.task)

    def _tell(self) -> None:
        self._hand_out()
        self._changed.notify_all()
        for listener in self._listeners:
            listener()

    def _hand_out(self) -> None:
        """Give what waits to workers with a free hand."""

        def is_long(entry: Entry) -> bool:
            return self.estimate_s(entry.subject) > LONG_S

        while self._crew.on_duty:
            entry = self._ledger.find_next(lambda entry: self._crew.has_hand(is_long=is_long(entry)))
            if entry is None:
                break
            entry.worker = self._crew.take(entry.task, is_long=is_long(entry))
            self._command.train(entry.task, entry.subject, entry.worker)

    def _note_end(self, entry: Entry) -> None:
        self._crew.free(entry.task)
        self._journal.note_end(entry)

    # --- told by the dispatcher, in its thread or in Dask's ---------------------------------------

    def on_connected(self) -> None:
        with self._changed:
            self._warmth.connect()
            self._tell()

    def on_lost(self, reason: str) -> None:
        with self._changed:
            if not self._warmth.is_lost:
                _logger.error("training is not available: %s", reason)
                self._journal.note("lost", reason)
            self._warmth.disconnect(reason)
            self._pace.sizes.clear()
            for address in self._crew.forget_all():
                self._note_lost(address)
            self._questions.give_up()
            self._tell()

    def on_look(self, seen: dict[str, WorkerSeen] | None) -> None:
        with self._changed:
            if seen is not None:
                new, hung, gone = self._crew.look(seen)
                for address in gone:
                    self._note_lost(address)
                for address in new:
                    self._command.warm_up(address)
                for address in hung:
                    self._replace(address, "it gave no sign of life")
                self._warmth.count(len(seen))
                self._look_after_trainings()
            if self._warmth.lost_s > LOST_PATIENCE_S:
                for entry in self._ledger.active:
                    self._ledger.fail(entry.task, self._warmth.reason, "scheduler")
            self._tell()
        with suppress(AttributeError, OSError, TypeError):  # glibc keeps what was freed: 10 MB in 80 runs
            ctypes.CDLL(None).malloc_trim(0)

    def _look_after_trainings(self) -> None:
        """End what was abandoned or takes too long, and the workers whose trainings have fallen silent."""
        self._ledger.workers = max(1, len(self._crew.on_duty))
        for entry in self._ledger.find_abandoned():
            self._let_go(self._ledger.stop(entry, "abandoned"))
        for entry in self._ledger.find_overdue(self._settings.run_limit_s):
            self._let_go(self._ledger.stop(entry, "time-limit"))
        for address in {entry.worker for entry in self._ledger.find_silent(SILENT_AFTER_S)}:
            self._replace(address, "a training there has not been heard of")

    def _note_lost(self, address: str) -> None:
        """What a worker had in hand waits again, and what it was asked is asked again."""
        held = self._ledger.requeue(address)
        for task in (*(entry.task for entry in held), address):  # or it was still warming up
            self._command.release(task)
        self._questions.give_up()

    def _replace(self, address: str, why: str) -> None:
        _logger.warning("the worker %s is replaced: %s", address, why)
        self._journal.note("replaced", f"{address}: {why}")
        self._crew.mark_lost(address)
        self._command.replace(address)

    def on_warm(self, worker: str, sizes: list[Size] | None, error: str) -> None:
        with self._changed:
            if sizes is not None:
                self._pace.sizes.update(sizes)
                self._crew.mark_ready(worker)
                self._warmth.recover()
                self._command.add_spares()
            else:
                _logger.error("a worker cannot train: %s", error)
                self._journal.note("failed", error)
                self._warmth.lose(error)
            self._tell()

    def on_event(self, event: dict[str, Any]) -> None:
        with self._changed:
            match event["what"]:
                case "compiled":
                    self._pace.sizes.add(Size(*event["size"]))
                    return
                case "progress":
                    progress = unpack_progress(event["progress"])
                    self._ledger.report(event["task"], progress)
                case "surveyed":
                    self._ledger.report(event["task"], SurveyProgress(**event["progress"]))
                case "training":
                    self._ledger.begin(event["task"], is_compiled=event["is_compiled"])
            self._tell()

    def on_trained(self, task: str, outcome: Outcome | None, error: str) -> None:
        with self._changed:
            if outcome is not None:
                self._pace.learn(outcome)
                self._ledger.finish(task, outcome)
            elif self._ledger.fail(task, error):
                _logger.error("%s failed: %s", task, error)
            self._tell()

    def on_answered(self, task: str, answer: Answer | None, error: str) -> None:
        with self._changed:
            self._questions.finish(task, answer)
            if answer is None:
                _logger.error("%s failed: %s", task, error)
            self._tell()
