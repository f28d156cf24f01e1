"""What a training run reports while it is under way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Progress:
    """The state of a run between two chunks of epochs.

    `epoch` of `epochs` are done; `loss` is that of the weights at this moment, which stand in `row`: Keras'
    `get_weights()` flattened and joined, float32 (weights,). `elapsed_s` counts training only.
    `losses` are those of the weights after `loss_epochs` epochs so far, thinned where there are many.
    """

    epoch: int
    epochs: int
    loss: float
    row: np.ndarray
    elapsed_s: float
    loss_epochs: np.ndarray
    losses: np.ndarray

    @property
    def left_s(self) -> float | None:
        """Seconds still needed at the pace so far; `None` before the first epoch."""
        return self.elapsed_s / self.epoch * (self.epochs - self.epoch) if self.epoch else None
