"""The Dask tasks of one server: submitted, waited for and let go, in the dispatcher's thread."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from echoviz.core.experiment import Architecture, Experiment
from echoviz.core.run import Run

if TYPE_CHECKING:
    from distributed import Client, Future

ANCHORS = 8
"""Shapes whose worker is remembered: as many as a worker keeps compiled."""

Outcome = Callable[[str, Run | None, str], None]
"""Called in a thread of Dask's with a task's name and its run, or `None` and why there is none."""


class Tasks:
    """Futures by task, of one connection. Its random name tells several on one scheduler apart.

    The first preparation of a shape is held on to: what depends on it runs where its result lies, and the
    shape compiled. (Dask's `workers=` would say the same, but a task that is bound to a worker's address,
    however loosely, waits for ever once that worker is gone while there is no other.)
    """

    def __init__(self, on_prepared: Outcome, on_trained: Outcome) -> None:
        self._connection = uuid.uuid4().hex[:8]
        self._on_prepared, self._on_trained = on_prepared, on_trained
        self._future_by_task: dict[str, Future] = {}
        self._anchor_by_architecture: OrderedDict[Architecture, str] = OrderedDict()
        self._settled: set[str] = set()
        self._stopped: set[str] = set()

    def read_task(self, name: str) -> str | None:
        """The task that a worker's event names, if it is one of this connection's."""
        task, _, connection = name.rpartition(".")
        return task if connection == self._connection else None

    def warm_up(self, client: Client) -> list[Future]:
        """Compile the default experiment in as many tasks as there are workers: each idle one takes one.

        While there is no worker, one task waits for the first.
        """
        from echoviz.engine.worker import run_preparation

        workers = len(client.scheduler_info(n_workers=-1)["workers"])
        return [
            client.submit(
                run_preparation,
                self._name(f"warm-up-{number}"),
                Experiment(),
                key=self._name(f"warm-up-{number}"),
            )
            for number in range(max(1, workers))
        ]

    def prepare(self, client: Client, task: str, experiment: Experiment) -> None:
        """Compile a shape, where it is compiled already if it is."""
        from echoviz.engine.worker import run_preparation

        self._submit(client, run_preparation, self._on_prepared, task, experiment)
        if experiment.architecture not in self._anchor_by_architecture:
            self._anchor_by_architecture[experiment.architecture] = task
            if len(self._anchor_by_architecture) > ANCHORS:
                _, oldest = self._anchor_by_architecture.popitem(last=False)
                if oldest in self._settled:  # one under way is let go when it is done
                    self.release(oldest)

    def settle(self, task: str) -> None:
        """A preparation is done: only an anchor's future is needed any more."""
        if task in self._anchor_by_architecture.values():
            self._settled.add(task)
        else:
            self.release(task)

    def notice_preparing(self, task: str) -> None:
        """A worker prepares; if that had been done before, the worker that did it is gone."""
        if task in self._settled:
            self.release_settled()

    def release_settled(self) -> None:
        """A worker is gone, and what it had compiled: nobody need compile it all again at once."""
        for task in tuple(self._settled):
            self.release(task)

    def train(self, client: Client, task: str, experiment: Experiment) -> None:
        """Train, where the shape is compiled."""
        from echoviz.engine.worker import run_training

        self._submit(client, run_training, self._on_trained, task, experiment)

    def stop(self, client: Client, task: str) -> None:
        """Tell a training that has begun to end after the chunk of epochs at hand."""
        from distributed import Event

        Event(self._name(task), client=client).set()
        self._stopped.add(task)

    def forget_stop(self, client: Client, task: str) -> None:
        """A training has ended: if it was told to, the scheduler need not remember it."""
        from distributed import Event

        if task in self._stopped:
            self._stopped.discard(task)
            Event(self._name(task), client=client).clear()

    def release(self, task: str) -> None:
        """Let go of a task: Dask drops it unless it runs, or another one needs it."""
        self._settled.discard(task)
        for architecture, anchor in tuple(self._anchor_by_architecture.items()):
            if anchor == task:
                del self._anchor_by_architecture[architecture]
        future = self._future_by_task.pop(task, None)
        if future is not None:
            future.release()

    def _submit(
        self, client: Client, work: Callable[..., Run], on_outcome: Outcome, task: str, experiment: Experiment
    ) -> None:
        anchor = self._find_anchor(experiment.architecture)
        future = client.submit(work, self._name(task), experiment, anchor, key=self._name(task))
        self._future_by_task[task] = future
        future.add_done_callback(lambda done: on_outcome(task, *_read_outcome(done)))

    def _find_anchor(self, architecture: Architecture) -> Future | None:
        anchor = self._anchor_by_architecture.get(architecture)
        if anchor is None:
            return None
        future = self._future_by_task[anchor]
        if future.status not in ("pending", "finished"):  # cancelled when the connection broke
            self.release(anchor)
            return None
        self._anchor_by_architecture.move_to_end(architecture)
        return future

    def _name(self, task: str) -> str:
        return f"{task}.{self._connection}"


def _read_outcome(future: Future) -> tuple[Run | None, str]:
    if future.status not in ("finished", "error"):
        return None, "the connection to the training workers was lost"
    try:
        return future.result(), ""
    except Exception as error:  # the task's own, or what came of reading its result
        return None, f"{type(error).__name__}: {error}"
