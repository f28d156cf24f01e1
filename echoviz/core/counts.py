"""How many weights each layer holds, and why: rows that add up."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from echoviz.core.experiment import Experiment, Framing
from echoviz.core.printing import print_count

GATES = ("i", "f", "c̃", "o")
"""Keras' order of the four blocks in every LSTM matrix: input, forget, candidate, output."""


@dataclass(frozen=True)
class ParameterRow:
    """One block of weights: `gate` is `None` for a Dense layer. `count` is the product of `shape`."""

    layer: str
    matrix: str
    gate: str | None
    shape: tuple[int, ...]
    count: int


@dataclass(frozen=True)
class LayerFormula:
    """A layer's weight count as arithmetic; `str` writes it with the numbers put in.

    For the LSTM (`recurrent`) gates · ((inputs + 1) · units + units²), for Dense inputs · units + units.
    """

    layer: str
    inputs: int
    units: int
    recurrent: bool

    @property
    def count(self) -> int:
        """What the arithmetic comes to."""
        dense = self.inputs * self.units + self.units
        return len(GATES) * (dense + self.units**2) if self.recurrent else dense

    def __str__(self) -> str:
        count = print_count(self.count)
        if self.recurrent:
            return f"{len(GATES)} · (({self.inputs} + 1) · {self.units} + {self.units}²) = {count}"
        return f"{self.inputs} · {self.units} + {self.units} = {count}"


@dataclass(frozen=True)
class ParameterCounts:
    """All weight blocks of an experiment's model, in Keras' `get_weights()` order."""

    rows: tuple[ParameterRow, ...]
    formulas: tuple[LayerFormula, ...]

    def __iter__(self) -> Iterator[ParameterRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def by_layer(self) -> dict[str, int]:
        """Each layer's weights, by its name, in order of flow; they add up to `total`."""
        sums: dict[str, int] = {}
        for row in self.rows:
            sums[row.layer] = sums.get(row.layer, 0) + row.count
        return sums

    @property
    def total(self) -> int:
        """All weights of the model, as Keras' `count_params()` counts them."""
        return sum(row.count for row in self.rows)


def compute_parameter_counts(experiment: Experiment) -> ParameterCounts:
    """The weight blocks of an experiment's model; the column of counts adds up to `total`.

    LSTM: 4·((inputs + 1)·units + units²). Dense: inputs·units + units.
    TimeDistributed(Dense) counts as its one Dense: the wrapper has no weights of its own.
    Source: Keras `Model.count_params()`, Hochreiter & Schmidhuber 1997, Gers et al. 2000.
    """
    neurons = experiment.neurons
    outputs = experiment.length if experiment.framing is Framing.MANY_TO_ONE else 1
    head = "TimeDistributed(Dense)" if experiment.framing is Framing.MANY_TO_MANY else "Dense"
    lstm_blocks = (("kernel", (1, neurons)), ("recurrent kernel", (neurons, neurons)), ("bias", (neurons,)))
    dense_blocks = (("kernel", (neurons, outputs)), ("bias", (outputs,)))
    blocks: list[tuple[str, str, str | None, tuple[int, ...]]] = [
        ("LSTM", matrix, gate, shape) for matrix, shape in lstm_blocks for gate in GATES
    ]
    blocks += [(head, matrix, None, shape) for matrix, shape in dense_blocks]
    rows = tuple(
        ParameterRow(layer, matrix, gate, shape, math.prod(shape)) for layer, matrix, gate, shape in blocks
    )
    formulas = (
        LayerFormula("LSTM", 1, neurons, recurrent=True),
        LayerFormula(head, neurons, outputs, recurrent=False),
    )
    return ParameterCounts(rows, formulas)
