"""What the lessons claim, held against Keras: each test fails if its claim is false."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from echoviz.core.data import make_data
from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing
from tests.core.keras_oracle import build_oracle

NEURONS = 5
Layers = list[keras.layers.Layer]


def build(length: int, *layers: keras.layers.Layer, sequences: bool) -> keras.Sequential:
    lstm = keras.layers.LSTM(NEURONS, return_sequences=sequences)
    return keras.Sequential([keras.Input((length, 1)), lstm, *layers])


def draw_x(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).uniform(-1, 1, shape).astype(np.float32)


# time_distributed


def test_bare_dense_on_three_axes_equals_time_distributed() -> None:
    wrapped = build(6, keras.layers.TimeDistributed(keras.layers.Dense(2)), sequences=True)
    bare = build(6, keras.layers.Dense(2), sequences=True)
    bare.set_weights(wrapped.get_weights())
    x = draw_x(3, 6, 1)
    assert wrapped.output_shape == bare.output_shape == (None, 6, 2)
    assert wrapped.count_params() == bare.count_params()
    np.testing.assert_allclose(wrapped(x), bare(x), rtol=0, atol=1e-6)


def test_time_distributed_wraps_what_needs_more_than_the_last_axis() -> None:
    """A convolution of each timestep's own frame, with the same weights."""
    conv = keras.layers.Conv2D(2, 3)
    frames = draw_x(1, 4, 6, 6, 1)
    wrapped = keras.layers.TimeDistributed(conv)(frames)
    assert wrapped.shape == (1, 4, 4, 4, 2)
    for step in range(4):
        np.testing.assert_allclose(wrapped[:, step], conv(frames[:, step]), rtol=0, atol=1e-6)


@pytest.mark.parametrize(("length", "flatten"), [(1, 146), (5, 270), (50, 12_690)])
def test_flatten_and_dense_grows_with_length_and_time_distributed_does_not(length: int, flatten: int) -> None:
    tied = build(length, keras.layers.Flatten(), keras.layers.Dense(length), sequences=True)
    shared = build(length, keras.layers.TimeDistributed(keras.layers.Dense(1)), sequences=True)
    assert tied.count_params() == flatten
    assert shared.count_params() == 146


def test_flatten_and_dense_ties_every_output_to_every_timestep() -> None:
    hidden = tf.Variable(draw_x(1, 4, NEURONS))
    heads: dict[str, Layers] = {
        "tied": [keras.layers.Flatten(), keras.layers.Dense(4)],
        "shared": [keras.layers.TimeDistributed(keras.layers.Dense(1)), keras.layers.Flatten()],
    }
    reach = {}
    for name, layers in heads.items():
        with tf.GradientTape() as tape:
            y = keras.Sequential(layers)(hidden)
        by_output = tape.jacobian(y, hidden)  # (1, outputs, 1, timesteps, neurons)
        reach[name] = np.abs(by_output.numpy()).sum(axis=(0, 2, 4)) > 0
    assert reach["tied"].all()
    np.testing.assert_array_equal(reach["shared"], np.eye(4, dtype=bool))


def test_gradient_of_the_shared_column_is_the_sum_of_all_timesteps() -> None:
    """Give every timestep a copy of the weights of its own: their gradients add up to the shared one's."""
    length = 4
    experiment = Experiment(framing="many-to-many", length=length, neurons=NEURONS)
    oracle = build_oracle(experiment)
    x, y, _ = make_data(experiment)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((oracle.model(x) - y) ** 2)
    shared = tape.gradient(loss, oracle.model.layers[-1].trainable_variables)
    hidden = oracle.lstm(x)
    kernel, bias = oracle.model.layers[-1].get_weights()
    copies = [(tf.Variable(kernel), tf.Variable(bias)) for _ in range(length)]
    with tf.GradientTape() as tape:
        answers = tf.stack([hidden[:, step] @ w + b for step, (w, b) in enumerate(copies)], axis=1)
        loss = tf.reduce_mean((answers - y) ** 2)
    own = tape.gradient(loss, copies)
    for index, gradient in enumerate(shared):
        total = sum(pair[index].numpy() for pair in own)
        np.testing.assert_allclose(gradient, total, rtol=1e-5, atol=1e-7)
        assert np.abs(total - own[-1][index].numpy()).max() > 1e-3  # one timestep alone is not enough


