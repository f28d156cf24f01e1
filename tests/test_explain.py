"""`ev.explain`: somebody's own Keras models, with Keras' own numbers, and an error that names the layer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

import echoviz as ev
from echoviz.core.layers import LSTM, Dense, code_of
from echoviz.engine.shapes.explain import ExplainError

L = keras.layers


@pytest.fixture(scope="module", autouse=True)
def _forget_models():
    yield
    keras.backend.clear_session()


def chain(shape: tuple[int | None, ...], *layers: Any) -> Any:
    """A functional model: one layer after another."""
    tensor = inputs = keras.Input(shape)
    for layer in layers:
        tensor = layer(tensor)
    return keras.Model(inputs, tensor)


def sequential(shape: tuple[int | None, ...], *layers: Any) -> Any:
    return keras.Sequential([keras.Input(shape), *layers])


MODELS: dict[str, Callable[[], Any]] = {
    "last step": lambda: sequential((7, 3), L.LSTM(6), L.Dense(2)),
    "each step": lambda: chain((7, 1), L.LSTM(5, return_sequences=True), L.TimeDistributed(L.Dense(1))),
    "stacked": lambda: sequential((5, 2), L.LSTM(4, return_sequences=True), L.Dropout(0.5), L.LSTM(3)),
    "encoder and decoder": lambda: chain(
        (6, 2), L.LSTM(4), L.RepeatVector(3), L.LSTM(4, return_sequences=True), L.TimeDistributed(L.Dense(2))
    ),
    "two directions": lambda: sequential(
        (8, 3), L.Bidirectional(L.GRU(4, return_sequences=True)), L.LayerNormalization(), L.Dense(2)
    ),
    "windows": lambda: sequential(
        (4, 8, 1),
        L.TimeDistributed(L.Conv1D(4, 3, activation="relu")),
        L.TimeDistributed(L.MaxPooling1D(2)),
        L.TimeDistributed(L.Flatten()),
        L.LSTM(5),
        L.Dense(1),
    ),
    "images": lambda: sequential(
        (3, 9, 9, 2), L.TimeDistributed(L.Conv2D(3, 3, strides=2, padding="same")),
        L.TimeDistributed(L.GlobalAveragePooling2D()), L.GRU(3, reset_after=False), L.Dense(1),
    ),
    "sentences": lambda: chain((3, 4, 2), L.TimeDistributed(L.LSTM(4)), L.SimpleRNN(3), L.Dense(1)),
    "masked": lambda: sequential((6, 2), L.Masking(), L.LSTM(4, return_sequences=True), L.Dense(1)),
    "reshaped": lambda: sequential(
        (14, 1), L.LSTM(3, return_sequences=True), L.Reshape((3, 14)), L.Flatten(), L.Dense(2)
    ),
}  # fmt: skip
SUMMARY_COUNT = re.compile(r"Total params: ([\d,]+)")


@pytest.mark.parametrize("name", MODELS)
def test_numbers_are_keras(name: str) -> None:
    """Shapes and counts of `summary()`, values of `predict`, whatever the weights are."""
    model, random = MODELS[name](), np.random.default_rng(1)
    model.set_weights([random.normal(0, 0.5, weights.shape) for weights in model.get_weights()])
    x = random.normal(size=(2, *model.input_shape[1:])).astype("float32")
    if name == "masked":
        x[:, 2:4] = 0
    explained, printed = ev.explain(model, x), list[str]()
    model.summary(print_fn=printed.append)
    assert explained.count == model.count_params() == summary_count("\n".join(printed))
    layers = [layer for layer in model.layers if not isinstance(layer, L.InputLayer)]
    assert [row.count for row in explained.rows] == [layer.count_params() for layer in layers]
    assert [row.name for row in explained.rows] == [layer.name for layer in layers]
    assert [row.after for row in ev.explain(model).rows] == [layer.output.shape for layer in layers]
    assert [row.after[1:] for row in explained.rows] == [layer.output.shape[1:] for layer in layers]
    np.testing.assert_allclose(explained.y, model.predict(x, verbose=0), rtol=1e-5, atol=1e-6)


def summary_count(printed: str) -> int:
    found = SUMMARY_COUNT.search(printed)
    assert found is not None, printed
    return int(found[1].replace(",", ""))


def test_gates_are_those_of_the_model() -> None:
    """Every hidden state is Keras', with many features and any weights."""
    model, random = MODELS["stacked"](), np.random.default_rng(2)
    model.set_weights([random.normal(0, 1, weights.shape) for weights in model.get_weights()])
    x = random.normal(size=(3, 5, 2)).astype("float32")
    first, dropout, second = ev.explain(model, x).rows
    np.testing.assert_allclose(first.gates.h, first.output, rtol=0, atol=1e-6)
    np.testing.assert_allclose(second.gates.h[:, -1], second.output, rtol=0, atol=1e-6)
    assert second.gates.i.shape == (3, 5, 3)
    np.testing.assert_array_equal(dropout.output, first.output)
    gates = first.gates
    np.testing.assert_allclose(gates.o * np.tanh(gates.c), gates.h)
    np.testing.assert_allclose(
        gates.f[:, 1] * gates.c[:, 0] + gates.i[:, 1] * gates.c_tilde[:, 1], gates.c[:, 1]
    )


