"""The law of shapes and counts against Keras: over drawn stacks, and worked by hand."""

from __future__ import annotations

import re
from itertools import groupby

import keras
import pytest
from hypothesis import given, settings

from echoviz.core.layers import (
    GRU,
    LSTM,
    Bidirectional,
    Conv1D,
    Conv2D,
    Dense,
    Flatten,
    Layer,
    MaxPooling1D,
    Misfit,
    RepeatVector,
    Reshape,
    Shape,
    TimeDistributed,
    Unshared,
    Weight,
)
from echoviz.core.layers.values import AXIS_MAX, UNITS_MAX
from echoviz.core.stack import LAYERS_MAX, Stack, Walk, follow
from tests.core.drawn import PROFILE
from tests.core.layers.drawn import STACKS
from tests.core.layers.keras_layers import ask_keras

stacks_asked = 0


@pytest.fixture(scope="module", autouse=True)
def _forget_weights():
    """Keras remembers each weight that was not made, and would make all of them after a stateless call."""
    yield
    keras.backend.clear_session()


KERAS_WORDS = {
    Misfit.TOO_FEW_AXES: r"expected (min_)?ndim=|at least 3 dimensions",
    Misfit.TOO_MANY_AXES: r"expected ndim=|Kernel shape must have the same length",
    Misfit.TOO_SHORT: r"zero or negative|[Nn]egative dimension",
    Misfit.OTHER_SIZE: r"total size|reshape|multiple",
}
"""How Keras says each kind of refusal."""


@pytest.mark.filterwarnings("ignore:.*was passed an input with a mask")
@settings(PROFILE, max_examples=1200)
@given(STACKS)
def test_shapes_counts_and_refusals_are_keras(stack: Stack) -> None:
    """Equal shapes and counts up to the same layer, which refuses in both or in neither."""
    global stacks_asked
    stacks_asked += 1
    if stacks_asked % 200 == 0:
        keras.backend.clear_session()
    assert_as_keras(follow(stack))


def assert_as_keras(walk: Walk) -> None:
    steps, refusal = ask_keras(walk.stack.layers, walk.stack.input_shape)
    assert [step.after for step in walk.steps] == [step.after for step in steps]
    assert [step.count for step in walk.steps] == [step.count for step in steps]
    assert [join_blocks(step.weights) for step in walk.steps] == [step.sizes for step in steps]
    if walk.error is None:
        assert refusal == ""
    else:
        assert re.search(KERAS_WORDS[walk.error.misfit], refusal), (walk.error, refusal)
    for step in walk.steps:
        assert len(step.axes_before) == len(step.before)
        assert len(step.axes_after) == len(step.after)
        assert len(set(step.axes_after)) == len(step.axes_after)


def join_blocks(weights: tuple[Weight, ...]) -> tuple[int, ...]:
    """The sizes of Keras' matrices: gates stand side by side, and a GRU's two biases are one matrix."""
    names = {"recurrent bias": "bias", "forward recurrent bias": "forward bias"}
    names["backward recurrent bias"] = "backward bias"
    groups = groupby(weights, lambda weight: names.get(weight.matrix, weight.matrix))
    return tuple(sum(weight.count for weight in group) for _, group in groups)


def walk(shape: Shape, *layers: Layer) -> Walk:
    """A stack over one sample of `shape`, followed; Keras says the same."""
    walk = follow(Stack((1, *shape), layers))
    assert_as_keras(walk)
    return walk


CASES: list[tuple[Shape, tuple[Layer, ...], list[int], Shape]] = [
    # shape of one sample, layers, counts of those that have weights, what comes out
    ((10, 1), (LSTM(10), Dense(1)), [480, 11], (1, 1)),
    ((10, 1), (LSTM(10, True), TimeDistributed(Dense(1))), [480, 11], (1, 10, 1)),
    ((10, 1), (LSTM(10, True), Dense(1)), [480, 11], (1, 10, 1)),
    ((10, 4), (GRU(5),), [165], (1, 5)),
    ((10, 4), (GRU(5, reset_after=False),), [150], (1, 5)),
    ((7, 1), (LSTM(9),), [396], (1, 9)),
    ((2, 4096), (LSTM(256),), [4_457_472], (1, 256)),
    ((3, 1), (LSTM(4),), [96], (1, 4)),
    ((1, 3), (LSTM(4),), [128], (1, 4)),
    ((64, 15), (Bidirectional(GRU(16, True)), TimeDistributed(Dense(8))), [3168, 264], (1, 64, 8)),
    ((6, 7, 3), (TimeDistributed(LSTM(4)),), [128], (1, 6, 4)),
    (
        (4, 8, 1),
        (
            TimeDistributed(Conv1D(16, 3)),
            TimeDistributed(MaxPooling1D(2)),
            TimeDistributed(Flatten()),
            LSTM(32),
            Dense(1),
        ),
        [64, 10_368, 33],
        (1, 1),
    ),
    (
        (72, 3),
        (
            LSTM(200),
            RepeatVector(24),
            LSTM(200, True),
            TimeDistributed(Dense(100)),
            TimeDistributed(Dense(1)),
        ),
        [163_200, 320_800, 20_100, 101],
        (1, 24, 1),
    ),
    ((14, 1), (LSTM(3, True), Reshape((3, 14)), TimeDistributed(Dense(1))), [60, 15], (1, 3, 1)),
    ((10, 16), (TimeDistributed(Dense(8)), TimeDistributed(Dense(32))), [136, 288], (1, 10, 32)),
    ((10, 299, 299, 3), (TimeDistributed(Conv2D(64, (3, 3))),), [1792], (1, 10, 297, 297, 64)),
    ((5, 3), (Unshared(5, 2),), [40], (1, 5, 2)),
]


