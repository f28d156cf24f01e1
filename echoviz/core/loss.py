"""The loss is what was minimised; the echo error is what was meant."""

from __future__ import annotations

import numpy as np

LEARNED_WITHIN = 0.05
"""A model that is off by less than this, on average, prints the right numbers to one decimal."""


def compute_loss(answer: np.ndarray, y: np.ndarray) -> float:
    """Mean squared error of two arrays of any shapes that Keras accepts, as Keras computes it."""
    answer, y = align(np.asarray(answer, dtype=np.float64), np.asarray(y, dtype=np.float64))
    return float(np.mean(np.square(answer - y)))


def align(answer: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Answers and targets as Keras subtracts them.

    Where one has a last axis of size 1 that the other lacks, Keras drops it; what then differs it broadcasts,
    without a word. Source: Keras 3, `squeeze_or_expand_to_same_rank` and `MeanSquaredError`.
    """
    if answer.ndim == y.ndim + 1 and answer.shape[-1] == 1:
        return _meet(answer, y)
    if y.ndim == answer.ndim + 1 and y.shape[-1] == 1:
        y, answer = _meet(y, answer)
    return answer, y


def _meet(larger: np.ndarray, smaller: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if smaller.ndim == 1:
        return larger, smaller[:, np.newaxis]
    return larger[..., 0], smaller


def compute_echo_error(answer: np.ndarray, targets: np.ndarray) -> float:
    """How far the answers are from what ought to come out, on average: mean of the absolute differences."""
    if answer.shape != targets.shape:
        raise ValueError(
            f"answers have shape {answer.shape}, targets {targets.shape}; expected equal shapes."
        )
    return float(np.mean(np.abs(np.asarray(answer, dtype=np.float64) - targets)))
