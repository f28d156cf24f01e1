"""Keras' own layers, written out one by one as its documentation does: the oracle of the shape law."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import keras

from echoviz.core.layers import (
    GRU,
    LSTM,
    Bidirectional,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    Layer,
    LayerNormalization,
    Masking,
    MaxPooling1D,
    MaxPooling2D,
    RepeatVector,
    Reshape,
    Shape,
    SimpleRNN,
    TimeDistributed,
    Unshared,
)


def write_keras_layer(layer: Layer) -> Any:
    """The `keras.layers` object that a value stands for."""
    layers = keras.layers
    match layer:
        case LSTM(units, sequences):
            return layers.LSTM(units, return_sequences=sequences)
        case GRU(units, sequences, reset_after):
            return layers.GRU(units, return_sequences=sequences, reset_after=reset_after)
        case SimpleRNN(units, sequences):
            return layers.SimpleRNN(units, return_sequences=sequences)
        case Bidirectional(inner):
            return layers.Bidirectional(write_keras_layer(inner))
        case TimeDistributed(inner):
            return layers.TimeDistributed(write_keras_layer(inner))
        case Dense(units):
            return layers.Dense(units)
        case Unshared(timesteps, units):
            return layers.EinsumDense("btn,tno->bto", output_shape=(timesteps, units), bias_axes="to")
        case Flatten():
            return layers.Flatten()
        case RepeatVector(times):
            return layers.RepeatVector(times)
        case Reshape(target):
            return layers.Reshape(target)
        case LayerNormalization():
            return layers.LayerNormalization()
        case Dropout(rate):
            return layers.Dropout(rate)
        case Masking(value):
            return layers.Masking(value)
        case Conv1D(filters, size, strides, padding):
            return layers.Conv1D(filters, size, strides=strides, padding=padding)
        case Conv2D(filters, size, strides, padding):
            return layers.Conv2D(filters, size, strides=strides, padding=padding)
        case MaxPooling1D(size, strides, padding):
            return layers.MaxPooling1D(size, strides=strides, padding=padding)
        case MaxPooling2D(size, strides, padding):
            return layers.MaxPooling2D(size, strides=strides, padding=padding)
        case GlobalAveragePooling1D():
            return layers.GlobalAveragePooling1D()
        case GlobalAveragePooling2D():
            return layers.GlobalAveragePooling2D()


@dataclass(frozen=True)
class KerasStep:
    """What Keras says of one layer: the shape it returns, its count, the size of each of its weights."""

    after: Shape
    count: int
    sizes: tuple[int, ...]


def ask_keras(layers: tuple[Layer, ...], shape: Shape) -> tuple[list[KerasStep], str]:
    """Keras' own answers, layer by layer, up to the first that refuses, and its words.

    `shape` has the batch axis.

    A wrapper is also asked whether its layer, bare, reads the slice: Keras' `TimeDistributed` hands a slice
    of any number of axes on without asking the layer, and some layers then return what is no law.

    In a stateless scope Keras knows the shape of every weight and holds none: it is faster, and a layer may
    be as large as any.
    """
    steps = []
    with keras.StatelessScope(initialize_variables=False):
        tensor = keras.Input(batch_shape=shape)
        for layer in layers:
            try:
                _ask_for_slices(layer, tensor.shape)
                built = write_keras_layer(layer)
                tensor = built(tensor)
            except ValueError as error:
                return steps, str(error)
            sizes = tuple(math.prod(weight.shape) for weight in built.weights)
            steps.append(KerasStep(tuple(tensor.shape), built.count_params(), sizes))
    return steps, ""


def _ask_for_slices(layer: Layer, shape: Shape) -> None:
    while isinstance(layer, TimeDistributed) and len(shape) > 2:
        layer, shape = layer.layer, (shape[0], *shape[2:])
        if not isinstance(layer, TimeDistributed):
            write_keras_layer(layer)(keras.Input(batch_shape=shape))
