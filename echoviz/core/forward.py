"""One forward pass with nothing hidden: every gate of every neuron at every timestep.

Keras only returns h. This does the same arithmetic in float64 numpy, so that each number on the
page can be shown together with the ones that made it; Keras itself is the test's oracle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from echoviz.core.counts import GATES


@dataclass(frozen=True, eq=False)
class Trace:
    """Every inner value of one forward pass, float64.

    `x` is (samples, timesteps, 1). `i`, `f`, `c_tilde`, `o` (gates, 0–1; c̃ is -1–1), `c` (cell
    state) and `h` (hidden state) are (samples, timesteps, neurons). `y` is (samples, 1),
    (samples, length) or (samples, timesteps, 1), as Keras returns it. `epoch` is how many epochs the
    weights were trained for, `None` when they did not come from a run.
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


def compute_trace(weights: Sequence[np.ndarray], x: np.ndarray, *, return_sequences: bool) -> Trace:
    """Run an LSTM and its Dense (or TimeDistributed(Dense)) layer over `x`.

    The state starts at zero for each sample, and at each timestep, with z = x·W + h₋₁·U + b cut into
    four: i, f, o = σ(z), c̃ = tanh(z), c = f·c₋₁ + i·c̃, h = o·tanh(c).

    Parameters
    ----------
    weights : Keras' `get_weights()`: LSTM kernel (1, 4·neurons), recurrent kernel
        (neurons, 4·neurons), bias (4·neurons,), Dense kernel (neurons, outputs), bias (outputs,)
    x : (samples, timesteps, 1)
    return_sequences : whether Dense sees every hidden state or only the last

    Raises
    ------
    ValueError
        when `x` is not (samples, timesteps, 1).

    Source: Keras documentation of `LSTM` (gate order i, f, c, o); Gers, Schmidhuber & Cummins 2000.
    """
    kernel, recurrent_kernel, bias, dense_kernel, dense_bias = (
        np.asarray(matrix, dtype=np.float64) for matrix in weights
    )
    x = np.asarray(x, dtype=np.float64)
    if x.ndim != 3 or x.shape[2] != 1:
        raise ValueError(f"x has shape {x.shape}; expected (samples, timesteps, 1): reshape it first.")
    i, f, c_tilde, o, c, h = _run_lstm(x, kernel, recurrent_kernel, bias)
    y = (h if return_sequences else h[:, -1]) @ dense_kernel + dense_bias
    return Trace(x=x, i=i, f=f, c_tilde=c_tilde, o=o, c=c, h=h, y=y)


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
