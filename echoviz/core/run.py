"""What training an experiment produced: the `Run` and its snapshots."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np

from echoviz.core.blueprint import Blueprint, blueprint
from echoviz.core.data import Data, arrange, count_inputs, make_data, make_shown, make_unseen
from echoviz.core.experiment import Experiment
from echoviz.core.forward import Trace, compute_trace
from echoviz.core.loss import compute_echo_error, compute_loss
from echoviz.core.weights import split_row

SNAPSHOT_COUNT = 100
SNAPSHOTS_AT_LEAST = 8
SNAPSHOT_BYTES = 8_100_000
"""Room for the weights that one run keeps: a hundred snapshots of all models but the largest that flatten."""
DRAWN_BYTES = 700_000
"""Room for the weights that a page draws: a hundred snapshots up to 19 neurons, ten of the largest models."""
_SAMPLES_AT_A_TIME = 100  # of 50 timesteps and 64 neurons: 18 MB while they are computed


class Ending(StrEnum):
    """Why training ended."""

    FINISHED = "finished"
    STOPPED = "stopped"
    DIVERGED = "diverged"


class Provenance(StrEnum):
    """Where a run's numbers come from: a file of this repository, a training just now, or none yet."""

    RECORDED = "recorded"
    LIVE = "live"
    UNTRAINED = "untrained"


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The model's weights after `epoch` epochs (0: untrained), in Keras' `get_weights()` order."""

    epoch: int
    weights: tuple[np.ndarray, ...]


@dataclass(frozen=True, eq=False)
class Run:
    """The outcome of training one experiment.

    Attributes
    ----------
    experiment : what was asked for
    losses : float32 (epochs done,); `losses[k]` is what Keras' `fit` reports for epoch k+1: the mean
        squared error *before* that epoch's update, so the loss of the weights after k epochs
    snapshot_epochs : the epochs whose weights were kept, log-spaced, ascending; first (0) and last always in
    rows : float32 (snapshots, weights), each row Keras' `get_weights()` flattened and joined
    elapsed_s : seconds of training, without compilation
    ending : finished, stopped by request, or diverged (a loss that is no longer a number)
    provenance : recorded, live or untrained
    keras_answer : float32, what a Keras model of exactly this size, with the last weights, answers to
        `make_shown(experiment).x`, so that our own arithmetic can be held against it; `None` when nobody
        asked Keras
    unseen_error : the echo error on `make_unseen(experiment)`, where whoever trained has computed it
    """

    experiment: Experiment
    losses: np.ndarray
    snapshot_epochs: tuple[int, ...]
    rows: np.ndarray
    elapsed_s: float
    ending: Ending = Ending.FINISHED
    provenance: Provenance = Provenance.LIVE
    keras_answer: np.ndarray | None = None
    unseen_error: float | None = None

    @property
    def identity(self) -> str:
        """Equal for runs that show the same numbers: the same experiment, source, end and epochs."""
        return f"{self.experiment.key}-{self.provenance}-{self.ending}-{self.epochs_done}"

    @property
    def nbytes(self) -> int:
        """Memory that its losses and weights take."""
        return self.losses.nbytes + self.rows.nbytes

    @property
    def blueprint(self) -> Blueprint:
        """The blueprint of the experiment."""
        return blueprint(self.experiment)

    @property
    def epochs_done(self) -> int:
        """Epochs whose loss is known.

        Of a run that diverged, this is also the first epoch without a loss, 0 being untrained: the last of
        these updates broke the weights. `fit` would report their NaN for the epoch after, if there is one.
        """
        return len(self.losses)

    @cached_property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """The kept weights as Keras' matrices, which are views into `rows`."""
        shapes = self.blueprint.weight_shapes
        return tuple(
            Snapshot(epoch, split_row(row, shapes))
            for epoch, row in zip(self.snapshot_epochs, self.rows, strict=True)
        )

    @property
    def weights(self) -> list[np.ndarray]:
        """The last good weights, as Keras' `get_weights()` gives them."""
        return list(self.snapshots[-1].weights)

    @cached_property
    def predictions(self) -> np.ndarray:
        """What the trained model answers to what it was trained on: float64, the shape of the target y."""
        return self._answer(make_data(self.experiment).x)

    @cached_property
    def loss_by_epoch(self) -> np.ndarray:
        """The loss of the weights after 0, 1, … epochs: float64 (epochs done + 1,).

        These are `losses`, then `final_loss`; or NaN at the end of a run that diverged.
        """
        is_last_known = self.snapshot_epochs[-1] == self.epochs_done
        return np.append(self.losses, self.final_loss if is_last_known else np.nan).astype(float)

    @cached_property
    def final_loss(self) -> float:
        """The loss of `predictions`, so of the last good weights.

        One update later than `losses[-1]`; of a run that diverged it is `losses[-1]`, up to rounding.
        """
        return compute_loss(self.predictions, make_data(self.experiment).y)

    @property
    def lowest(self) -> tuple[int, float] | None:
        """The epoch whose weights had the lowest loss, and that loss; `None` when no loss is a number."""
        losses = self.loss_by_epoch
        if not np.isfinite(losses).any():
            return None
        epoch = int(np.nanargmin(losses))
        return epoch, float(losses[epoch])

    def echo_error(self, data: Data | None = None) -> float:
        """How far the answers are from what ought to come out: mean absolute difference, last weights.

        `data`: of `arrange`, `make_shown` or `make_unseen` (default: what the model was trained on).
        """
        if data is None:
            return compute_echo_error(self.predictions, make_data(self.experiment).targets)
        return compute_echo_error(self._answer(data.x), data.targets)

    def with_unseen_error(self) -> Run:
        """The same run, with its `unseen_error`: 40 to 300 ms for the longest sequences."""
        if self.unseen_error is not None:
            return self
        return replace(self, unseen_error=self.echo_error(make_unseen(self.experiment)))

    def thinned(self, room: int = DRAWN_BYTES) -> Run:
        """The same run with as many of its snapshots as fit into so many bytes: evenly chosen, ends in."""
        total, fitting = len(self.rows), max(2, room // self.rows[0].nbytes)
        if total <= fitting:
            return self
        chosen = np.linspace(0, total - 1, fitting).round().astype(int)
        epochs = tuple(self.snapshot_epochs[place] for place in chosen)
        return replace(self, snapshot_epochs=epochs, rows=self.rows[chosen])

    def snapshot_at(self, epoch: int | None = None) -> Snapshot:
        """The snapshot nearest to `epoch`; the last one for `None`."""
        if epoch is None:
            return self.snapshots[-1]
        return min(self.snapshots, key=lambda snapshot: abs(snapshot.epoch - epoch))

    def trace(self, sequence: Sequence[float] | np.ndarray | None = None, epoch: int | None = None) -> Trace:
        """One forward pass of the snapshot nearest to `epoch` (default: the last); `.epoch` says which.

        `sequence` holds the finite numbers that go in, `length` of them, or one where one is copied to every
        timestep (default: the tutorial's own); it is arranged as the framing asks. Raises `ValueError` when
        it has another length or holds anything else.
        """
        x = make_shown(self.experiment).x if sequence is None else self._arrange(sequence)
        snapshot = self.snapshot_at(epoch)
        return replace(compute_trace(self.blueprint.layers, snapshot.weights, x), epoch=snapshot.epoch)

    def _arrange(self, sequence: Sequence[float] | np.ndarray) -> np.ndarray:
        numbers = _read_sequence(sequence, count_inputs(self.experiment))
        return arrange(self.experiment, numbers[np.newaxis]).x

    def _answer(self, x: np.ndarray) -> np.ndarray:
        """For a few samples at a time: a trace holds every inner value."""
        layers, weights = self.blueprint.layers, self.weights
        starts = range(0, len(x), _SAMPLES_AT_A_TIME)
        return np.concatenate(
            [compute_trace(layers, weights, x[start : start + _SAMPLES_AT_A_TIME]).y for start in starts]
        )


def make_untrained(experiment: Experiment, row: np.ndarray) -> Run:
    """The run of 0 epochs, given the weights that the experiment's model starts with: float32 (weights,)."""
    return Run(
        experiment=experiment,
        losses=np.empty(0, np.float32),
        snapshot_epochs=(0,),
        rows=row[np.newaxis],
        elapsed_s=0.0,
        ending=Ending.STOPPED,
        provenance=Provenance.UNTRAINED,
    )


def _read_sequence(given: Sequence[float] | np.ndarray, length: int) -> np.ndarray:
    """`given` as float64 (length,). Raises `ValueError` that names what does not fit."""
    what = "1 finite number, which is copied to every timestep." if length == 1 else None
    expected = f"expected {what or f'{length} finite numbers, as many as go in.'}"
    try:
        values = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"sequence was {reprlib.repr(given)} ({error}); {expected}") from error
    if values.shape != (length,):
        raise ValueError(f"sequence has shape {values.shape}; {expected}")
    for place, value in enumerate(values.tolist()):
        if not math.isfinite(value):
            raise ValueError(f"sequence[{place}] was {given[place]}; {expected}")
    return values


def compute_snapshot_epochs(epochs: int, weight_count: int) -> np.ndarray:
    """The epochs whose weights a run keeps: log-spaced, int, ascending; 0 and `epochs` always in.

    At most `SNAPSHOT_COUNT`, and fewer of a model so large that they would take more than `SNAPSHOT_BYTES`.
    """
    fitting = SNAPSHOT_BYTES // (4 * weight_count)
    count = max(SNAPSHOTS_AT_LEAST, min(SNAPSHOT_COUNT, fitting))
    if epochs < count:
        return np.arange(epochs + 1)
    chosen = np.array([0, epochs])
    # Rounding makes the first, narrowest steps coincide: ask for more until `count` differ.
    for asked in range(count - 1, 4 * count):
        spaced = np.unique(np.geomspace(1, epochs, asked).round().astype(int))
        if len(spaced) + 1 > count:
            break
        chosen = np.concatenate([[0], spaced])
    return chosen
