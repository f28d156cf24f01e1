"""A Keras model of any layers, trained by the rules of its own `fit`: its losses and what it answers.

The same model is compiled, its own `compute_loss` compares, its own Adam steps; only the loop over epochs is
one of TensorFlow, since `fit` takes 30 s for what this does in less than one.

Importing this module imports TensorFlow.
"""

from __future__ import annotations

import threading
import time
from functools import lru_cache
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from echoviz.core.layers import Layer, Shape
from echoviz.engine.keras_layers import create_seeded
from echoviz.engine.program import creating_layers
from echoviz.engine.shapes.layer_making import make_layer

_training = threading.Lock()  # a loop has one model, which two trainings would share


class Fitted(NamedTuple):
    """Losses and weights after 0, 1, … epochs: float32 (epochs + 1,) and (epochs + 1, weights).

    A row is Keras' `get_weights()` flattened and joined.
    """

    losses: np.ndarray
    rows: np.ndarray
    elapsed_s: float


@lru_cache(maxsize=16)
def get_fit_loop(layers: tuple[Layer, ...], input_shape: Shape, y_shape: Shape) -> FitLoop:
    """The loop of a model; building and tracing it takes longer than most trainings."""
    return FitLoop(layers, input_shape, y_shape)


class FitLoop:
    """One Keras model and the loop that trains it; both shapes are without the batch axis."""

    def __init__(self, layers: tuple[Layer, ...], input_shape: Shape, y_shape: Shape) -> None:
        self._layers, self._input_shape = layers, input_shape
        with creating_layers:
            # Unrolled: a loop within the loop takes three times as long to trace, for the same numbers.
            made = [make_layer(layer, unroll=True) for layer in layers]
            self._model = keras.Sequential([keras.Input(input_shape), *made])
            self._model.compile(keras.optimizers.Adam(), "mean_squared_error")
        self._optimizer = self._model.optimizer
        self._optimizer.build(self._model.trainable_variables)
        x, y = (tf.TensorSpec((None, *shape)) for shape in (input_shape, y_shape))
        signature = (x, y, tf.TensorSpec((), tf.int32), tf.TensorSpec(()))
        self._loop = tf.function(self._train, signature, autograph=False)

    def train(self, x: np.ndarray, y: np.ndarray, *, epochs: int, learning_rate: float, seed: int) -> Fitted:
        """Train on `x` and `y` in one batch, from the weights that `seed` gives."""
        with _training:
            self._begin(seed)
            if not self._model._compile_loss.built:  # built within the loop it would not outlive it
                self._model.compute_loss(x, y, self._model(x))
            rate = tf.constant(learning_rate, tf.float32)
            self._loop(x, y, tf.constant(0), rate)  # traced before the clock starts
            started = time.perf_counter()
            losses, rows = self._loop(x, y, tf.constant(epochs), rate)
            elapsed_s = time.perf_counter() - started
        return Fitted(losses.numpy(), rows.numpy(), elapsed_s)

    def _begin(self, seed: int) -> None:
        shape: tuple[int | None, ...] = (None, *self._input_shape)
        weights: list[np.ndarray] = []
        for layer in create_seeded(self._layers, seed):
            layer.build(shape)
            shape = layer.compute_output_shape(shape)
            weights += layer.get_weights()
        self._model.set_weights(weights)
        for variable in self._optimizer.variables:
            if variable is not self._optimizer._learning_rate:
                variable.assign(np.zeros(variable.shape, variable.dtype))

    def _train(
        self, x: tf.Tensor, y: tf.Tensor, epochs: tf.Tensor, learning_rate: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        variables = self._model.trainable_variables
        losses, rows = (tf.TensorArray(tf.float32, epochs + 1) for _ in range(2))

        def step(epoch, losses, rows):  # type: ignore[no-untyped-def]
            rows = rows.write(epoch, self._join())
            with tf.GradientTape() as tape:
                loss = self._model.compute_loss(x, y, self._model(x, training=True))
            for gradient, variable in zip(tape.gradient(loss, variables), variables, strict=True):
                self._optimizer.update_step(gradient, variable, learning_rate)
            self._optimizer.iterations.assign_add(1)
            return epoch + 1, losses.write(epoch, loss), rows

        _, losses, rows = tf.while_loop(
            lambda epoch, *_: epoch < epochs, step, (0, losses, rows), parallel_iterations=1
        )
        last = self._model.compute_loss(x, y, self._model(x))
        return losses.write(epochs, last).stack(), rows.write(epochs, self._join()).stack()

    def _join(self) -> tf.Tensor:
        return tf.concat([tf.reshape(each.value, [-1]) for each in self._model.trainable_variables], 0)
