"""A layer's count of weights as arithmetic with the numbers put in, and how often its weights work."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import assert_never

from echoviz.core.layers.shapes import output_shape, slice_shape
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
from echoviz.core.layers.weights import gates_of, weights_of
from echoviz.core.printing import print_count


@dataclass(frozen=True)
class Work:
    """How often one sample's forward pass multiplies a number with a weight; adding a bias is not counted.

    `each` multiplications in one place, and so many `places`: timesteps, positions of a window, rows.
    """

    each: int
    places: int

    @property
    def total(self) -> int:
        """All multiplications with weights for one sample."""
        return self.each * self.places


def work_of(layer: Layer, shape: Shape) -> Work:
    """The multiplications of a layer that reads `shape`. Weights are shared, the work is not."""
    match layer:
        case TimeDistributed(inner):
            work = work_of(inner, slice_shape(shape))
            return Work(work.each, work.places * shape[1])
        case LSTM() | GRU() | SimpleRNN() | Bidirectional() | Unshared():
            multiplied = sum(w.count for w in weights_of(layer, shape) if "bias" not in w.matrix)
            return Work(multiplied // (shape[1] if isinstance(layer, Unshared) else 1), shape[1])
        case Dense(units):
            return Work(shape[-1] * units, math.prod(shape[1:-1]))
        case LayerNormalization():
            return Work(shape[-1], math.prod(shape[1:-1]))
        case Conv1D() | Conv2D():
            kernel = weights_of(layer, shape)[0]
            return Work(kernel.count, math.prod(output_shape(layer, shape)[1:-1]))
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
            return Work(0, 0)
        case _:
            assert_never(layer)


def formula_of(layer: Layer, shape: Shape) -> str:
    """A layer's weight count in numbers: "4 · ((1 + 1) · 9 + 9²) = 396"; empty where it has no weights."""
    arithmetic = _write_arithmetic(layer, shape)
    count = sum(weight.count for weight in weights_of(layer, shape))
    return f"{arithmetic} = {print_count(count)}" if arithmetic else ""


def _write_arithmetic(layer: Layer, shape: Shape) -> str:
    inputs = shape[-1]
    match layer:
        case LSTM() | GRU() | SimpleRNN():
            return _write_recurrent(layer, inputs)
        case Bidirectional(inner):
            arithmetic = _write_recurrent(inner, inputs)
            return f"2 · ({arithmetic})" if isinstance(inner, SimpleRNN) else f"2 · {arithmetic}"
        case TimeDistributed(inner):
            return _write_arithmetic(inner, slice_shape(shape))
        case Dense(units):
            return f"{inputs} · {units} + {units}"
        case Unshared(timesteps, units):
            return f"{timesteps} · ({inputs} · {units} + {units})"
        case LayerNormalization():
            return f"2 · {inputs}"
        case Conv1D(filters, size):
            return f"{size} · {inputs} · {filters} + {filters}"
        case Conv2D(filters, (rows, columns)):
            return f"{rows} · {columns} · {inputs} · {filters} + {filters}"
        case _:
            return ""


def _write_recurrent(layer: Recurrent, inputs: int) -> str:
    """Each gate reads the inputs and the last hidden state, and has one bias, or two."""
    biases = 2 if isinstance(layer, GRU) and layer.reset_after else 1
    gate = f"({inputs} + {biases}) · {layer.units} + {layer.units}²"
    gates = len(gates_of(layer))
    return gate if gates == 1 else f"{gates} · ({gate})"
