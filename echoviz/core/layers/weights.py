"""Which weights each layer holds, block by block, in Keras' order."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from echoviz.core.layers.code import name_of
from echoviz.core.layers.shapes import slice_shape
from echoviz.core.layers.values import (
    GRU,
    LSTM,
    Bidirectional,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    Layer,
    LayerNormalization,
    Masking,
    MaxPooling1D,
    MaxPooling2D,
    Recurrent,
    RepeatVector,
    Reshape,
    Shape,
    SimpleRNN,
    TimeDistributed,
    Unshared,
)

GATES = ("i", "f", "c̃", "o")
"""Keras' order of the four blocks in every LSTM matrix: input, forget, candidate, output."""
GRU_GATES = ("z", "r", "h̃")
"""Keras' order of the three blocks in every GRU matrix: update, reset, candidate."""


@dataclass(frozen=True)
class Weight:
    """One block of weights. `gate` is one of `GATES` in an LSTM, of `GRU_GATES` in a GRU, else `None`."""

    layer: str
    matrix: str
    gate: str | None
    shape: Shape

    @property
    def count(self) -> int:
        """The product of `shape`."""
        return math.prod(self.shape)


def weights_of(layer: Layer, shape: Shape) -> tuple[Weight, ...]:
    """The blocks of weights of a layer that reads `shape`, in the order of Keras' `get_weights()`.

    A recurrent layer's matrices come gate by gate. A wrapper has no weights of its own.
    """
    name = name_of(layer)
    match layer:
        case LSTM() | GRU() | SimpleRNN():
            return _list_recurrent(layer, shape[-1])
        case Bidirectional(inner):
            return tuple(
                Weight(name, f"{direction} {weight.matrix}", weight.gate, weight.shape)
                for direction in ("forward", "backward")
                for weight in _list_recurrent(inner, shape[-1])
            )
        case TimeDistributed(inner):
            return tuple(
                Weight(name, weight.matrix, weight.gate, weight.shape)
                for weight in weights_of(inner, slice_shape(shape))
            )
        case Dense(units):
            return _list_blocks(name, {"kernel": (shape[-1], units), "bias": (units,)})
        case Unshared(timesteps, units):
            kernel = (timesteps, shape[-1], units)
            return _list_blocks(name, {"kernel": kernel, "bias": (timesteps, units)})
        case LayerNormalization():
            return _list_blocks(name, {"gamma": (shape[-1],), "beta": (shape[-1],)})
        case Conv1D(filters, size):
            return _list_blocks(name, {"kernel": (size, shape[-1], filters), "bias": (filters,)})
        case Conv2D(filters, sizes):
            return _list_blocks(name, {"kernel": (*sizes, shape[-1], filters), "bias": (filters,)})
        case (
            Flatten()
            | RepeatVector()
            | Reshape()
            | Dropout()
            | Masking()
            | MaxPooling1D()
            | MaxPooling2D()
            | GlobalAveragePooling1D()
            | GlobalAveragePooling2D()
        ):
            return ()
        case _:
            assert_never(layer)


def gates_of(layer: Recurrent) -> tuple[str | None, ...]:
    """The names of the blocks that stand side by side in each matrix of a recurrent layer."""
    match layer:
        case LSTM():
            return GATES
        case GRU():
            return GRU_GATES
        case SimpleRNN():
            return (None,)
        case _:
            assert_never(layer)


def _list_recurrent(layer: Recurrent, features: int) -> tuple[Weight, ...]:
    units, name = layer.units, name_of(layer)
    blocks = {"kernel": (features, units), "recurrent kernel": (units, units), "bias": (units,)}
    if isinstance(layer, GRU) and layer.reset_after:
        blocks["recurrent bias"] = (units,)  # Keras keeps it as the second row of the bias
    return tuple(
        Weight(name, matrix, gate, block) for matrix, block in blocks.items() for gate in gates_of(layer)
    )


def _list_blocks(name: str, blocks: Mapping[str, Shape]) -> tuple[Weight, ...]:
    return tuple(Weight(name, matrix, None, shape) for matrix, shape in blocks.items())
