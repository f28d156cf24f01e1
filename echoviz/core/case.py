"""Somebody's training as plain values: shapes of X and y, layers, and the few slips that are no shapes.

`find_trouble` says what is wrong with it, by the law of shapes alone; Keras has the last word in the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from echoviz.core.layers import (
    Bidirectional,
    Dropout,
    Layer,
    LayerNormalization,
    Masking,
    Recurrent,
    Shape,
    ShapeError,
    TimeDistributed,
    code_of,
    weights_of,
)
from echoviz.core.layers.shapes import print_shape
from echoviz.core.stack import Stack, Walk, follow


class State(StrEnum):
    """How a script keeps an LSTM's state from batch to batch, before and after Keras 3."""

    NONE = "none"
    OLD_ARGUMENT = "old-argument"
    """`batch_input_shape=` in the layer, as Keras 2 had it"""
    NO_BATCH = "no-batch"
    """`stateful=True`, and nothing says how many samples a batch has"""
    OLD_RESET = "old-reset"
    """`model.reset_states()`, as Keras 2 had it"""
    RIGHT = "right"
    """`keras.Input(batch_shape=…)`, and each layer's `reset_state()`"""


class CaseError(ValueError):
    """A case that cannot be looked at; says what was given, what was expected and what to change."""


@dataclass(frozen=True)
class Case:
    """What somebody trains.

    Attributes
    ----------
    x_shape : of X, samples first
    y_shape : of y, samples first; `None` where it is not known
    layers : in order of flow
    declared : what `keras.Input` says, without the batch axis; `None` where there is no such line
    state : whether and how the recurrent layers are stateful
    wraps_tensor : whether the last `TimeDistributed` is given a tensor instead of a layer
    has_zeros : whether the first timestep of X is all zeros
    """

    x_shape: Shape
    y_shape: Shape | None
    layers: tuple[Layer, ...]
    declared: Shape | None = None
    state: State = State.NONE
    wraps_tensor: bool = False
    has_zeros: bool = False

    def __post_init__(self) -> None:
        """Raises `CaseError` when X and y have other samples, `StackError` when the rest is out of bounds."""
        Stack(self.x_shape, self.layers)
        if self.declared is not None:
            Stack((1, *self.declared), ())
        if self.y_shape is not None:
            Stack(self.y_shape if len(self.y_shape) > 1 else (*self.y_shape, 1), ())
            if self.y_shape[0] != self.x_shape[0]:
                raise CaseError(
                    f"X has {self.x_shape[0]} samples and y has {self.y_shape[0]}; expected as many of both."
                )

    @property
    def built_shape(self) -> Shape:
        """The shape that the layers are built for: as declared, else that of X."""
        return self.x_shape if self.declared is None else (self.x_shape[0], *self.declared)

    def walk(self) -> Walk:
        """The layers followed from what they are built for."""
        return follow(Stack(self.built_shape, self.layers))


class TroubleKind(StrEnum):
    """What is wrong with a case. Those of `SILENT` train without a word."""

    LAYER = "layer"
    """a layer cannot read what it is given"""
    TENSOR_WRAPPED = "tensor-wrapped"
    STATE = "state"
    X = "x"
    """X does not fit what is declared"""
    LENGTH = "length"
    """X has another length than is declared"""
    TARGET = "target"
    """y does not fit what comes out"""
    BROADCAST = "broadcast"
    """y does not fit, and is copied along an axis until it does"""
    SQUEEZED = "squeezed"
    """y lacks an axis of size 1 or has one too many: it comes to the same"""
    ONE_STEP = "one-step"
    """the window stands in the features of one timestep"""
    MASKED = "masked"
    """a timestep of zeros is skipped as if it were padding"""


SILENT = frozenset(
    {
        TroubleKind.LENGTH,
        TroubleKind.BROADCAST,
        TroubleKind.SQUEEZED,
        TroubleKind.ONE_STEP,
        TroubleKind.MASKED,
    }
)


@dataclass(frozen=True)
class Trouble:
    """What is wrong, and where: "X", "y", or the place of a layer; `error` where a layer refuses a shape."""

    kind: TroubleKind
    culprit: str | int
    error: ShapeError | None = None


def find_trouble(case: Case) -> Trouble | None:
    """The first thing that is wrong with a case, loud before silent; `None` if nothing is."""
    if case.wraps_tensor:
        return Trouble(TroubleKind.TENSOR_WRAPPED, find_last_wrapper(case.layers))
    if case.state not in (State.NONE, State.RIGHT):
        return Trouble(TroubleKind.STATE, next(find_recurrent(case.layers), 0))
    walk = case.walk()
    if walk.error is not None:
        return Trouble(TroubleKind.LAYER, len(walk.steps), walk.error)
    in_x = _find_in_x(case)
    if in_x is not None and in_x.kind is TroubleKind.X:
        return in_x
    in_y = _find_in_y(case, walk.output_shape)
    loud = in_y if in_y is not None and in_y.kind is TroubleKind.TARGET else None
    return loud or in_x or in_y or _find_silent(case)


def find_recurrent(layers: tuple[Layer, ...]) -> Iterator[int]:
    """Places of the layers that keep a state."""
    return (
        place for place, layer in enumerate(layers) if isinstance(unwrap(layer), Recurrent | Bidirectional)
    )


