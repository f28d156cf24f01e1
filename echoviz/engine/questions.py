"""Short questions to Keras: pure, answered once by a worker, and remembered.

A training is long, watched and stoppable; a question is none of it. There is a closed list of them, `ANSWERS`,
so no message from outside names what is called.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from echoviz.core.data import make_shown
from echoviz.core.experiment import Experiment
from echoviz.core.run import Run

KEPT_BYTES = 8_000_000
"""Memory for answers on the server: 12 of the largest models' weights, or 10 000 of the default's."""
PENDING_AT_MOST = 256


def answer_initial_row(experiment: Experiment) -> np.ndarray:
    """The weights that the experiment's Keras model starts with: float32 (weights,)."""
    from echoviz.engine.keras_layers import compute_initial_row

    return compute_initial_row(experiment.checked())


def answer_shown(experiment: Experiment, row: np.ndarray) -> np.ndarray:
    """What Keras layers of exactly the experiment's size answer to the shown sequence with a row of weights."""
    from echoviz.engine.keras_layers import compute_keras_answer

    return compute_keras_answer(experiment.checked(), row, make_shown(experiment).x)


ANSWERS: dict[str, Callable[..., np.ndarray]] = {"initial-row": answer_initial_row, "shown": answer_shown}


class Question(NamedTuple):
    """`task` names it once and for all: the same task has the same answer. `name` is one of `ANSWERS`."""

    task: str
    name: str
    arguments: tuple[Any, ...]


def ask_initial_row(experiment: Experiment) -> Question:
    """Epochs and learning rate decide nothing before the first epoch."""
    start = experiment.replace(epochs=1, learning_rate=0.001, delay=0)
    return Question(f"initial-row-{start.key}", "initial-row", (start,))


def ask_shown(training: str, run: Run) -> Question:
    """Keras' own answer for a run, which is named by its training's task."""
    return Question(f"shown-{training}", "shown", (run.experiment, run.rows[-1]))


class Questions:
    """What was asked and not answered yet, and the answers used last; without a thread or a cluster."""

    def __init__(self) -> None:
        self._pending: set[str] = set()
        self._answer_by_task: OrderedDict[str, np.ndarray] = OrderedDict()

    def find(self, question: Question) -> np.ndarray | None:
        """The answer, if it is known."""
        return self._answer_by_task.get(question.task)

    def add(self, question: Question) -> bool:
        """Whether the question is new and must be put to a worker; not if too many are open already."""
        is_new = question.task not in self._pending and question.task not in self._answer_by_task
        if not is_new or len(self._pending) >= PENDING_AT_MOST:
            return False
        self._pending.add(question.task)
        return True

    def finish(self, task: str, answer: np.ndarray | None) -> None:
        """A worker has answered; `None` if it could not: it may be asked again."""
        self._pending.discard(task)
        if answer is not None:
            self._answer_by_task[task] = answer
        total = sum(kept.nbytes for kept in self._answer_by_task.values())
        while total > KEPT_BYTES:
            total -= self._answer_by_task.popitem(last=False)[1].nbytes

    def give_up(self) -> None:
        """There is nobody to answer: whoever asks again begins again."""
        self._pending.clear()
