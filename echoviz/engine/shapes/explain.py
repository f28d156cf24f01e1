"""Somebody's own Keras model, read layer by layer, and run for an x. Importing this module imports Keras."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import keras
import numpy as np

from echoviz.core.explanation import Explanation, Gates, Row
from echoviz.core.forward import trace_lstm
from echoviz.core.layers import LSTM, Bidirectional, Layer, Recurrent, TimeDistributed, Unshared
from echoviz.core.layers.arguments import is_same
from echoviz.core.layers.code import parameters_of

_KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Layer) if kind is not Unshared}
_PLAIN: dict[str, object] = {
    "use_bias": True,
    "center": True,
    "scale": True,
    "rms_scaling": False,
    "merge_mode": "concat",
    "data_format": "channels_last",
    "dilation_rate": 1,
    "groups": 1,
    "return_state": False,
    "keepdims": False,
    "go_backwards": False,
    "time_major": False,
}
"""Arguments that change shapes, counts or the order of the timesteps, at the values that can be drawn."""


class ExplainError(ValueError):
    """A model that cannot be drawn: names the first layer that stands in the way, and says why."""


def explain(model: Any, x: Any = None) -> Explanation:
    """A built Keras model as an `Explanation`; with an `x` also what every layer made of it.

    Parameters
    ----------
    model : `keras.Sequential`, or a functional model that is one chain
    x : (samples, …), as `model.predict` takes it

    Raises
    ------
    ExplainError
        for a model that is not built, is no chain, or has a layer that cannot be drawn.
    """
    if not isinstance(model, keras.Model):
        raise ExplainError(f"model was of type {type(model).__name__}; expected a Keras model.")
    numbers = None if x is None else np.asarray(x, dtype=np.float32)
    if not model.built and numbers is not None:
        model(numbers)
    if not model.built:
        raise ExplainError(f"{model.name} is not built, so it has no shapes yet. Give an x, or an Input.")
    built = list(_list_chain(model))
    layers = [read_layer(layer) for layer in built]
    if numbers is None:
        shapes = [model.input_shape, *(layer.output.shape for layer in built)]
        rows = [
            Row(layer.name, value, before, after)
            for layer, value, before, after in zip(built, layers, shapes, shapes[1:], strict=False)
        ]
    else:
        shapes = [numbers.shape]
        rows = list(_run(built, layers, numbers))
    return Explanation(model.name, tuple(rows), tuple(shapes[0]), numbers)


def read_layer(layer: Any) -> Layer:
    """The value of a Keras layer. Raises `ExplainError` for one that cannot be drawn."""
    kind, config = type(layer).__name__, layer.get_config()
    if type(layer).__module__.split(".")[0] != "keras" or kind not in _KINDS | {"EinsumDense": Unshared}:
        raise ExplainError(f"{layer.name} is a {kind}, which cannot be drawn. Leave it out of the model.")
    for argument, plain in _PLAIN.items():
        given = config.get(argument, plain)
        if given != plain and set(np.ravel(given)) != {plain}:
            raise ExplainError(
                f"{layer.name} has {argument}={given!r}, which cannot be drawn; expected {plain!r}."
            )
    if isinstance(layer, keras.layers.LayerNormalization) and layer.axis not in (-1, [-1]):
        _demand_last_axis(layer)
    match layer:
        case keras.layers.TimeDistributed():
            return TimeDistributed(read_layer(layer.layer))
        case keras.layers.Bidirectional():
            inner = read_layer(layer.forward_layer)
            if not isinstance(inner, Recurrent):
                raise ExplainError(f"{layer.name} holds {kind}, which cannot be drawn.")
            return Bidirectional(inner)
        case keras.layers.EinsumDense():
            return _read_unshared(layer)
    return _read_arguments(layer, _KINDS[kind], config)


def _read_arguments(layer: Any, kind: type, config: dict[str, Any]) -> Layer:
    arguments = {}
    for parameter in parameters_of(kind):
        given = config[parameter.keras_name]
        if given is None and parameter.default is None:
            continue
        given = (
            given[0]
            if isinstance(given, list | tuple) and len(given) == 1 and kind.__name__[-2:] == "1D"
            else given
        )
        nearest = parameter.kind.nearest(given)
        if nearest is None or not is_same(given, nearest):
            raise ExplainError(
                f"{layer.name} has {parameter.keras_name}={given!r}; expected {parameter.kind.expectation}."
            )
        arguments[parameter.name] = nearest
    value: Layer = kind(**arguments)
    return value


def _demand_last_axis(layer: Any) -> None:
    rank = len(layer.input.shape)
    axes = {axis % rank for axis in np.ravel(layer.axis).tolist()}
    if axes != {rank - 1}:
        raise ExplainError(f"{layer.name} has axis={layer.axis!r}, which cannot be drawn; expected -1.")


def _read_unshared(layer: Any) -> Unshared:
    timesteps, units = (*layer.partial_output_shape, 0, 0)[:2]
    if (layer.equation, layer.bias_axes) != ("btn,tno->bto", "to"):
        raise ExplainError(f"{layer.name} has equation={layer.equation!r}, which cannot be drawn.")
    return Unshared(timesteps, units)


def _list_chain(model: Any) -> Iterator[Any]:
    """The layers in order of flow. Raises `ExplainError` at one that reads more than the layer before it."""
    tensor = None
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            raise ExplainError(
                f"{layer.name} is a model within the model, which cannot be drawn. Explain it by itself."
            )
        if not isinstance(layer, keras.layers.InputLayer):
            read = [each for each in keras.tree.flatten(layer.input) if each.dtype != "bool"]  # no masks
            if len(read) != 1 or (tensor is not None and read[0] is not tensor):
                raise ExplainError(
                    f"{layer.name} does not read the layer before it alone; expected one chain."
                )
            yield layer
        tensor = layer.output
        if isinstance(tensor, list | tuple):
            raise ExplainError(f"{layer.name} returns several tensors, which cannot be drawn; expected one.")


def _run(built: list[Any], layers: list[Layer], x: np.ndarray) -> Iterator[Row]:
    """Each layer called with what the one before returned, as `predict` does; masks go with the tensors."""
    tensor, mask = keras.ops.convert_to_tensor(x), None
    for layer, value in zip(built, layers, strict=True):
        if getattr(layer, "stateful", False):
            raise ExplainError(
                f"{layer.name} is stateful: what it answers depends on what came before. Give no x."
            )
        before, is_whole = np.asarray(tensor), mask is None or bool(np.all(mask))
        mask = layer.compute_mask(tensor, mask) if layer.supports_masking else None
        tensor = layer(tensor)
        after = np.asarray(tensor)
        gates = _open(layer, value, before) if is_whole else None
        yield Row(layer.name, value, before.shape, after.shape, after, gates)


def _open(layer: Any, value: Layer, x: np.ndarray) -> Gates | None:
    """What happens inside an LSTM with Keras' own activations."""
    is_plain = isinstance(value, LSTM) and (layer.activation, layer.recurrent_activation) == (
        keras.activations.tanh,
        keras.activations.sigmoid,
    )
    if not is_plain:
        return None
    matrices = [np.asarray(matrix, dtype=np.float64) for matrix in layer.get_weights()]
    inner = trace_lstm(x.astype(np.float64), *matrices)
    return Gates(*(inner[name] for name in Gates._fields))
