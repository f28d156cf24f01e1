"""The design's table worked by hand: arrays, shapes, counts, lanes and answers of every kind of model."""

from __future__ import annotations

import pytest

from echoviz.core.blueprint import Answer, Lane, blueprint
from echoviz.core.counts import compute_parameter_counts
from echoviz.core.data import make_data
from echoviz.core.experiment import Experiment
from echoviz.core.layers import GATES, code_of
from tests.core.drawn import KINDS

TABLE = [
    # framing, head, X, y, Keras' shapes after each layer, weights of the layers that have any
    ("one-to-one", None, (5, 1, 1), (5, 1), [(None, 5), (None, 1)], [140, 6]),
    ("one-to-many", None, (1, 1), (1, 5, 1), [(None, 5, 1), (None, 5, 5), (None, 5, 1)], [140, 6]),
    ("many-to-one", None, (1, 5, 1), (1, 5), [(None, 5), (None, 5)], [140, 30]),
    ("many-to-many", None, (1, 5, 1), (1, 5, 1), [(None, 5, 5), (None, 5, 1)], [140, 6]),
    ("many-to-many", "dense", (1, 5, 1), (1, 5, 1), [(None, 5, 5), (None, 5, 1)], [140, 6]),
    ("many-to-many", "flatten", (1, 5, 1), (1, 5), [(None, 5, 5), (None, 25), (None, 5)], [140, 130]),
    ("many-to-many", "unshared", (1, 5, 1), (1, 5, 1), [(None, 5, 5), (None, 5, 1)], [140, 30]),
]


@pytest.mark.parametrize(("framing", "head", "x", "y", "shapes", "counts"), TABLE)
def test_the_table(framing, head, x, y, shapes, counts) -> None:
    experiment = Experiment(framing=framing, head=head)
    data = make_data(experiment)
    assert (data.x.shape, data.y.shape) == (x, y)
    assert [tensor.keras_shape for tensor in blueprint(experiment).tensors[1:]] == shapes
    assert list(compute_parameter_counts(experiment).by_layer.values()) == counts


def test_flatten_grows_with_the_length_and_sharing_never_does() -> None:
    """The design's numbers: 146, 270, 12 690 in all at length 1, 5, 50."""
    totals = {
        head: [compute_parameter_counts(Experiment(head=head, length=length)).total for length in (1, 5, 50)]
        for head in ("time-distributed", "dense", "flatten", "unshared")
    }
    assert totals["flatten"] == [146, 270, 12_690]
    assert totals["time-distributed"] == totals["dense"] == [146, 146, 146]
    assert totals["unshared"] == [146, 170, 440]


def test_lanes() -> None:
    own = blueprint(Experiment(framing="one-to-one", length=2)).lanes
    assert own == (Lane(0, 0, True, 0), Lane(1, 0, True, 1))
    steps = blueprint(Experiment(framing="many-to-one", length=2)).lanes
    assert steps == (Lane(0, 0, True, 0), Lane(0, 1, False, 1))
    copies = blueprint(Experiment(framing="one-to-many", length=2)).lanes
    assert copies == (Lane(0, 0, True, 0), Lane(0, 1, False, 0))


@pytest.mark.parametrize(
    ("framing", "head", "answers"),
    [
        ("one-to-one", None, [Answer(0, 0, 0, 0), Answer(1, 1, 0, 1)]),
        ("one-to-many", None, [Answer(0, 0, 0, 0), Answer(1, 1, 0, 1)]),
        ("many-to-one", None, [Answer(1, 1, 0, None), Answer(1, 1, 1, None)]),
        ("many-to-many", "dense", [Answer(0, 0, 0, 0), Answer(1, 1, 0, 1)]),
        ("many-to-many", "unshared", [Answer(0, 0, 0, 0), Answer(1, 1, 1, 1)]),
        ("many-to-many", "flatten", [Answer(0, 1, 0, None), Answer(0, 1, 1, None)]),
    ],
)
def test_who_reads_whom(framing: str, head: str | None, answers: list[Answer]) -> None:
    assert list(blueprint(Experiment(framing=framing, head=head, length=2)).answers) == answers


@pytest.mark.parametrize(("framing", "head"), KINDS)
def test_columns_add_up(framing: str, head: str) -> None:
    counts = compute_parameter_counts(Experiment(framing=framing, head=head, length=9, neurons=4))
    assert sum(row.count for row in counts) == counts.total == sum(counts.by_layer.values())
    assert len(counts) == len(list(counts)) == 3 * len(GATES) + 2
    assert {row.gate for row in counts} == {*GATES, None}
    assert [formula.count for formula in counts.formulas] == list(counts.by_layer.values())


def test_formulas_show_their_numbers() -> None:
    lstm, dense = compute_parameter_counts(Experiment(framing="many-to-one")).formulas
    assert str(lstm) == "4 · ((1 + 1) · 5 + 5²) = 140"
    assert str(dense) == "5 · 5 + 5 = 30"
    assert str(compute_parameter_counts(Experiment(head="unshared")).formulas[1]) == "5 · (5 · 1 + 1) = 30"


def test_axes_are_named_in_order() -> None:
    def axes(**choices: object) -> list[tuple[str, ...]]:
        return [tensor.axes for tensor in blueprint(Experiment(**choices)).tensors]

    steps = ("sample", "timestep")
    assert axes() == [(*steps, "feature"), (*steps, "neuron"), (*steps, "output")]
    assert axes(framing="many-to-one")[1:] == [("sample", "neuron"), ("sample", "output")]
    assert axes(head="flatten")[2:] == [("sample", "number"), ("sample", "output")]
    assert axes(framing="one-to-many")[:2] == [("sample", "feature"), (*steps, "feature")]


def test_code_is_what_a_script_says() -> None:
    written = {
        head: code_of(blueprint(Experiment(framing=framing, head=head)).head) for framing, head in KINDS
    }
    assert written == {
        "dense": "Dense(1)",
        "time-distributed": "TimeDistributed(Dense(1))",
        "flatten": "Dense(5)",
        "unshared": 'EinsumDense("btn,tno->bto", output_shape=(5, 1), bias_axes="to")',
    }
