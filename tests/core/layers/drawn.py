"""Layers, shapes and stacks of layers drawn at random: every kind of layer as often as any other."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

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
    ShapeError,
    SimpleRNN,
    TimeDistributed,
    output_shape,
)
from echoviz.core.stack import LAYERS_MAX, Stack

STEPS_MAX = 100
"""Greatest axis before the last one: Keras' wrapper writes each timestep out."""


def make_stack(seed: int) -> Stack:
    """Up to eight layers; one that does not fit is mostly drawn anew, so that many stacks go deep."""
    random = Random(seed)
    axes = random.choice([1, 2, 2, 3, 3, 4])
    shape = first = (2, *(random.randint(1, 6) for _ in range(axes)))
    layers: list[Layer] = []
    for _ in range(random.randint(1, LAYERS_MAX)):
        layer = make_layer(random)
        for _ in range(random.choice([12, 12, 12, 12, 0])):
            if fits(layer, shape):
                break
            layer = make_layer(random)
        layers.append(layer)
        if not fits(layer, shape):
            break
        shape = output_shape(layer, shape)
    return Stack(first, tuple(layers))


STACKS = st.integers(0, 2**40).map(make_stack)
"""Of a number, not of many choices: Hypothesis' own choices favour the simplest layers."""


def make_layer(random: Random, wrappers: int = 2) -> Layer:
    """A small layer of any kind; one in four is wrapped."""
    if wrappers and random.random() < 0.25:
        return TimeDistributed(make_layer(random, wrappers - 1))
    few, many = random.randint(1, 5), random.choice([1, 1, 1, 400])
    pair = (random.randint(1, 3), random.randint(1, 3))
    padding = random.choice(["valid", "same"])
    return random.choice(
        [
            _make_recurrent(random),
            _make_recurrent(random),
            Bidirectional(_make_recurrent(random)),
            Dense(few * many),
            Flatten(),
            RepeatVector(few),
            Reshape(tuple(random.sample([-1, 1, 2, 3, 6], random.randint(1, 3)))),
            LayerNormalization(),
            Dropout(random.random() * 0.9),
            Masking(),
            Conv1D(
                few * many, random.randint(1, 3), random.randint(1, 2), random.choice(["causal", padding])
            ),
            Conv2D(few * many, pair, (random.randint(1, 2), random.randint(1, 2)), padding),
            MaxPooling1D(random.randint(1, 3), random.choice([None, 1, 2]), padding),
            MaxPooling2D(pair, random.choice([None, (1, 2)]), padding),
            GlobalAveragePooling1D(),
            GlobalAveragePooling2D(),
        ]
    )


def _make_recurrent(random: Random) -> Recurrent:
    units = random.randint(1, 5) * random.choice([1, 1, 1, 800])
    sequences = random.random() < 0.6
    return random.choice(
        [LSTM(units, sequences), GRU(units, sequences, random.random() < 0.5), SimpleRNN(units, sequences)]
    )


def fits(layer: Layer, shape: Shape) -> bool:
    """Whether a layer reads a shape, and makes none too long for Keras to try."""
    try:
        return max(output_shape(layer, shape)[:-1]) <= STEPS_MAX
    except ShapeError:
        return False
