"""The Keras model that is really trained, and its training compiled into one loop.

`model.fit` spends its time between epochs: callbacks, iterators, one call into TensorFlow for each
step. Here the same step of the same model and the same optimizer is repeated *inside* one compiled
function. All weights stand in one row while they train: Adam treats each number by itself, so one
update of the row is the same as one for each matrix, and there is less for XLA to compile.

Importing this module imports TensorFlow.
"""

from __future__ import annotations

import gc
import math
import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from echoviz.core.echo import Problem, compute_problem
from echoviz.core.experiment import FIELD_BY_NAME, Architecture, Framing
from echoviz.core.run import SNAPSHOT_COUNT

CACHE_SIZE = 8
XLA_OPTIONS = {
    # Loops up to so many bytes become one kernel, nested ones too; above, each operation of each step is
    # a call of its own. By itself XLA does so up to 1 kB. An epoch is two to five times faster for it.
    "xla_cpu_small_while_loop_byte_threshold": "1000000000",
    # LLVM unrolled these short loops for longer than they then take.
    "xla_cpu_disable_loop_unrolling": "true",
}
"""What XLA is told; a version that does not know an option ignores it."""

_MAX_EPOCHS = int(FIELD_BY_NAME["epochs"].maximum or 0)
_LATEST_ROW = SNAPSHOT_COUNT  # of a tape: rewritten at each epoch that is no snapshot
_DISCARD_ROW = _LATEST_ROW + 1  # where weights go whose loss is not a number


def add_xla_options(flags: str) -> str:
    """`XLA_FLAGS` with `XLA_OPTIONS` in it; whoever has set such options already knows better."""
    if "xla_backend_extra_options" in flags:
        return flags
    options = ",".join(f"{name}={value}" for name, value in XLA_OPTIONS.items())
    return f"{flags} --xla_backend_extra_options={options}".strip()


# XLA reads this variable once, when it first compiles in a process.
os.environ["XLA_FLAGS"] = add_xla_options(os.environ.get("XLA_FLAGS", ""))


def _create_layers(architecture: Architecture) -> list[keras.layers.Layer]:
    """The tutorial's layers, not yet built. Each draws its seeds here, in this order."""
    framing, length, neurons = architecture
    sequences = framing is Framing.MANY_TO_MANY
    is_one_step = framing is Framing.ONE_TO_ONE  # unrolled: one timestep is no loop
    lstm = keras.layers.LSTM(neurons, return_sequences=sequences, unroll=is_one_step)
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

    `begun` epochs were begun (int32), the last of them at `loss` and `answer` (the shape of y). `losses`
    is (max epochs,). `rows` is (snapshots + 2, weights): the weights *before* the epochs that were asked
    for, before the latest other epoch whose loss is a number, and a row to discard.
    """

    begun: tf.Tensor
    loss: tf.Tensor
    answer: tf.Tensor
    losses: tf.Tensor
    rows: tf.Tensor

    @property
    def finite(self) -> bool:
        """False once a loss was not a number."""
        return bool(np.isfinite(self.loss))

    @property
    def epoch(self) -> int:
        """Epochs done: those whose loss is a number."""
        return int(self.begun) - (not self.finite)


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
        self._advance = _compile_loop(model, self.weights, self.optimizer, self.problem)
        self.advance(self._empty_tape(), 0, np.array([], int))  # traces and compiles

    def reset(self, weights: tuple[np.ndarray, ...], learning_rate: float) -> Tape:
        """Start anew: these weights, an Adam that has seen nothing, an empty tape."""
        self.weights.assign(_flatten(weights))
        for variable, nothing in self._nothing_seen:
            variable.value.assign(nothing)
        self.optimizer.learning_rate.assign(learning_rate)
        return self._empty_tape()

    def advance(self, tape: Tape, until: int, snapshot_epochs: np.ndarray) -> Tape:
        """Train until `until` epochs are done in all, or a loss is not a number."""
        row_of_epoch = np.full(_MAX_EPOCHS + 1, _LATEST_ROW, np.int32)
        row_of_epoch[snapshot_epochs] = np.arange(len(snapshot_epochs))
        return Tape(*self._advance(tape, tf.constant(until), tf.constant(row_of_epoch)))

    def get_weights(self) -> tuple[np.ndarray, ...]:
        """The weights as they are now, in the order and the shapes of Keras' `get_weights()`."""
        return self._split(self.weights.numpy()[np.newaxis])[0]

    def read_weights(self, tape: Tape, snapshots: int) -> list[tuple[np.ndarray, ...]]:
        """What a tape kept: the weights of its first snapshots, then those of the latest other epoch."""
        return self._split(tape.rows.numpy()[[*range(snapshots), _LATEST_ROW]])

    def _split(self, rows: np.ndarray) -> list[tuple[np.ndarray, ...]]:
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
        return self.advance(self._empty_tape(), 1, np.array([], int)).answer.numpy()

    def _empty_tape(self) -> Tape:
        return Tape(
            begun=tf.constant(0),
            loss=tf.constant(0.0),
            answer=tf.zeros(self.problem.y.shape),
            losses=tf.zeros(_MAX_EPOCHS),
            rows=tf.zeros((_DISCARD_ROW + 1, *self.weights.shape)),
        )


