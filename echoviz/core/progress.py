"""What a training run reports while it is under way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Progress:
    """The state of a run between two chunks of epochs.

    `epoch` of `epochs` are done; `loss` is the mean squared error of `predictions`;
    `predictions` are float32 (length,); `weights` are Keras' `get_weights()` at this moment;
    `elapsed_s` counts training only.
    """

    epoch: int
    epochs: int
    loss: float
    predictions: np.ndarray
    weights: tuple[np.ndarray, ...]
    elapsed_s: float

    @property
    def left_s(self) -> float | None:
        """Seconds still needed at the pace so far; `None` before the first epoch."""
        return self.elapsed_s / self.epoch * (self.epochs - self.epoch) if self.epoch else None
