"""What a training run reports while it is under way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


_ARRAYS = ("row", "loss_epochs", "losses")


def pack_progress(progress: Progress) -> dict[str, Any]:
    """A `Progress` as a message between processes: numbers, and arrays as float32 bytes."""
    arrays = {name: getattr(progress, name).astype(np.float32).tobytes() for name in _ARRAYS}
    return {**vars(progress), **arrays}


def unpack_progress(message: Mapping[str, Any]) -> Progress:
    """The `Progress` that `pack_progress` made a message of."""
    arrays = {name: np.frombuffer(message[name], np.float32) for name in _ARRAYS}
    return Progress(**{**message, **arrays, "loss_epochs": arrays["loss_epochs"].astype(int)})
