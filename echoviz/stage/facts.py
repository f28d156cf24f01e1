"""What is true of a run, as plain values, before any of it is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from echoviz.core.blueprint import Blueprint, blueprint
from echoviz.core.counts import compute_parameter_counts
from echoviz.core.data import make_shown
from echoviz.core.experiment import Experiment
from echoviz.core.framing import CUTS, Framing, Head
from echoviz.core.run import Ending, Provenance, Run

PENDING = "pending"
"""The provenance of numbers that nobody knows yet."""


@dataclass(frozen=True)
class Paid:
    """What one way of setting up the model costs in weights, at this length and number of neurons."""

    framing: Framing
    head: Head
    lstm: int
    dense: int
    is_chosen: bool


@dataclass(frozen=True, eq=False)
class StageFacts:
    """All that the stage draws; the inner values follow from the weights.

    Attributes
    ----------
    identity : equal for facts that show the same numbers
    x : float32 (inputs,), the numbers of the drawn sequence that go in
    targets : float32 (length,), what ought to come out, one for each answer
    weights : float32 (snapshots, weights), each row Keras' `get_weights()` flattened and joined
    snapshot_epochs : the epochs those weights belong to; 0 is untrained
    snapshot_losses : the loss of those very weights; `None` where it is no number
    snapshots_total : how many snapshots the run holds, of which `snapshot_epochs` are shipped
    losses : float64 (epochs done + 1,), the loss of the weights after 0, 1, … epochs; empty without a run
    lowest : the epoch with the lowest loss, and that loss
    paid : each framing, and each head of the experiment's own framing once it has another than the first
    """

    experiment: Experiment
    blueprint: Blueprint
    identity: str
    provenance: str
    ending: Ending | None
    epochs_done: int
    x: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    snapshot_epochs: tuple[int, ...]
    snapshot_losses: tuple[float | None, ...]
    snapshots_total: int
    losses: np.ndarray
    lowest: tuple[int, float] | None
    paid: tuple[Paid, ...]


def stage_facts(run: Run | None, experiment: Experiment) -> StageFacts:
    """The facts of an experiment's stage; without a run only shapes are known.

    The loss that belongs to the weights after k epochs is the k-th that `fit` reports, and the error of the
    final predictions for the last. Raises `ValueError` when the run is of another experiment.
    """
    if run is not None and run.experiment != experiment:
        raise ValueError(f"the run is of {run.experiment}; expected one of {experiment}.")
    plan, shown = blueprint(experiment), make_shown(experiment)
    drawn = run.thinned() if run else None
    epochs = drawn.snapshot_epochs if drawn else ()
    loss_by_epoch = run.loss_by_epoch if run else np.zeros(0)
    return StageFacts(
        experiment=experiment,
        blueprint=plan,
        identity=run.identity if run else f"{experiment.key}-{PENDING}",
        provenance=run.provenance if run else PENDING,
        ending=run.ending if run and run.provenance is not Provenance.UNTRAINED else None,
        epochs_done=run.epochs_done if run else 0,
        x=shown.x.ravel(),
        targets=shown.targets.ravel(),
        weights=drawn.rows if drawn else np.zeros((0, plan.weight_count), np.float32),
        snapshot_epochs=epochs,
        snapshot_losses=tuple(_number(loss_by_epoch[epoch]) for epoch in epochs),
        snapshots_total=len(run.rows) if run else 0,
        losses=loss_by_epoch,
        lowest=run.lowest if run and run.epochs_done else None,
        paid=tuple(_compare_weights(experiment)),
    )


def _compare_weights(experiment: Experiment) -> Iterator[Paid]:
    for framing, cut in CUTS.items():
        is_own = framing == experiment.framing
        asks_for_heads = is_own and experiment.head != cut.heads[0]
        for head in cut.heads if asks_for_heads else cut.heads[:1]:
            counts = compute_parameter_counts(experiment.replace(framing=framing, head=head))
            dense = counts.total - counts.by_layer["LSTM"]
            yield Paid(framing, head, counts.by_layer["LSTM"], dense, is_own and head == experiment.head)


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
