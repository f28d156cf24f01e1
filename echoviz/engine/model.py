"""The Keras model that is really trained, and its training compiled into one loop.

`model.fit` spends its time between epochs: callbacks, iterators, one call into TensorFlow for each
step. Here the same step of the same model and the same optimizer is repeated *inside* one compiled
function.All
weights stand in one row while they train: Adam treats each number by itself, so one update of the row
is the same as one for each matrix, and there is less for XLA to compile. Importing this module imports
TensorFlow.
"""

from __future__ import annotations

import gc
import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from echoviz.core.echo import compute_problem
from echoviz.core.experiment import FIELD_BY_NAME, Architecture, Framing
from echoviz.core.run import SNAPSHOT_COUNT

CACHE_SIZE = 8

_MAX_EPOCHS = int(FIELD_BY_NAME["epochs"].maximum or 0)
_LATEST_ROWS = 1  # the row after the last snapshot, rewritten at each epoch
_DISCARD_ROW = SNAPSHOT_COUNT + _LATEST_ROWS  # where weights go whose loss is not a number


def _create_layers(architecture: Architecture) -> list[keras.layers.Layer]:
    """The tutorial's layers, not yet built. Each draws its seeds here, in this order."""
    framing, length, neurons = architecture
    sequences = framing is Framing.MANY_TO_MANY
    lstm = keras.layers.LSTM(neurons, return_sequences=sequences)
    dense = keras.layers.Dense(length if framing is Framing.MANY_TO_ONE else 1)
    return [lstm, keras.layers.TimeDistributed(dense) if sequences else dense]


def build_model(architecture: Architecture, seed: int) -> keras.Sequential:
    """`Sequential([Input, LSTM, Dense])`, or with `TimeDistributed(Dense(1))` for many-to-many.

    Built after `keras.utils.set_random_seed(seed)`, which is process-wide.
    """
    keras.utils.set_random_seed(seed)
    timesteps = 1 if architecture.framing is Framing.ONE_TO_ONE else architecture.length
    return keras.Sequential([keras.Input((timesteps, 1)), *_create_layers(architecture)])


@lru_cache(maxsize=64)
def compute_initial_weights(architecture: Architecture, seed: int) -> tuple[np.ndarray, ...]:
    """The weights that `build_model(architecture, seed)` starts with, without building a model.

    Only the kernels are random: Keras gives each initializer its own seed when the layer is created,
    so creating the same layers in the same order draws the same kernels.
    """
    keras.utils.set_random_seed(seed)
    lstm, head = _create_layers(architecture)
    dense = head.layer if isinstance(head, keras.layers.TimeDistributed) else head
    neurons, outputs = architecture.neurons, dense.units
    bias = np.zeros(4 * neurons, np.float32)
    bias[neurons : 2 * neurons] = 1  # Keras' unit_forget_bias: remember at first
    weights = (
        lstm.cell.kernel_initializer((1, 4 * neurons)).numpy(),
        lstm.cell.recurrent_initializer((neurons, 4 * neurons)).numpy(),
        bias,
        dense.kernel_initializer((neurons, outputs)).numpy(),
        np.zeros(outputs, np.float32),
    )
    for matrix in weights:
        matrix.flags.writeable = False
    return weights


class Tape(NamedTuple):
    """What the compiled loop writes down: tensors that go in and out of each call.

    `epoch` epochs are done (int32); `kept` rows are complete; `finite` is False once a loss was not a
    number. `answer` is what the model said at the beginning of the last epoch, in the shape of y.
    `losses` is (max epochs,). `rows` is (snapshots + 2, weights): the weights *before* the epochs that
    were asked for, then the latest whose loss is known, then a row to discard.
    """

    epoch: tf.Tensor
    kept: tf.Tensor
    finite: tf.Tensor
    answer: tf.Tensor
    losses: tf.Tensor
    rows: tf.Tensor


class CompiledModel:
    """One architecture's Keras model, its Adam, and their training loop compiled by XLA."""

    def __init__(self, architecture: Architecture) -> None:
        model = build_model(architecture, seed=0)
        self.weights = keras.Variable(_flatten(model.get_weights()), name="weights")
        self.optimizer = keras.optimizers.Adam()
        self.optimizer.build([self.weights])
        self._nothing_seen = [(variable, tf.zeros_like(variable)) for variable in self.optimizer.variables]
        self.problem = compute_problem(architecture.framing, architecture.length)
        self.shapes = [tuple(variable.shape) for variable in model.trainable_variables]
        self.epoch_s: float | None = None
        self._advance = _compile_loop(
            model, self.weights, self.optimizer, self._empty_tape(), self.problem.x, self.problem.y
        )

    def reset(self, weights: tuple[np.ndarray, ...], learning_rate: float) -> Tape:
        """Start anew: these weights, an Adam that has seen nothing, an empty tape."""
        self.weights.assign(_flatten(weights))
        for variable, nothing in self._nothing_seen:
            variable.value.assign(nothing)
        self.optimizer.learning_rate.assign(learning_rate)
        return self._empty_tape()

    def advance(self, tape: Tape, until: int, snapshot_epochs: np.ndarray) -> Tape:
        """Train until `until` epochs are done in all, or a loss is not a number."""
        padded = np.full(SNAPSHOT_COUNT + 1, -1, np.int32)
        padded[: len(snapshot_epochs)] = snapshot_epochs
        return Tape(*self._advance(tape, tf.constant(until), tf.constant(padded)))

    def get_weights(self) -> tuple[np.ndarray, ...]:
        """The weights as they are now, in the order and the shapes of Keras' `get_weights()`."""
        return self.split(self.weights.numpy()[np.newaxis])[0]

    def split(self, rows: np.ndarray) -> list[tuple[np.ndarray, ...]]:
        """Rows of a tape, each as Keras' `get_weights()`."""
        ends = np.cumsum([math.prod(shape) for shape in self.shapes])
        matrices = [
            columns.reshape(-1, *shape)
            for columns, shape in zip(np.split(rows, ends[:-1], axis=1), self.shapes, strict=True)
        ]
        return list(zip(*matrices, strict=True))

    def predict(self) -> np.ndarray:
        """What the Keras model answers now to its own input: float32, the shape of y.

        An epoch at learning rate 0 changes no weight, and its forward pass is compiled already: ten times
        faster than calling the model, and nothing more to trace. Adam is to be reset afterwards.
        """
        self.optimizer.learning_rate.assign(0.0)
        return self.advance(self._empty_tape(), 1, np.array([], np.int32)).answer.numpy()

    def _empty_tape(self) -> Tape:
        rows = SNAPSHOT_COUNT + _LATEST_ROWS + 1
        return Tape(
            epoch=tf.constant(0),
            kept=tf.constant(0),
            finite=tf.constant(True),
            answer=tf.zeros(self.problem.y.shape),
            losses=tf.zeros(_MAX_EPOCHS),
            rows=tf.zeros((rows, *self.weights.shape)),
        )


