"""Layer values as Keras' own layers. Importing this module imports Keras."""

from __future__ import annotations

from typing import Any

import keras

from echoviz.core.layers import Bidirectional, Layer, Recurrent, TimeDistributed, Unshared
from echoviz.core.layers.code import parameters_of


def make_layer(layer: Layer, **more: Any) -> keras.layers.Layer:
    """The Keras layer that a value stands for; `more` are arguments of the recurrent layer within, if any."""
    match layer:
        case TimeDistributed(inner):
            return keras.layers.TimeDistributed(make_layer(inner, **more))
        case Bidirectional(inner):
            return keras.layers.Bidirectional(make_layer(inner, **more))
        case Unshared(timesteps, units):
            return keras.layers.EinsumDense("btn,tno->bto", output_shape=(timesteps, units), bias_axes="to")
    kind: type = type(layer)
    arguments = {parameter.keras_name: getattr(layer, parameter.name) for parameter in parameters_of(kind)}
    return getattr(keras.layers, kind.__name__)(**arguments, **(more if isinstance(layer, Recurrent) else {}))
