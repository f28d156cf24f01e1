"""The shape law: which shape each layer makes of the one it is given, or why it makes none."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import assert_never

from echoviz.core.layers.code import name_of
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

_VECTOR = ("sample", "feature")
_SEQUENCE = ("sample", "timestep", "feature")
_IMAGE = ("sample", "row", "column", "channel")


class Misfit(StrEnum):
    """Why a layer cannot read a shape."""

    TOO_FEW_AXES = "too-few-axes"
    TOO_MANY_AXES = "too-many-axes"
    TOO_SHORT = "too-short"
    """an axis has fewer places than the window that slides along it"""
    OTHER_SIZE = "other-size"
    """other numbers would be needed than are there"""


class ShapeError(ValueError):
    """A layer cannot read a shape; says what it was given, what it wants and what to change.

    Attributes
    ----------
    layer : the layer that refuses; for a wrapper the wrapper
    given : the shape, batch axis first; for a wrapped layer its slice
    wanted : names of the axes, or sizes
    axis : the place in `given` that is to blame, `None` if no single one is
    misfit : which of the few reasons it is
    """

    def __init__(
        self, layer: Layer, given: Shape, wanted: tuple[str | int, ...], axis: int | None, misfit: Misfit
    ) -> None:
        self.layer, self.given, self.wanted, self.axis, self.misfit = layer, given, wanted, axis, misfit
        super().__init__(f"{name_of(layer)} was given {print_shape(given)}; {self._teach()}")

    def _teach(self) -> str:
        wanted = print_shape(self.wanted)
        match self.misfit:
            case Misfit.TOO_FEW_AXES:
                return (
                    f"it reads {wanted}. An axis is missing: keep the timesteps with return_sequences=True "
                    "in the layer before, or add an axis with RepeatVector or Reshape."
                )
            case Misfit.TOO_MANY_AXES:
                return (
                    f"it reads {wanted}. There is an axis too many: wrap the layer in TimeDistributed, or "
                    "take the axis away with Flatten or return_sequences=False."
                )
            case Misfit.TOO_SHORT:
                return f"its window needs at least {wanted}. Make the window smaller or use padding='same'."
            case Misfit.OTHER_SIZE:
                return f"it wants {wanted}, which is another count of numbers. Change the sizes."


def print_shape(shape: tuple[object, ...]) -> str:
    """A shape as Keras prints it: (32, 10, 16), and (5,) for one axis."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def output_shape(layer: Layer, shape: Shape) -> Shape:
    """The shape that a layer returns for an input of `shape`, both with the batch axis first.

    Raises `ShapeError` where Keras refuses the shape too. What a bare layer refuses, it also refuses as the
    slice of a wrapper, although Keras' wrapper lets some such slices pass without asking the layer.
    """
    match layer:
        case (
            LSTM(units, return_sequences) | GRU(units, return_sequences) | SimpleRNN(units, return_sequences)
        ):
            _demand_axes(layer, shape, _SEQUENCE)
            return (*shape[:2], units) if return_sequences else (shape[0], units)
        case Bidirectional(inner):
            _demand_axes(layer, shape, _SEQUENCE)
            *before, units = output_shape(inner, shape)
            return (*before, 2 * units)
        case Dense(units):
            _demand_axes(layer, shape, _VECTOR, at_least=True)
            return (*shape[:-1], units)
        case TimeDistributed(inner):
            return _distribute(layer, inner, shape)
        case Unshared(timesteps, units):
            _demand_axes(layer, shape, _SEQUENCE)
            if shape[1] != timesteps:
                raise ShapeError(layer, shape, (shape[0], timesteps, shape[2]), 1, Misfit.OTHER_SIZE)
            return (shape[0], timesteps, units)
        case Flatten():
            return (shape[0], math.prod(shape[1:]))
        case RepeatVector(times):
            _demand_axes(layer, shape, _VECTOR)
            return (shape[0], times, shape[1])
        case Reshape():
            return _reshape(layer, shape)
        case LayerNormalization() | Dropout() | Masking():
            _demand_axes(layer, shape, _VECTOR, at_least=True)
            return shape
        case _:
            return _slide(layer, shape)


def _distribute(layer: TimeDistributed, inner: Layer, shape: Shape) -> Shape:
    _demand_axes(layer, shape, _SEQUENCE, at_least=True)
    try:
        steps = output_shape(inner, slice_shape(shape))
    except ShapeError as error:
        raise ShapeError(layer, error.given, error.wanted, error.axis, error.misfit) from error
    return (steps[0], shape[1], *steps[1:])


def slice_shape(shape: Shape) -> Shape:
    """What `TimeDistributed` hands its layer at each timestep: the shape without its second axis."""
    return (shape[0], *shape[2:])


def _reshape(layer: Reshape, shape: Shape) -> Shape:
    numbers, target = math.prod(shape[1:]), layer.target_shape
    known = math.prod(size for size in target if size != -1)
    if numbers % known or (-1 not in target and numbers != known):
        raise ShapeError(layer, shape, (shape[0], *target), None, Misfit.OTHER_SIZE)
    return (shape[0], *(numbers // known if size == -1 else size for size in target))


_Sliding = Conv1D | Conv2D | MaxPooling1D | MaxPooling2D | GlobalAveragePooling1D | GlobalAveragePooling2D


def _slide(layer: _Sliding, shape: Shape) -> Shape:
    """Layers whose window slides along timesteps, or along rows and columns."""
    match layer:
        case Conv1D(filters, size, stride, padding):
            _demand_axes(layer, shape, _SEQUENCE)
            return (shape[0], *_count_places(layer, shape, (size,), (stride,), padding), filters)
        case Conv2D(filters, sizes, strides, padding):
            _demand_axes(layer, shape, _IMAGE)
            return (shape[0], *_count_places(layer, shape, sizes, strides, padding), filters)
        case MaxPooling1D(size, stride, padding):
            _demand_axes(layer, shape, _SEQUENCE)
            places = _count_places(layer, shape, (size,), (stride or size,), padding)
            return (shape[0], *places, shape[-1])
        case MaxPooling2D(sizes, strides, padding):
            _demand_axes(layer, shape, _IMAGE)
            return (shape[0], *_count_places(layer, shape, sizes, strides or sizes, padding), shape[-1])
        case GlobalAveragePooling1D():
            _demand_axes(layer, shape, _SEQUENCE)
            return (shape[0], shape[-1])
        case GlobalAveragePooling2D():
            _demand_axes(layer, shape, _IMAGE)
            return (shape[0], shape[-1])
        case _:
            assert_never(layer)


def _count_places(layer: Layer, shape: Shape, sizes: Shape, strides: Shape, padding: str) -> list[int]:
    """How many places each window has; without padding it must fit in between the ends."""
    places = []
    for axis, (size, stride) in enumerate(zip(sizes, strides, strict=True), start=1):
        if padding != "valid":
            places.append(-(-shape[axis] // stride))
        elif shape[axis] < size:
            raise ShapeError(layer, shape, (shape[0], *sizes, shape[-1]), axis, Misfit.TOO_SHORT)
        else:
            places.append((shape[axis] - size) // stride + 1)
    return places


def _demand_axes(layer: Layer, shape: Shape, axes: tuple[str, ...], *, at_least: bool = False) -> None:
    if len(shape) < len(axes):
        raise ShapeError(layer, shape, (*axes[:-1], "…") if at_least else axes, 1, Misfit.TOO_FEW_AXES)
    if len(shape) > len(axes) and not at_least:
        raise ShapeError(layer, shape, axes, 1, Misfit.TOO_MANY_AXES)
