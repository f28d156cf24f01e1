"""What follows from an experiment: its layers, tensors and weights, and who reads whom with which weights.

A *lane* is one pass through the LSTM cell: a timestep, or a sample of one timestep. An *answer* is one number
that comes out; it says which hidden states it reads, with which column of the head's weights. That table is
all that framings and heads differ in: whoever draws or computes asks it, and never asks for a framing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, assert_never

from echoviz.core.experiment import Experiment
from echoviz.core.framing import CUTS, Head
from echoviz.core.layers import (
    GATES,
    LSTM,
    Dense,
    Flatten,
    Layer,
    RepeatVector,
    Shape,
    TimeDistributed,
    Unshared,
    Weight,
    name_of,
    output_shape,
    weights_of,
)


class Lane(NamedTuple):
    """One pass through the LSTM cell, of one sequence.

    `sample` and `step` say where in X; `is_fresh` whether it starts from a state of zeros; `input` which
    number of X goes in.
    """

    sample: int
    step: int
    is_fresh: bool
    input: int


class Answer(NamedTuple):
    """One number that comes out: it reads the hidden states of lanes `first` to `last` with column `column`.

    It stands above `lane`; `None` if it belongs to no lane more than to another.
    """

    first: int
    last: int
    column: int
    lane: int | None


@dataclass(frozen=True)
class Tensor:
    """One array on its way through the model.

    Attributes
    ----------
    name : str, "X", "h" or "y"
    layer : str, the Keras layer that returns it ("Input" for X)
    axes : what each axis counts: "sample", "timestep", "feature", "neuron", "output" or "number" (flattened)
    shape : the sizes really passed, batch first
    """

    name: str
    layer: str
    axes: tuple[str, ...]
    shape: Shape

    @property
    def keras_shape(self) -> tuple[int | None, ...]:
        """The shape as Keras prints it: `None` where any number of samples fits."""
        return (None, *self.shape[1:])


@dataclass(frozen=True)
class Blueprint:
    """All that follows from an experiment's choices before anything is trained.

    Attributes
    ----------
    layers : in order of flow, without Input
    input_shape : of one sample: (timesteps, 1), or (1,) where one number goes in
    tensors : in order of flow, X first and y last; their first axis counts all samples of the training
    weights : blocks in the order of Keras' `get_weights()`, the LSTM's gate by gate
    weight_shapes : of Keras' `get_weights()`: LSTM kernel, recurrent kernel, bias; head kernel, bias
    lanes, answers : of one sequence, `length` of each
    rows, columns : what the head's weights form: hidden numbers that one answer reads × columns of their own
    row_stride, column_stride : kernel[row, column] stands at row·row_stride + column·column_stride of the
        flattened head kernel
    """

    layers: tuple[Layer, ...]
    input_shape: Shape
    tensors: tuple[Tensor, ...]
    weights: tuple[Weight, ...]
    weight_shapes: tuple[Shape, ...]
    lanes: tuple[Lane, ...]
    answers: tuple[Answer, ...]
    rows: int
    columns: int
    row_stride: int
    column_stride: int

    @property
    def head(self) -> Layer:
        """The layer that answers."""
        return self.layers[-1]

    @property
    def weight_count(self) -> int:
        """All weights, as Keras' `count_params()` counts them."""
        return sum(weight.count for weight in self.weights)


@lru_cache(maxsize=64)
def blueprint(experiment: Experiment) -> Blueprint:
    """The blueprint of an experiment."""
    cut, length = CUTS[experiment.framing], experiment.length
    layers = tuple(_make_layers(experiment))
    samples = experiment.sequences * (length if cut.each_its_own_sample else 1)
    timesteps = 1 if cut.each_its_own_sample else length
    input_shape = (1,) if cut.repeats else (timesteps, 1)
    tensors = tuple(_follow(layers, (samples, *input_shape)))
    answers = tuple(_make_answers(layers, cut.returns_sequences or cut.each_its_own_sample, length))
    columns = 1 + max(answer.column for answer in answers)
    rows = experiment.neurons * (answers[0].last - answers[0].first + 1)
    lies_by_column = isinstance(layers[-1], Unshared)
    return Blueprint(
        layers=layers,
        input_shape=input_shape,
        tensors=tensors,
        weights=tuple(_list_weights(layers, tensors)),
        weight_shapes=tuple(_join_gates(_list_weights(layers, tensors))),
        lanes=tuple(
            Lane(lane, 0, True, lane)
            if cut.each_its_own_sample
            else Lane(0, lane, lane == 0, 0 if cut.repeats else lane)
            for lane in range(length)
        ),
        answers=answers,
        rows=rows,
        columns=columns,
        row_stride=1 if lies_by_column else columns,
        column_stride=rows if lies_by_column else 1,
    )


def _make_layers(experiment: Experiment) -> Iterator[Layer]:
    cut, length = CUTS[experiment.framing], experiment.length
    if cut.repeats:
        yield RepeatVector(length)
    yield LSTM(experiment.neurons, cut.returns_sequences)
    match experiment.head:
        case Head.TIME_DISTRIBUTED:
            yield TimeDistributed(Dense(1))
        case Head.DENSE:
            is_one_vector = not (cut.returns_sequences or cut.each_its_own_sample)
            yield Dense(length if is_one_vector else 1)
        case Head.FLATTEN:
            yield Flatten()
            yield Dense(length)
        case Head.UNSHARED:
            yield Unshared(length, 1)
        case _:
            assert_never(experiment.head)


def _make_answers(layers: tuple[Layer, ...], each_its_own: bool, length: int) -> Iterator[Answer]:
    """`each_its_own`: whether every lane's hidden state goes on by itself."""
    for place in range(length):
        match layers[-2:]:
            case Flatten(), _:
                yield Answer(0, length - 1, place, None)
            case _, Unshared():
                yield Answer(place, place, place, place)
            case _ if each_its_own:
                yield Answer(place, place, 0, place)
            case _:
                yield Answer(length - 1, length - 1, place, None)


_AXES = {"X": "feature", "h": "neuron", "y": "output"}


def _follow(layers: tuple[Layer, ...], shape: Shape) -> Iterator[Tensor]:
    """The tensors from X on, each after the layer that returns it."""
    yield Tensor("X", "Input", _name_axes("X", shape), shape)
    name = "X"
    for place, layer in enumerate(layers):
        shape = output_shape(layer, shape)
        is_last = place == len(layers) - 1
        name = "y" if is_last else "h" if isinstance(layer, LSTM) else name
        axes = ("sample", "number") if isinstance(layer, Flatten) else _name_axes(name, shape)
        yield Tensor(name, name_of(layer), axes, shape)


def _name_axes(name: str, shape: Shape) -> tuple[str, ...]:
    steps = ("timestep",) if len(shape) > 2 else ()
    return ("sample", *steps, _AXES[name])


def _list_weights(layers: tuple[Layer, ...], tensors: tuple[Tensor, ...]) -> Iterator[Weight]:
    for layer, before in zip(layers, tensors, strict=False):
        yield from weights_of(layer, before.shape)


def _join_gates(weights: Iterator[Weight]) -> Iterator[Shape]:
    """Keras keeps the gates of one matrix side by side."""
    for weight in weights:
        if weight.gate is None:
            yield weight.shape
        elif weight.gate == GATES[0]:
            yield (*weight.shape[:-1], len(GATES) * weight.shape[-1])
