"""Keras' layers as plain frozen values: what shape each returns, which weights it holds, how it is written.

Nothing is allocated and no Keras is needed. Shapes are as they are passed, batch axis first.
Source: Keras documentation of each layer.
"""

from echoviz.core.layers.code import code_of, name_of
from echoviz.core.layers.counts import Work, formula_of, work_of
from echoviz.core.layers.shapes import Misfit, ShapeError, output_shape
from echoviz.core.layers.values import (
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
    Recurrent,
    RepeatVector,
    Reshape,
    Shape,
    SimpleRNN,
    TimeDistributed,
    Unshared,
)
from echoviz.core.layers.weights import GATES, GRU_GATES, Weight, weights_of

__all__ = [
    "GATES",
    "GRU",
    "GRU_GATES",
    "LSTM",
    "Bidirectional",
    "Conv1D",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "Layer",
    "LayerNormalization",
    "Masking",
    "MaxPooling1D",
    "MaxPooling2D",
    "Misfit",
    "Recurrent",
    "RepeatVector",
    "Reshape",
    "Shape",
    "ShapeError",
    "SimpleRNN",
    "TimeDistributed",
    "Unshared",
    "Weight",
    "Work",
    "code_of",
    "formula_of",
    "name_of",
    "output_shape",
    "weights_of",
    "work_of",
]
