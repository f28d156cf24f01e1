"""The one thread that talks to Dask: it opens the cluster, carries out commands in order, and looks after it.

When the cluster cannot be opened, or is lost, it says so and tries again, for as long as the server lives.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

from echoviz.engine.crew import WorkerSeen
from echoviz.engine.questions import Question
from echoviz.engine.settings import EngineSettings
from echoviz.engine.sizes import Size
from echoviz.engine.views import Subject

if TYPE_CHECKING:
    from distributed import Client, Future

    from echoviz.engine.cluster import Cluster

_logger = logging.getLogger(__name__)

LOOK_S = 1.0
"""How often the workers are looked at: workers tell the scheduler twice a second that they are there."""
RETRY_S = 3.0
_CLOSING_S = 20.0


class Listener(Protocol):
    """Who is told what happens; each call comes in a thread of the dispatcher's or of Dask's."""

    def on_connected(self) -> None:
        """A cluster is there; its workers are warming up."""

    def on_lost(self, reason: str) -> None:
        """There is no cluster; another try follows."""

    def on_look(self, seen: dict[str, WorkerSeen] | None) -> None:
        """Every second: the workers by their addresses; `None` without a cluster."""

    def on_warm(self, worker: str, sizes: list[Size] | None, error: str) -> None:
        """What came of `warm_up`."""

    def on_event(self, event: dict[str, Any]) -> None:
        """A worker's message, a task's name without ours."""

    def on_trained(self, task: str, outcome: Any, error: str) -> None:
        """What came of `train`: its outcome, or `None` and why."""

    def on_answered(self, task: str, answer: Any, error: str) -> None:
        """What came of `answer`."""


class Dispatcher:
    """The tasks of one server. Commands return at once and are carried out while a client is connected;
    those that wait when the connection is lost are dropped, and `on_lost` is told.
    """

    def __init__(self, settings: EngineSettings, listener: Listener) -> None:
        self._settings, self._listener = settings, listener
        self._commands: SimpleQueue[Callable[[Cluster], object] | None] = SimpleQueue()
        self._future_by_task: dict[str, Future] = {}
        self._token = uuid.uuid4().hex[:8]  # tells servers on one scheduler apart
        self._count = itertools.count()
        self._task_by_name: dict[str, str] = {}  # of those that are waited for
        self._stopped: set[str] = set()
        self._thread = threading.Thread(target=self._serve, name="echoviz-dispatcher", daemon=True)
        self._thread.start()

    def train(self, task: str, subject: Subject, worker: str) -> None:
        """Have something trained under a task's name by the worker at an address, and no other: when it is
        lost, the task waits for nobody and is to be released.
        """
        name = self._make_name(task)
        arguments = ("run_training", name, subject)
        tell = self._listener.on_trained
        self._commands.put(lambda cluster: self._submit(cluster, tell, task, name, (worker,), *arguments))

    def warm_up(self, worker: str) -> None:
        """Have a worker import TensorFlow and compile; called once for each that is seen."""
        name, tell = self._make_name(f"warm-up-{worker}"), self._listener.on_warm
        work = lambda cluster: self._submit(  # noqa: E731
            cluster, tell, worker, name, (worker,), "warm_up", gives_way=cluster.embedded is not None
        )
        self._commands.put(work)

    def answer(self, question: Question, workers: tuple[str, ...]) -> None:
        """Have a question answered by one of these workers, or any of none."""
        name = self._make_name(question.task)
        arguments = ("run_question", question.name, *question.arguments)
        tell, task = self._listener.on_answered, question.task
        self._commands.put(lambda cluster: self._submit(cluster, tell, task, name, workers, *arguments))

    def stop(self, task: str) -> None:
        """Tell a training that has begun to end after the chunk of epochs at hand."""
        self._commands.put(lambda cluster: self._mark_stop(cluster.client, task))

    def release(self, task: str) -> None:
        """Let go of a task: Dask drops it unless it runs."""
        self._commands.put(lambda cluster: self._release(cluster.client, task))

    def replace(self, worker: str) -> None:
        """Kill a worker; what it had in hand is begun anew elsewhere."""
        self._commands.put(lambda cluster: cluster.replace(worker))

    def add_spares(self) -> None:
        """Bring up the workers that stand by, where they are ours."""
        self._commands.put(lambda cluster: cluster.add_spares())

    def reopen(self) -> None:
        """Begin with new workers: those that are there are too few, and no others come."""
        self._commands.put(_give_up)

    def hurry(self) -> None:
        """If the cluster is lost, try again now."""
        self._commands.put(lambda _: None)

    def close(self) -> None:
        """End the thread, and with it our own workers."""
        self._commands.put(None)
        self._thread.join(_CLOSING_S)

    # --- in the thread ----------------------------------------------------------------------------

    def _serve(self) -> None:
        is_closing = False
        while not is_closing:
            try:
                is_closing = self._open_and_carry_out()
            except Exception as error:
                self._listener.on_lost(_describe(error))
                is_closing = self._rest()

    def _open_and_carry_out(self) -> bool:
        """Serve until the end, then `True`; raises when there is no cluster, or no more."""
        from echoviz.engine.cluster import open_cluster

        with open_cluster(self._settings, self._pass_on) as cluster:
            self._listener.on_connected()
            try:
                self._carry_out_commands(cluster)
            finally:  # before the client is closed, which would end what is waited for one by one
                self._future_by_task.clear()
                self._task_by_name.clear()
                self._stopped.clear()
        return True

    def _carry_out_commands(self, cluster: Cluster) -> None:
        scheduler_id = cluster.scheduler_id
        looked = 0.0
        while True:
            with suppress(Empty):
                command = self._commands.get(timeout=LOOK_S / 2)
                if command is None:
                    return
                command(cluster)
            if time.monotonic() - looked >= LOOK_S:
                looked = time.monotonic()
                # A client that is not running looks for its scheduler itself, for longer than we wait.
                if cluster.client.status != "running" or cluster.scheduler_id != scheduler_id:
                    raise ConnectionError("the Dask scheduler is gone, or another one answers in its place")
                self._listener.on_look(cluster.look())

    def _rest(self) -> bool:
        """Wait before the next try; whether it is time to end."""
        until = time.monotonic() + RETRY_S
        while time.monotonic() < until:
            self._listener.on_look(None)
            with suppress(Empty):
                return self._commands.get(timeout=LOOK_S / 2) is None
        return False

    def _submit(
        self,
        cluster: Cluster,
        tell: Callable[[str, Any, str], None],
        task: str,
        name: str,
        workers: tuple[str, ...],
        work: str,
        *arguments: Any,
        **options: Any,
    ) -> None:
        from echoviz.engine import worker

        function, where = getattr(worker, work), list(workers) or None
        future = cluster.client.submit(function, *arguments, key=name, workers=where, **options)
        self._future_by_task[task], self._task_by_name[name] = future, task

        def on_done(done: Future) -> None:
            if self._future_by_task.get(task) is done:  # else the connection was lost, or it was let go
                tell(task, *_read_outcome(done))
                self.release(task)

        future.add_done_callback(on_done)

    def _mark_stop(self, client: Client, task: str) -> None:
        from distributed import Event

        future = self._future_by_task.get(task)
        if future is not None:
            Event(future.key, client=client).set()
            self._stopped.add(future.key)

    def _release(self, client: Client, task: str) -> None:
        from distributed import Event

        future = self._future_by_task.pop(task, None)
        if future is None:
            return
        self._task_by_name.pop(future.key, None)
        future.release()
        if future.key in self._stopped:  # the scheduler need not remember that it was told to stop
            self._stopped.discard(future.key)
            Event(future.key, client=client).clear()

    def _pass_on(self, event: dict[str, Any]) -> None:
        name = event.get("task")
        task = self._task_by_name.get(name) if name else None
        if task or not name:
            self._listener.on_event({**event, "task": task})
        elif event["what"] == "training" and name.endswith(self._token):
            self._commands.put(lambda cluster: self._end_late(cluster.client, name))

    def _end_late(self, client: Client, name: str) -> None:
        """It was let go too late to keep it from beginning."""
        from distributed import Event

        Event(name, client=client).set()

    def _make_name(self, task: str) -> str:
        """Another one for each time that it is handed to a worker."""
        return f"{task}.{next(self._count)}.{self._token}"


def _give_up(_: Cluster) -> None:
    raise ConnectionError("workers were lost, and no others came")


def _describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _read_outcome(future: Future) -> tuple[Any, str]:
    if future.status not in ("finished", "error"):
        return None, "the connection to the training workers was lost"
    try:
        return future.result(), ""
    except Exception as error:  # the task's own, or what came of reading its result
        return None, _describe(error)
