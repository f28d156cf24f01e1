"""Somebody's own model, explained: layer by layer its shapes, its weights in numbers, and what came out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from echoviz.core.layers import Layer, Weight, code_of, formula_of, weights_of, work_of
from echoviz.core.layers.shapes import print_shape
from echoviz.core.printing import print_count

OpenShape = tuple[int | None, ...]
"""A shape as Keras prints it: `None` where any size fits."""


class Gates(NamedTuple):
    """All that happens inside an LSTM, float64 (samples, timesteps, units); gates are 0–1, c̃ is -1–1."""

    i: np.ndarray
    f: np.ndarray
    c_tilde: np.ndarray
    o: np.ndarray
    c: np.ndarray
    h: np.ndarray


@dataclass(frozen=True, eq=False)
class Row:
    """One layer of a model.

    Attributes
    ----------
    name : Keras' name of the layer
    before, after : shapes, batch axis first, as Keras has them
    output : what came out for x; `None` without an x
    gates : of an LSTM whose every timestep was read, for an x
    """

    name: str
    layer: Layer
    before: OpenShape
    after: OpenShape
    output: np.ndarray | None = None
    gates: Gates | None = None

    @property
    def weights(self) -> tuple[Weight, ...]:
        """The blocks of weights in the order of Keras' `get_weights()`."""
        return weights_of(self.layer, _close(self.before))

    @property
    def count(self) -> int:
        """All weights of the layer, as Keras' `count_params()` counts them."""
        return sum(weight.count for weight in self.weights)

    @property
    def formula(self) -> str:
        """The count in numbers; empty where there are no weights."""
        return formula_of(self.layer, _close(self.before))

    @property
    def work(self) -> str:
        """Multiplications with weights for one sample, "440 × 10": in one place, and in how many places."""
        if None in (*self.before[1:], *self.after[1:]):
            return ""
        work = work_of(self.layer, _close(self.before))
        return f"{print_count(work.each)} × {print_count(work.places)}" if work.total else ""


@dataclass(frozen=True, eq=False)
class Explanation:
    """A built Keras model of layers that can be drawn; prints as a table whose counts add up to `count`.

    Attributes
    ----------
    name : Keras' name of the model
    rows : its layers in order of flow
    input_shape : as Keras has it, or as x is
    x : what was asked about, float32; `None` if nothing was
    """

    name: str
    rows: tuple[Row, ...]
    input_shape: OpenShape
    x: np.ndarray | None = None

    @property
    def count(self) -> int:
        """All weights of the model, as Keras' `count_params()` counts them."""
        return sum(row.count for row in self.rows)

    @property
    def y(self) -> np.ndarray | None:
        """What the model answers to x, as `model.predict` does; `None` without an x."""
        return self.rows[-1].output if self.rows else self.x

    def __str__(self) -> str:
        lines = [
            ("layer", "shape", "weights", "multiplications"),
            ("Input", print_shape(self.input_shape), "", ""),
        ]
        for row in self.rows:
            arithmetic, _, count = row.formula.rpartition(" = ")
            weights = f"{count} = {arithmetic}" if arithmetic else ""
            lines.append((code_of(row.layer), print_shape(row.after), weights, row.work))
        lines.append(("", "", print_count(self.count), ""))
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )


def _close(shape: OpenShape) -> tuple[int, ...]:
    """A shape with 1 for each axis of any size: what a layer's weights depend on is never one of them."""
    return tuple(size or 1 for size in shape)
