"""How large a compiled program is: the few sizes that all experiments share, and what an epoch costs in each.

A program of one size trains every experiment that fits into it. No TensorFlow here: the server estimates too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from echoviz.core.blueprint import blueprint
from echoviz.core.experiment import FIELD_BY_NAME, Experiment, Number


def _maximum(name: str) -> int:
    field = FIELD_BY_NAME[name]
    assert isinstance(field, Number)
    return int(field.maximum)


MAX_LENGTH, MAX_NEURONS, MAX_EPOCHS = (_maximum(name) for name in ("length", "neurons", "epochs"))
MAX_SEQUENCES = _maximum("sequences")
SAMPLES_AT_A_TIME = 16
"""Samples of one timestep that are trained at a time; sequences are trained one by one. XLA's loops multiply a
matrix with one vector faster than with sixteen: 2.9 µs a sequence of 5 × 16 against 6.8."""


class Size(NamedTuple):
    """What a program has room for.

    Attributes
    ----------
    timesteps : of one sequence; with 1, `SAMPLES_AT_A_TIME` samples go through at a time
    neurons : LSTM units
    is_flat : whether every answer reads all hidden states, so that the head is timesteps times as large
    """

    timesteps: int
    neurons: int
    is_flat: bool = False

    @property
    def samples(self) -> int:
        """How many samples go through at a time."""
        return SAMPLES_AT_A_TIME if self.timesteps == 1 else 1

    @property
    def slices(self) -> int:
        """How many times as many samples there may be."""
        samples = MAX_SEQUENCES * (MAX_LENGTH if self.timesteps == 1 else 1)
        return samples // self.samples

    @property
    def weights(self) -> int:
        """Weights of the LSTM and the head."""
        head = self.timesteps * self.neurons * (self.timesteps if self.is_flat else 1) + self.timesteps
        return 4 * self.neurons * (2 + self.neurons) + head

    def fits(self, need: Size) -> bool:
        """Whether a model of size `need` can be trained inside this one."""
        is_same_kind = (self.timesteps == 1, self.is_flat) == (need.timesteps == 1, need.is_flat)
        return is_same_kind and self.timesteps >= need.timesteps and self.neurons >= need.neurons


LARGEST = (Size(1, MAX_NEURONS), Size(MAX_LENGTH, MAX_NEURONS))
"""What workers compile before they say that they are ready: all but flattened models fit into these."""
_SMALLER = (
    (5, 8),
    (1, 16),
    (20, 16),
    (5, 16),
    (MAX_LENGTH, 32),
    (20, MAX_NEURONS),
    (20, 32),
    (5, MAX_NEURONS),
)
SIZES = (*LARGEST, *(Size(*size) for size in _SMALLER))
"""These and, behind them, the smaller ones: 0.4 to 0.8 s and about 13 MB each."""
FLAT_SIZES = tuple(
    Size(*size, is_flat=True) for size in ((5, 8), (20, 16), (20, 64), (MAX_LENGTH, MAX_NEURONS))
)
"""What is compiled when it is first asked for."""


@lru_cache(maxsize=1024)
def measure_need(experiment: Experiment) -> Size:
    """The size of an experiment's own model."""
    shape = blueprint(experiment)
    timesteps = 1 + max(lane.step for lane in shape.lanes)
    return Size(timesteps, experiment.neurons, is_flat=shape.rows > experiment.neurons)


@lru_cache(maxsize=1024)
def count_slices(experiment: Experiment, timesteps: int) -> int:
    """How many times a program of so many timesteps must be gone through for one epoch."""
    samples = blueprint(experiment).tensors[0].shape[0]
    return math.ceil(samples / Size(timesteps, 1).samples)


def tighten(experiment: Experiment) -> Size:
    """The size of a program for one long training: neurons in eights, as processors take them."""
    need = measure_need(experiment)
    return need._replace(neurons=8 * math.ceil(need.neurons / 8))


def rate_epoch_us(size: Size) -> float:
    """Microseconds of an epoch of one slice on one core of 2024, within a third of what was measured.

    Matrix times vector, for each timestep, which grows faster once the weights leave the nearest cache; then
    Adam, for each weight.
    """
    cells = size.timesteps * size.neurons / 32 * (1 + 0.8 * (size.neurons / 64) ** 4)
    if size.timesteps == 1:
        cells *= 8
    return 0.5 + cells + size.weights * (3e-3 if size.is_flat else 1e-3)


def choose_size(experiment: Experiment, sizes: Iterable[Size]) -> Size | None:
    """The quickest of some sizes into which the experiment fits."""
    need = measure_need(experiment)
    return min((size for size in sizes if size.fits(need)), key=rate_epoch_us, default=None)


def estimate_epoch_s(experiment: Experiment, size: Size) -> float:
    """Seconds of one epoch of an experiment in a program of this size, on that core."""
    return rate_epoch_us(size) * count_slices(experiment, size.timesteps) / 1e6
