"""Trainings that are no experiment, only held beside one: answers to questions of the page Compare.

Importing this module imports TensorFlow.
"""

from __future__ import annotations

import re
from functools import lru_cache

import keras
import numpy as np

from echoviz.core.blueprint import blueprint
from echoviz.core.broadcast import CASES, EPOCHS, LEARNING_RATE, SEED, BroadcastCase
from echoviz.core.course import Course, Courses, compute_course, make_course
from echoviz.core.data import count_inputs, make_data, make_shown
from echoviz.core.experiment import Experiment
from echoviz.core.forward import compute_trace
from echoviz.core.framing import CUTS
from echoviz.core.layers import Dense, Layer, Shape
from echoviz.core.run import Run, compute_snapshot_epochs
from echoviz.core.weights import join_weights, split_row
from echoviz.engine.fit_loop import get_fit_loop
from echoviz.engine.keras_layers import compute_initial_row
from echoviz.engine.program import creating_layers
from echoviz.engine.shapes.layer_making import make_layer
from echoviz.engine.training import LiveTraining, get_programs

_TENSORFLOWS = re.compile(r"\{\{.*?\}\} ?|\s*\[Op:.*", re.DOTALL)
"""What TensorFlow puts around its words: names of nodes and machines."""


def compute_heads(experiment: Experiment) -> Courses:
    """The experiment, which has its framing's first head, and the same with each other one.

    All start from weights that answer the same. The first head's initial weights are given to all: a head
    with columns of its own gets the same column for each answer, one that reads every timestep has zeros for
    all but the answer's own.
    """
    row = compute_initial_row(blueprint(experiment), experiment.seed)
    runs = [
        _train_from(each, _spread_head(experiment, each, row))
        for each in (experiment.replace(head=head) for head in CUTS[experiment.framing].heads)
    ]
    own = next((run for run in runs if _has_own_kernels(run)), None)
    return Courses(tuple(map(compute_course, runs)), spread=_measure_spread(own))


def _train_from(experiment: Experiment, row: np.ndarray) -> Run:
    training = LiveTraining(experiment, get_programs())
    training.state[0] = row
    training.row_by_epoch[0] = row
    return training.run()


def _spread_head(start: Experiment, other: Experiment, row: np.ndarray) -> np.ndarray:
    """The row of `other`'s head with which it answers as `start`, whose head has one column for all."""
    source, shape = blueprint(start), blueprint(other)
    *lstm, kernel, bias = split_row(row, source.weight_shapes)
    spread = np.zeros(shape.rows * shape.columns, np.float32)
    for answer, own in zip(shape.answers, source.answers, strict=True):
        first_row = (own.first - answer.first) * start.neurons
        places = (first_row + np.arange(start.neurons)) * shape.row_stride
        spread[places + answer.column * shape.column_stride] = kernel.ravel()
    return join_weights([*lstm, spread, np.repeat(bias, shape.columns)])


def _has_own_kernels(run: Run) -> bool:
    """Whether each answer reads its own hidden state with a column of its own."""
    answers = run.blueprint.answers
    return all(answer.lane is not None for answer in answers) and answers[-1].column > 0


def _measure_spread(run: Run | None) -> np.ndarray:
    """How far each timestep's kernel is from their mean, at each snapshot: float32 (kept, timesteps)."""
    if run is None:
        return Courses().spread
    kernels = np.array([snapshot.weights[-2][..., 0] for snapshot in run.snapshots], float)
    return np.linalg.norm(kernels - kernels.mean(axis=1, keepdims=True), axis=2).astype(np.float32)


def compute_dense_alone(experiment: Experiment) -> Courses:
    """The experiment without its LSTM: one Dense layer, trained by fit's rules on the same numbers.

    Where every answer reads a hidden state of its own it is a Dense(1) on each number, else a Dense(length)
    on all of them.
    """
    answers, inputs = blueprint(experiment).answers, count_inputs(experiment)
    is_each = inputs == experiment.length and all(answer.lane is not None for answer in answers)
    width = 1 if is_each else experiment.length
    layer, columns = Dense(width), (1 if is_each else inputs)
    data, shown = make_data(experiment), make_shown(experiment)
    x, y = data.x.reshape(-1, columns), data.y.reshape(-1, width)
    fitted = get_fit_loop((layer,), (columns,), (width,)).train(
        x, y, epochs=experiment.epochs, learning_rate=experiment.learning_rate, seed=experiment.seed
    )
    kept = compute_snapshot_epochs(experiment.epochs, fitted.rows.shape[1])
    answered = []
    for row in fitted.rows[kept]:
        kernel, bias = split_row(row, ((columns, width), (width,)))
        answered.append((shown.x.reshape(-1, columns).astype(float) @ kernel + bias).ravel())
    return Courses(
        (
            make_course(
                fitted.losses,
                kept,
                np.array(answered),
                shown.targets,
                fitted.rows.shape[1],
                fitted.elapsed_s,
            ),
        )
    )


def compute_broadcast(name: str) -> Courses:
    """The case that was meant and the case itself, both trained by fit's rules; or why Keras refuses."""
    case = CASES[name]
    if case.is_refused:
        return Courses(refusal=_hear_refusal(case))
    return Courses((_train_case(case.right), _train_case(case)))


@lru_cache(maxsize=16)
def _train_case(case: BroadcastCase) -> Course:
    fitted = get_fit_loop(case.layers, case.x_shape[1:], case.y_shape[1:]).train(
        case.x, case.y, epochs=EPOCHS, learning_rate=LEARNING_RATE, seed=SEED
    )
    shapes = _list_weight_shapes(case.layers, case.x_shape)
    kept = compute_snapshot_epochs(EPOCHS, fitted.rows.shape[1])
    answers = [compute_trace(case.layers, split_row(fitted.rows[epoch], shapes), case.x).y for epoch in kept]
    meant = case.right.y.ravel()
    each = answers[0].size // meant.size  # a sample that answers too often has one number to say
    targets = np.repeat(meant, each) if each else meant[-answers[0].size :]
    flat = np.array(answers).reshape(len(kept), -1)
    return make_course(fitted.losses, kept, flat, targets, fitted.rows.shape[1], fitted.elapsed_s)


def _list_weight_shapes(layers: tuple[Layer, ...], shape: Shape) -> tuple[Shape, ...]:
    with creating_layers:
        made = [make_layer(layer) for layer in layers]
    shapes: list[Shape] = []
    for layer in made:
        layer.build(shape)
        shape = layer.compute_output_shape(shape)
        shapes += [tuple(variable.shape) for variable in layer.trainable_variables]
    return tuple(shapes)


def _hear_refusal(case: BroadcastCase) -> str:
    """What `fit` says of a case that it does not train."""
    with creating_layers:
        model = keras.Sequential([keras.Input(case.x_shape[1:]), *map(make_layer, case.layers)])
    model.compile("adam", "mean_squared_error", run_eagerly=True)
    try:
        model.fit(case.x, case.y, batch_size=len(case.x), epochs=1, verbose=0)
    except Exception as error:  # whatever kind: its words are the answer
        return _TENSORFLOWS.sub("", str(error)).strip()[:600]
    return ""
