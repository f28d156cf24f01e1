"""Keras' layers as plain frozen values: what shape each returns, which weights it holds, how it is written.

Nothing is allocated and no Keras is needed. Shapes are as they are passed, batch axis first.
Source: Keras documentation of each layer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import assert_never

GATES = ("i", "f", "c̃", "o")
"""Keras' order of the four blocks in every LSTM matrix: input, forget, candidate, output."""

Shape = tuple[int, ...]


@dataclass(frozen=True)
class LSTM:
    """Reads (samples, timesteps, features); hands on the last hidden state, or every one."""

    units: int
    return_sequences: bool = False


@dataclass(frozen=True)
class Dense:
    """Works on the last axis, whatever stands before it."""

    units: int


@dataclass(frozen=True)
class TimeDistributed:
    """Applies one layer, with the same weights, to every slice along the second axis."""

    layer: Dense


@dataclass(frozen=True)
class Unshared:
    """A `Dense(units)` of its own for each timestep: `EinsumDense` with a timestep axis in its kernel."""

    timesteps: int
    units: int


@dataclass(frozen=True)
class Flatten:
    """All axes but the first become one."""


@dataclass(frozen=True)
class RepeatVector:
    """Copies a vector to so many timesteps."""

    times: int


Layer = LSTM | Dense | TimeDistributed | Unshared | Flatten | RepeatVector


@dataclass(frozen=True)
class Weight:
    """One block of weights. `gate` is one of `GATES` in an LSTM, else `None`."""

    layer: str
    matrix: str
    gate: str | None
    shape: Shape

    @property
    def count(self) -> int:
        """The product of `shape`."""
        return math.prod(self.shape)


def output_shape(layer: Layer, shape: Shape) -> Shape:
    """The shape that a layer returns for an input of `shape`."""
    match layer:
        case LSTM(units, return_sequences):
            return (*shape[:2], units) if return_sequences else (shape[0], units)
        case Dense(units):
            return (*shape[:-1], units)
        case TimeDistributed(inner):
            steps = output_shape(inner, (shape[0], *shape[2:]))
            return (steps[0], shape[1], *steps[1:])
        case Unshared(timesteps, units):
            return (shape[0], timesteps, units)
        case Flatten():
            return (shape[0], math.prod(shape[1:]))
        case RepeatVector(times):
            return (shape[0], times, *shape[1:])
        case _:
            assert_never(layer)


def weights_of(layer: Layer, shape: Shape) -> tuple[Weight, ...]:
    """The blocks of weights of a layer that reads `shape`, in the order of Keras' `get_weights()`.

    An LSTM's three matrices come gate by gate. A wrapper has none of its own.
    """
    name = name_of(layer)
    match layer:
        case LSTM(units):
            blocks = {"kernel": (shape[-1], units), "recurrent kernel": (units, units), "bias": (units,)}
            return tuple(
                Weight(name, matrix, gate, block) for matrix, block in blocks.items() for gate in GATES
            )
        case Dense(units):
            return (Weight(name, "kernel", None, (shape[-1], units)), Weight(name, "bias", None, (units,)))
        case TimeDistributed(inner):
            return tuple(
                Weight(name, weight.matrix, weight.gate, weight.shape)
                for weight in weights_of(inner, (shape[0], *shape[2:]))
            )
        case Unshared(timesteps, units):
            kernel = (timesteps, shape[-1], units)
            return (Weight(name, "kernel", None, kernel), Weight(name, "bias", None, (timesteps, units)))
        case Flatten() | RepeatVector():
            return ()
        case _:
            assert_never(layer)


def name_of(layer: Layer) -> str:
    """A layer's name without its sizes: "LSTM", "TimeDistributed(Dense)"."""
    match layer:
        case TimeDistributed(inner):
            return f"TimeDistributed({name_of(inner)})"
        case Unshared():
            return "EinsumDense"
        case _:
            return type(layer).__name__


def code_of(layer: Layer) -> str:
    """A layer as it is written in a Keras script, without `keras.layers.` before it."""
    match layer:
        case LSTM(units, return_sequences):
            return f"LSTM({units}, return_sequences=True)" if return_sequences else f"LSTM({units})"
        case Dense(units):
            return f"Dense({units})"
        case TimeDistributed(inner):
            return f"TimeDistributed({code_of(inner)})"
        case Unshared(timesteps, units):
            return f'EinsumDense("btn,tno->bto", output_shape=({timesteps}, {units}), bias_axes="to")'
        case Flatten():
            return "Flatten()"
        case RepeatVector(times):
            return f"RepeatVector({times})"
        case _:
            assert_never(layer)
