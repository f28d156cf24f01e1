"""The Dask tasks of one server: submitted, waited for and let go, in the dispatcher's thread."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from echoviz.core.experiment import Experiment
from echoviz.engine.questions import Question

if TYPE_CHECKING:
    from distributed import Client, Future

Outcome = Callable[[str, Any, str], None]
"""Called in a thread of Dask's with a task's name and its result, or `None` and why there is none."""


class Tasks:
    """Futures by task, of one connection. Its random name tells several on one scheduler apart."""

    def __init__(self, client: Client, on_trained: Outcome, on_answered: Outcome) -> None:
        self._client = client
        self._connection = uuid.uuid4().hex[:8]
        self._on_trained, self._on_answered = on_trained, on_answered
        self._future_by_task: dict[str, Future] = {}
        self._stopped: set[str] = set()

    def read_task(self, name: str) -> str | None:
        """The task that a worker's event names, if it is one of this connection's."""
        task, _, connection = name.rpartition(".")
        return task if connection == self._connection else None

    def warm_up(self) -> list[Future]:
        """Have each worker compile the largest programs; while there is no worker, wait for the first."""
        from echoviz.engine.worker import warm_up

        workers = [*self._client.scheduler_info(n_workers=-1)["workers"]]
        if not workers:
            return [self._client.submit(warm_up, key=self._name("warm-up"))]
        return [
            self._client.submit(warm_up, key=self._name(f"warm-up-{place}"), workers=[worker])
            for place, worker in enumerate(workers)
        ]

    def train(self, task: str, experiment: Experiment) -> None:
        from echoviz.engine.worker import run_training

        self._submit(self._on_trained, task, run_training, self._name(task), experiment)

    def answer(self, question: Question) -> None:
        from echoviz.engine.worker import run_question

        self._submit(
            self._on_answered, question.task, run_question, question.name, *question.arguments
        )

    def stop(self, task: str) -> None:
        """Tell a training that has begun to end after the chunk of epochs at hand."""
        from distributed import Event

        Event(self._name(task), client=self._client).set()
        self._stopped.add(task)

    def release(self, task: str) -> None:
        """Let go of a task: Dask drops it unless it runs. If it was told to stop, nobody need remember."""
        from distributed import Event

        future = self._future_by_task.pop(task, None)
        if future is not None:
            future.release()
        if task in self._stopped:
            self._stopped.discard(task)
            Event(self._name(task), client=self._client).clear()

    def _submit(
        self, on_outcome: Outcome, task: str, work: Callable[..., Any], *arguments: Any
    ) -> None:
        future = self._client.submit(work, *arguments, key=self._name(task))
        self._future_by_task[task] = future
        future.add_done_callback(lambda done: on_outcome(task, *_read_outcome(done)))

    def _name(self, task: str) -> str:
        return f"{task}.{self._connection}"


def _read_outcome(future: Future) -> tuple[Any, str]:
    if future.status not in ("finished", "error"):
        return None, "the connection to the training workers was lost"
    try:
        return future.result(), ""
    except Exception as error:  # the task's own, or what came of reading its result
        return None, f"{type(error).__name__}: {error}"
