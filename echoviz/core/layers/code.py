"""A layer's name, and the layer as it is written in a Keras script."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from echoviz.core.layers.arguments import Argument, Flag
from echoviz.core.layers.values import Bidirectional, Layer, TimeDistributed, Unshared

_KERAS_NAMES = {"times": "n"}
"""Where Keras' name of an argument says less than ours."""


@dataclasses.dataclass(frozen=True)
class Parameter:
    """One argument of a kind of layer, by Keras' name. `default` is `dataclasses.MISSING` where none is."""

    name: str
    keras_name: str
    kind: Argument
    default: Any

    @property
    def is_needed(self) -> bool:
        """Whether the layer cannot be written without it."""
        return self.default is dataclasses.MISSING


@cache
def parameters_of(kind: type) -> tuple[Parameter, ...]:
    """The arguments of a kind of layer in Keras' order, without the layer that a wrapper holds."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        Parameter(field.name, _KERAS_NAMES.get(field.name, field.name), get_args(hint)[1], field.default)
        for field in dataclasses.fields(kind)
        if get_origin(hint := hints[field.name]) is Annotated
    )


def name_of(layer: Layer) -> str:
    """A layer's name without its sizes: "LSTM", "TimeDistributed(Dense)"."""
    match layer:
        case TimeDistributed(inner) | Bidirectional(inner):
            return f"{type(layer).__name__}({name_of(inner)})"
        case Unshared():
            return "EinsumDense"
        case _:
            return type(layer).__name__


def code_of(layer: Layer) -> str:
    """A layer as it is written in a Keras script, without `keras.layers.` before it."""
    match layer:
        case TimeDistributed(inner) | Bidirectional(inner):
            return f"{type(layer).__name__}({code_of(inner)})"
        case Unshared(timesteps, units):
            return f'EinsumDense("btn,tno->bto", output_shape=({timesteps}, {units}), bias_axes="to")'
        case _:
            return f"{name_of(layer)}({', '.join(_write_arguments(layer))})"


def _write_arguments(layer: Layer) -> list[str]:
    """What must be said stands first and without a name; what is as Keras has it is left out."""
    written = []
    kind: type = type(layer)
    for place, parameter in enumerate(parameters_of(kind)):
        value = getattr(layer, parameter.name)
        is_first = place == 0 and not isinstance(parameter.kind, Flag)
        if parameter.is_needed or (is_first and value != parameter.default):
            written.append(_write(value))
        elif value != parameter.default:
            written.append(f"{parameter.keras_name}={_write(value)}")
    return written


def _write(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)
