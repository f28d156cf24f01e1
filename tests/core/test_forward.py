"""One LSTM step worked by hand, and what a forward pass refuses."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from echoviz.core.forward import compute_own_trace
from tests.core.drawn import PROFILE


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


# one neuron; kernel, recurrent kernel and bias in Keras' order i, f, c̃, o
WEIGHTS = [
    np.array([[0.5, -0.3, 0.8, 0.1]]),
    np.array([[0.2, 0.4, -0.6, 0.7]]),
    np.array([0.0, 1.0, 0.1, -0.2]),
    np.array([[2.0]]),
    np.array([0.25]),
]


def test_two_timesteps_by_hand() -> None:
    trace = compute_own_trace(WEIGHTS, np.array([[[0.4], [-0.9]]]), return_sequences=True)
    h = c = 0.0
    for step, x in enumerate((0.4, -0.9)):
        i = sigmoid(0.5 * x + 0.2 * h + 0.0)
        f = sigmoid(-0.3 * x + 0.4 * h + 1.0)
        c_tilde = math.tanh(0.8 * x - 0.6 * h + 0.1)
        o = sigmoid(0.1 * x + 0.7 * h - 0.2)
        c = f * c + i * c_tilde
        h = o * math.tanh(c)
        got = [values[0, step, 0] for values in (trace.i, trace.f, trace.c_tilde, trace.o, trace.c, trace.h)]
        assert got == pytest.approx([i, f, c_tilde, o, c, h], abs=1e-12)
        assert trace.y[0, step, 0] == pytest.approx(2 * h + 0.25, abs=1e-12)


def test_only_the_last_hidden_state_goes_on_without_return_sequences() -> None:
    x = np.array([[[0.4], [-0.9]]])
    whole = compute_own_trace(WEIGHTS, x, return_sequences=True)
    last = compute_own_trace(WEIGHTS, x)
    assert last.y.shape == (1, 1)
    assert last.y[0, 0] == whole.y[0, -1, 0]


def test_nothing_flows_from_one_sample_to_the_next() -> None:
    x = np.array([[[0.4]], [[-0.9]], [[0.4]]])
    together = compute_own_trace(WEIGHTS, x)
    for sample in range(3):
        alone = compute_own_trace(WEIGHTS, x[sample : sample + 1])
        assert together.y[sample] == alone.y[0]
    assert together.y[0] == together.y[2]


@PROFILE
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8), st.floats(-1e3, 1e3))
def test_states_stay_in_their_ranges(sequence: list[float], scale: float) -> None:
    weights = [scale * matrix for matrix in WEIGHTS]
    trace = compute_own_trace(weights, np.array(sequence).reshape(1, -1, 1), return_sequences=True)
    for gate in (trace.i, trace.f, trace.o):
        assert ((gate >= 0) & (gate <= 1)).all()
    assert (np.abs(trace.c_tilde) <= 1).all()
    assert (np.abs(trace.h) <= 1).all()
    assert (np.abs(trace.c) <= np.arange(1, len(sequence) + 1)[None, :, None]).all()


@pytest.mark.parametrize("shape", [(5,), (5, 1), (1, 5, 2), (1, 1, 5, 1)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"x has shape .*samples, timesteps, 1"):
        compute_own_trace(WEIGHTS, np.zeros(shape))


@pytest.mark.parametrize(
    "wrong", [[], WEIGHTS[:4], WEIGHTS[::-1], [*WEIGHTS[:3], np.zeros((2, 1)), np.zeros(1)]]
)
def test_other_weights_are_refused(wrong: list[np.ndarray]) -> None:
    with pytest.raises(ValueError, match=r"weights have shapes .*get_weights"):
        compute_own_trace(wrong, np.zeros((1, 5, 1)))