def test_no_gates_where_they_would_not_be_keras() -> None:
    x = np.ones((1, 6, 2), "float32")
    x[:, 2:4] = 0
    assert ev.explain(MODELS["masked"](), x).rows[1].gates is None
    assert ev.explain(MODELS["masked"](), x + 1).rows[1].gates is not None
    other = sequential((6, 2), L.LSTM(3, activation="relu"))
    explained = ev.explain(other, x)
    assert explained.rows[0].gates is None
    np.testing.assert_allclose(explained.y, other.predict(x, verbose=0), rtol=1e-5)


def test_prints_a_table_that_adds_up() -> None:
    model = sequential((10, 1), L.LSTM(10, return_sequences=True), L.TimeDistributed(L.Dense(1)))
    assert (
        str(ev.explain(model))
        == """\
layer                            shape           weights                         multiplications
Input                            (None, 10, 1)
LSTM(10, return_sequences=True)  (None, 10, 10)  480 = 4 · ((1 + 1) · 10 + 10²)  440 × 10
TimeDistributed(Dense(1))        (None, 10, 1)   11 = 10 · 1 + 1                 10 × 10
                                                 491"""
    )


def test_any_number_of_timesteps() -> None:
    model = sequential((None, 2), L.LSTM(4, return_sequences=True), L.Dense(1))
    explained = ev.explain(model)
    assert [row.after for row in explained.rows] == [(None, None, 4), (None, None, 1)]
    assert explained.count == model.count_params()
    assert explained.rows[0].work == ""
    assert ev.explain(model, np.zeros((1, 3, 2))).rows[0].work == "96 × 3"


def test_model_without_input_is_built_by_x() -> None:
    model = keras.Sequential([L.LSTM(4), L.Dense(1)])
    with pytest.raises(ExplainError, match="is not built"):
        ev.explain(model)
    explained = ev.explain(model, np.zeros((2, 3, 5)))
    assert [row.layer for row in explained.rows] == [LSTM(4), Dense(1)]
    assert explained.count == model.count_params()


def branches() -> Any:
    inputs = keras.Input((4, 2))
    return keras.Model(inputs, L.Dense(1)(L.Concatenate()([L.LSTM(2)(inputs), L.LSTM(3)(inputs)])))


def skips() -> Any:
    inputs = keras.Input((4, 2))
    unread = L.LSTM(2, name="unread")(inputs)
    return keras.Model(inputs, [L.LSTM(3, name="other")(inputs), unread])


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (lambda: L.BatchNormalization(name="norm"), "norm is a BatchNormalization"),
        (lambda: L.LSTM(2, use_bias=False, name="lean"), "lean has use_bias=False"),
        (lambda: L.TimeDistributed(L.Dense(1, use_bias=False, name="inner")), "inner has use_bias=False"),
        (lambda: L.Bidirectional(L.LSTM(2), merge_mode="sum", name="both"), "both has merge_mode='sum'"),
        (lambda: L.LSTM(2, go_backwards=True, name="back"), "back has go_backwards=True"),
        (lambda: L.Conv1D(2, 3, dilation_rate=2, name="wide"), "wide has dilation_rate="),
        (lambda: L.LayerNormalization(axis=1, name="across"), "across has axis="),
        (lambda: sequential((9, 2), L.LSTM(2)), "a model within the model"),
    ],
)
def test_errors_name_the_first_layer_that_cannot_be_drawn(layer: Callable[[], Any], said: str) -> None:
    model = sequential((9, 2), L.Dropout(0.1), layer(), L.Activation("relu"))
    with pytest.raises(ExplainError, match=re.escape(said)):
        ev.explain(model)


@pytest.mark.parametrize(
    ("make", "said"),
    [(branches, "expected one chain"), (skips, "expected one chain"), (lambda: "LSTM(4)", "of type str")],
)
def test_models_that_are_no_chain(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(ExplainError, match=re.escape(said)):
        ev.explain(make())


def test_stateful_layers_have_no_values() -> None:
    inputs = keras.Input(batch_shape=(2, 4, 1))
    model = keras.Model(inputs, L.LSTM(3, stateful=True, name="keeps")(inputs))
    assert ev.explain(model).count == model.count_params()
    with pytest.raises(ExplainError, match="keeps is stateful"):
        ev.explain(model, np.zeros((2, 4, 1)))


def test_layers_come_back_as_they_were_written() -> None:
    model = MODELS["images"]()
    assert [code_of(row.layer) for row in ev.explain(model).rows] == [
        'TimeDistributed(Conv2D(3, (3, 3), strides=(2, 2), padding="same"))',
        "TimeDistributed(GlobalAveragePooling2D())",
        "GRU(3, reset_after=False)",
        "Dense(1)",
    ]
