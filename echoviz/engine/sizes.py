"""How large a compiled program is: the few sizes that all experiments share, and what an epoch costs in each.

A program of one size trains every experiment that fits into it. No TensorFlow here: the server estimates too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from echoviz.core.blueprint import blueprint
from echoviz.core.experiment import FIELD_BY_NAME, Experiment

MAX_LENGTH, MAX_NEURONS, MAX_EPOCHS, MAX_SEQUENCES = (
    int(FIELD_BY_NAME[name].maximum)  # type: ignore[union-attr]  # numbers, all of them
    for name in ("length", "neurons", "epochs", "sequences")
)
SAMPLES_AT_A_TIME = 16
"""Samples of one timestep that are trained at a time; sequences are trained one by one. XLA's loops like one
vector better than many: a sequence of 5 × 16 takes 2.9 µs, and 6.8 with sixteen at a time."""


class Size(NamedTuple):
    """What a program has room for; `is_flat`: each answer reads all hidden states, with weights for each."""

    timesteps: int
    neurons: int
    is_flat: bool = False

    @property
    def samples(self) -> int:
        return SAMPLES_AT_A_TIME if self.timesteps == 1 else 1

    @property
    def slices(self) -> int:
        """How many times `samples` there may be in all."""
        return MAX_SEQUENCES * (MAX_LENGTH if self.timesteps == 1 else 1) // self.samples

    @property
    def weights(self) -> int:
        """Weights of the LSTM and the head."""
        head = self.timesteps * self.neurons * (self.timesteps if self.is_flat else 1) + self.timesteps
        return 4 * self.neurons * (2 + self.neurons) + head

    @property
    def epoch_us(self) -> float:
        """Microseconds of an epoch of one slice, on one core of 2024 and within a third of what was measured.

        Matrix times vector at each timestep, slower once the weights leave the nearest cache; Adam for each.
        """
        cells = self.timesteps * self.neurons / 32 * (1 + 0.8 * (self.neurons / 64) ** 4)
        return (
            0.5 + cells * (8 if self.timesteps == 1 else 1) + self.weights * (3e-3 if self.is_flat else 1e-3)
        )

    def fits(self, need: Size) -> bool:
        """Whether a model of size `need` can be trained inside this one."""
        is_same_kind = (self.timesteps == 1, self.is_flat) == (need.timesteps == 1, need.is_flat)
        return is_same_kind and self.timesteps >= need.timesteps and self.neurons >= need.neurons


LARGEST = (Size(1, 64), Size(50, 64))
"""What workers compile before they say that they are ready: all but flattened models fit into these."""
_SMALLER = ((5, 8), (1, 16), (20, 16), (5, 16), (50, 32), (20, 64), (20, 32), (5, 64), (50, 48))
SIZES = (*LARGEST, *(Size(*size) for size in _SMALLER))
"""These and, behind them, the smaller ones: 0.4 to 0.8 s and about 13 MB each."""
FLAT_SIZES = tuple(Size(*size, is_flat=True) for size in ((5, 8), (20, 16), (20, 64), (50, 64)))
"""What is compiled when it is first asked for."""


@lru_cache(maxsize=64)
def measure_need(experiment: Experiment) -> Size:
    """The size of an experiment's own model."""
    shape = blueprint(experiment)
    timesteps = 1 + max(lane.step for lane in shape.lanes)
    return Size(timesteps, experiment.neurons, is_flat=shape.rows > experiment.neurons)


def choose_size(experiment: Experiment, sizes: Iterable[Size]) -> Size | None:
    """The quickest of some sizes into which the experiment fits."""
    need = measure_need(experiment)
    return min((size for size in sizes if size.fits(need)), key=lambda size: size.epoch_us, default=None)


def count_slices(experiment: Experiment, size: Size) -> int:
    """How many times a program of this size is gone through for one epoch."""
    return math.ceil(blueprint(experiment).tensors[0].shape[0] / size.samples)


def estimate_epoch_s(experiment: Experiment, size: Size) -> float:
    """Seconds of one epoch in a program of this size, as `epoch_us` counts them."""
    return size.epoch_us * count_slices(experiment, size) / 1e6
