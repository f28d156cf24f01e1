"""The design's table: arrays, shapes and counts of the tutorial's three framings, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from echoviz.core.counts import GATES, compute_parameter_counts
from echoviz.core.echo import arrange_input, arrange_target, compute_problem, compute_sequence
from echoviz.core.experiment import Experiment, Framing
from echoviz.core.shapes import compute_tensor_shapes

TABLE = [
    # framing, X, y, Keras' h and y, LSTM + head
    ("one-to-one", (5, 1, 1), (5, 1), (None, 5), (None, 1), [140, 6]),
    ("many-to-one", (1, 5, 1), (1, 5), (None, 5), (None, 5), [140, 30]),
    ("many-to-many", (1, 5, 1), (1, 5, 1), (None, 5, 5), (None, 5, 1), [140, 6]),
]


@pytest.mark.parametrize(("framing", "x_shape", "y_shape", "h_keras", "y_keras", "counts"), TABLE)
def test_the_table(framing, x_shape, y_shape, h_keras, y_keras, counts) -> None:
    experiment = Experiment(framing=framing)
    problem = compute_problem(experiment.framing, experiment.length)
    assert (problem.x.shape, problem.y.shape) == (x_shape, y_shape)
    x, h, y = compute_tensor_shapes(experiment)
    assert (x.shape, y.shape) == (x_shape, y_shape)
    assert (h.keras_shape, y.keras_shape) == (h_keras, y_keras)
    assert [len(tensor.axes) for tensor in (x, h, y)] == [len(t.shape) for t in (x, h, y)]
    assert list(compute_parameter_counts(experiment).by_layer.values()) == counts


def test_sequence_is_exact() -> None:
    assert compute_sequence(5).tolist() == [0.0, 0.2, 0.4, 0.6, 0.8]
    assert compute_sequence(1).tolist() == [0.0]


@pytest.mark.parametrize("framing", Framing)
def test_arranging_moves_cells_and_changes_none(framing: Framing) -> None:
    sequence = np.array([3.0, 1.0, 2.0])
    assert arrange_input(framing, sequence).ravel().tolist() == sequence.tolist()
    assert arrange_target(framing, sequence).ravel().tolist() == sequence.tolist()
    assert arrange_input(framing, sequence).dtype == arrange_target(framing, sequence).dtype == np.float32


def test_axes_are_named_in_order() -> None:
    assert [tensor.axes for tensor in compute_tensor_shapes(Experiment(framing="many-to-many"))] == [
        ("sample", "timestep", "feature"),
        ("sample", "timestep", "neuron"),
        ("sample", "timestep", "output"),
    ]
    h = compute_tensor_shapes(Experiment(framing="many-to-one"))[1]
    assert h.axes == ("sample", "neuron")


def test_columns_add_up() -> None:
    for framing in Framing:
        counts = compute_parameter_counts(Experiment(framing=framing, length=9, neurons=4))
        assert sum(row.count for row in counts) == counts.total == sum(counts.by_layer.values())
        assert len(counts) == len(list(counts)) == 3 * len(GATES) + 2
        assert {row.gate for row in counts} == {*GATES, None}


def test_formulas_show_their_numbers() -> None:
    lstm, dense = compute_parameter_counts(Experiment(framing="many-to-one")).formulas
    assert str(lstm) == "4 · ((1 + 1) · 5 + 5²) = 140"
    assert str(dense) == "5 · 5 + 5 = 30"
