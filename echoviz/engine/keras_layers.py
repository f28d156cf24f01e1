"""Keras' own layers of exactly an experiment's size: its initial weights, and its answer with given weights.

Importing this module imports TensorFlow.
"""

from __future__ import annotations

import random
from functools import lru_cache

import keras
import numpy as np

from echoviz.core import layers as plain
from echoviz.core.blueprint import Blueprint, blueprint
from echoviz.core.experiment import Experiment
from echoviz.core.weights import join_weights, split_row
from echoviz.engine.program import creating_layers
from echoviz.engine.shapes.layer_making import make_layer


@lru_cache(maxsize=64)
def compute_initial_row(shape: Blueprint, seed: int) -> np.ndarray:
    """The weights that a Keras model of this shape starts with, after `set_random_seed(seed)`; read-only.

    No LSTM is built, which would take longer. Only the kernels are random, and each initializer gets its
    seed when its layer is created: creating the same layers in the same order draws the same kernels.
    """
    created = create_seeded(shape.layers, seed)
    cell = next(layer.cell for layer in created if isinstance(layer, keras.layers.LSTM))
    created[-1].build((None, *shape.tensors[-2].shape[1:]))
    kernel, recurrent, bias, *_ = shape.weight_shapes
    forget = np.zeros(bias, np.float32)
    forget[len(forget) // 4 : len(forget) // 2] = 1  # Keras' unit_forget_bias: remember at first
    first = [cell.kernel_initializer(kernel), cell.recurrent_initializer(recurrent), forget]
    row = join_weights([*first, *created[-1].get_weights()])
    row.flags.writeable = False
    return row


def create_seeded(layers: tuple[plain.Layer, ...], seed: int) -> list[keras.layers.Layer]:
    """Layers as after `keras.utils.set_random_seed(seed)`, of which they see Python's `random` only.

    Itself it would have TensorFlow set up all its operations anew, which takes 20 ms.
    """
    with creating_layers:
        before = random.getstate()
        random.seed(seed)
        created = [make_layer(layer) for layer in layers]
        random.setstate(before)
    return created


@lru_cache(maxsize=4)
def _build_layers(layers: tuple[plain.Layer, ...], input_shape: plain.Shape) -> list[keras.layers.Layer]:
    """Building takes longer than answering: the latest are kept."""
    with creating_layers:
        built = [make_layer(layer) for layer in layers]
    shape: tuple[int | None, ...] = (None, *input_shape)
    for layer in built:
        layer.build(shape)
        shape = layer.compute_output_shape(shape)
    return built


def compute_keras_answer(experiment: Experiment, row: np.ndarray, x: np.ndarray) -> np.ndarray:
    """What Keras' layers of exactly the experiment's size answer to `x` with a row of weights: float32.

    Called layer by layer, nothing is traced: a Keras model whose `predict` was called leaves 12 MB behind,
    these layers 60 kB.
    """
    shape = blueprint(experiment)
    matrices = split_row(row, shape.weight_shapes)
    tensor = x
    for layer in _build_layers(shape.layers, shape.input_shape):
        count = len(layer.trainable_variables)
        taken, matrices = matrices[:count], matrices[count:]
        state = [variable.value for variable in layer.non_trainable_variables]
        tensor, _ = layer.stateless_call(list(taken), state, tensor)
    return np.asarray(tensor)