def _flatten(weights: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate([matrix.ravel() for matrix in weights])


def _make_call(model: keras.Sequential, x: np.ndarray) -> Callable[[list[tf.Tensor]], tf.Tensor]:
    """What the model answers to `x`, as a function of its weights."""
    lstm, head = model.layers
    inputs = tf.constant(x)
    dropout_seeds = [tf.constant(variable) for variable in lstm.non_trainable_variables]  # asked for, unused
    # One row of zeros, not one for each sample: Keras would multiply all of them with the recurrent kernel.
    state = [tf.zeros((1, size)) for size in lstm.state_size]

    def call_model(matrices: list[tf.Tensor]) -> tf.Tensor:
        hidden, _ = lstm.stateless_call(
            matrices[:3], dropout_seeds, inputs, initial_state=state, training=True
        )
        return head.stateless_call(matrices[3:], [], hidden)[0]

    return call_model


def _compile_loop(
    model: keras.Sequential, weights: keras.Variable, optimizer: keras.optimizers.Optimizer, problem: Problem
) -> Callable[[Tape, tf.Tensor, tf.Tensor], Tape]:
    """`advance(tape, until, row_of_epoch)`, traced and compiled by its first call."""
    call_model, y = _make_call(model, problem.x), tf.constant(problem.y)
    shapes = [variable.shape for variable in model.trainable_variables]
    sizes = [math.prod(shape) for shape in shapes]

    def train_epoch(tape: Tape, row_of_epoch: tf.Tensor) -> Tape:
        before = tf.convert_to_tensor(weights.value)
        with tf.GradientTape() as gradient_tape:
            gradient_tape.watch(before)
            matrices = [tf.reshape(*pair) for pair in zip(tf.split(before, sizes), shapes, strict=True)]
            answer = call_model(matrices)
            loss = tf.reduce_mean(tf.square(answer - y))
        # Not `optimizer.apply`: it sums over replicas first, and TensorFlow keeps the whole graph for ever in
        # its global registry of gradients for that sum (7 MB for each compiled model).
        optimizer.update_step(gradient_tape.gradient(loss, before), weights, optimizer.learning_rate)
        optimizer.iterations.assign_add(1)
        row = tf.where(tf.math.is_finite(loss), row_of_epoch[tape.begun], _DISCARD_ROW)
        return Tape(
            tape.begun + 1,
            loss,
            answer,
            tape.losses.write(tape.begun, loss),
            tape.rows.write(row, before),
        )

    @tf.function(jit_compile=True, autograph=False)
    def advance(tape: Tape, until: tf.Tensor, row_of_epoch: tf.Tensor) -> Tape:
        # Written into a TensorArray in place; of a scatter XLA would make a loop of its own.
        arrays = (tf.TensorArray(tf.float32, written.shape[0]).unstack(written) for written in tape[-2:])
        tape = tf.while_loop(
            lambda tape: tf.logical_and(tf.math.is_finite(tape.loss), tape.begun < until),
            lambda tape: (train_epoch(tape, row_of_epoch),),
            (Tape(*tape[:-2], *arrays),),
        )[0]
        return tape._replace(losses=tape.losses.stack(), rows=tape.rows.stack())

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
