"""Which of many values to draw, so that no peak and no valley is lost."""

from __future__ import annotations

import itertools

import numpy as np


def thin(values: np.ndarray, at_most: int, *, log_spaced: bool = False) -> np.ndarray:
    """Which of `values` to draw: first and last, and the lowest and highest of each stretch.

    The stretches are equally long, or grow as their places do. Returns ascending positions, at most `at_most`
    of them; all of them when there are no more.
    """
    count = len(values)
    if count <= at_most:
        return np.arange(count)
    stretches = at_most // 2 - 1
    edges = np.geomspace(1, count, stretches + 1) if log_spaced else np.linspace(1, count, stretches + 1)
    bounds = np.unique(edges.astype(int)) - 1
    kept = {0, count - 1}
    for start, stop in itertools.pairwise(bounds.tolist()):
        stretch = values[start : stop + (stop == count - 1)]
        kept |= {start + int(np.argmin(stretch)), start + int(np.argmax(stretch))}
    return np.array(sorted(kept))
