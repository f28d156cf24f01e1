"""All weights of a model in one row, and the same as Keras' matrices."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from echoviz.core.layers import Shape


def split_row(row: np.ndarray, shapes: Sequence[Shape]) -> tuple[np.ndarray, ...]:
    """A row of weights as the arrays of Keras' `get_weights()`: views, nothing is copied.

    Raises `ValueError` when the row has another size than the shapes have together.
    """
    sizes = [math.prod(shape) for shape in shapes]
    if row.shape != (sum(sizes),):
        raise ValueError(f"the row of weights has shape {row.shape}; expected ({sum(sizes)},).")
    ends = np.cumsum(sizes)[:-1]
    return tuple(part.reshape(shape) for part, shape in zip(np.split(row, ends), shapes, strict=True))


def join_weights(matrices: Iterable[np.ndarray]) -> np.ndarray:
    """Keras' `get_weights()` as one row, float32."""
    return np.concatenate([np.ravel(matrix) for matrix in matrices]).astype(np.float32)
