"""The server's side of training: it never imports TensorFlow, never waits, and trains nothing twice.

Sessions ask by experiment; a thread of this service talks to Dask. What it tells are plain values, so a
page may ask on every rerun.
"""

from __future__ import annotations

import concurrent.futures.thread
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from echoviz.core.experiment import Experiment
from echoviz.core.run import Ending, Provenance, Run
from echoviz.engine.dispatch import Dispatcher
from echoviz.engine.ledger import KEPT_BYTES, Entry, Ledger
from echoviz.engine.questions import Question, Questions, ask_initial_row, ask_shown
from echoviz.engine.sizes import FLAT_SIZES, LARGEST, Size, choose_size, estimate_epoch_s
from echoviz.engine.tasks import Tasks
from echoviz.engine.views import (
    TrainingState,
    TrainingView,
    Warmth,
    WarmthView,
    unpack_progress,
)

if TYPE_CHECKING:
    from distributed import Client, Future

_logger = logging.getLogger(__name__)

__all__ = ["TrainingService", "TrainingState", "TrainingView", "Warmth", "WarmthView"]

LEARN_FROM_S = 0.1


class TrainingService:
    """Trains experiments in worker processes, each once however many sessions ask for it.

    Parameters
    ----------
    scheduler : address of a Dask scheduler; default `ECHOVIZ_SCHEDULER`, else workers of our own
    workers : how many of our own; default `ECHOVIZ_WORKERS`, else one less than our CPUs
    kept_bytes : how much memory ended runs may take
    """

    def __init__(
        self, scheduler: str | None = None, workers: int | None = None, *, kept_bytes: int = KEPT_BYTES
    ) -> None:
        self._scheduler = scheduler or os.environ.get("ECHOVIZ_SCHEDULER") or None
        self._workers = str(workers) if workers is not None else os.environ.get("ECHOVIZ_WORKERS")
        self._changed = threading.Condition()  # its lock is held while anything below is looked at
        self._ledger = Ledger(kept_bytes, self.estimate_s)
        self._questions = Questions()
        self._sizes: set[Size] = set()
        self._slowness = 1.0  # how many times as long as `rate_epoch_us` says
        self._tasks: Tasks | None = None
        self._dispatcher: Dispatcher | None = None
        _close_at_exit(self.close)

    # --- asked by sessions, from any thread -------------------------------------------------------

    @property
    def warmth(self) -> WarmthView:
        """How far the service is; `STARTING` for 0 s before `start()`."""
        dispatcher = self._dispatcher
        return dispatcher.warmth if dispatcher else WarmthView(Warmth.STARTING, 0.0)

    @property
    def sizes(self) -> frozenset[Size]:
        """The sizes of the programs that a worker has compiled."""
        return frozenset(self._sizes)

    def estimate_s(self, experiment: Experiment) -> float:
        """Seconds that the experiment will train, in the programs that are ready."""
        size = choose_size(experiment, {*self._sizes, *LARGEST, *FLAT_SIZES})
        assert size is not None, "the largest sizes hold everything"
        return self._slowness * experiment.epochs * estimate_epoch_s(experiment, size)

    def untrained(self, experiment: Experiment) -> Run | None:
        """The experiment's 0-epoch run, with its initial weights; `None` until a worker has told them."""
        with self._changed:
            row = self._questions.find(ask_initial_row(experiment))
        if row is None:
            return None
        return Run(
            experiment=experiment,
            losses=np.empty(0, np.float32),
            snapshot_epochs=(0,),
            rows=row[np.newaxis],
            elapsed_s=0.0,
            ending=Ending.STOPPED,
            provenance=Provenance.UNTRAINED,
        )

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

    def start(self) -> None:
        """Bring up the workers and warm them up, in the background. After a failure: try again."""
        with self._changed:
            if self._dispatcher is None or self.warmth.state is Warmth.FAILED:
                self._dispatcher = Dispatcher(
                    self._scheduler,
                    self._workers,
                    lock=self._changed,
                    on_event=self._on_event,
                    on_connected=self._on_connected,
                    on_tick=self._look_after,
                    on_failed=self._on_failed,
                )

    def close(self) -> None:
        """End our own workers; runs under way are lost."""
        with self._changed:
            dispatcher, self._dispatcher = self._dispatcher, None
        if dispatcher is not None:
            dispatcher.close()

    def ask_untrained(self, experiment: Experiment) -> None:
        """Have a worker tell the initial weights, unless it has. Asking twice is once."""
        with self._changed:
            if self.warmth.state is not Warmth.FAILED:
                self.start()
                self._ask(ask_initial_row(experiment))

    def submit(self, experiment: Experiment, watcher: str) -> TrainingView:
        """Train an experiment, or join those who do, or be given what came of it. Asking twice is once.

        Refused when too many trainings are under way already, of this watcher or of all.
        """
        with self._changed:
            entry, is_new = self._ledger.submit(experiment, watcher)
            if is_new:
                self.start()
                self._post(lambda tasks: self._launch(tasks, entry))
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
        if entry.execution:
            self._post(lambda tasks: tasks.stop(entry.task))
        if not entry.state.is_active:
            self._changed.notify_all()
            if not entry.execution:
                self._post(lambda tasks: tasks.release(entry.task))

    def _ask(self, question: Question) -> None:
        if self._questions.add(question):
            self._post(lambda tasks: tasks.answer(question))

    def _post(self, command: Callable[[Tasks], None]) -> None:
        """Have a command carried out soon in the dispatcher's thread, on the connection that there is then."""

        def carry_out() -> None:
            if self._tasks is not None:
                command(self._tasks)

        if self._dispatcher is not None:
            self._dispatcher.post(carry_out)

    # --- in the dispatcher's thread ---------------------------------------------------------------

    def _on_connected(self, client: Client) -> list[Future]:
        self._tasks = Tasks(client, self._on_trained, self._on_answered)
        return self._tasks.warm_up()

    def _launch(self, tasks: Tasks, entry: Entry) -> None:
        if entry.state.is_active:
            tasks.train(entry.task, entry.experiment)

    def _look_after(self, client: Client) -> None:
        """Every few seconds: end what was abandoned, count the workers, use the quiet for Keras' own answers."""
        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        with self._changed:
            self._ledger.workers = max(1, workers)
            for entry in self._ledger.find_abandoned(time.monotonic()):
                self._end(self._ledger.stop(entry))
            if not self._ledger.active:
                for task, run in self._ledger.find_unanswered():
                    self._ask(ask_shown(task, run))

    # --- told by workers, in Dask's threads -------------------------------------------------------

    def _on_event(self, event: dict[str, Any]) -> None:
        with self._changed:
            if event["what"] == "compiled":
                self._sizes.add(Size(*event["size"]))
                return
            task = self._tasks.read_task(event["task"]) if self._tasks else None
            if task is None:
                return
            if event["what"] == "progress":
                self._ledger.report(task, event["execution"], unpack_progress(event["progress"]))
            elif self._ledger.find_active(task) is not None:
                self._ledger.begin(task, event["execution"], event["is_compiled"])
            else:  # stopped while it waited, and let go too late to keep it from beginning
                self._post(lambda tasks: tasks.stop(task))

    def _on_trained(self, task: str, run: Run | None, error: str) -> None:
        with self._changed:
            if run is not None:
                self._learn_pace(run)
                self._ledger.finish(task, run)
            elif self._ledger.fail(task, error):
                _logger.error("%s failed: %s", task, error)
            self._changed.notify_all()
            self._post(lambda tasks: tasks.release(task))

    def _learn_pace(self, run: Run) -> None:
        """How much slower than estimated this machine is: of runs so long that nothing else counts."""
        if run.elapsed_s > LEARN_FROM_S and run.epochs_done == run.experiment.epochs:
            seen = run.elapsed_s / self.estimate_s(run.experiment) * self._slowness
            self._slowness = min(10.0, max(0.1, 0.7 * self._slowness + 0.3 * seen))

    def _on_answered(self, task: str, answer: np.ndarray | None, error: str) -> None:
        with self._changed:
            self._questions.finish(task, answer)
            if answer is None:
                _logger.error("%s failed: %s", task, error)
            elif task.startswith("shown-"):
                self._ledger.add_keras_answer(task.removeprefix("shown-"), answer)
            self._post(lambda tasks: tasks.release(task))

    def _on_failed(self, reason: str) -> None:
        with self._changed:
            for entry in self._ledger.active:
                self._ledger.fail(entry.task, reason)
            self._questions.give_up()
            self._changed.notify_all()


def _close_at_exit(close: Callable[[], None]) -> None:
    """Close before the interpreter ends the thread pools, without which Dask cannot close in order.

    `atexit` comes after that. `threading` calls the last registered first, and the thread pools registered
    with it when this module imported them.
    """
    assert concurrent.futures.thread
    threading._register_atexit(close)  # type: ignore[attr-defined]
