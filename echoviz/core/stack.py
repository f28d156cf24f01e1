"""A model of any layers: what each makes of the shape it is given, until one does not fit.

Pure arithmetic on sizes: nothing is allocated, however large a layer is.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from echoviz.core.layers import (
    Bidirectional,
    Layer,
    Recurrent,
    Reshape,
    Shape,
    ShapeError,
    TimeDistributed,
    Weight,
    Work,
    code_of,
    formula_of,
    output_shape,
    weights_of,
    work_of,
)
from echoviz.core.layers.arguments import is_same
from echoviz.core.layers.axes import Axes, Effect, find_effect, mixes_rows, name_axes, name_input_axes
from echoviz.core.layers.code import name_of, parameters_of
from echoviz.core.layers.shapes import print_shape, slice_shape
from echoviz.core.layers.values import AXIS_MAX

LAYERS_MAX = 8
WRAPPERS_MAX = 3
"""Wrappers around one layer."""
AXES_MAX = 5
"""Axes of an input, without the batch axis."""


class StackError(ValueError):
    """A stack outside its bounds; says what was given, what was expected and what to change."""


@dataclass(frozen=True)
class Stack:
    """An input and up to eight layers, each with its arguments within their bounds.

    Attributes
    ----------
    input_shape : batch axis first, up to five more, each from 1 to 10 000
    layers : in order of flow; they need not fit each other: `follow` says how far they do

    Raises
    ------
    StackError
        when there are too many layers or axes, or an argument is out of bounds.
    """

    input_shape: Shape
    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        axes = len(self.input_shape) - 1
        if not 1 <= axes <= AXES_MAX or not all(1 <= size <= AXIS_MAX for size in self.input_shape):
            raise StackError(
                f"input_shape was {print_shape(self.input_shape[:8])}; expected the batch axis and one to "
                f"{AXES_MAX} more, each from 1 to {AXIS_MAX}. Make it smaller."
            )
        if len(self.layers) > LAYERS_MAX:
            raise StackError(
                f"there were {len(self.layers)} layers; expected at most {LAYERS_MAX}. Leave some out."
            )
        for layer in self.layers:
            _demand_bounds(layer, WRAPPERS_MAX)


@dataclass(frozen=True)
class Step:
    """One layer of a stack that fits: the shapes around it, batch axis first, and what each axis counts."""

    layer: Layer
    before: Shape
    after: Shape
    axes_before: Axes
    axes_after: Axes

    @property
    def code(self) -> str:
        """The layer as it is written in a Keras script."""
        return code_of(self.layer)

    @property
    def weights(self) -> tuple[Weight, ...]:
        """The blocks of weights in Keras' order."""
        return weights_of(self.layer, self.before)

    @property
    def count(self) -> int:
        """All weights of the layer, as Keras' `count_params()` counts them."""
        return sum(weight.count for weight in self.weights)

    @property
    def formula(self) -> str:
        """The count in numbers; empty where there are no weights."""
        return formula_of(self.layer, self.before)

    @property
    def work(self) -> Work:
        """Multiplications with weights for one sample."""
        return work_of(self.layer, self.before)

    @property
    def effect(self) -> Effect:
        """What the layer does to the axes."""
        return find_effect(self.layer, self.before, self.after)

    @property
    def slice(self) -> Shape | None:
        """What a `TimeDistributed` hands its layer at each timestep; `None` of any other layer."""
        return slice_shape(self.before) if isinstance(self.layer, TimeDistributed) else None

    @property
    def mixes(self) -> bool:
        """Whether a `Reshape` begins a row amid a row, so that units and timesteps are mixed."""
        return isinstance(self.layer, Reshape) and mixes_rows(self.before, self.after)


@dataclass(frozen=True)
class Walk:
    """A stack followed as far as it fits: `error` is of the layer at place `len(steps)`, if one does not."""

    stack: Stack
    steps: tuple[Step, ...]
    error: ShapeError | None

    @property
    def output_shape(self) -> Shape:
        """The shape after the last layer that fits."""
        return self.steps[-1].after if self.steps else self.stack.input_shape

    @property
    def count(self) -> int:
        """All weights of the layers that fit; the rows add up to it."""
        return sum(step.count for step in self.steps)

    @property
    def work(self) -> int:
        """All multiplications with weights for one sample."""
        return sum(step.work.total for step in self.steps)


def follow(stack: Stack) -> Walk:
    """Go through the layers of a stack, up to the first that cannot read what the one before returns."""
    shape, axes = stack.input_shape, name_input_axes(stack.input_shape, stack.layers)
    steps: list[Step] = []
    for layer in stack.layers:
        try:
            after = output_shape(layer, shape)
        except ShapeError as error:
            return Walk(stack, tuple(steps), error)
        axes_after = name_axes(layer, axes, after)
        steps.append(Step(layer, shape, after, axes, axes_after))
        shape, axes = after, axes_after
    return Walk(stack, tuple(steps), None)


def _demand_bounds(layer: Layer, wrappers_left: int) -> None:
    """Raises `StackError` for an argument out of its bounds, or too many wrappers around one layer."""
    match layer:
        case Bidirectional(inner) if not isinstance(inner, Recurrent):
            raise StackError(f"Bidirectional held {name_of(inner)}; expected LSTM, GRU or SimpleRNN.")
        case TimeDistributed() if not wrappers_left:
            raise StackError(
                f"there were more than {WRAPPERS_MAX} wrappers around a layer; expected fewer. Take one off."
            )
        case TimeDistributed(inner) | Bidirectional(inner):
            _demand_bounds(inner, wrappers_left - 1)
    kind: type = type(layer)
    for parameter in parameters_of(kind):
        given = getattr(layer, parameter.name)
        nearest = parameter.kind.nearest(given)
        if given != parameter.default and (nearest is None or not is_same(given, nearest)):
            fallback = "" if parameter.default is dataclasses.MISSING else parameter.default
            raise StackError(
                f"{parameter.keras_name} of {name_of(layer)} was {str(given)[:32]}; "
                f"expected {parameter.kind.expectation}. "
                f"Try {parameter.keras_name}={nearest if nearest is not None else fallback}."
            )