def _flatten(weights: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate([matrix.ravel() for matrix in weights])


def _compile_loop(
    model: keras.Sequential,
    weights: keras.Variable,
    optimizer: keras.optimizers.Optimizer,
    tape: Tape,
    x: np.ndarray,
    y: np.ndarray,
) -> Callable[[Tape, tf.Tensor, tf.Tensor], Tape]:
    """`advance(tape, until, snapshot_epochs)`, already traced and compiled by training 0 epochs."""
    inputs, targets = tf.constant(x), tf.constant(y)
    shapes = [tuple(variable.shape) for variable in model.trainable_variables]
    sizes = [math.prod(shape) for shape in shapes]
    unused = [
        tf.constant(variable) for variable in model.non_trainable_variables
    ]  # the seed of a dropout of 0

    def train_epoch(tape: Tape, snapshot_epochs: tf.Tensor) -> Tape:
        before = tf.convert_to_tensor(weights.value)
        with tf.GradientTape() as gradient_tape:
            gradient_tape.watch(before)
            matrices = [tf.reshape(*pair) for pair in zip(tf.split(before, sizes), shapes, strict=True)]
            answer, _ = model.stateless_call(matrices, unused, inputs, training=True)
            loss = tf.reduce_mean(tf.square(answer - targets))
        # Not `optimizer.apply`: it sums over replicas first, and TensorFlow keeps the whole graph for ever in
        # its global registry of gradients for that sum (7 MB for each compiled model).
        optimizer.update_step(gradient_tape.gradient(loss, before), weights, optimizer.learning_rate)
        optimizer.iterations.assign_add(1)
        finite = tf.math.is_finite(loss)
        row = tf.where(finite, tape.kept, _DISCARD_ROW)
        asked_for = tf.logical_and(finite, tf.equal(snapshot_epochs[tape.kept], tape.epoch))
        return Tape(
            tape.epoch + tf.cast(finite, tf.int32),
            tape.kept + tf.cast(asked_for, tf.int32),
            finite,
            answer,
            tape.losses.write(tape.epoch, loss),
            tape.rows.write(row, before),
        )

    @tf.function(jit_compile=True, autograph=False)
    def advance(tape: Tape, until: tf.Tensor, snapshot_epochs: tf.Tensor) -> Tape:
        # Written into a TensorArray in place; of a scatter XLA would make a loop of its own.
        arrays = (tf.TensorArray(tf.float32, written.shape[0]).unstack(written) for written in tape[-2:])
        tape = tf.while_loop(
            lambda tape: tf.logical_and(tape.finite, tape.epoch < until),
            lambda tape: (train_epoch(tape, snapshot_epochs),),
            (Tape(*tape[:-2], *arrays),),
        )[0]
        return tape._replace(losses=tape.losses.stack(), rows=tape.rows.stack())

    advance(tape, tf.constant(0), tf.zeros(SNAPSHOT_COUNT + 1, tf.int32))
    return advance


class ModelCache:
    """The compiled models used last, `CACHE_SIZE` at most.

    An evicted model's Python and Keras side is freed. XLA keeps its machine code, about 9 MB a model, for
    as long as the process lives: neither `clear_session` nor a new eager context gives it back (measured
    on TensorFlow 2.21). So a worker is replaced after a number of compilations.
    """

    def __init__(self, size: int = CACHE_SIZE) -> None:
        self._size = size
        self.compilations = 0
        self._models: OrderedDict[Architecture, CompiledModel] = OrderedDict()

    def __len__(self) -> int:
        return len(self._models)

    def __contains__(self, architecture: Architecture) -> bool:
        return architecture in self._models

    def find_or_compile(self, architecture: Architecture) -> CompiledModel:
        """The compiled model of an architecture; the one unused for longest makes room."""
        if architecture in self._models:
            self._models.move_to_end(architecture)
            return self._models[architecture]
        while len(self._models) >= self._size:
            self._models.popitem(last=False)
            gc.collect()  # a Keras model is full of cycles
        self.compilations += 1
        compiled = self._models[architecture] = CompiledModel(architecture)
        return compiled
