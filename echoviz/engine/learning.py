"""One update of one weight, with what Adam remembered before it and after: a training that stops to look."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from echoviz.core.blueprint import blueprint
from echoviz.core.experiment import Experiment
from echoviz.engine.questions import STEP_AT_MOST_S
from echoviz.engine.training import LiveTraining, get_programs

_SLOWEST = 10.0
"""A worker knows nothing of this machine's pace, which the server bounds by as much."""


def compute_learning_step(until: Experiment, weight: int) -> np.ndarray:
    """The last update of a training that ends with it: float32 (2, 3), before and after the last epoch.

    Of one weight, counted along Keras' `get_weights()`: its value, then Adam's two moments, the running means
    of its gradient and of the gradient's square. No numbers where the training has diverged before.

    Raises
    ------
    ValueError
        when the model has no such weight, or training for so long is no short question.
    """
    count = blueprint(until).weight_count
    if not 0 <= weight < count:
        raise ValueError(f"weight was {weight}; expected 0 to {count - 1}.")
    return _compute_states(until)[:, :, weight]


@lru_cache(maxsize=4)  # of the largest 4 MB each: another weight of the same step is answered at once
def _compute_states(until: Experiment) -> np.ndarray:
    """Weights and moments before and after the last epoch: float32 (2, 3, weights)."""
    epoch = until.epochs - 1
    attempt = LiveTraining(until.replace(epochs=max(1, epoch)), get_programs())
    needed_s = until.epochs * attempt.epoch_s
    if needed_s > _SLOWEST * STEP_AT_MOST_S:
        raise ValueError(f"{until.epochs} epochs would take {needed_s:.1f} s; expected a short question.")
    if epoch > 0:
        attempt.run()
    before = attempt.state
    attempt.experiment = until  # one epoch more, from where it stands
    attempt.advance_chunk()
    return np.stack([before, attempt.state])
