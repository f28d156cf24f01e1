"""What the answering layer does with hidden states, term by term: one column of weights, or one each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from echoviz.core.blueprint import Blueprint
from echoviz.core.catalog import text
from echoviz.core.data import make_shown
from echoviz.core.layers import name_of
from echoviz.core.printing import print_factor, print_short
from echoviz.core.run import Run

NEURONS_AT_MOST = 16
"""More products than this are not written out or drawn one by one."""


@dataclass(frozen=True)
class DenseStep:
    """One answer of Dense: `prediction` = the sum of `products` + `bias`.

    `hidden`, `weights` and `products` hold one number for each hidden number that it reads; `target` is what
    should come out.
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
    """Every answer of one forward pass over the tutorial's own sequence, and what the answers share.

    `steps` has one entry an answer; each belongs to a `which`: "timestep", "sample" or "output". They may
    share one column of weights (`shares_weights`), or each has its own and all read the same hidden numbers
    (`shares_hidden`), or nothing is shared. An answer reads the hidden states of `lanes_read` timesteps or
    samples. `layer` answers, after `epoch` epochs of training.
    `greatest_difference` is how far the predictions are from Keras' own, `None` when Keras was not asked.
    """

    layer: str
    which: str
    epoch: int
    steps: tuple[DenseStep, ...]
    shares_weights: bool
    shares_hidden: bool
    lanes_read: int
    greatest_difference: float | None

    @property
    def terms(self) -> int:
        """How many hidden numbers one answer reads: those of its timestep, or of all."""
        return len(self.steps[0].hidden)


def time_distributed_facts(
    run: Run, epoch: int | None = None, *, keras_answer: np.ndarray | None = None
) -> TimeDistributedFacts:
    """Take the answers apart for the snapshot nearest to `epoch` (default: the last).

    `keras_answer` (the shape of y) is what Keras answered with the same weights; the run's own is used for
    its last snapshot. Raises `ValueError` when it has another shape.
    """
    snapshot, trace, plan = run.snapshot_at(epoch), run.trace(epoch=epoch), run.blueprint
    kernel, bias = (np.asarray(matrix, dtype=np.float64).ravel() for matrix in snapshot.weights[-2:])
    hidden_by_lane = trace.h.reshape(len(plan.lanes), -1)
    rows = np.arange(plan.rows) * plan.row_stride
    if keras_answer is None and snapshot is run.snapshots[-1]:
        keras_answer = run.keras_answer
    numbers = zip(plan.answers, trace.y.ravel(), make_shown(run.experiment).targets.ravel(), strict=True)
    steps = tuple(
        _take_apart(
            hidden_by_lane[answer.first : answer.last + 1].ravel(),
            kernel[rows + answer.column * plan.column_stride],
            float(bias[answer.column]),
            float(prediction),
            float(target),
        )
        for answer, prediction, target in numbers
    )
    return TimeDistributedFacts(
        layer=name_of(plan.head),
        which=_find_which(plan),
        epoch=snapshot.epoch,
        steps=steps,
        shares_weights=plan.columns == 1,
        shares_hidden=len({(answer.first, answer.last) for answer in plan.answers}) == 1,
        lanes_read=plan.answers[0].last - plan.answers[0].first + 1,
        greatest_difference=_compute_difference(trace.y, keras_answer),
    )


def _take_apart(
    hidden: np.ndarray, weights: np.ndarray, bias: float, prediction: float, target: float
) -> DenseStep:
    products = hidden * weights
    return DenseStep(
        tuple(hidden.tolist()), tuple(weights.tolist()), tuple(products.tolist()), bias, prediction, target
    )


def _find_which(plan: Blueprint) -> str:
    """What an answer stands above: a lane that is a timestep or a sample, or no lane more than another."""
    if plan.answers[0].lane is None:
        return "output"
    return "timestep" if "timestep" in plan.tensors[-1].axes else "sample"


def _compute_difference(y: np.ndarray, keras_answer: np.ndarray | None) -> float | None:
    if keras_answer is None:
        return None
    given = np.shape(keras_answer)
    if given != y.shape:  # numpy would broadcast some of them without a word
        raise ValueError(
            f"keras_answer has shape {given}; expected {y.shape}, the shape of y: give what "
            "model.predict(X) returned, as it is."
        )
    return float(np.abs(y - keras_answer).max())


def arithmetic_table(facts: TimeDistributedFacts, language: str = "en") -> list[dict[str, int | float | str]]:
    """One record an answer: which one, its arithmetic in numbers, what comes out, what should.

    Headers are in the page's language. Of more than `NEURONS_AT_MOST` neurons the products are summed up.
    """
    which, target = name_step(facts, language), text("figures.target", language)
    return [
        {which: index + 1, "h · w + b": _write_briefly(step), "ŷ": step.prediction, target: step.target}
        for index, step in enumerate(facts.steps)
    ]


def name_step(facts: TimeDistributedFacts, language: str) -> str:
    """What one answer belongs to, in words: a timestep, a sample, or an output."""
    return text(f"figures.td_{facts.which}", language)


def _write_briefly(step: DenseStep) -> str:
    if len(step.products) <= NEURONS_AT_MOST:
        return step.write(3)
    total, bias = print_short(sum(step.products), 3), print_factor(step.bias, 3)
    return f"{len(step.products)} h·w: {total} + {bias} ≈ {print_short(step.prediction, 3)}"