@pytest.mark.parametrize(("shape", "layers", "counts", "after"), CASES)
def test_cases_worked_by_hand(
    shape: Shape, layers: tuple[Layer, ...], counts: list[int], after: Shape
) -> None:
    followed = walk(shape, *layers)
    assert [step.count for step in followed.steps if step.count] == counts
    assert followed.count == sum(counts)
    assert followed.output_shape == after
    assert followed.error is None


def test_totals_of_the_longer_cases() -> None:
    totals = [follow(Stack((1, *shape), layers)).count for shape, layers, *_ in CASES]
    assert {10_465, 504_201, 75} <= set(totals)


def test_lstm_of_nine_units_holds_36_and_324_and_36() -> None:
    step = walk((7, 1), LSTM(9)).steps[0]
    assert join_blocks(step.weights) == (36, 324, 36)
    assert step.formula == "4 · ((1 + 1) · 9 + 9²) = 396"


@pytest.mark.parametrize(
    ("shape", "layer", "formula"),
    [
        ((10, 4), GRU(5), "3 · ((4 + 2) · 5 + 5²) = 165"),
        ((10, 4), GRU(5, reset_after=False), "3 · ((4 + 1) · 5 + 5²) = 150"),
        ((64, 15), Bidirectional(GRU(16, True)), "2 · 3 · ((15 + 2) · 16 + 16²) = 3\u202f168"),
        ((64, 32), TimeDistributed(Dense(8)), "32 · 8 + 8 = 264"),
        ((10, 9, 9, 3), TimeDistributed(Conv2D(64, (3, 3))), "3 · 3 · 3 · 64 + 64 = 1\u202f792"),
        ((8, 1), Conv1D(16, 3), "3 · 1 · 16 + 16 = 64"),
        ((5, 3), Unshared(5, 2), "5 · (3 · 2 + 2) = 40"),
        ((5, 3), Flatten(), ""),
    ],
)
def test_formulas_show_their_numbers(shape: Shape, layer: Layer, formula: str) -> None:
    assert walk(shape, layer).steps[0].formula == formula


def test_weights_are_shared_and_work_is_not() -> None:
    """Ten timesteps of TimeDistributed(Dense(1)) hold 11 weights and multiply a hundred times."""
    lstm, dense = walk((10, 1), LSTM(10, True), TimeDistributed(Dense(1))).steps
    assert (lstm.work.each, lstm.work.places, lstm.work.total) == (440, 10, 4400)
    assert (dense.count, dense.work.each, dense.work.places) == (11, 10, 10)
    assert walk((6, 7, 3), TimeDistributed(LSTM(4))).steps[0].work.total == 6 * 7 * 4 * (3 * 4 + 4 * 4)
    images = walk((10, 299, 299, 3), TimeDistributed(Conv2D(64, (3, 3))))
    assert images.work == 10 * 297 * 297 * 64 * 27
    assert walk((5, 3), Unshared(5, 2)).work == 5 * 3 * 2


def test_as_large_as_any_layer_may_be() -> None:
    """Arithmetic on sizes: nothing of these gigabytes is ever held."""
    deep = walk((5, AXIS_MAX), *[Bidirectional(LSTM(UNITS_MAX, True))] * LAYERS_MAX)
    assert deep.count == 8 * (AXIS_MAX + UNITS_MAX + 1) * UNITS_MAX + 7 * 8 * (3 * UNITS_MAX + 1) * UNITS_MAX
    image = walk((AXIS_MAX, AXIS_MAX, AXIS_MAX), Conv2D(UNITS_MAX, (AXIS_MAX, AXIS_MAX)))
    assert image.count == AXIS_MAX**3 * UNITS_MAX + UNITS_MAX
