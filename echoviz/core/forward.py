"""One forward pass with nothing hidden: every gate of every neuron at every timestep.

Keras only returns h. This does the same arithmetic in float64 numpy, so that each number on the
page can be shown together with the ones that made it; Keras itself is the test's oracle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from echoviz.core.layers import (
    GATES,
    LSTM,
    Dense,
    Flatten,
    Layer,
    RepeatVector,
    TimeDistributed,
    Unshared,
    name_of,
)


@dataclass(frozen=True, eq=False)
class Trace:
    """Every inner value of one forward pass, float64.

    `x` is (samples, timesteps, features), as the LSTM reads it. `i`, `f`, `c_tilde`, `o` (gates, 0–1; c̃ is
    -1–1), `c` (cell state) and `h` (hidden state) are (samples, timesteps, neurons). `y` has the shape of the
    model's output, as Keras returns it. `epoch` is how many epochs the weights were trained for, `None` when
    they did not come from a run.
    """

    x: np.ndarray
    i: np.ndarray
    f: np.ndarray
    c_tilde: np.ndarray
    o: np.ndarray
    c: np.ndarray
    h: np.ndarray
    y: np.ndarray
    epoch: int | None = None


def compute_trace(layers: Sequence[Layer], weights: Sequence[np.ndarray], x: np.ndarray) -> Trace:
    """Run some layers, one LSTM among them, over `x`: a fold from the first layer to the last.

    The state starts at zero for each sample, and at each timestep, with z = x·W + h₋₁·U + b cut into
    four: i, f, o = σ(z), c̃ = tanh(z), c = f·c₋₁ + i·c̃, h = o·tanh(c).

    Parameters
    ----------
    layers : values of `core.layers`
    weights : Keras' `get_weights()`: LSTM kernel (features, 4·neurons), recurrent kernel
        (neurons, 4·neurons), bias (4·neurons,), then the kernel and bias of the layer that answers
    x : (samples, timesteps, features); (samples, features) for a model that repeats it

    Raises
    ------
    ValueError
        when `x` has other axes, or another number of features than the kernel.

    Source: Keras documentation of `LSTM` (gate order i, f, c, o); Gers, Schmidhuber & Cummins 2000.
    """
    matrices = [np.asarray(matrix, dtype=np.float64) for matrix in weights]
    tensor = np.asarray(x, dtype=np.float64)
    inner: dict[str, Any] = {}
    for layer in layers:
        if isinstance(layer, LSTM):
            inner = trace_lstm(tensor, *matrices[:3])
            tensor, matrices = inner["h"] if layer.return_sequences else inner["h"][:, -1], matrices[3:]
        else:
            tensor = _apply(layer, tensor, matrices)
    return Trace(**inner, y=tensor)


def compute_own_trace(
    weights: Sequence[np.ndarray], x: np.ndarray, *, return_sequences: bool = False
) -> Trace:
    """Run any LSTM and the Dense layer after it over any `x`, given Keras' `get_weights()`.

    Five arrays, as for `compute_trace`. `return_sequences` says whether Dense reads every hidden state (with
    or without TimeDistributed, it is the same) or only the last. `x` is (samples, timesteps, features).

    Raises
    ------
    ValueError
        when the arrays are not five that fit each other, or `x` does not fit them.
    """
    shapes = [np.shape(matrix) for matrix in weights]
    neurons = shapes[1][0] if len(shapes) == 5 and len(shapes[1]) == 2 else 0
    features, outputs = (
        (shapes[0][0], shapes[3][-1]) if neurons and len(shapes[0]) == 2 and shapes[3] else (0, 0)
    )
    expected = [
        (features, 4 * neurons),
        (neurons, 4 * neurons),
        (4 * neurons,),
        (neurons, outputs),
        (outputs,),
    ]
    if not neurons or shapes != expected:
        raise ValueError(
            f"weights have shapes {shapes}; expected those of an LSTM and a Dense layer: "
            "(features, 4·neurons), (neurons, 4·neurons), (4·neurons,), (neurons, outputs), (outputs,). "
            "Give model.get_weights()."
        )
    return compute_trace((LSTM(neurons, return_sequences), Dense(outputs)), weights, x)


def _apply(layer: Layer, tensor: np.ndarray, matrices: Sequence[np.ndarray]) -> np.ndarray:
    match layer:
        case Dense() | TimeDistributed(Dense()):  # the last axis only: the wrapper changes no number
            kernel, bias = matrices
            return tensor @ kernel + bias
        case Unshared():
            kernel, bias = matrices
            return np.einsum("btn,tno->bto", tensor, kernel) + bias
        case Flatten():
            return tensor.reshape(len(tensor), -1)
        case RepeatVector(times):
            return np.repeat(tensor[:, np.newaxis], times, axis=1)
        case LSTM():
            raise ValueError("the model has two LSTM layers; expected one.")
        case _:
            raise ValueError(f"the model has a layer {name_of(layer)}; expected one LSTM and a head.")


def trace_lstm(
    x: np.ndarray, kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray
) -> dict[str, np.ndarray]:
    """x and all that happens inside one LSTM: i, f, c_tilde, o, c, h, each (samples, timesteps, neurons).

    Raises `ValueError` when `x` has other axes, or another number of features than the kernel.
    """
    if x.ndim != 3 or x.shape[2] != len(kernel):
        raise ValueError(
            f"x has shape {x.shape}; expected (samples, timesteps, {len(kernel)}): reshape it first."
        )
    names = ("i", "f", "c_tilde", "o", "c", "h")
    history = _run_lstm(x, kernel, recurrent_kernel, bias)
    return {"x": x, **dict(zip(names, history, strict=True))}


def _run_lstm(
    x: np.ndarray, kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray
) -> np.ndarray:
    """i, f, c̃, o, c, h stacked: (6, samples, timesteps, neurons)."""
    samples, timesteps, _ = x.shape
    neurons = recurrent_kernel.shape[0]
    history = np.zeros((len(GATES) + 2, samples, timesteps, neurons))
    h = c = np.zeros((samples, neurons))
    with np.errstate(over="ignore"):  # exp of a large -z is inf, and σ is then exactly 0
        for step in range(timesteps):
            z_by_gate = np.split(x[:, step] @ kernel + h @ recurrent_kernel + bias, len(GATES), axis=1)
            z_i, z_f, z_c, z_o = z_by_gate
            i, f, c_tilde, o = _sigmoid(z_i), _sigmoid(z_f), np.tanh(z_c), _sigmoid(z_o)
            c = f * c + i * c_tilde
            h = o * np.tanh(c)
            history[:, :, step] = i, f, c_tilde, o, c, h
    return history


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-z))
