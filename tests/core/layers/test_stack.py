"""What a stack says beside its numbers: refusals that teach, names of axes, warnings, bounds."""

from __future__ import annotations

import pytest

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
    Layer,
    Masking,
    MaxPooling1D,
    MaxPooling2D,
    Misfit,
    RepeatVector,
    Reshape,
    Shape,
    ShapeError,
    TimeDistributed,
    Unshared,
    code_of,
    output_shape,
)
from echoviz.core.layers.axes import Effect, mixes_rows
from echoviz.core.stack import LAYERS_MAX, Stack, StackError, follow


@pytest.mark.parametrize(
    ("layer", "shape", "misfit", "said"),
    [
        (
            LSTM(4),
            (1, 10),
            Misfit.TOO_FEW_AXES,
            "LSTM was given (1, 10); it reads (sample, timestep, feature)",
        ),
        (LSTM(4), (1, 2, 3, 4), Misfit.TOO_MANY_AXES, "wrap the layer in TimeDistributed"),
        (TimeDistributed(Dense(1)), (1, 4), Misfit.TOO_FEW_AXES, "return_sequences=True"),
        (TimeDistributed(LSTM(4)), (1, 6, 3), Misfit.TOO_FEW_AXES, "TimeDistributed(LSTM) was given (1, 3)"),
        (Conv1D(2, 9), (1, 5, 1), Misfit.TOO_SHORT, "at least (1, 9, 1)"),
        (MaxPooling2D((2, 9)), (1, 5, 5, 1), Misfit.TOO_SHORT, "padding='same'"),
        (Reshape((3, 4)), (1, 5, 2), Misfit.OTHER_SIZE, "it wants (1, 3, 4)"),
        (Reshape((-1, 4)), (1, 5, 2), Misfit.OTHER_SIZE, "another count"),
        (Unshared(4, 1), (1, 5, 2), Misfit.OTHER_SIZE, "EinsumDense"),
        (RepeatVector(4), (1, 5, 2), Misfit.TOO_MANY_AXES, "(sample, feature)"),
    ],
)
def test_refusals_teach(layer: Layer, shape: Shape, misfit: Misfit, said: str) -> None:
    with pytest.raises(ShapeError) as caught:
        output_shape(layer, shape)
    assert caught.value.misfit is misfit
    assert caught.value.layer == layer
    assert said in str(caught.value)


def test_short_axis_is_the_one_to_blame() -> None:
    with pytest.raises(ShapeError) as caught:
        output_shape(MaxPooling2D((2, 9)), (1, 5, 5, 1))
    assert (caught.value.axis, caught.value.given, caught.value.wanted) == (2, (1, 5, 5, 1), (1, 2, 9, 1))


def test_walk_ends_at_the_first_layer_that_does_not_fit() -> None:
    walk = follow(Stack((1, 10, 1), (LSTM(4), LSTM(4), Dense(1))))
    assert [step.after for step in walk.steps] == [(1, 4)]
    assert walk.error is not None
    assert walk.error.given == walk.output_shape == (1, 4)
    assert follow(Stack((1, 10, 1), ())).output_shape == (1, 10, 1)


def test_axes_are_named() -> None:
    walk = follow(Stack((1, 4, 9, 9, 3), (
        TimeDistributed(Conv2D(8, (3, 3))), TimeDistributed(MaxPooling2D()), TimeDistributed(Flatten()),
        Bidirectional(LSTM(4, True)), GRU(4), RepeatVector(3), Dropout(0.5), TimeDistributed(Dense(1)),
    )))  # fmt: skip
    image = ("sample", "timestep", "row", "column")
    assert [step.axes_before for step in walk.steps][:2] == [(*image, "channel"), (*image, "filter")]
    assert [step.axes_after for step in walk.steps][2:] == [
        ("sample", "timestep", "number"),
        ("sample", "timestep", "neuron"),
        ("sample", "neuron"),
        ("sample", "timestep", "neuron"),
        ("sample", "timestep", "neuron"),
        ("sample", "timestep", "output"),
    ]
    words = follow(Stack((1, 6, 7, 3), (TimeDistributed(LSTM(4, True)),))).steps[0]
    assert words.axes_after == ("sample", "timestep", "inner timestep", "neuron")
    assert words.slice == (1, 7, 3)


