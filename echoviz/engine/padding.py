"""One experiment inside a larger program: where its weights stand there, and its data with zeros around it.

The weights beside an experiment's own are zero and stay exactly zero. A neuron whose weights are zero holds
c̃ = tanh(0) = 0, so its h is 0 and nothing reads it; every gradient of its weights has one of these zeros as a
factor, and Adam does not move a weight whose gradients were all zero. What is beyond the experiment's own
timesteps and samples has weight 0 in the loss.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from echoviz.core.blueprint import blueprint
from echoviz.core.data import make_data
from echoviz.core.experiment import Experiment
from echoviz.engine.sizes import Size, count_slices


class Inputs(NamedTuple):
    """What a program is told of an experiment; it holds no constant of it.

    `x` is float32 (slices, samples, timesteps, 1), `y` and `loss_weights` are without the last axis; the
    weights are 1 / number of answers, and 0 where there is none. `slices` says how many hold anything.
    `read_steps` is float32 (timesteps, 1), 1 at the timesteps that every answer reads, unless each
    `reads_own`. `is_shared`: all answers use column 0 of the head's weights rather than one of their own.
    """

    x: np.ndarray
    y: np.ndarray
    loss_weights: np.ndarray
    slices: np.ndarray
    read_steps: np.ndarray
    reads_own: np.ndarray
    is_shared: np.ndarray


def make_inputs(experiment: Experiment, size: Size) -> Inputs:
    """The experiment's data with zeros around it."""
    data, shape = make_data(experiment), blueprint(experiment)
    y = data.y.reshape(len(data.x), -1)  # as many answers as timesteps
    x = np.broadcast_to(data.x.reshape(len(data.x), -1), y.shape)  # where one number goes in, it is repeated
    read_steps = np.zeros((size.timesteps, 1), np.float32)
    read_steps[shape.answers[-1].first : y.shape[1]] = 1
    return Inputs(
        x=_pad(x, size)[..., np.newaxis],
        y=_pad(y, size),
        loss_weights=_pad(np.full_like(y, 1 / y.size), size),
        slices=np.array(count_slices(experiment, size), np.int32),
        read_steps=read_steps,
        reads_own=np.array(shape.answers[0].lane is not None),
        is_shared=np.array(shape.columns == 1),
    )


def _pad(values: np.ndarray, size: Size) -> np.ndarray:
    """(samples, timesteps) as (slices, samples, timesteps) of the program."""
    padded = np.zeros((size.slices * size.samples, size.timesteps), np.float32)
    padded[: values.shape[0], : values.shape[1]] = values
    return padded.reshape(size.slices, size.samples, size.timesteps)


def place_weights(experiment: Experiment, size: Size) -> np.ndarray:
    """For each weight of the experiment's row, where it stands in the program's row: int (weights,).

    That has the LSTM's matrices as Keras does, then the head's kernel and bias: of `EinsumDense` (column,
    neuron) or, flat, of `Dense` (timestep, neuron, column).
    """
    own, room, shape = experiment.neurons, size.neurons, blueprint(experiment)
    places, begin = [], 0
    for inner, outer in (
        ((1, 4, own), (1, 4, room)),
        ((own, 4, own), (room, 4, room)),
        ((4, own), (4, room)),
    ):
        places.append(begin + np.ravel_multi_index(np.indices(inner), outer).ravel())
        begin += int(np.prod(outer))
    row, column = np.indices((shape.rows, shape.columns))
    step, neuron = np.divmod(row, own)
    head = np.empty(row.size, int)
    head[row * shape.row_stride + column * shape.column_stride] = (
        (step * room + neuron) * size.timesteps + column if size.is_flat else column * room + neuron
    )
    return np.concatenate([*places, begin + head, size.weights - size.timesteps + np.arange(shape.columns)])
