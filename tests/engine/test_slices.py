"""The wrapper's law by Keras, for every kind of layer that can be wrapped."""

from __future__ import annotations

import pytest

from echoviz.core.case import CaseError
from echoviz.core.layers import (
    GRU,
    LSTM,
    Bidirectional,
    Conv1D,
    Conv2D,
    Dense,
    Flatten,
    Layer,
    LayerNormalization,
    MaxPooling1D,
    RepeatVector,
    Reshape,
    Shape,
    ShapeError,
    TimeDistributed,
    output_shape,
)
from echoviz.engine.shapes.slices import compare_slices

pytestmark = pytest.mark.usefixtures("tensorflow")
WRAPPED = [
    (Dense(8), (3, 5, 4)),
    (LayerNormalization(), (3, 5, 4)),
    (RepeatVector(3), (2, 5, 4)),
    (LSTM(4), (2, 3, 5, 2)),
    (GRU(4, return_sequences=True), (2, 3, 5, 2)),
    (Bidirectional(LSTM(3)), (2, 3, 5, 2)),
    (Conv1D(4, 3), (2, 3, 5, 2)),
    (MaxPooling1D(2), (2, 3, 5, 2)),
    (Flatten(), (2, 3, 5, 2)),
    (Reshape((2, -1)), (2, 3, 5, 2)),
    (Conv2D(4, (3, 3), padding="same"), (1, 3, 5, 5, 2)),
    (TimeDistributed(Dense(2)), (1, 3, 5, 2)),
]


@pytest.mark.parametrize(("layer", "shape"), WRAPPED)
def test_each_slice_is_the_layers_own_answer(layer: Layer, shape: Shape) -> None:
    law = compare_slices(layer, shape)
    assert law.whole_shape == output_shape(TimeDistributed(layer), shape)
    assert law.slice_shape == (law.whole_shape[0], *law.whole_shape[2:])
    assert law.greatest_difference <= 1e-6
    assert law.range > 0.1


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ShapeError, match="TimeDistributed"):
        compare_slices(LSTM(4), (3, 5, 4))
    with pytest.raises(CaseError, match="expected a smaller model"):
        compare_slices(LSTM(2000), (3, 5, 5, 40))
