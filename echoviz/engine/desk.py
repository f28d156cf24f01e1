"""What is told by those who train: the books are kept, waiting trainings handed out, workers looked after."""

from __future__ import annotations

import ctypes
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from echoviz.core.progress import unpack_progress
from echoviz.core.survey import SurveyProgress
from echoviz.engine.crew import Crew, WorkerSeen
from echoviz.engine.dispatch import Dispatcher
from echoviz.engine.journal import Journal
from echoviz.engine.ledger import Entry, Ledger
from echoviz.engine.pace import Pace
from echoviz.engine.questions import Answer, Question, Questions
from echoviz.engine.settings import EngineSettings
from echoviz.engine.sizes import Size
from echoviz.engine.views import Outcome, Warmth, WarmthView
from echoviz.engine.warmth import WarmthKeeper

_logger = logging.getLogger(__name__)

LONG_S = 1.0
"""Trainings that are estimated to take longer leave a hand free for those that are not."""
SILENT_AFTER_S = 60.0
"""Seconds without a word of a training after which its worker is replaced; one comes ten times a second."""
EMPTY_PATIENCE_S, SHORT_PATIENCE_S = 20.0, 120.0
"""Seconds without any worker of ours, or with too few of them and nothing to do, before we begin anew."""
LOST_PATIENCE_S = 20.0
"""Seconds without a worker after which those who wait are told that nothing comes of it."""
_LOOKS_BETWEEN_TRIMS = 5


