"""A Keras LSTM and its training, compiled into one loop that trains every experiment of its size or smaller.

`model.fit` spends its time between epochs: callbacks, iterators, one call into TensorFlow for each step. Here
the same step of the same layers and the same optimizer is repeated *inside* one compiled function, to which
data, weights and the way the head reads are arguments. All weights stand in one row while they train: Adam
treats each number by itself, so one update of the row is the same as one for each matrix.

Importing this module imports TensorFlow.
"""

from __future__ import annotations

import os
import threading
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from echoviz.engine.padding import Inputs
from echoviz.engine.sizes import MAX_EPOCHS, Size

XLA_OPTIONS = {
    # Loops up to so many bytes become one kernel, nested ones too; above, each operation of each step is
    # a call of its own. By itself XLA does so up to 1 kB. An epoch is two to five times faster for it.
    "xla_cpu_small_while_loop_byte_threshold": "1000000000",
    # LLVM unrolled these short loops for longer than they then take.
    "xla_cpu_disable_loop_unrolling": "true",
}
"""What XLA is told; a version that does not know an option ignores it."""
ROW_BYTES = 4_000_000
"""Room for the rows of weights that one call can hand back: at least 8 rows, 102 hold all of a run."""

creating_layers = threading.Lock()
"""Held while layers are created: they draw their seeds from Python's `random`, of which there is one."""


def add_xla_options(flags: str) -> str:
    """`XLA_FLAGS` with `XLA_OPTIONS` in it; whoever has set such options already knows better."""
    if "xla_backend_extra_options" in flags:
        return flags
    options = ",".join(f"{name}={value}" for name, value in XLA_OPTIONS.items())
    return f"{flags} --xla_backend_extra_options={options}".strip()


# XLA reads this variable once, when it first compiles in a process.
os.environ["XLA_FLAGS"] = add_xla_options(os.environ.get("XLA_FLAGS", ""))


class Advance(NamedTuple):
    """What some epochs came to.

    `losses` is float32 (epochs begun,), each of the weights before its epoch; only the last may be no number.
    `rows` is (stops, weights), the weights after the epochs that were asked for; `state` is (3, weights),
    weights and Adam's two moments at the end.
    """

    losses: np.ndarray
    rows: np.ndarray
    state: np.ndarray


