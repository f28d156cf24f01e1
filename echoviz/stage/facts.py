"""What is true of a run, as plain values, before any of it is drawn."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from echoviz.core.counts import compute_parameter_counts
from echoviz.core.echo import compute_sequence
from echoviz.core.experiment import Experiment, Framing
from echoviz.core.run import Ending, Run, compute_weight_shapes
from echoviz.core.shapes import Tensor, compute_tensor_shapes

SNAPSHOT_BUDGET_BYTES = 1_350_000
"""Room for weights in one payload: 1.5 MB, less the header and the losses."""
LOSS_COUNT = 2000
"""Losses that are kept one by one; more than these are thinned to the extremes of log-spaced stretches."""


class Provenance(StrEnum):
    """Where the drawn numbers come from."""

    RECORDED = "recorded"
    LIVE = "live"
    UNTRAINED = "untrained"
    PENDING = "pending"


@dataclass(frozen=True, eq=False)
class StageFacts:
    """All that the stage draws; the inner values follow from the weights.

    Attributes
    ----------
    sequence : float64 (length,), what goes in and should come out
    weights : float32 (snapshots, weights), each row Keras' `get_weights()` flattened and joined
    snapshot_epochs : the epochs those weights belong to; 0 is untrained
    snapshot_losses : the mean squared error of those very weights; `None` where it is no number
    snapshots_total : how many snapshots the run holds, of which `snapshot_epochs` are shipped
    loss_epochs, losses : the loss of the weights after so many epochs, thinned where there are many
    paid : weights by layer kind ("LSTM", "Dense") of each framing at this length and number of neurons
    """

    experiment: Experiment
    provenance: Provenance
    ending: Ending | None
    epochs_done: int
    sequence: np.ndarray
    tensors: tuple[Tensor, ...]
    weight_shapes: tuple[tuple[int, ...], ...]
    weights: np.ndarray
    snapshot_epochs: tuple[int, ...]
    snapshot_losses: tuple[float | None, ...]
    snapshots_total: int
    loss_epochs: np.ndarray
    losses: np.ndarray
    paid: dict[Framing, dict[str, int]]


def stage_facts(run: Run | None, experiment: Experiment) -> StageFacts:
    """The facts of an experiment's stage; without a run only shapes are known.

    The loss that belongs to the weights after k epochs is the k-th that `fit` reports, and the error of the
    final predictions for the last. Raises `ValueError` when the run is of another experiment.
    """
    if run is not None and run.experiment != experiment:
        raise ValueError(f"the run is of {run.experiment}; expected one of {experiment}.")
    shapes = compute_weight_shapes(experiment.architecture)
    size = sum(int(np.prod(shape)) for shape in shapes)
    chosen = _choose_snapshots(len(run.snapshots) if run else 0, 4 * size)
    snapshots = [run.snapshots[place] for place in chosen] if run else []
    flat = [np.concatenate([np.ravel(matrix) for matrix in snapshot.weights]) for snapshot in snapshots]
    loss_by_epoch = run.loss_by_epoch if run else np.zeros(0)
    loss_epochs = _thin_losses(loss_by_epoch)
    return StageFacts(
        experiment=experiment,
        provenance=_find_provenance(run),
        ending=run.ending if run else None,
        epochs_done=run.epochs_done if run else 0,
        sequence=compute_sequence(experiment.length),
        tensors=tuple(compute_tensor_shapes(experiment)),
        weight_shapes=shapes,
        weights=np.array(flat, dtype=np.float32).reshape(len(flat), size),
        snapshot_epochs=tuple(snapshot.epoch for snapshot in snapshots),
        snapshot_losses=tuple(_number(loss_by_epoch[snapshot.epoch]) for snapshot in snapshots),
        snapshots_total=len(run.snapshots) if run else 0,
        loss_epochs=loss_epochs,
        losses=loss_by_epoch[loss_epochs],
        paid={framing: _count_paid(experiment.replace(framing=framing)) for framing in Framing},
    )


def _find_provenance(run: Run | None) -> Provenance:
    if run is None:
        return Provenance.PENDING
    if run.epochs_done == 0:
        return Provenance.UNTRAINED
    return Provenance.RECORDED if run.recorded else Provenance.LIVE


def _choose_snapshots(total: int, snapshot_bytes: int) -> list[int]:
    """Places of the snapshots that fit the budget: evenly chosen, first and last in."""
    fitting = max(2, SNAPSHOT_BUDGET_BYTES // snapshot_bytes)
    if total <= fitting:
        return list(range(total))
    return [int(place) for place in np.linspace(0, total - 1, fitting).round()]


def _thin_losses(loss_by_epoch: np.ndarray) -> np.ndarray:
    """The epochs whose losses are drawn: all, or both extremes of each of many log-spaced stretches."""
    count = len(loss_by_epoch)
    if count <= LOSS_COUNT:
        return np.arange(count)
    edges = np.unique(np.geomspace(1, count, LOSS_COUNT // 4).astype(int)) - 1
    kept = {0, count - 1}
    for start, stop in itertools.pairwise(edges):
        stretch = loss_by_epoch[start:stop]
        kept |= {int(start + np.argmin(stretch)), int(start + np.argmax(stretch))}
    return np.array(sorted(kept))


def _count_paid(experiment: Experiment) -> dict[str, int]:
    lstm, dense = compute_parameter_counts(experiment).by_layer.values()
    return {"LSTM": lstm, "Dense": dense}


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
