"""Core against Keras over 200 drawn experiments: counts, shapes and every number of a forward pass."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from echoviz.core.counts import compute_parameter_counts
from echoviz.core.echo import arrange_input, compute_problem
from echoviz.core.experiment import Experiment, Framing
from echoviz.core.forward import compute_trace
from echoviz.core.run import compute_weight_shapes
from echoviz.core.shapes import compute_tensor_shapes
from tests.core.drawn import PROFILE
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


@settings(PROFILE, max_examples=200)
@given(
    framing=st.sampled_from(Framing),
    length=st.integers(1, 50),
    neurons=st.integers(1, 64),
    seed=st.integers(0, 2**31 - 1),
)
def test_core_agrees_with_keras(framing: Framing, length: int, neurons: int, seed: int) -> None:
    experiment = Experiment(framing=framing, length=length, neurons=neurons, seed=seed)
    oracle = build_and_forget(experiment)
    assert_counts(experiment, oracle)
    assert_shapes(experiment, oracle)
    assert_trace(experiment, oracle)


def assert_counts(experiment: Experiment, oracle: Oracle) -> None:
    counts = compute_parameter_counts(experiment)
    assert counts.total == oracle.model.count_params()
    assert list(counts.by_layer.values()) == [layer.count_params() for layer in oracle.model.layers]
    assert [formula.count for formula in counts.formulas] == list(counts.by_layer.values())
    assert compute_weight_shapes(experiment.architecture) == tuple(
        weights.shape for weights in oracle.model.get_weights()
    )
    assert sum(weights.size for weights in oracle.model.get_weights()) == sum(row.count for row in counts)


def assert_shapes(experiment: Experiment, oracle: Oracle) -> None:
    x, h, y = compute_tensor_shapes(experiment)
    assert x.keras_shape == oracle.model.input_shape
    assert h.keras_shape == oracle.lstm.output.shape
    assert y.keras_shape == oracle.model.output_shape
    problem = compute_problem(experiment.framing, experiment.length)
    assert x.shape == problem.x.shape
    assert y.shape == problem.y.shape


def assert_trace(experiment: Experiment, oracle: Oracle) -> None:
    sequence = np.random.default_rng(experiment.seed).uniform(-1, 1, experiment.length)
    x = arrange_input(experiment.framing, sequence)
    sequences = experiment.framing is Framing.MANY_TO_MANY
    trace = compute_trace(oracle.model.get_weights(), x, return_sequences=sequences)
    keras_h, keras_y = oracle.answer(x)
    np.testing.assert_allclose(trace.h if sequences else trace.h[:, -1], keras_h, rtol=0, atol=1e-6)
    np.testing.assert_allclose(trace.y, keras_y, rtol=1e-6, atol=1e-6)
    assert trace.y.shape == keras_y.shape == compute_tensor_shapes(experiment)[-1].shape


@pytest.mark.parametrize("framing", Framing)
def test_trace_equals_predict(framing: Framing) -> None:
    """`predict` runs a compiled graph where a direct call runs eagerly: one check of each framing."""
    experiment = Experiment(framing=framing, length=7, neurons=6)
    oracle = build_and_forget(experiment)
    x = compute_problem(framing, experiment.length).x
    trace = compute_trace(oracle.model.get_weights(), x, return_sequences=framing is Framing.MANY_TO_MANY)
    np.testing.assert_allclose(trace.y, oracle.model.predict(x, verbose=0), rtol=0, atol=1e-6)


def test_cell_state_and_every_hidden_state_equal_keras() -> None:
    """Keras gives c only for the last timestep: cut the sequence everywhere to see all of them."""
    random = np.random.default_rng(3)
    x = random.uniform(-1, 1, (2, 4, 1)).astype(np.float32)
    lstm = keras.layers.LSTM(3, return_state=True)
    lstm.build(x.shape)
    lstm.set_weights([random.normal(0, 1, weights.shape) for weights in lstm.get_weights()])
    dense = [random.normal(size=(3, 1)), random.normal(size=1)]
    trace = compute_trace([*lstm.get_weights(), *dense], x, return_sequences=False)
    for step in range(4):
        _, h, c = lstm(x[:, : step + 1])
        np.testing.assert_allclose(trace.h[:, step], h, rtol=0, atol=1e-6)
        np.testing.assert_allclose(trace.c[:, step], c, rtol=0, atol=1e-6)
