"""The server's side of training: it never imports TensorFlow, never waits, and trains nothing twice.

Sessions ask by experiment; a thread of its own talks to Dask. A page may ask on every rerun.
"""

from __future__ import annotations

import concurrent.futures.thread  # noqa: F401  (its own exit is registered before ours, so comes after it)
import ctypes
import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from echoviz.core.course import Courses
from echoviz.core.experiment import Experiment
from echoviz.core.progress import unpack_progress
from echoviz.core.run import Run, make_untrained
from echoviz.engine.dispatch import Dispatcher
from echoviz.engine.ledger import Entry, Ledger
from echoviz.engine.questions import Answer, Question, Questions, ask_initial_row, ask_keras_answer
from echoviz.engine.sizes import FLAT_SIZES, LARGEST, Size, choose_size, estimate_epoch_s
from echoviz.engine.views import TrainingState, TrainingView, Warmth, WarmthView

_logger = logging.getLogger(__name__)

__all__ = ["TrainingService", "TrainingState", "TrainingView", "Warmth", "WarmthView"]


class TrainingService:
    """Trains experiments in worker processes, each once however many sessions ask for it.

    Parameters
    ----------
    scheduler : address of a Dask scheduler; default `ECHOVIZ_SCHEDULER`, else workers of our own
    workers : how many of our own; default `ECHOVIZ_WORKERS`, else one less than our CPUs
    """

    def __init__(self, scheduler: str | None = None, workers: int | None = None) -> None:
        self._scheduler = scheduler or os.environ.get("ECHOVIZ_SCHEDULER") or None
        self._workers = str(workers) if workers is not None else os.environ.get("ECHOVIZ_WORKERS")
        self._changed = threading.Condition()  # its lock is held while anything below is looked at
        self._ledger = Ledger(estimate_s=self.estimate_s)
        self._listeners: list[Callable[[], None]] = []
        self._questions = Questions()
        self._sizes: set[Size] = set()
        self._slowness = 1.0  # how many times as long as `Size.epoch_us` says
        self._dispatcher: Dispatcher | None = None
        # `atexit` comes after the interpreter has ended the thread pools, without which Dask cannot close.
        threading._register_atexit(self.close)  # type: ignore[attr-defined]

    # --- asked by sessions, from any thread -------------------------------------------------------

    @property
    def warmth(self) -> WarmthView:
        """How far the service is; `STARTING` for 0 s before `start()`."""
        return self._dispatcher.warmth if self._dispatcher else WarmthView(Warmth.STARTING, 0.0)

    @property
    def sizes(self) -> frozenset[Size]:
        return frozenset(self._sizes)

    def estimate_s(self, experiment: Experiment) -> float:
        """Seconds that the experiment will train, in the programs that are ready."""
        size = choose_size(experiment, {*self._sizes, *LARGEST, *FLAT_SIZES})
        assert size is not None, "the largest sizes hold everything"
        return self._slowness * experiment.epochs * estimate_epoch_s(experiment, size)

    def untrained(self, experiment: Experiment) -> Run | None:
        """The experiment's 0-epoch run, with its initial weights; `None` until a worker has told them."""
        row = self._questions.find(ask_initial_row(experiment))
        return make_untrained(experiment, row) if isinstance(row, np.ndarray) else None

    def find(self, experiment: Experiment, watcher: str | None = None) -> TrainingView | None:
        """The latest training of an experiment, or `None`: so a reloaded page finds its run again.

        With a watcher's name, one that was stopped or failed is shown to those who watched it only.
        """
        with self._changed:
            entry = self._ledger.find(experiment, watcher)
            return self._ledger.view(entry) if entry else None

    def wait(self, experiment: Experiment, watcher: str | None, timeout_s: float) -> TrainingView | None:
        """`find`, as soon as nothing is under way any more, at most `timeout_s` later."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_active(experiment), timeout_s)
        return self.find(experiment, watcher)

    def start(self) -> Dispatcher:
        """Bring up the workers and warm them up, in the background. After a failure: try again."""
        with self._changed:
            if self._dispatcher is None or self.warmth.state is Warmth.FAILED:
                self._dispatcher = Dispatcher(
                    self._scheduler,
                    self._workers,
                    lock=self._changed,
                    on_event=self._on_event,
                    on_trained=self._on_trained,
                    on_answered=self._on_answered,
                    on_tick=self._look_after,
                    on_failed=self._on_failed,
                )
            return self._dispatcher

    def listen(self, listener: Callable[[], None]) -> None:
        """Have `listener` called, in any thread, whenever something moves on; it must not wait."""
        self._listeners.append(listener)

    def close(self) -> None:
        """End our own workers; runs under way are lost."""
        with self._changed:
            dispatcher, self._dispatcher = self._dispatcher, None
        if dispatcher is not None:
            dispatcher.close()

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
            self.start().answer(question)

    def submit(self, experiment: Experiment, watcher: str) -> TrainingView:
        """Train an experiment, or join those who do, or be given what came of it. Asking twice is once.

        Refused when too many trainings are under way already, of this watcher or of all.
        """
        with self._changed:
            entry, is_new = self._ledger.submit(experiment, watcher)
            if is_new:
                self.start().train(entry.task, entry.experiment)
            return self._ledger.view(entry)

    def join(self, experiment: Experiment, watcher: str) -> None:
        """Watch a training under way, as a reloaded page does; never begins one."""
        with self._changed:
            self._ledger.join(experiment, watcher)

    def stop(self, experiment: Experiment, watcher: str) -> bool:
        """The watcher wants no more of it; `True` if it was the last one and the training ends."""
        with self._changed:
            entry = self._ledger.leave(experiment, watcher)
            if entry is not None:
                self._end(entry)
            return entry is not None

    def leave(self, watcher: str) -> None:
        """A session's connection has ended; what nobody comes back for ends half a minute later."""
        with self._changed:
            self._ledger.forget(watcher, time.monotonic())

    def _is_active(self, experiment: Experiment) -> bool:
        entry = self._ledger.find(experiment)
        return entry is not None and entry.state.is_active

    def _end(self, entry: Entry) -> None:
        if self._dispatcher is not None:
            (self._dispatcher.stop if entry.execution else self._dispatcher.release)(entry.task)
        self._tell()

    def _tell(self) -> None:
        self._changed.notify_all()
        for listener in self._listeners:
            listener()

    # --- in the dispatcher's thread ---------------------------------------------------------------

    def _look_after(self, workers: int) -> None:
        """Every few seconds: count the workers, end what was abandoned, hand memory back."""
        with suppress(AttributeError, OSError, TypeError):  # glibc keeps what was freed: 10 MB in 80 runs
            ctypes.CDLL(None).malloc_trim(0)
        with self._changed:
            self._ledger.workers = max(1, workers)
            for entry in self._ledger.find_abandoned(time.monotonic()):
                self._end(self._ledger.stop(entry))

    # --- told by workers, in Dask's threads -------------------------------------------------------

    def _on_event(self, event: dict[str, Any]) -> None:
        with self._changed:
            if event["what"] == "compiled":
                self._sizes.add(Size(*event["size"]))
                return
            task = event["task"]
            if event["what"] == "progress":
                self._ledger.report(task, event["execution"], unpack_progress(event["progress"]))
            elif not self._ledger.begin(task, event["execution"], event["is_compiled"]) and self._dispatcher:
                self._dispatcher.stop(task)  # it was let go too late to keep it from beginning
            self._tell()

    def _on_trained(self, task: str, run: Run | None, error: str) -> None:
        with self._changed:
            if run is not None:
                self._learn_pace(run)
                self._ledger.finish(task, run)
            elif self._ledger.fail(task, error):
                _logger.error("%s failed: %s", task, error)
            self._tell()

    def _learn_pace(self, run: Run) -> None:
        """How much slower than estimated this machine is: of runs so long that nothing else counts."""
        if run.elapsed_s > 0.1 and run.epochs_done == run.experiment.epochs:
            seen = run.elapsed_s / self.estimate_s(run.experiment) * self._slowness
            self._slowness = min(10.0, max(0.1, 0.7 * self._slowness + 0.3 * seen))

    def _on_answered(self, task: str, answer: Answer | None, error: str) -> None:
        with self._changed:
            self._questions.finish(task, answer)
            if answer is None:
                _logger.error("%s failed: %s", task, error)
            self._tell()

    def _on_failed(self, reason: str) -> None:
        with self._changed:
            for entry in self._ledger.active:
                self._ledger.fail(entry.task, reason)
            self._questions.give_up()
            self._tell()
