"""What training an experiment produced: the `Run`, its snapshots, and its file format."""

from __future__ import annotations

import io
import json
import math
import reprlib
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from echoviz.core.echo import arrange_input, compute_sequence
from echoviz.core.experiment import Architecture, Experiment, Framing
from echoviz.core.forward import Trace, compute_trace

SNAPSHOT_COUNT = 100
_FILE_FORMAT = 1


class Ending(StrEnum):
    """Why training ended."""

    FINISHED = "finished"
    STOPPED = "stopped"
    DIVERGED = "diverged"


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
    snapshots : weights at about 100 log-spaced epochs; first (0) and last always in
    elapsed_s : seconds of training, without compilation
    compile_s : seconds spent on tracing and compiling for this run; 0 when it was already done
    ending : finished, stopped by request, or diverged (a loss that is no longer a number)
    recorded : whether it comes from a file of this repository rather than from a live training
    keras_predictions : float32, the shape of y: what the trained Keras model itself answered at the
        end, so that our own arithmetic can be held against it; `None` when nobody asked Keras
    """

    experiment: Experiment
    losses: np.ndarray
    snapshots: tuple[Snapshot, ...]
    elapsed_s: float
    compile_s: float = 0.0
    ending: Ending = Ending.FINISHED
    recorded: bool = False
    keras_predictions: np.ndarray | None = None

    @property
    def epochs_done(self) -> int:
        """Epochs that were trained and whose reported loss is a number: the length of `losses`.

        Of a run that diverged, the first epoch without a loss, 0 being untrained: the last of these updates
        broke the weights. `fit` would report their NaN for the epoch after, if there is one.
        """
        return len(self.losses)

    @property
    def weights(self) -> list[np.ndarray]:
        """The last good weights, as Keras' `get_weights()` gives them."""
        return list(self.snapshots[-1].weights)

    @property
    def predictions(self) -> np.ndarray:
        """What the trained model answers to its own input: float64, the shape of the target y."""
        return self.trace().y

    @property
    def loss_by_epoch(self) -> np.ndarray:
        """The loss of the weights after 0, 1, … epochs: float64 (epochs done + 1,).

        These are `losses`, then `final_loss`; or NaN at the end of a run that diverged.
        """
        is_last_known = self.snapshots[-1].epoch == self.epochs_done
        return np.append(self.losses, self.final_loss if is_last_known else np.nan).astype(float)

    @property
    def final_loss(self) -> float:
        """Mean squared error of `predictions`, so of the last good weights.

        One update later than `losses[-1]`; of a run that diverged it is `losses[-1]`, up to rounding.
        """
        sequence = compute_sequence(self.experiment.length)
        return float(np.mean((self.predictions.ravel() - sequence) ** 2))

    def snapshot_at(self, epoch: int | None = None) -> Snapshot:
        """The snapshot nearest to `epoch`; the last one for `None`."""
        if epoch is None:
            return self.snapshots[-1]
        return min(self.snapshots, key=lambda snapshot: abs(snapshot.epoch - epoch))

    def trace(self, sequence: Sequence[float] | np.ndarray | None = None, epoch: int | None = None) -> Trace:
        """One forward pass of the snapshot nearest to `epoch` (default: the last); `.epoch` says which.

        `sequence` holds finite numbers, `length` of them (default: the echo sequence); it is arranged
        as the framing asks. Raises `ValueError` when it has another length or holds anything else.
        """
        framing, length = self.experiment.framing, self.experiment.length
        values = compute_sequence(length) if sequence is None else _read_sequence(sequence, length)
        snapshot = self.snapshot_at(epoch)
        trace = compute_trace(
            snapshot.weights,
            arrange_input(framing, values),
            return_sequences=framing is Framing.MANY_TO_MANY,
        )
        return replace(trace, epoch=snapshot.epoch)

    def to_bytes(self) -> bytes:
        """The run as a compressed `.npz` without any pickled object."""
        facts = {
            "format": _FILE_FORMAT,
            "experiment": self.experiment.to_query(),
            "elapsed_s": self.elapsed_s,
            "compile_s": self.compile_s,
            "ending": self.ending,
        }
        stacked: dict[str, Any] = {
            f"weights_{index}": np.stack([snapshot.weights[index] for snapshot in self.snapshots])
            for index in range(len(self.snapshots[0].weights))
        }
        if self.keras_predictions is not None:
            stacked["keras_predictions"] = self.keras_predictions
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            facts=np.array(json.dumps(facts)),
            losses=self.losses,
            epochs=np.array([snapshot.epoch for snapshot in self.snapshots]),
            **stacked,
        )
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, *, recorded: bool = False) -> Run:
        """Read what `to_bytes` wrote. Raises `ValueError` for anything else."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                return cls._from_arrays(dict(file), recorded)
        except (EOFError, KeyError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
            raise ValueError("this is not a run file; give the bytes that Run.to_bytes() wrote.") from error

    @classmethod
    def _from_arrays(cls, arrays: dict[str, np.ndarray], recorded: bool) -> Run:
        facts = json.loads(str(arrays["facts"]))
        if facts["format"] != _FILE_FORMAT:
            raise ValueError(f"run file has format {facts['format']}; expected {_FILE_FORMAT}.")
        experiment, corrections = Experiment.from_query(facts["experiment"])
        if corrections:
            raise ValueError(f"run file holds an experiment out of bounds: {corrections}")
        shapes = compute_weight_shapes(experiment.architecture)
        matrices = [arrays[f"weights_{index}"] for index in range(len(shapes))]
        epochs = arrays["epochs"]
        expected = [(len(epochs), *shape) for shape in shapes]
        if not len(epochs) or [matrix.shape for matrix in matrices] != expected:
            raise ValueError("run file holds weights of other shapes than its experiment's model has.")
        return cls(
            experiment=experiment,
            losses=arrays["losses"],
            snapshots=tuple(
                Snapshot(int(epoch), tuple(matrix[row] for matrix in matrices))
                for row, epoch in enumerate(epochs)
            ),
            elapsed_s=facts["elapsed_s"],
            compile_s=facts["compile_s"],
            ending=Ending(facts["ending"]),
            recorded=recorded,
            keras_predictions=arrays.get("keras_predictions"),
        )


def _read_sequence(given: Sequence[float] | np.ndarray, length: int) -> np.ndarray:
    """`given` as float64 (length,). Raises `ValueError` that names what does not fit."""
    expected = f"expected {length} finite numbers, the experiment's length."
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


def compute_snapshot_epochs(epochs: int, count: int = SNAPSHOT_COUNT) -> np.ndarray:
    """At most `count` log-spaced epochs, int, ascending; 0 and `epochs` always in."""
    if epochs < count:
        return np.arange(epochs + 1)
    chosen = np.array([0, epochs])
    # Rounding makes the first, narrowest steps coincide: ask for more until `count` differ.
    for asked in range(count, 4 * count):
        spaced = np.unique(np.geomspace(1, epochs, asked).round().astype(int))
        if len(spaced) + 1 > count:
            break
        chosen = np.concatenate([[0], spaced])
    return chosen


def compute_weight_shapes(architecture: Architecture) -> tuple[tuple[int, ...], ...]:
    """The shapes of Keras' `get_weights()` for an architecture: LSTM's three matrices, Dense's two."""
    neurons = architecture.neurons
    outputs = architecture.length if architecture.framing is Framing.MANY_TO_ONE else 1
    return ((1, 4 * neurons), (neurons, 4 * neurons), (4 * neurons,), (neurons, outputs), (outputs,))


def load_recording(framing: Framing) -> Run | None:
    """The recorded run of a framing's default experiment, or `None` before `make recording`."""
    path = RECORDINGS / f"{framing}.npz"
    return Run.from_bytes(path.read_bytes(), recorded=True) if path.exists() else None


RECORDINGS = Path(__file__).parent / "recordings"