class Program:
    """Keras' LSTM and head of one size, Keras' Adam, and their training loop compiled by XLA."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.rows = int(min(102, max(8, ROW_BYTES // (4 * size.weights))))
        with creating_layers:
            self._lstm = keras.layers.LSTM(size.neurons, return_sequences=True, unroll=size.timesteps == 1)
            self._head = keras.layers.Dense(size.timesteps) if size.is_flat else _create_head(size.timesteps)
            self._optimizer = keras.optimizers.Adam()
        self._lstm.build((None, size.timesteps, 1))
        rows = size.timesteps * size.neurons if size.is_flat else size.neurons
        self._head.build((None, rows) if size.is_flat else (None, size.timesteps, rows))
        self._seeds = [tf.constant(variable) for variable in self._lstm.non_trainable_variables]
        self._matrices = [*self._lstm.trainable_variables, *self._head.trainable_variables]
        self._weights = keras.Variable(np.zeros(size.weights, np.float32), name="weights")
        self._optimizer.build([self._weights])
        self._moments = [self._optimizer._momentums[0], self._optimizer._velocities[0]]
        self._advance = tf.function(self._loop, jit_compile=True, autograph=False)
        self._compile()

    def advance(
        self, inputs: Inputs, state: np.ndarray, epoch: int, stops: np.ndarray, learning_rate: float
    ) -> Advance:
        """Train until the last of `stops`, `rows` ascending epochs at most, or until a loss is no number."""
        padded_stops = np.full(self.rows, stops[-1], np.int32)
        padded_stops[: len(stops)] = stops
        begun, losses, rows, after = self._advance(
            inputs, state, np.array(epoch, np.int32), padded_stops, np.array(learning_rate, np.float32)
        )
        return Advance(
            np.asarray(losses)[: int(begun) - epoch], np.asarray(rows)[: len(stops)], np.asarray(after)
        )

    def _compile(self) -> None:
        """An epoch of nothing."""
        nothing = np.zeros((self.size.slices, self.size.samples, self.size.timesteps), np.float32)
        flag, one = np.array(False), np.array(1, np.int32)
        inputs = Inputs(nothing[..., np.newaxis], nothing, nothing, one, nothing[0, :1].T, flag, flag)
        self.advance(inputs, np.zeros((3, self.size.weights), np.float32), 0, np.array([1]), 0.0)

    def _loop(
        self, inputs: Inputs, state: tf.Tensor, epoch: tf.Tensor, stops: tf.Tensor, learning_rate: tf.Tensor
    ) -> tuple[tf.Tensor, ...]:
        for variable, value in zip((self._weights, *self._moments), tf.unstack(state), strict=True):
            variable.assign(value)
        self._optimizer.iterations.assign(epoch)
        # Written into a TensorArray in place; of a scatter XLA would make a loop of its own.
        losses = tf.TensorArray(tf.float32, MAX_EPOCHS).unstack(tf.zeros(MAX_EPOCHS))
        rows = tf.TensorArray(tf.float32, self.rows).unstack(tf.zeros((self.rows, self.size.weights)))

        def train_epoch(begun, loss, losses):  # type: ignore[no-untyped-def]
            loss, gradient = self._compute_gradient(inputs)
            # Not `optimizer.apply`: it sums over replicas first, and TensorFlow keeps the whole graph for
            # ever in its global registry of gradients for that sum (7 MB for each program).
            self._optimizer.update_step(gradient, self._weights, learning_rate)
            self._optimizer.iterations.assign_add(1)
            return begun + 1, loss, losses.write(begun - epoch, loss)

        def train_until(place, begun, loss, losses, rows):  # type: ignore[no-untyped-def]
            begun, loss, losses = tf.while_loop(
                lambda begun, loss, _: tf.logical_and(tf.math.is_finite(loss), begun < stops[place]),
                train_epoch,
                (begun, loss, losses),
            )
            return place + 1, begun, loss, losses, rows.write(place, self._weights.value)

        _, begun, _, losses, rows = tf.while_loop(
            lambda place, *_: place < self.rows,
            train_until,
            (tf.constant(0), epoch, tf.constant(0.0), losses, rows),
        )
        state = tf.stack([variable.value for variable in (self._weights, *self._moments)])
        return begun, losses.stack(), rows.stack(), state

    def _compute_gradient(self, inputs: Inputs) -> tuple[tf.Tensor, tf.Tensor]:
        """The loss of all samples and its gradient, added up slice by slice."""
        weights = tf.convert_to_tensor(self._weights.value)
        sizes = [int(np.prod(matrix.shape)) for matrix in self._matrices]

        def add_slice(place, loss, gradient):  # type: ignore[no-untyped-def]
            with tf.GradientTape() as tape:
                tape.watch(weights)
                parts = zip(tf.split(weights, sizes), self._matrices, strict=True)
                matrices = [tf.reshape(part, matrix.shape) for part, matrix in parts]
                error = tf.square(self._answer(matrices, inputs, place) - inputs.y[place])
                part_of_loss = tf.reduce_sum(inputs.loss_weights[place] * error)
            return place + 1, loss + part_of_loss, gradient + tape.gradient(part_of_loss, weights)

        _, loss, gradient = tf.while_loop(
            lambda place, *_: place < inputs.slices,
            add_slice,
            (tf.constant(0), tf.constant(0.0), tf.zeros_like(weights)),
        )
        return loss, gradient

    def _answer(self, matrices: list[tf.Tensor], inputs: Inputs, place: tf.Tensor) -> tf.Tensor:
        """What the layers answer to one slice: (samples, timesteps)."""
        # One row of zeros, not one for each sample: Keras would multiply each with the recurrent kernel.
        state = [tf.zeros((1, self.size.neurons))] * 2
        hidden, _ = self._lstm.stateless_call(
            matrices[:3], self._seeds, inputs.x[place], initial_state=state, training=True
        )
        kernel, bias = matrices[3:]
        if self.size.is_flat:
            numbers = tf.reshape(hidden * inputs.read_steps, (self.size.samples, -1))
            return self._head.stateless_call([kernel, bias], [], numbers)[0]
        if self.size.timesteps > 1:
            last = tf.reduce_sum(hidden * inputs.read_steps, axis=1, keepdims=True)
            hidden = tf.where(inputs.reads_own, hidden, last)
        kernel = tf.where(inputs.is_shared, kernel[:1], kernel)
        bias = tf.where(inputs.is_shared, bias[:1], bias)
        return self._head.stateless_call([kernel, bias], [], hidden)[0][..., 0]


def _create_head(timesteps: int) -> keras.layers.Layer:
    """A Dense of its own for each timestep; where they share, it is given the same weights for each."""
    return keras.layers.EinsumDense("btn,tno->bto", output_shape=(timesteps, 1), bias_axes="to")
