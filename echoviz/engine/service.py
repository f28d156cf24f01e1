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
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from echoviz.core.experiment import Architecture, Experiment, Framing
from echoviz.core.run import Run
from echoviz.engine.dispatch import Dispatcher
from echoviz.engine.ledger import KEPT_BYTES, Entry, Ledger
from echoviz.engine.preparations import Preparations
from echoviz.engine.tasks import Tasks
from echoviz.engine.views import TrainingState, TrainingView, Warmth, WarmthView, unpack_progress

if TYPE_CHECKING:
    from distributed import Client, Nanny

_logger = logging.getLogger(__name__)

__all__ = ["TrainingService", "TrainingState", "TrainingView", "Warmth", "WarmthView"]

RECYCLE_AFTER_COMPILATIONS = 24
"""A worker that compiled so many shapes, 9 MB each that XLA keeps, is replaced when nobody needs it,"""
RECYCLE_AT_ONCE_COMPILATIONS = 48
"""at so many as soon as it has nothing to do for a moment,"""
RECYCLE_ANYHOW_COMPILATIONS = 96
"""and at so many in the middle of its work, which is done anew."""
RECYCLE_IDLE_S = 15.0


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
        self._lock = threading.RLock()
        self._ledger = Ledger(kept_bytes)
        self._preparations = Preparations()
        self._compilations_by_worker: dict[str, int] = {}
        self._tasks = Tasks(self._on_prepared, self._on_trained)
        self._dispatcher: Dispatcher | None = None
        self._busy_at = time.monotonic()
        _close_at_exit(self.close)

    # --- asked by sessions, from any thread -------------------------------------------------------

    @property
    def warmth(self) -> WarmthView:
        """How far the service is; `STARTING` for 0 s before `start()`."""
        dispatcher = self._dispatcher
        return dispatcher.warmth if dispatcher else WarmthView(Warmth.STARTING, 0.0)

    def start(self) -> None:
        """Bring up the workers and warm them up, in the background. After a failure: try again."""
        with self._lock:
            if self._dispatcher is None or self.warmth.state is Warmth.FAILED:
                self._tasks = Tasks(self._on_prepared, self._on_trained)
                self._compilations_by_worker.clear()
                self._dispatcher = Dispatcher(
                    self._scheduler,
                    self._workers,
                    lock=self._lock,
                    on_event=self._on_event,
                    on_connected=self._tasks.warm_up,
                    on_tick=self._look_after,
                    on_failed=self._on_failed,
                )

    def close(self) -> None:
        """End our own workers; runs under way are lost."""
        with self._lock:
            dispatcher, self._dispatcher = self._dispatcher, None
        if dispatcher is not None:
            dispatcher.close()

    def prepare(self, experiment: Experiment, watcher: str) -> None:
        """The watcher's controls have settled: compile the shape, find the initial weights.

        An earlier preparation of this watcher's that nobody else waits for is dropped.
        """
        with self._lock:
            if self.warmth.state is not Warmth.FAILED:
                self.start()
                self._prepare(experiment, watcher)

    def untrained(self, experiment: Experiment) -> Run | None:
        """The experiment's 0-epoch run, with its initial weights; `None` until it is prepared."""
        with self._lock:
            return self._preparations.find_untrained(experiment)

    def submit(self, experiment: Experiment, watcher: str) -> TrainingView:
        """Train an experiment, or join those who do, or be given what came of it. Asking twice is once.

        Refused when too many trainings are under way already, of this watcher or of all.
        """
        with self._lock:
            entry, is_new = self._ledger.submit(experiment, watcher)
            if is_new:
                self.start()
                self._prepare(experiment, watcher)
                self._post(partial(self._launch_training, entry))
            return self._view(entry)

    def find(self, experiment: Experiment, watcher: str | None = None) -> TrainingView | None:
        """The latest training of an experiment, or `None`: so a reloaded page finds its run again.

        With a watcher's name, one that was stopped or failed is shown to those who watched it only.
        """
        with self._lock:
            entry = self._ledger.find(experiment, watcher)
            return self._view(entry) if entry else None

    def join(self, experiment: Experiment, watcher: str) -> None:
        """Watch a training under way, as a reloaded page does; never begins one."""
        with self._lock:
            self._ledger.join(experiment, watcher)

    def stop(self, experiment: Experiment, watcher: str) -> bool:
        """The watcher wants no more of it; `True` if it was the last one and the training ends."""
        with self._lock:
            entry = self._ledger.leave(experiment, watcher)
            if entry is not None:
                self._end(entry)
            return entry is not None

    def leave(self, watcher: str) -> None:
        """A session's connection has ended; what nobody comes back for ends half a minute later."""
        with self._lock:
            self._ledger.forget(watcher, time.monotonic())
            self._preparations.leave(watcher)
            self._drop_unwanted_preparations()

    def _end(self, entry: Entry) -> None:
        if entry.execution:
            self._post(partial(self._tasks.stop, task=entry.task))
        if not entry.state.is_active:
            self._post(partial(self._release, entry.task))
            self._drop_unwanted_preparations()

    def _view(self, entry: Entry) -> TrainingView:
        return self._ledger.view(entry, self._preparations.find_untrained(entry.experiment))

    def _prepare(self, experiment: Experiment, watcher: str) -> None:
        preparation = self._preparations.ask(experiment, watcher)
        self._drop_unwanted_preparations()
        if preparation is not None:
            self._post(partial(self._tasks.prepare, task=preparation.task, experiment=experiment))

    def _drop_unwanted_preparations(self) -> None:
        needed = {entry.experiment.architecture for entry in self._ledger.active}
        for dropped in self._preparations.drop_unwanted(needed):
            self._post(partial(self._release, dropped.task))

    def _post(self, command: Callable[[Client], None]) -> None:
        self._busy_at = time.monotonic()
        if self._dispatcher is not None:
            self._dispatcher.post(command)

    # --- commands, in the dispatcher's thread -----------------------------------------------------

    def _launch_training(self, entry: Entry, client: Client) -> None:
        if entry.state.is_active:
            self._tasks.train(client, entry.task, entry.experiment)

    def _release(self, task: str, _: Client) -> None:
        self._tasks.release(task)

    def _settle(self, task: str, _: Client) -> None:
        self._tasks.settle(task)

    def _notice_preparing(self, task: str, _: Client) -> None:
        self._tasks.notice_preparing(task)

    def _look_after(self, client: Client) -> None:
        """Every few seconds: end what was abandoned; replace worn workers while nothing is to do."""
        with self._lock:
            for entry in self._ledger.find_abandoned(time.monotonic()):
                self._end(self._ledger.stop(entry))
            is_busy = bool(self._ledger.active or self._preparations.pending)
            is_quiet = not is_busy and time.monotonic() - self._busy_at > RECYCLE_IDLE_S
        if is_quiet:
            self._recycle(client, RECYCLE_AFTER_COMPILATIONS)

    def _recycle_when_worn(self, client: Client) -> None:
        self._recycle(client, RECYCLE_AT_ONCE_COMPILATIONS)

    def _recycle(self, client: Client, limit: int) -> None:
        """Replace our own workers that have compiled at least `limit` shapes, those at work much later."""
        with self._lock:
            count_by_worker = {
                worker: count for worker, count in self._compilations_by_worker.items() if count >= limit
            }
        if not count_by_worker or self._dispatcher is None or not self._dispatcher.is_embedded:
            return
        work = client.processing()  # of each worker that there still is
        worn = [
            worker
            for worker, count in count_by_worker.items()
            if worker in work and (not work[worker] or count >= RECYCLE_ANYHOW_COMPILATIONS)
        ]
        if worn:
            self._tasks.release_settled()
            with suppress(KeyError):  # one has just gone by itself; the others report their count again
                client.run(_kill_worker, workers=worn, nanny=True, wait=False, on_error="ignore")
        with self._lock:
            for worker in count_by_worker:
                if worker in worn or worker not in work:
                    self._compilations_by_worker.pop(worker, None)

    # --- told by workers, in Dask's threads -------------------------------------------------------

    def _on_event(self, event: dict[str, Any]) -> None:
        task = self._tasks.read_task(event["task"])
        if task is None:
            return
        framing, length, neurons = event["architecture"]
        architecture = Architecture(Framing(framing), length, neurons)
        with self._lock:
            self._busy_at = time.monotonic()
            match event["what"]:
                case "preparing":
                    self._ledger.compile_begins(architecture, task, event["execution"])
                    self._post(partial(self._notice_preparing, task))
                case "training":
                    self._on_training(task, event)
                case "progress":
                    entry = self._ledger.find_active(task)
                    if entry is not None:
                        progress = unpack_progress(event["progress"], entry.experiment)
                        self._ledger.report(task, event["execution"], progress)
                case "ended":
                    self._compilations_by_worker[event["worker"]] = event["compilations"]
                    self._post(partial(self._tasks.forget_stop, task=task))

    def _on_training(self, task: str, event: dict[str, Any]) -> None:
        if self._ledger.find_active(task) is not None:
            self._ledger.begin(task, event["execution"], event["is_compiled"])
        else:  # stopped while it waited, and let go too late to keep it from beginning
            self._post(partial(self._tasks.stop, task=task))

    def _on_prepared(self, task: str, run: Run | None, error: str) -> None:
        with self._lock:
            is_waited_for = self._preparations.finish(task, run)
            if run is None and is_waited_for:
                _logger.error("%s failed: %s", task, error)
            self._post(partial(self._settle if run is not None else self._release, task))
            self._post(self._recycle_when_worn)

    def _on_trained(self, task: str, run: Run | None, error: str) -> None:
        with self._lock:
            if run is not None:
                self._ledger.finish(task, run)
            elif self._ledger.fail(task, error):
                _logger.error("%s failed: %s", task, error)
            self._post(partial(self._tasks.forget_stop, task=task))
            self._post(partial(self._release, task))
            self._post(self._recycle_when_worn)

    def _on_failed(self, reason: str) -> None:
        with self._lock:
            for entry in self._ledger.active:
                self._ledger.fail(entry.task, reason)
            self._preparations.give_up()


async def _kill_worker(dask_worker: Nanny) -> None:
    """Runs in a worker's nanny, which starts the next one by itself."""
    await dask_worker.kill(reason="worn")


def _close_at_exit(close: Callable[[], None]) -> None:
    """Close before the interpreter ends the thread pools, without which Dask cannot close in order.

    `atexit` comes after that. `threading` calls the last registered first, and the thread pools registered
    with it when this module imported them.
    """
    assert concurrent.futures.thread
    threading._register_atexit(close)  # type: ignore[attr-defined]
