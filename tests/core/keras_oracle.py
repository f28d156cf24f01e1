"""Keras' own models of every framing and head, written as its documentation does: the oracle."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from echoviz.core.data import make_data, make_shown
from echoviz.core.experiment import Experiment
from echoviz.core.weights import join_weights, split_row


@dataclass(frozen=True)
class Oracle:
    """A Keras model and its LSTM."""

    model: keras.Sequential
    lstm: keras.layers.Layer

    def answer(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(h, y) of one eager forward pass; nothing is traced or compiled, so it is cheap."""
        tensor, h = x, None
        for layer in self.model.layers:
            tensor = layer(tensor)
            h = tensor if layer is self.lstm else h
        return np.asarray(h), np.asarray(tensor)


def build_keras_model(experiment: Experiment) -> keras.Sequential:
    """The experiment's model, with Keras' own initial weights after `set_random_seed(seed)`."""
    layers = keras.layers
    length, neurons = experiment.length, experiment.neurons
    keras.utils.set_random_seed(experiment.seed)
    match experiment.framing, experiment.head:
        case "one-to-one", "dense":
            model = [keras.Input((1, 1)), layers.LSTM(neurons), layers.Dense(1)]
        case "one-to-many", "time-distributed":
            model = [
                keras.Input((1,)),
                layers.RepeatVector(length),
                layers.LSTM(neurons, return_sequences=True),
                layers.TimeDistributed(layers.Dense(1)),
            ]
        case "many-to-one", "dense":
            model = [keras.Input((length, 1)), layers.LSTM(neurons), layers.Dense(length)]
        case "many-to-many", head:
            lstm = layers.LSTM(neurons, return_sequences=True)
            match head:
                case "time-distributed":
                    answer = [layers.TimeDistributed(layers.Dense(1))]
                case "dense":
                    answer = [layers.Dense(1)]
                case "flatten":
                    answer = [layers.Flatten(), layers.Dense(length)]
                case "unshared":
                    answer = [layers.EinsumDense("btn,tno->bto", output_shape=(length, 1), bias_axes="to")]
            model = [keras.Input((length, 1)), lstm, *answer]
    return keras.Sequential(model)


def build_oracle(experiment: Experiment) -> Oracle:
    """The experiment's model with weights of the seed, biases too: zeros would hide a swapped gate."""
    model = build_keras_model(experiment)
    random = np.random.default_rng(experiment.seed)
    model.set_weights([_draw(random, weights.shape) for weights in model.get_weights()])
    return Oracle(model, next(layer for layer in model.layers if isinstance(layer, keras.layers.LSTM)))


def _draw(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Normal numbers of Glorot's size: as large as real initial weights."""
    return random.normal(0, np.sqrt(2 / sum(shape)), shape).astype(np.float32)


def compute_keras_gradient(experiment: Experiment, row: np.ndarray) -> tuple[float, np.ndarray]:
    """Loss of the drawn sequence and its gradient by `GradientTape`: (weights,), in double precision.

    Keras' layers compute in float64 here, so that no rounding of theirs hides a wrong share.
    """
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float64")
    try:
        model = build_keras_model(experiment)
    finally:
        keras.config.set_dtype_policy(policy)
    model.set_weights(split_row(row, [weights.shape for weights in model.get_weights()]))
    shown = make_shown(experiment)
    with tf.GradientTape() as tape:
        answer = model(tf.constant(shown.x, tf.float64))
        loss = keras.losses.MeanSquaredError(dtype="float64")(tf.constant(shown.targets, tf.float64), answer)
    gradients = tape.gradient(loss, model.trainable_variables)
    return float(loss), np.concatenate([np.ravel(gradient) for gradient in gradients])


def train_with_keras(experiment: Experiment) -> np.ndarray:
    """Weights and Adam's two moments after 0, 1, … epochs of a Keras model: (epochs + 1, 3, weights)."""
    model, data = build_keras_model(experiment), make_data(experiment)
    optimizer = keras.optimizers.Adam(experiment.learning_rate)
    model.compile(optimizer, loss="mse", run_eagerly=True)  # nothing is traced: it is soon done
    start = join_weights(model.get_weights())
    states = [np.stack([start, np.zeros_like(start), np.zeros_like(start)])]
    for _ in range(experiment.epochs):
        model.train_on_batch(data.x, data.y)
        moments = (optimizer._momentums, optimizer._velocities)
        rows = [join_weights(np.asarray(part) for part in parts) for parts in moments]
        states.append(np.stack([join_weights(model.get_weights()), *rows]))
    return np.stack(states)
