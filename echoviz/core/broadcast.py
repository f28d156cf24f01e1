"""Targets of the wrong shape: what the loss then subtracts from what, and whether Keras says a word.

The mean squared error is a mean over pairs, an answer and a target each. Of shapes that differ the pairs are
others than meant, and training minimises their mean as willingly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from echoviz.core.data import compute_sequence
from echoviz.core.layers import LSTM, Dense, Layer, Shape, TimeDistributed, output_shape
from echoviz.core.loss import align

LENGTH = 5
EPOCHS = 600
LEARNING_RATE = 0.01
SEED = 55

_MANY = (LSTM(5, True), TimeDistributed(Dense(1)))
_LAST = (LSTM(5), Dense(1))


@dataclass(frozen=True)
class BroadcastCase:
    """A model, the shape of its X, and the shape of the y that it is given.

    `meant` is the case that was meant; `None` where it is `RIGHT`. Where `is_refused`, Keras raises instead.
    """

    x_shape: Shape
    y_shape: Shape
    layers: tuple[Layer, ...] = _MANY
    meant: BroadcastCase | None = None
    is_refused: bool = False

    @property
    def right(self) -> BroadcastCase:
        """The case that was meant."""
        return self.meant or RIGHT

    @property
    def output_shape(self) -> Shape:
        """The shape of the model's answers."""
        shape = self.x_shape
        for layer in self.layers:
            shape = output_shape(layer, shape)
        return shape

    @property
    def x(self) -> np.ndarray:
        """What goes in, float32: the tutorial's numbers, for each sample anew where there are more."""
        length = int(np.prod(self.x_shape))
        numbers = compute_sequence(LENGTH if length == LENGTH else self.x_shape[1])
        return np.resize(numbers, length).astype(np.float32).reshape(self.x_shape)

    @property
    def y(self) -> np.ndarray:
        """What Keras is told to answer, float32: the same numbers, or the last one of them."""
        length = int(np.prod(self.y_shape))
        numbers = compute_sequence(LENGTH)[-1:] if length == 1 else compute_sequence(LENGTH)
        return np.resize(numbers, length).astype(np.float32).reshape(self.y_shape)


RIGHT = BroadcastCase((1, 5, 1), (1, 5, 1))
CASES: dict[str, BroadcastCase] = {
    "swapped": BroadcastCase((1, 5, 1), (1, 1, 5)),
    "right": RIGHT,
    "no-last-axis": BroadcastCase((1, 5, 1), (1, 5)),
    "one-target": BroadcastCase((1, 5, 1), (1, 1)),
    "last-only": BroadcastCase((1, 5, 1), (1, 5, 1), _LAST),
    "wide": BroadcastCase((5, 1, 1), (5, 1), (LSTM(5), Dense(5)), BroadcastCase((5, 1, 1), (5, 1), _LAST)),
    "lengths": BroadcastCase((100, 32, 1), (100, 24), is_refused=True),
    "samples": BroadcastCase((1, 5, 1), (5, 1), is_refused=True),
}
"""Each by the word that stands in a link; the first is what the page begins with."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Which answers and targets the loss subtracts.

    `grid` is bool (answers, targets), both counted in the order of their arrays; `shape` that of the array of
    differences, of which the loss is the mean of the squares.
    """

    grid: np.ndarray
    shape: Shape

    @property
    def count(self) -> int:
        """How many differences there are."""
        return int(np.prod(self.shape))

    @property
    def is_meant(self) -> bool:
        """Whether each answer meets its own target and no other."""
        return self.grid.shape[0] == self.grid.shape[1] and bool((self.grid == np.eye(len(self.grid))).all())


def compute_pairs(answer_shape: Shape, y_shape: Shape) -> Pairs | None:
    """The pairs of a loss by Keras' rules for two shapes; `None` where they do not go together."""
    answers = np.arange(int(np.prod(answer_shape))).reshape(answer_shape)
    targets = np.arange(int(np.prod(y_shape))).reshape(y_shape)
    try:
        met = np.broadcast_arrays(*align(answers, targets))
    except ValueError:
        return None
    grid = np.zeros((answers.size, targets.size), bool)
    grid[met[0].ravel(), met[1].ravel()] = True
    return Pairs(grid, met[0].shape)
