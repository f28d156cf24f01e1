"""What Dense does with hidden states, term by term: one column of weights, or one for each output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import numpy as np

from echoviz.core.catalog import text
from echoviz.core.echo import compute_sequence
from echoviz.core.experiment import Framing
from echoviz.core.printing import print_factor, print_short
from echoviz.core.run import Run

NEURONS_AT_MOST = 16
"""More products than this are not written out or drawn one by one."""


@dataclass(frozen=True)
class DenseStep:
    """One answer of Dense: `prediction` = the sum of `products` + `bias`.

    `hidden`, `weights` and `products` hold one number a neuron; `target` is what should come out.
    """

    hidden: tuple[float, ...]
    weights: tuple[float, ...]
    products: tuple[float, ...]
    bias: float
    prediction: float
    target: float

    def write(self, decimals: int = 2, terms_a_line: int | None = None, line_break: str = "\n") -> str:
        """The arithmetic in numbers: h₁·w₁ + h₂·w₂ + … + b ≈ ŷ, rounded to `decimals`."""
        terms = [
            f"{print_factor(h, decimals)}·{print_factor(w, decimals)}"
            for h, w in zip(self.hidden, self.weights, strict=True)
        ]
        terms.append(print_factor(self.bias, decimals))
        stride = terms_a_line or len(terms)
        lines = [" + ".join(terms[start : start + stride]) for start in range(0, len(terms), stride)]
        return f"{f' +{line_break}'.join(lines)} ≈ {print_short(self.prediction, decimals)}"


@dataclass(frozen=True)
class TimeDistributedFacts:
    """Every answer that Dense gives in one forward pass, and whether they share their weights.

    `steps` are the timesteps of many-to-many, the samples of one-to-one, the outputs of
    many-to-one. `epoch` is the number of epochs the weights were trained for.
    `greatest_difference` is how far the predictions are from Keras' own, `None` when Keras was
    not asked.
    """

    framing: Framing
    epoch: int
    steps: tuple[DenseStep, ...]
    greatest_difference: float | None

    @property
    def neurons(self) -> int:
        return len(self.steps[0].hidden)

    @property
    def shares_weights(self) -> bool:
        """True when all answers come from one column of weights; else they share the hidden state."""
        return self.framing is not Framing.MANY_TO_ONE


def time_distributed_facts(
    run: Run, epoch: int | None = None, *, keras_predictions: np.ndarray | None = None
) -> TimeDistributedFacts:
    """Take Dense's work apart for the snapshot nearest to `epoch` (default: the last).

    `keras_predictions` (the shape of y) is what Keras answered with the same weights; the run's own
    are used for its last snapshot. Raises `ValueError` when it has another shape.
    """
    snapshot, trace = run.snapshot_at(epoch), run.trace(epoch=epoch)
    kernel, bias = (np.asarray(matrix, dtype=np.float64) for matrix in snapshot.weights[-2:])
    length = run.experiment.length
    match run.experiment.framing:
        case Framing.MANY_TO_MANY:
            hidden = trace.h[0]
        case Framing.ONE_TO_ONE | Framing.MANY_TO_ONE:
            hidden = trace.h[:, -1]
        case _:
            assert_never(run.experiment.framing)
    columns, biases = np.broadcast_to(kernel.T, (length, len(kernel))), np.broadcast_to(bias, length)
    hidden = np.broadcast_to(hidden, columns.shape)
    if keras_predictions is None and snapshot is run.snapshots[-1]:
        keras_predictions = run.keras_predictions
    difference = _compute_difference(trace.y, keras_predictions)
    targets = compute_sequence(length)
    steps = (
        DenseStep(
            hidden=tuple(hidden[index].tolist()),
            weights=tuple(columns[index].tolist()),
            products=tuple((hidden[index] * columns[index]).tolist()),
            bias=float(biases[index]),
            prediction=float(trace.y.ravel()[index]),
            target=float(targets[index]),
        )
        for index in range(length)
    )
    return TimeDistributedFacts(run.experiment.framing, snapshot.epoch, tuple(steps), difference)


def _compute_difference(y: np.ndarray, keras_predictions: np.ndarray | None) -> float | None:
    if keras_predictions is None:
        return None
    given = np.shape(keras_predictions)
    if given != y.shape:  # numpy would broadcast some of them without a word
        raise ValueError(
            f"keras_predictions has shape {given}; expected {y.shape}, the shape of y: give what "
            "model.predict(X) returned, as it is."
        )
    return float(np.abs(y - keras_predictions).max())


def arithmetic_table(facts: TimeDistributedFacts, language: str = "en") -> list[dict[str, int | float | str]]:
    """One record an answer: which one, its arithmetic in numbers, what comes out, what should.

    Headers are in the page's language. Of more than `NEURONS_AT_MOST` neurons the products are summed up.
    """
    which, target = name_step(facts.framing, language), text("figures.target", language)
    return [
        {which: index + 1, "h · w + b": _write_briefly(step), "ŷ": step.prediction, target: step.target}
        for index, step in enumerate(facts.steps)
    ]


def name_step(framing: Framing, language: str) -> str:
    """What one answer of Dense belongs to: a timestep, a sample, or an output."""
    match framing:
        case Framing.MANY_TO_MANY:
            return text("figures.td_timestep", language)
        case Framing.ONE_TO_ONE:
            return text("figures.td_sample", language)
        case Framing.MANY_TO_ONE:
            return text("figures.td_output", language)
        case _:
            assert_never(framing)


def _write_briefly(step: DenseStep) -> str:
    if len(step.products) <= NEURONS_AT_MOST:
        return step.write(3)
    total, bias = print_short(sum(step.products), 3), print_factor(step.bias, 3)
    return f"{len(step.products)} h·w: {total} + {bias} ≈ {print_short(step.prediction, 3)}"