def test_effects() -> None:
    layers = (
        (Conv1D(4, 3), Effect.CUTS_ENDS),
        (MaxPooling1D(2, padding="same"), Effect.CUTS_ENDS),
        (Conv1D(4, 3, padding="causal"), Effect.KEEPS),
        (Masking(), Effect.KEEPS),
        (LSTM(3, True), Effect.EVERY_STEP),
        (Dense(2), Effect.LAST_AXIS),
        (TimeDistributed(Dense(2)), Effect.SLICES),
        (GlobalAveragePooling1D(), Effect.AVERAGES),
    )
    steps = follow(Stack((1, 9, 2), tuple(layer for layer, _ in layers))).steps
    assert [step.effect for step in steps] == [effect for _, effect in layers]
    others = (LSTM(3), RepeatVector(4), Reshape((2, 6)), Flatten())
    steps = follow(Stack((1, 9, 2), others)).steps
    assert [step.effect for step in steps] == [
        Effect.LAST_STEP,
        Effect.COPIES,
        Effect.REARRANGES,
        Effect.JOINS,
    ]


@pytest.mark.parametrize(
    ("before", "after", "mixed"),
    [
        ((1, 14, 3), (1, 3, 14), True),
        ((1, 14, 3), (1, 7, 6), False),
        ((1, 14, 3), (1, 42), False),
        ((1, 12), (1, 3, 4), False),
        ((1, 4, 6), (1, 6, 4), True),
        ((1, 2, 3, 4), (1, 6, 4), False),
        ((1, 2, 3, 4), (1, 3, 8), True),
        ((1, 2, 9, 4), (1, 6, 12), False),
        ((1, 2, 9, 4), (1, 9, 8), True),
    ],
)
def test_reshape_that_mixes_units_and_timesteps(before: Shape, after: Shape, mixed: bool) -> None:
    assert mixes_rows(before, after) is mixed
    assert follow(Stack(before, (Reshape(after[1:]),))).steps[0].mixes is mixed


@pytest.mark.parametrize(
    ("shape", "layers", "said"),
    [
        ((1,), (), "input_shape"),
        ((1, 10_001), (), "from 1 to 10000"),
        ((1, *[2] * 6), (), "one to 5"),
        ((1, 2, 3), (LSTM(1),) * (LAYERS_MAX + 1), "at most 8"),
        ((1, 2, 3), (LSTM(4097),), "Try units=4096"),
        ((1, 2, 3), (LSTM(0),), "Try units=1"),
        ((1, 2, 3), (TimeDistributed(Conv1D(1, 1, padding="full")),), "one of valid, same, causal"),
        ((1, 2, 3), (Dropout(1.5),), "Try rate=1.0"),
        ((1, 2, 3), (RepeatVector(True),), "n of RepeatVector"),
        ((1, 2, 3), (Reshape((-1, -1)),), "of which one may be −1"),
        ((1, 2, 3), (Bidirectional(Dense(1)),), "expected LSTM, GRU or SimpleRNN"),
        (
            (1, 2, 3),
            (TimeDistributed(TimeDistributed(TimeDistributed(TimeDistributed(Flatten())))),),
            "wrapper",
        ),
    ],
)
def test_bounds_teach(shape: Shape, layers: tuple[Layer, ...], said: str) -> None:
    with pytest.raises(StackError, match="expected") as caught:
        Stack(shape, layers)
    assert said in str(caught.value)


def test_code_leaves_out_what_keras_has() -> None:
    assert [
        code_of(layer)
        for layer in (
            GRU(5, reset_after=False),
            TimeDistributed(Bidirectional(LSTM(2, True))),
            Conv2D(8, (3, 3), padding="same"),
            Conv1D(8, 3, strides=2),
            MaxPooling1D(),
            MaxPooling1D(3),
            Masking(-1.0),
            Reshape((3, 14)),
            RepeatVector(4),
        )
    ] == [
        "GRU(5, reset_after=False)",
        "TimeDistributed(Bidirectional(LSTM(2, return_sequences=True)))",
        'Conv2D(8, (3, 3), padding="same")',
        "Conv1D(8, 3, strides=2)",
        "MaxPooling1D()",
        "MaxPooling1D(3)",
        "Masking(-1.0)",
        "Reshape((3, 14))",
        "RepeatVector(4)",
    ]
