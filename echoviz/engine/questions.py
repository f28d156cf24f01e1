"""Short questions to Keras: pure, answered once by a worker, and remembered.

A training is long, watched and stoppable. Questions are a closed list: no message names what is called.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from echoviz.core.blueprint import blueprint
from echoviz.core.data import make_shown
from echoviz.core.experiment import Experiment
from echoviz.core.run import Run

KEPT_BYTES, PENDING_AT_MOST = 1_000_000, 256
"""Memory for answers, 12 of the largest models' weights or 1 700 of the default's; and open questions."""


RESTS_S = 5.0


class _Rest(NamedTuple):
    until_s: float
    rested_s: float


class Question(NamedTuple):
    """`task` is the same for the same answer; `name` is one of `ANSWERS`, which is given `arguments`."""

    task: str
    name: str
    arguments: tuple[Any, ...]


def ask_initial_row(experiment: Experiment) -> Question:
    """The weights that the experiment's Keras model starts with: float32 (weights,)."""
    start = experiment.replace(
        epochs=1, learning_rate=0.001, delay=0, sequences=1
    )  # nothing of it matters yet
    return Question(f"initial-row-{start.key}", "initial-row", (start,))


def ask_keras_answer(run: Run) -> Question:
    """What Keras itself answers to the drawn sequence with a run's last weights: the shape of the answer."""
    return Question(f"keras-answer-{run.identity}", "keras-answer", (run.experiment, run.rows[-1]))


def _keras() -> Any:
    from echoviz.engine import keras_layers  # imports TensorFlow: seconds

    return keras_layers


ANSWERS: dict[str, Callable[..., np.ndarray]] = {
    "initial-row": lambda start: _keras().compute_initial_row(blueprint(start.checked()), start.seed),
    "keras-answer": lambda of, row: _keras().compute_keras_answer(of.checked(), row, make_shown(of).x),
}


class Questions:
    """What was asked and not answered yet, and the latest answers; without a thread or a cluster.

    What could not be answered rests for `RESTS_S` before it is asked again, and twice as long each time.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pending: set[str] = set()
        self._rests: OrderedDict[str, _Rest] = OrderedDict()
        self._answer_by_task: OrderedDict[str, np.ndarray] = OrderedDict()

    def find(self, question: Question) -> np.ndarray | None:
        return self._answer_by_task.get(question.task)

    def add(self, question: Question) -> bool:
        """Whether the question is new and must be put to a worker; not if too many are open already."""
        is_known = question.task in self._pending or question.task in self._answer_by_task
        rest = self._rests.get(question.task)
        is_resting = rest is not None and self._clock() < rest.until_s
        if is_known or is_resting or len(self._pending) >= PENDING_AT_MOST:
            return False
        self._pending.add(question.task)
        return True

    def finish(self, task: str, answer: np.ndarray | None) -> None:
        """A worker has answered; `None` if it could not: it may be asked again."""
        self._pending.discard(task)
        rest = self._rests.pop(task, None)
        if answer is not None:
            self._answer_by_task[task] = answer
        else:
            rested_s = 2 * rest.rested_s if rest else RESTS_S
            self._rests[task] = _Rest(self._clock() + rested_s, rested_s)
        while len(self._rests) > PENDING_AT_MOST:
            self._rests.popitem(last=False)
        while sum(kept.nbytes for kept in self._answer_by_task.values()) > KEPT_BYTES:
            self._answer_by_task.popitem(last=False)

    def give_up(self) -> None:
        self._pending.clear()
