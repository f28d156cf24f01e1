"""The one thread that talks to Dask: it opens the cluster, warms it up, and carries out commands in order."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from echoviz.core.experiment import Experiment
from echoviz.engine.questions import Question
from echoviz.engine.views import Warmth, WarmthView

if TYPE_CHECKING:
    from distributed import Client, Future

_logger = logging.getLogger(__name__)

TICK_S = 5.0
_CLOSING_S = 20.0
Outcome = Callable[[str, Any, str], None]  # a task, its result or `None`, and why there is none


class Dispatcher:
    """The tasks of one connection. Commands return at once and are carried out once a client is connected.

    Parameters
    ----------
    lock : held while `on_failed` is told and `warmth` becomes `FAILED`: who holds it sees both or neither
    on_event : called in Dask's thread with each message that a worker sends, a task's name without ours
    on_trained, on_answered : told in Dask's thread what came of `train` and `answer`
    on_tick : called in the dispatcher's thread every few seconds with the number of workers
    on_failed : called with the reason when no cluster could be opened or warmed up, or it is lost
    """

    def __init__(
        self,
        scheduler: str | None,
        workers: str | None,
        *,
        lock: AbstractContextManager[object],
        on_event: Callable[[dict[str, Any]], None],
        on_trained: Outcome,
        on_answered: Outcome,
        on_tick: Callable[[int], None],
        on_failed: Callable[[str], None],
    ) -> None:
        self._scheduler, self._workers, self._lock = scheduler, workers, lock
        self._on_event, self._on_trained, self._on_answered = on_event, on_trained, on_answered
        self._on_tick, self._on_failed = on_tick, on_failed
        self._connection = uuid.uuid4().hex[:8]  # tells several servers on one scheduler apart
        self._commands: SimpleQueue[Callable[[Client], object] | None] = SimpleQueue()
        self._future_by_task: dict[str, Future] = {}
        self._stopped: set[str] = set()
        self._started = time.monotonic()
        self._warmth = WarmthView(Warmth.STARTING, 0.0)
        self._thread = threading.Thread(target=self._serve, name="echoviz-dispatcher", daemon=True)
        self._thread.start()

    @property
    def warmth(self) -> WarmthView:
        warmth = self._warmth
        if warmth.state in (Warmth.STARTING, Warmth.WARMING):
            return WarmthView(warmth.state, self._elapsed_s())
        return warmth

    def train(self, task: str, experiment: Experiment) -> None:
        """Have an experiment trained under a task's name."""
        self._post(self._submit, self._on_trained, task, "run_training", self._name(task), experiment)

    def answer(self, question: Question) -> None:
        asked = (question.name, *question.arguments)
        self._post(self._submit, self._on_answered, question.task, "run_question", *asked)

    def stop(self, task: str) -> None:
        """Tell a training that has begun to end after the chunk of epochs at hand."""
        self._post(self._mark_stop, task)

    def release(self, task: str) -> None:
        """Let go of a task: Dask drops it unless it runs."""
        self._post(self._release, task)

    def close(self) -> None:
        """End the thread, and with it our own workers."""
        self._commands.put(None)
        self._thread.join(_CLOSING_S)

    def _post(self, command: Callable[..., None], *arguments: Any) -> None:
        self._commands.put(lambda client: command(client, *arguments))

    def _serve(self) -> None:
        try:
            from echoviz.engine.cluster import open_cluster
            from echoviz.engine.worker import TOPIC

            cluster = open_cluster(self._scheduler, self._workers)
        except Exception as error:
            self._fail(error)
            return
        try:
            self._warmth = WarmthView(Warmth.WARMING, self._elapsed_s())
            cluster.client.subscribe_topic(TOPIC, lambda event: self._pass_on(event[1]))
            self._warm_up(cluster.client)
            self._carry_out_commands(cluster.client)
        except Exception as error:
            self._fail(error)
        finally:
            cluster.close()

    def _carry_out_commands(self, client: Client) -> None:
        ticked, scheduler_id = time.monotonic(), _read_scheduler_id(client)
        while True:
            with suppress(Empty):
                command = self._commands.get(timeout=TICK_S)
                if command is None:
                    return
                command(client)
            if time.monotonic() - ticked >= TICK_S:
                ticked = time.monotonic()
                if client.status == "closed" or _read_scheduler_id(client) != scheduler_id:
                    raise ConnectionError("the Dask scheduler is gone, or another one answers in its place")
                self._on_tick(len(client.scheduler_info(n_workers=-1)["workers"]))

    def _warm_up(self, client: Client) -> None:
        """As many tasks as there are workers, each idle one takes one; without any, one."""
        from echoviz.engine.worker import warm_up

        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        names = [self._name(f"warm-up-{number}") for number in range(max(1, workers))]
        remaining = {name: client.submit(warm_up, key=name) for name in names}  # held: else they are dropped

        def on_done(future: Future) -> None:
            if future.status != "finished":
                self._fail(future.exception() if future.status == "error" else None)
                self._commands.put(None)
            with self._lock:
                remaining.pop(future.key, None)
                if not remaining and self._warmth.state is Warmth.WARMING:
                    self._warmth = WarmthView(Warmth.READY, self._elapsed_s())

        for future in tuple(remaining.values()):
            future.add_done_callback(on_done)

    def _submit(self, client: Client, on_outcome: Outcome, task: str, work: str, *arguments: Any) -> None:
        from echoviz.engine import worker

        future = client.submit(getattr(worker, work), *arguments, key=self._name(task))
        self._future_by_task[task] = future

        def on_done(done: Future) -> None:
            on_outcome(task, *_read_outcome(done))
            self.release(task)

        future.add_done_callback(on_done)

    def _mark_stop(self, client: Client, task: str) -> None:
        from distributed import Event

        Event(self._name(task), client=client).set()
        self._stopped.add(task)

    def _release(self, client: Client, task: str) -> None:
        from distributed import Event

        future = self._future_by_task.pop(task, None)
        if future is not None:
            future.release()
        if task in self._stopped:  # the scheduler need not remember that it was told to stop
            self._stopped.discard(task)
            Event(self._name(task), client=client).clear()

    def _name(self, task: str) -> str:
        return f"{task}.{self._connection}"

    def _pass_on(self, event: dict[str, Any]) -> None:
        task, _, connection = event.get("task", "").rpartition(".")
        if not task or connection == self._connection:
            self._on_event({**event, "task": task})

    def _fail(self, error: BaseException | None) -> None:
        reason = f"{type(error).__name__}: {error}" if error else "the training workers are gone"
        with self._lock:
            if self._warmth.state is Warmth.FAILED:  # said already; others may have taken over since
                return
            self._on_failed(reason)
            self._warmth = WarmthView(Warmth.FAILED, self._elapsed_s(), reason)
        _logger.error("training is not available: %s", reason)

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._started


def _read_scheduler_id(client: Client) -> str:
    """A scheduler that was started again under the same address has another one, and none of our plugins."""
    return str(client.scheduler_info(n_workers=0).get("id"))


def _read_outcome(future: Future) -> tuple[Any, str]:
    if future.status not in ("finished", "error"):
        return None, "the connection to the training workers was lost"
    try:
        return future.result(), ""
    except Exception as error:  # the task's own, or what came of reading its result
        return None, f"{type(error).__name__}: {error}"
