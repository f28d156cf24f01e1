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
from echoviz.core.broadcast import CASES
from echoviz.core.course import Courses
from echoviz.core.data import make_shown
from echoviz.core.experiment import Experiment
from echoviz.core.framing import CUTS, DEFAULT_FRAMING
from echoviz.core.run import Run

KEPT_BYTES, PENDING_AT_MOST = 1_000_000, 256
"""Memory for answers, 12 of the largest models' weights or 1 300 of the default's; and open questions."""
_KEPT_WITH_EACH = 200
"""Bytes that an answer takes beside its numbers: its name, and what Python keeps of any array."""
STEP_AT_MOST_S = 1.0
"""No question trains for longer, as the server estimates it."""
AT_MOST = {"learning-step": 16}
"""Open questions that train are fewer: those without which a page stays empty are soon answered."""


EPOCHS_AT_MOST, STEPS_AT_MOST = 2000, 2_000_000
"""A question is answered within a second or two; steps are epochs × timesteps × neurons, of each head."""
RESTS_S = 5.0

Answer = np.ndarray | Courses


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


def ask_learning_step(experiment: Experiment, epoch: int, weight: int) -> Question:
    """What the update after `epoch` epochs does to one weight, and Adam's memory of it: float32 (2, 3).

    `epoch` is less than the experiment's epochs; `weight` counts along Keras' `get_weights()`.
    """
    until = experiment.replace(epochs=epoch + 1)  # how long it goes on afterwards changes nothing
    return Question(f"learning-step-{until.key}-{weight}", "learning-step", (until, weight))


def ask_heads(experiment: Experiment) -> Question:
    """Every head of the experiment's framing, trained from weights that answer the same: `Courses`."""
    start = bound_heads(experiment)
    return Question(f"heads-{start.key}", "heads", (start,))


def bound_heads(experiment: Experiment) -> Experiment:
    """What is trained with every head: a framing that has several, and so little that it is a question."""
    framing = experiment.framing if len(CUTS[experiment.framing].heads) > 1 else DEFAULT_FRAMING
    most = STEPS_AT_MOST // (experiment.length * experiment.neurons)
    epochs = min(experiment.epochs, EPOCHS_AT_MOST, most)
    head = CUTS[framing].heads[0]
    return experiment.checked().replace(framing=framing, head=head, sequences=1, epochs=epochs)


def ask_dense_alone(experiment: Experiment) -> Question:
    """The experiment's numbers given to a Dense layer without an LSTM: `Courses` of one."""
    alone = bound_dense_alone(experiment)
    return Question(f"dense-alone-{alone.key}", "dense-alone", (alone,))


def bound_dense_alone(experiment: Experiment) -> Experiment:
    """What of an experiment matters to a Dense layer alone, and so little that it is a question."""
    head = CUTS[experiment.framing].heads[0]
    epochs = min(experiment.epochs, EPOCHS_AT_MOST)
    return experiment.checked().replace(head=head, neurons=5, epochs=epochs)


def ask_broadcast(case: str) -> Question:
    """A case of targets of some shape beside what was meant: `Courses` of two, or of none with a refusal.

    Raises `ValueError` for a case that is not in `CASES`.
    """
    if case not in CASES:
        raise ValueError(f"case was {case[:32]!r}; expected one of {', '.join(CASES)}.")
    return Question(f"broadcast-{case}", "broadcast", (case,))


def _keras() -> Any:
    from echoviz.engine import keras_layers  # imports TensorFlow: seconds

    return keras_layers


def _learning() -> Any:
    from echoviz.engine import learning  # it trains, so it imports TensorFlow as well

    return learning


def _comparisons() -> Any:
    from echoviz.engine import comparisons  # imports TensorFlow, too

    return comparisons


ANSWERS: dict[str, Callable[..., Answer]] = {
    "initial-row": lambda start: _keras().compute_initial_row(blueprint(start.checked()), start.seed),
    "keras-answer": lambda of, row: _keras().compute_keras_answer(of.checked(), row, make_shown(of).x),
    "learning-step": lambda until, weight: _learning().compute_learning_step(until.checked(), weight),
    "heads": lambda start: _comparisons().compute_heads(bound_heads(start)),
    "dense-alone": lambda of: _comparisons().compute_dense_alone(bound_dense_alone(of)),
    "broadcast": lambda case: _comparisons().compute_broadcast(case),
}


class Questions:
    """What was asked and not answered yet, and the latest answers; without a thread or a cluster.

    What could not be answered rests for `RESTS_S` before it is asked again, and twice as long each time.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._name_by_pending: dict[str, str] = {}
        self._rests: OrderedDict[str, _Rest] = OrderedDict()
        self._answer_by_task: OrderedDict[str, Answer] = OrderedDict()

    def find(self, question: Question) -> Answer | None:
        return self._answer_by_task.get(question.task)

    def is_pending(self, question: Question) -> bool:
        return question.task in self._name_by_pending

    def add(self, question: Question) -> bool:
        """Whether the question is new and must be put to a worker; not if too many are open already."""
        pending = self._name_by_pending
        is_known = question.task in pending or question.task in self._answer_by_task
        rest = self._rests.get(question.task)
        is_resting = rest is not None and self._clock() < rest.until_s
        of_its_kind = sum(name == question.name for name in pending.values())
        most = AT_MOST.get(question.name, PENDING_AT_MOST)
        has_room = len(pending) < PENDING_AT_MOST and of_its_kind < most
        if is_known or is_resting or not has_room:
            return False
        pending[question.task] = question.name
        return True

    def finish(self, task: str, answer: Answer | None) -> None:
        """A worker has answered; `None` if it could not: it may be asked again."""
        self._name_by_pending.pop(task, None)
        rest = self._rests.pop(task, None)
        if answer is not None:
            self._answer_by_task[task] = answer
        else:
            rested_s = 2 * rest.rested_s if rest else RESTS_S
            self._rests[task] = _Rest(self._clock() + rested_s, rested_s)
        while len(self._rests) > PENDING_AT_MOST:
            self._rests.popitem(last=False)
        while sum(kept.nbytes + _KEPT_WITH_EACH for kept in self._answer_by_task.values()) > KEPT_BYTES:
            self._answer_by_task.popitem(last=False)

    def give_up(self) -> None:
        self._name_by_pending.clear()
