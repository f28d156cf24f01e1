"""The wrapper's law, run by Keras: `TimeDistributed(layer)(x)[:, t]` equals `layer(x[:, t])`.

Importing this module imports Keras.
"""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np

from echoviz.core.case import Case
from echoviz.core.layers import Layer, Shape, TimeDistributed
from echoviz.core.layers.shapes import slice_shape
from echoviz.engine.shapes.diagnosis import demand_small
from echoviz.engine.shapes.layer_making import make_layer


@dataclass(frozen=True)
class SliceLaw:
    """What Keras answered: the wrapper's shape, the layer's for one slice, and how far they are apart.

    `greatest_difference` is over all timesteps and numbers; `range` from the least number to the greatest, so
    that a difference can be judged.
    """

    whole_shape: Shape
    slice_shape: Shape
    greatest_difference: float
    range: float


def compare_slices(layer: Layer, shape: Shape) -> SliceLaw:
    """Run a layer, with the same weights, in a wrapper over random numbers of `shape` and over each slice.

    Raises `ShapeError` where the layer cannot read a slice, and `CaseError` where it would be too large.
    """
    case = Case(shape, None, (TimeDistributed(layer),))
    if (error := case.walk().error) is not None:
        raise error
    demand_small(case)
    x = np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)
    inner = make_layer(layer)
    inner.build(slice_shape(shape))
    whole = np.asarray(keras.layers.TimeDistributed(inner)(x))
    slices = [np.asarray(inner(x[:, step])) for step in range(shape[1])]
    difference = max(float(np.abs(whole[:, step] - each).max()) for step, each in enumerate(slices))
    return SliceLaw(whole.shape, slices[0].shape, difference, float(np.ptp(whole)))