# weights


def test_lstm_weights_do_not_depend_on_length_and_dense_length_does() -> None:
    by_length = {
        length: [
            layer.count_params()
            for layer in build(length, keras.layers.Dense(length), sequences=False).layers
        ]
        for length in (3, 30)
    }
    assert by_length[3][0] == by_length[30][0] == 4 * ((1 + 1) * NEURONS + NEURONS**2)
    assert by_length[30][1] - by_length[3][1] == 27 * (NEURONS + 1)


def test_the_wrapper_adds_no_weights() -> None:
    dense = keras.layers.Dense(3)
    wrapper = keras.layers.TimeDistributed(dense)
    wrapper.build((None, 4, NEURONS))
    assert wrapper.count_params() == dense.count_params() == NEURONS * 3 + 3


def test_four_sets_of_kernel_recurrent_kernel_and_bias() -> None:
    kernel, recurrent_kernel, bias = build(3, sequences=False).get_weights()
    shapes = (kernel.shape, recurrent_kernel.shape, bias.shape)
    assert shapes == ((1, 4 * NEURONS), (NEURONS, 4 * NEURONS), (4 * NEURONS,))


# shapes


def test_a_model_takes_any_number_of_samples() -> None:
    model = build(4, keras.layers.Dense(2), sequences=False)
    assert model.input_shape == (None, 4, 1)
    assert [model(draw_x(samples, 4, 1)).shape for samples in (1, 3)] == [(1, 2), (3, 2)]


def test_return_sequences_keeps_the_timestep_axis() -> None:
    assert build(4, sequences=False).output_shape == (None, NEURONS)
    assert build(4, sequences=True).output_shape == (None, 4, NEURONS)


def test_keras_trains_on_a_wrong_target_shape_without_a_word() -> None:
    """Output (5, 1), target (5, 5): broadcast, so that every answer is pulled to the average of a row."""
    experiment = Experiment(framing="one-to-one", neurons=NEURONS)
    x, y, _ = make_data(experiment)
    wrong = np.tile(y.T, (5, 1))
    model = build_oracle(experiment).model
    model.compile("adam", "mse", run_eagerly=True)
    before = np.asarray(model(x))
    loss = float(model.train_on_batch(x, wrong))
    assert loss == pytest.approx(np.mean((before - wrong) ** 2), rel=1e-5)
    assert loss != pytest.approx(np.mean((before - y) ** 2), rel=1e-3)


# stage


def test_samples_share_no_state() -> None:
    model = build(1, keras.layers.Dense(1), sequences=False)
    x = make_data(Experiment(framing="one-to-one")).x
    np.testing.assert_allclose(model(x)[::-1], model(x[::-1]), rtol=0, atol=1e-7)


def test_many_to_one_sees_only_the_last_hidden_state() -> None:
    last = build(5, keras.layers.Dense(5), sequences=False)
    every = build(5, sequences=True)
    every.set_weights(last.get_weights()[:3])
    x = draw_x(1, 5, 1)
    np.testing.assert_allclose(last(x), last.layers[1](every(x)[:, -1]), rtol=0, atol=1e-6)


# loss


@pytest.mark.parametrize("framing", Framing)
def test_fit_reports_the_loss_before_the_update(framing: Framing) -> None:
    experiment = Experiment(framing=framing, length=4, neurons=NEURONS)
    x, y, _ = make_data(experiment)
    model = build_oracle(experiment).model
    model.compile(keras.optimizers.Adam(0.01), "mse", run_eagerly=True)
    expected = []
    for _ in range(2):
        expected.append(np.mean((np.asarray(model(x)) - y) ** 2))
        (reported,) = model.fit(x, y, batch_size=len(x), verbose=0).history["loss"]
        assert reported == pytest.approx(expected[-1], rel=1e-5)
    assert model.optimizer.iterations == 2
    assert expected[0] != pytest.approx(expected[1], rel=1e-3)
