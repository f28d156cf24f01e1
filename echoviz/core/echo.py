"""The echo problem: the numbers that go in must come out again."""

from __future__ import annotations

from typing import NamedTuple, assert_never

import numpy as np

from echoviz.core.experiment import Framing


class Problem(NamedTuple):
    """Input and target arrays, float32, batch axis first, as they are passed to Keras."""

    x: np.ndarray
    y: np.ndarray


def compute_sequence(length: int) -> np.ndarray:
    """`0/length, 1/length, …`: float64 of shape (length,)."""
    return np.arange(length) / length


def arrange_input(framing: Framing, sequence: np.ndarray) -> np.ndarray:
    """The same cells as samples × timesteps × features, float32.

    One-to-one: (length, 1, 1). Many-to-one and many-to-many: (1, length, 1).
    """
    shape = (-1, 1, 1) if framing is Framing.ONE_TO_ONE else (1, -1, 1)
    return np.asarray(sequence, dtype=np.float32).reshape(shape)


def arrange_target(framing: Framing, sequence: np.ndarray) -> np.ndarray:
    """The same cells as the framing's target, float32.

    One-to-one: (length, 1). Many-to-one: (1, length). Many-to-many: (1, length, 1).
    """
    match framing:
        case Framing.ONE_TO_ONE:
            shape: tuple[int, ...] = (-1, 1)
        case Framing.MANY_TO_ONE:
            shape = (1, -1)
        case Framing.MANY_TO_MANY:
            shape = (1, -1, 1)
        case _:
            assert_never(framing)
    return np.asarray(sequence, dtype=np.float32).reshape(shape)


def compute_problem(framing: Framing, length: int) -> Problem:
    """Input and target of the echo problem in one framing."""
    sequence = compute_sequence(length)
    return Problem(arrange_input(framing, sequence), arrange_target(framing, sequence))