def unwrap(layer: Layer) -> Layer:
    """The layer inside all `TimeDistributed` around it."""
    return unwrap(layer.layer) if isinstance(layer, TimeDistributed) else layer


def find_last_wrapper(layers: tuple[Layer, ...]) -> int:
    return max((place for place, layer in enumerate(layers) if isinstance(layer, TimeDistributed)), default=0)


def _find_in_x(case: Case) -> Trouble | None:
    """X against what is declared: other weights would be needed, or only another length is seen."""
    if case.declared is None or case.x_shape[1:] == case.declared or _lacks_feature_axis(case):
        return None
    built, walk = case.walk(), follow(Stack(case.x_shape, case.layers))
    fits = walk.error is None and all(
        weights_of(a.layer, a.before) == weights_of(b.layer, b.before)
        for a, b in zip(built.steps, walk.steps, strict=True)
    )
    return Trouble(TroubleKind.LENGTH if fits else TroubleKind.X, "X")


def _lacks_feature_axis(case: Case) -> bool:
    """Keras adds an axis of size 1 to X by itself where that is all that is missing."""
    return case.declared == (*case.x_shape[1:], 1)


def _find_in_y(case: Case, declared_output: Shape) -> Trouble | None:
    """y against what comes out, as Keras' losses compare them: they squeeze an axis of 1, then broadcast."""
    is_declared = case.declared is None or _lacks_feature_axis(case)
    output = declared_output if is_declared else follow(Stack(case.x_shape, case.layers)).output_shape
    y = case.y_shape
    if y is None or y == output:
        return None
    if len(output) == len(y) + 1 and output[-1] == 1:
        output = output[:-1]
    elif len(y) == len(output) + 1 and y[-1] == 1:
        y = y[:-1]
    if y == output:
        return Trouble(TroubleKind.SQUEEZED, "y")
    try:
        np.broadcast_shapes(y, output)
    except ValueError:
        return Trouble(TroubleKind.TARGET, "y")
    return Trouble(TroubleKind.BROADCAST, "y")


def _find_silent(case: Case) -> Trouble | None:
    for place, layer in enumerate(case.layers):
        if isinstance(layer, Masking) and layer.mask_value == 0.0 and case.has_zeros:
            return Trouble(TroubleKind.MASKED, place)
    reads = (layer for layer in case.layers if not isinstance(layer, Masking | Dropout | LayerNormalization))
    is_recurrent = isinstance(next(reads, None), Recurrent | Bidirectional)
    if is_recurrent and len(case.x_shape) == 3 and case.x_shape[1] == 1 < case.x_shape[2]:
        return Trouble(TroubleKind.ONE_STEP, "X")
    return None


def script_of(case: Case) -> str:
    """The case as a Keras script, without the lines that load X and y."""
    lines = ["import keras", "from keras.layers import *", "", f"# X {print_shape(case.x_shape)}"]
    if case.y_shape is not None:
        lines[-1] += f", y {print_shape(case.y_shape)}"
    if case.wraps_tensor:
        lines += _write_functional(case)
    else:
        lines += ["model = keras.Sequential([", *(f"    {code}," for code in _write_layers(case)), "])"]
    lines.append('model.compile(loss="mse", optimizer="adam")')
    lines.append("model.predict(X)" if case.y_shape is None else "model.fit(X, y)")
    if case.state is State.OLD_RESET:
        lines.append("model.reset_states()")
    if case.state is State.RIGHT:
        lines += ["for layer in model.layers:", "    if hasattr(layer, 'reset_state'):"]
        lines.append("        layer.reset_state()")
    return "\n".join(lines) + "\n"


def _write_layers(case: Case) -> Iterator[str]:
    """The entries of `Sequential`, the input first."""
    shape = case.built_shape
    if case.state in (State.OLD_RESET, State.RIGHT):
        yield f"keras.Input(batch_shape={print_shape(shape)})"
    elif case.declared is not None or case.state is State.NO_BATCH:
        yield f"keras.Input({print_shape(shape[1:])})"
    recurrent = set(find_recurrent(case.layers))
    for place, layer in enumerate(case.layers):
        words = []
        if case.state is State.OLD_ARGUMENT and place == min(recurrent, default=None):
            words.append(f"batch_input_shape={print_shape(shape)}")
        if case.state is not State.NONE and place in recurrent:
            words.append("stateful=True")
        yield _add_words(code_of(layer), words)


def _add_words(code: str, words: list[str]) -> str:
    """Arguments at the end of the innermost layer, whose brackets close first."""
    at = code.index(")") if words else 0
    return f"{code[:at]}, {', '.join(words)}{code[at:]}" if words else code


def _write_functional(case: Case) -> Iterator[str]:
    """As a chain of calls, the last wrapper around a tensor."""
    wrapper = find_last_wrapper(case.layers)
    yield f"x = inputs = keras.Input({print_shape(case.built_shape[1:])})"
    for place, layer in enumerate(case.layers):
        if place == wrapper and isinstance(layer, TimeDistributed):
            yield f"x = TimeDistributed({code_of(layer.layer)}(x))"
        else:
            yield f"x = {code_of(layer)}(x)"
    yield "model = keras.Model(inputs, x)"
