"""What each axis counts, and what a layer does to the axes: the words of a drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import assert_never

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
    RepeatVector,
    Reshape,
    Shape,
    SimpleRNN,
    TimeDistributed,
    Unshared,
)

Axes = tuple[str, ...]
_STEPS = ("timestep", "inner timestep", "third timestep", "fourth timestep", "fifth timestep")
"""Names of the axes that wrappers and recurrent layers walk along, from the outermost in."""


class Effect(StrEnum):
    """What a layer does to the axes, beside reading them."""

    LAST_STEP = "last-step"
    """only the last timestep's hidden state goes on, the others are cut off"""
    EVERY_STEP = "every-step"
    COPIES = "copies"
    SLICES = "slices"
    """the same weights are applied to each slice along the second axis"""
    JOINS = "joins"
    """several axes become one"""
    CUTS_ENDS = "cuts-ends"
    """a window finds fewer places than there were, or a pool leaves an end out"""
    LAST_AXIS = "last-axis"
    REARRANGES = "rearranges"
    AVERAGES = "averages"
    KEEPS = "keeps"


def name_input_axes(shape: Shape, layers: Sequence[Layer]) -> Axes:
    """Names of a model's input axes: rows and columns if one of its layers slides over images."""
    is_image = len(shape) > 3 and any(
        isinstance(_unwrap(layer), Conv2D | MaxPooling2D | GlobalAveragePooling2D) for layer in layers
    )
    last = ("row", "column", "channel") if is_image else ("feature",)
    return ("sample", *_STEPS[: len(shape) - 1 - len(last)], *last)


def name_axes(layer: Layer, axes: Axes, after: Shape) -> Axes:
    """Names of the axes that a layer returns, from those it is given."""
    return _tell_apart(_name(layer, axes, len(after)))


def _name(layer: Layer, axes: Axes, count: int) -> Axes:
    match layer:
        case LSTM() | GRU() | SimpleRNN() | Bidirectional():
            return (*axes[: count - 1], "neuron")
        case Dense() | Unshared():
            return (*axes[:-1], "output")
        case TimeDistributed(inner):
            sample, *rest = _name(inner, (axes[0], *axes[2:]), count - 1)
            return (sample, axes[1], *rest)
        case Flatten():
            return (axes[0], "number")
        case RepeatVector():
            return (axes[0], _STEPS[0], axes[1])
        case Reshape():
            return (axes[0], *_STEPS[: count - 2], "number")
        case Conv1D() | Conv2D():
            return (*axes[:-1], "filter")
        case GlobalAveragePooling1D() | GlobalAveragePooling2D():
            return (axes[0], axes[-1])
        case LayerNormalization() | Dropout() | Masking() | MaxPooling1D() | MaxPooling2D():
            return axes
        case _:
            assert_never(layer)


def _tell_apart(axes: Axes) -> Axes:
    """Of two axes of timesteps the inner one says so."""
    names = iter(_STEPS)
    return tuple(next(names) if axis in _STEPS else axis for axis in axes)


def find_effect(layer: Layer, before: Shape, after: Shape) -> Effect:
    """What a layer does to the axes that it is given."""
    match layer:
        case LSTM() | GRU() | SimpleRNN() | Bidirectional():
            return Effect.EVERY_STEP if len(after) == len(before) else Effect.LAST_STEP
        case Dense() | Unshared():
            return Effect.LAST_AXIS
        case TimeDistributed():
            return Effect.SLICES
        case Flatten():
            return Effect.JOINS
        case RepeatVector():
            return Effect.COPIES
        case Reshape():
            return Effect.KEEPS if before == after else Effect.REARRANGES
        case GlobalAveragePooling1D() | GlobalAveragePooling2D():
            return Effect.AVERAGES
        case Conv1D() | Conv2D() | MaxPooling1D() | MaxPooling2D():
            return Effect.KEEPS if before[1:-1] == after[1:-1] else Effect.CUTS_ENDS
        case LayerNormalization() | Dropout() | Masking():
            return Effect.KEEPS
        case _:
            assert_never(layer)


def mixes_rows(before: Shape, after: Shape) -> bool:
    """Whether a row of a reshaped array begins amid a row of the old one.

    Then timesteps and units are mixed: (14, 3) → (3, 14) is no transpose. Joining axes, splitting one, or
    grouping whole timesteps mixes nothing.
    """
    old, new = _list_row_lengths(before), _list_row_lengths(after)
    return any(longer % shorter for a in old for b in new for shorter, longer in [sorted((a, b))])


def _list_row_lengths(shape: Shape) -> list[int]:
    """How many numbers a row of each axis holds, the batch axis and the whole sample left out."""
    return [math.prod(shape[axis:]) for axis in range(2, len(shape))]


def _unwrap(layer: Layer) -> Layer:
    return _unwrap(layer.layer) if isinstance(layer, TimeDistributed) else layer