class Desk:
    """All that the service knows.

    `changed` is its lock, held while anything else is looked at. It is notified whenever something moves on,
    and so are the `listeners`, in any thread.
    """

    def __init__(self, settings: EngineSettings) -> None:
        self.settings = settings
        self.changed = threading.Condition()
        self.listeners: list[Callable[[], None]] = []
        self.pace, self.questions, self.journal = Pace(), Questions(), Journal()
        self.ledger = Ledger(estimate_s=self.pace.estimate_s, on_end=self._note_end)
        self.crew = Crew(None if settings.scheduler else settings.workers, settings.hung_after_s)
        self._warmth = WarmthKeeper()
        self._dispatcher: Dispatcher | None = None
        self._spares_asked = self._looks = 0

    @property
    def warmth(self) -> WarmthView:
        """How far the service is; `STARTING` for 0 s before `start()`."""
        return self._warmth.view(is_ready=bool(self.crew.on_duty))

    def start(self) -> None:
        """Open the cluster, in the background. While there is none: try again now."""
        if self._dispatcher is None:
            self._warmth.begin()
            self._dispatcher = Dispatcher(self.settings, self)
        elif self.warmth.state is Warmth.FAILED:
            self._dispatcher.hurry()

    def close(self) -> None:
        """End our own workers."""
        if self._dispatcher is not None:
            self._dispatcher.close()

    def ask(self, question: Question) -> None:
        """Put a question to a worker, unless it was; while there is no cluster nobody is asked."""
        if self.warmth.state is not Warmth.FAILED and self.questions.add(question):
            self.start()
            self._command.answer(question, self.crew.on_duty)

    @property
    def _command(self) -> Dispatcher:
        assert self._dispatcher is not None, "nothing is told before the start"
        return self._dispatcher

    def let_go(self, entry: Entry) -> None:
        """Nobody wants it any more; a worker that has it in hand is told."""
        if entry.worker:
            (self._command.release if entry.begun_s is None else self._command.stop)(entry.task)

    def tell(self) -> None:
        self._hand_out()
        self.changed.notify_all()
        for listener in self.listeners:
            listener()

    def _hand_out(self) -> None:
        """Give what waits to workers with a free hand."""

        def is_long(entry: Entry) -> bool:
            return self.pace.estimate_s(entry.subject) > LONG_S

        while self.crew.has_hand(is_long=False):
            entry = self.ledger.find_next(lambda entry: self.crew.has_hand(is_long=is_long(entry)))
            if entry is None:
                break
            entry.worker = self.crew.take(entry.task, is_long=is_long(entry))
            self._command.train(entry.task, entry.subject, entry.worker)

    def _note_end(self, entry: Entry) -> None:
        self.crew.free(entry.task)
        self.journal.note_end(entry)

    # --- told by the dispatcher, in its thread or in Dask's ---------------------------------------

    def on_connected(self) -> None:
        with self.changed:
            self._warmth.connect()
            self.tell()

    def on_lost(self, reason: str) -> None:
        with self.changed:
            if not self._warmth.is_lost:
                _logger.error("training is not available: %s", reason)
                self.journal.note("lost", reason)
            self._warmth.disconnect(reason)
            self._spares_asked = 0
            self.pace.sizes.clear()
            for address in self.crew.forget_all():
                self._note_lost(address)
            self.questions.give_up()
            self.tell()

    def on_look(self, seen: dict[str, WorkerSeen] | None) -> None:
        with self.changed:
            if seen is not None:
                new, hung, gone = self.crew.look(seen)
                for address in gone:
                    self._note_lost(address)
                for address in new:
                    self._command.warm_up(address)
                for address in self.crew.suspects:
                    self._take_back(address)
                for address in hung:
                    self._replace(address, "it gave no sign of life")
                self._look_after_trainings()
                self._look_after_workers(len(seen))
            if self._warmth.lost_s > LOST_PATIENCE_S:
                for entry in self.ledger.active:
                    self.ledger.fail(entry.task, self._warmth.reason, "scheduler")
            self.tell()
        self._looks += 1
        if self._looks % _LOOKS_BETWEEN_TRIMS == 0:  # glibc keeps what was freed: 10 MB in 80 runs
            with suppress(AttributeError, OSError, TypeError):
                ctypes.CDLL(None).malloc_trim(0)

    def _look_after_workers(self, there: int) -> None:
        """Begin anew when ours are lost and no others come, as after a start on a full disk."""
        own = 0 if self.settings.scheduler else self.settings.workers + self._spares_asked
        self._warmth.count(there, own)
        if not there and self._warmth.short_s > EMPTY_PATIENCE_S:
            self._command.reopen()
        if not self.ledger.active and self._warmth.short_s > SHORT_PATIENCE_S:
            self._command.reopen()

    def _look_after_trainings(self) -> None:
        """End what was abandoned or takes too long, and the workers whose trainings have fallen silent."""
        self.ledger.workers = max(1, len(self.crew.on_duty))
        for entry in self.ledger.find_abandoned():
            self.let_go(self.ledger.stop(entry, "abandoned"))
        for entry in self.ledger.find_overdue(self.settings.run_limit_s):
            self.let_go(self.ledger.stop(entry, "time-limit"))
        for address in {entry.worker for entry in self.ledger.find_silent(SILENT_AFTER_S)}:
            self._replace(address, "a training there has not been heard of")

    def _take_back(self, address: str) -> None:
        """Whoever pressed after a worker fell silent waits for no verdict on it."""
        if self.crew.on_duty != (address,):
            for entry in self.ledger.take_back(address):
                self.crew.free(entry.task)
                self._command.release(entry.task)

    def _note_lost(self, address: str) -> None:
        """What a worker had in hand waits again, and what it was asked is asked again."""
        held = self.ledger.requeue(address)
        for task in (*(entry.task for entry in held), address):  # or it was still warming up
            self._command.release(task)
        self.questions.give_up()

    def _replace(self, address: str, why: str) -> None:
        _logger.warning("the worker %s is replaced: %s", address, why)
        self.journal.note("replaced", f"{address}: {why}")
        self.crew.mark_lost(address)
        self._command.replace(address)

    def on_warm(self, worker: str, sizes: list[Size] | None, error: str) -> None:
        with self.changed:
            if sizes is not None:
                self.pace.sizes.update(sizes)
                self.crew.mark_ready(worker)
                self._warmth.recover()
                self._spares_asked = self.settings.spares
                self._command.add_spares()
            else:
                _logger.error("a worker cannot train: %s", error)
                self.journal.note("failed", error)
                self._warmth.lose(error)
            self.tell()

    def on_event(self, event: dict[str, Any]) -> None:
        with self.changed:
            match event["what"]:
                case "compiled":
                    self.pace.sizes.add(Size(*event["size"]))
                    return
                case "progress":
                    progress = unpack_progress(event["progress"])
                    self.ledger.report(event["task"], progress)
                case "surveyed":
                    self.ledger.report(event["task"], SurveyProgress(**event["progress"]))
                case "training":
                    self.ledger.begin(event["task"], is_compiled=event["is_compiled"])
            self.tell()

    def on_trained(self, task: str, outcome: Outcome | None, error: str) -> None:
        with self.changed:
            if outcome is not None:
                self.pace.learn(outcome)
                self.ledger.finish(task, outcome)
            elif self.ledger.fail(task, error):
                _logger.error("%s failed: %s", task, error)
            self.tell()

    def on_answered(self, task: str, answer: Answer | None, error: str) -> None:
        with self.changed:
            self.questions.finish(task, answer)
            if answer is None:
                _logger.error("%s failed: %s", task, error)
            self.tell()
