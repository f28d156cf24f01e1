"""How many weights each layer holds, and why: rows that add up."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from echoviz.core.blueprint import blueprint
from echoviz.core.experiment import Experiment
from echoviz.core.layers import GATES, Weight
from echoviz.core.printing import print_count


@dataclass(frozen=True)
class LayerFormula:
    """A layer's weight count as arithmetic; `str` writes it with the numbers put in.

    For the LSTM (`recurrent`) gates · ((inputs + 1) · units + units²), for Dense inputs · units + units, and
    `copies` times that where each timestep has one of its own.
    """

    layer: str
    inputs: int
    units: int
    recurrent: bool
    copies: int = 1

    @property
    def count(self) -> int:
        """What the arithmetic comes to."""
        dense = self.inputs * self.units + self.units
        return len(GATES) * (dense + self.units**2) if self.recurrent else self.copies * dense

    def __str__(self) -> str:
        count = print_count(self.count)
        if self.recurrent:
            return f"{len(GATES)} · (({self.inputs} + 1) · {self.units} + {self.units}²) = {count}"
        dense = f"{self.inputs} · {self.units} + {self.units}"
        return f"{dense} = {count}" if self.copies == 1 else f"{self.copies} · ({dense}) = {count}"


@dataclass(frozen=True)
class ParameterCounts:
    """All weight blocks of an experiment's model, in Keras' `get_weights()` order."""

    rows: tuple[Weight, ...]
    formulas: tuple[LayerFormula, ...]

    def __iter__(self) -> Iterator[Weight]:
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
    plan = blueprint(experiment)
    rows = plan.weights
    formulas = (
        LayerFormula("LSTM", 1, experiment.neurons, recurrent=True),
        _sum_up_head(plan.weights[-2], plan.weights[-1]),
    )
    return ParameterCounts(rows, formulas)


def _sum_up_head(kernel: Weight, bias: Weight) -> LayerFormula:
    *copies, inputs, units = kernel.shape
    assert bias.count == math.prod(copies) * units
    return LayerFormula(kernel.layer, inputs, units, recurrent=False, copies=math.prod(copies))
