"""Core against Keras over 200 drawn experiments: counts, shapes, losses and all of a forward pass."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from echoviz.core.blueprint import blueprint
from echoviz.core.counts import compute_parameter_counts
from echoviz.core.data import arrange, count_inputs, make_data, make_shown
from echoviz.core.experiment import Experiment
from echoviz.core.forward import compute_own_trace, compute_trace
from echoviz.core.loss import compute_loss
from tests.core.drawn import KINDS, PROFILE, experiments
from tests.core.keras_oracle import Oracle, build_oracle

models_built = 0


@pytest.fixture(scope="module", autouse=True)
def _forget_models():
    yield
    keras.backend.clear_session()


def build_and_forget(experiment: Experiment) -> Oracle:
    """Keras keeps something of every model: let it forget now and then."""
    global models_built
    models_built += 1
    if models_built % 50 == 0:
        keras.backend.clear_session()
    return build_oracle(experiment)


@settings(PROFILE, max_examples=100)
@given(experiments(sequences=8))
def test_core_agrees_with_keras(experiment: Experiment) -> None:
    oracle = build_and_forget(experiment)
    assert_counts(experiment, oracle)
    assert_shapes(experiment, oracle)
    assert_trace(experiment, oracle)


def assert_counts(experiment: Experiment, oracle: Oracle) -> None:
    counts = compute_parameter_counts(experiment)
    layers = [layer for layer in oracle.model.layers if layer.count_params()]
    assert counts.total == oracle.model.count_params() == blueprint(experiment).weight_count
    assert list(counts.by_layer.values()) == [layer.count_params() for layer in layers]
    assert [formula.count for formula in counts.formulas] == list(counts.by_layer.values())
    assert blueprint(experiment).weight_shapes == tuple(
        weights.shape for weights in oracle.model.get_weights()
    )


def assert_shapes(experiment: Experiment, oracle: Oracle) -> None:
    x, *others = blueprint(experiment).tensors
    assert x.keras_shape == oracle.model.input_shape
    assert [tensor.keras_shape for tensor in others] == [layer.output.shape for layer in oracle.model.layers]
    for tensor in (x, *others):
        assert len(tensor.axes) == len(tensor.shape)
    data = make_data(experiment)
    assert x.shape == data.x.shape
    assert others[-1].shape == data.y.shape == data.targets.shape


def assert_trace(experiment: Experiment, oracle: Oracle) -> None:
    random = np.random.default_rng(experiment.seed)
    x = arrange(experiment, random.uniform(-1, 1, (2, count_inputs(experiment)))).x
    plan = blueprint(experiment)
    trace = compute_trace(plan.layers, oracle.model.get_weights(), x)
    keras_h, keras_y = oracle.answer(x)
    np.testing.assert_allclose(trace.h if keras_h.ndim == 3 else trace.h[:, -1], keras_h, rtol=0, atol=1e-6)
    np.testing.assert_allclose(trace.y, keras_y, rtol=1e-6, atol=1e-6)
    assert trace.y.shape == keras_y.shape
    assert_answers(experiment, oracle, trace.h, keras_y)


def assert_answers(experiment: Experiment, oracle: Oracle, h: np.ndarray, keras_y: np.ndarray) -> None:
    """Lanes and answers say, of one sequence, who reads whom with which weights: enough to compute y."""
    plan = blueprint(experiment)
    *_, kernel, bias = (weights.ravel() for weights in oracle.model.get_weights())
    lanes = len(plan.lanes)
    hidden = h.reshape(-1, lanes, experiment.neurons)
    for answer, expected in zip(plan.answers, keras_y.reshape(-1, lanes).T, strict=True):
        read = hidden[:, answer.first : answer.last + 1].reshape(len(hidden), -1)
        column = kernel[np.arange(plan.rows) * plan.row_stride + answer.column * plan.column_stride]
        np.testing.assert_allclose(read @ column + bias[answer.column], expected, rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize(("framing", "head"), KINDS)
def test_trace_equals_predict(framing: str, head: str) -> None:
    """`predict` runs a compiled graph where a direct call runs eagerly: one check of each kind."""
    experiment = Experiment(framing=framing, head=head, length=7, neurons=6)
    oracle = build_and_forget(experiment)
    x = make_shown(experiment).x
    trace = compute_trace(blueprint(experiment).layers, oracle.model.get_weights(), x)
    np.testing.assert_allclose(trace.y, oracle.model.predict(x, verbose=0), rtol=0, atol=1e-6)


def test_cell_state_and_every_hidden_state_equal_keras() -> None:
    """Keras gives c only for the last timestep: cut the sequence everywhere to see all of them."""
    random = np.random.default_rng(3)
    x = random.uniform(-1, 1, (2, 4, 3)).astype(np.float32)
    lstm = keras.layers.LSTM(3, return_state=True)
    lstm.build(x.shape)
    lstm.set_weights([random.normal(0, 1, weights.shape) for weights in lstm.get_weights()])
    dense = [random.normal(size=(3, 1)), random.normal(size=1)]
    trace = compute_own_trace([*lstm.get_weights(), *dense], x)
    for step in range(4):
        _, h, c = lstm(x[:, : step + 1])
        np.testing.assert_allclose(trace.h[:, step], h, rtol=0, atol=1e-6)
        np.testing.assert_allclose(trace.c[:, step], c, rtol=0, atol=1e-6)


@settings(PROFILE, max_examples=20)
@given(
    features=st.integers(1, 5),
    neurons=st.integers(1, 6),
    outputs=st.integers(1, 4),
    timesteps=st.integers(1, 9),
    sequences=st.booleans(),
)
def test_anybodys_lstm_and_dense(
    features: int, neurons: int, outputs: int, timesteps: int, sequences: bool
) -> None:
    lstm, dense = keras.layers.LSTM(neurons, return_sequences=sequences), keras.layers.Dense(outputs)
    x = np.random.default_rng(1).normal(size=(3, timesteps, features)).astype(np.float32)
    expected = np.asarray(dense(lstm(x)))
    trace = compute_own_trace([*lstm.get_weights(), *dense.get_weights()], x, return_sequences=sequences)
    np.testing.assert_allclose(trace.y, expected, rtol=1e-5, atol=1e-6)
    assert trace.i.shape == (3, timesteps, neurons)


SHAPES = [(1,), (3,), (3, 1), (1, 3), (3, 3), (3, 1, 1), (1, 3, 1), (3, 3, 1), (1, 1, 1)]


@pytest.mark.parametrize("y_shape", SHAPES)
@pytest.mark.parametrize("answer_shape", SHAPES)
def test_loss_broadcasts_as_keras_does(answer_shape: tuple[int, ...], y_shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(0)
    answer = random.normal(size=answer_shape).astype(np.float32)
    y = random.normal(size=y_shape).astype(np.float32)
    expected = float(keras.losses.MeanSquaredError()(y, answer))
    assert compute_loss(answer, y) == pytest.approx(expected, rel=1e-5)
