"""Training an experiment in this process: what a notebook calls and what each worker runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from echoviz.core.echo import compute_sequence
from echoviz.core.experiment import Architecture, Experiment, Framing
from echoviz.core.forward import compute_trace
from echoviz.core.progress import Progress
from echoviz.core.run import Ending, Run, Snapshot, compute_snapshot_epochs

if TYPE_CHECKING:
    from echoviz.engine.model import CompiledModel, ModelCache

CHUNK_S = 0.05
"""Seconds of training at one go; a stop is seen after as many."""
REPORT_EVERY_S = 0.1
"""Seconds of training between two reports, at least."""
FIRST_CHUNK_EPOCHS = 20
"""Epochs before the pace of a shape is known: the slowest shape needs about 20 ms for them."""

_compute_snapshot_epochs = lru_cache(maxsize=64)(compute_snapshot_epochs)
_one_at_a_time = threading.Lock()  # keras.utils.set_random_seed is process-wide
_cache: ModelCache | None = None


def train(
    experiment: Experiment,
    *,
    on_progress: Callable[[Progress], object] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Run:
    """Train a real Keras model on the echo problem, as the tutorial's `fit` would, in this process.

    Same layers, initial weights, Adam, mean squared error and full batch as
    `model.fit(X, y, epochs, batch_size=len(X))` after `keras.utils.set_random_seed(seed)`.

    Parameters
    ----------
    on_progress : called in this thread after the first chunk of epochs, then at most every 100 ms,
        and at the end
    should_stop : asked before each chunk; `True` ends the run with what it has so far

    Raises
    ------
    ExperimentError
        when the experiment is out of bounds.
    """
    experiment = experiment.replace()  # bounded anew: it may come from another process
    with _one_at_a_time:
        compiled, compile_s = find_compiled(experiment)
        return LiveTraining(experiment, compiled, compile_s).run(on_progress, should_stop)


def prepare(experiment: Experiment) -> Run:
    """Compile what an experiment needs; returns its untrained run (0 epochs, snapshot 0)."""
    experiment = experiment.replace()
    with _one_at_a_time:
        compiled, compile_s = find_compiled(experiment)
        return LiveTraining(experiment, compiled, compile_s).finish(Ending.STOPPED)


def is_compiled(architecture: Architecture) -> bool:
    """Whether this process holds an architecture compiled."""
    return _cache is not None and architecture in _cache


def count_compilations() -> int:
    """How many shapes this process has compiled. XLA never gives back a compiled shape's 9 MB."""
    return _cache.compilations if _cache is not None else 0


def find_compiled(experiment: Experiment) -> tuple[CompiledModel, float]:
    """The experiment's compiled model and the seconds spent on getting it (0 when it was there)."""
    global _cache
    started = time.perf_counter()
    if _cache is None:
        from echoviz.engine.model import ModelCache  # imports TensorFlow: seconds and 700 MB

        _cache = ModelCache()
        started = time.perf_counter()
    known = experiment.architecture in _cache
    compiled = _cache.find_or_compile(experiment.architecture)
    return compiled, 0.0 if known else time.perf_counter() - started


class LiveTraining:
    """One run under way on a compiled model."""

    def __init__(self, experiment: Experiment, compiled: CompiledModel, compile_s: float) -> None:
        from echoviz.engine.model import compute_initial_weights

        self.experiment = experiment
        self.compiled = compiled
        self.compile_s = compile_s
        self.elapsed_s = 0.0
        self.snapshot_epochs = _compute_snapshot_epochs(experiment.epochs)
        self.initial_weights = compute_initial_weights(experiment.architecture, experiment.seed)
        self.tape = compiled.reset(self.initial_weights, experiment.learning_rate)

    def run(
        self, on_progress: Callable[[Progress], object] | None, should_stop: Callable[[], bool] | None
    ) -> Run:
        epoch, report_from_s = 0, 0.0
        while epoch < self.experiment.epochs:
            if should_stop is not None and should_stop():
                return self.finish(Ending.STOPPED)
            self._advance_chunk(epoch)
            if not self.tape.finite:
                return self.finish(Ending.DIVERGED)
            epoch = self.tape.epoch
            is_due = self.elapsed_s >= report_from_s or epoch == self.experiment.epochs
            if on_progress is not None and is_due:
                on_progress(self._report(epoch))
                report_from_s = self.elapsed_s + REPORT_EVERY_S
        return self.finish(Ending.FINISHED)

    def _advance_chunk(self, epoch: int) -> None:
        pace = self.compiled.epoch_s
        chunk = FIRST_CHUNK_EPOCHS if pace is None else max(1, int(CHUNK_S / pace))
        until = min(epoch + chunk, self.experiment.epochs)
        started = time.perf_counter()
        self.tape = self.compiled.advance(self.tape, until, self.snapshot_epochs)
        took_s = time.perf_counter() - started
        self.compiled.epoch_s = took_s / (int(self.tape.begun) - epoch)  # a divergence ends a chunk early
        self.elapsed_s += took_s

    def _report(self, epoch: int) -> Progress:
        weights = self.compiled.get_weights()
        x, sequences = self.compiled.problem.x, self.experiment.framing is Framing.MANY_TO_MANY
        answer = compute_trace(weights, x, return_sequences=sequences).y.ravel()
        return Progress(
            epoch=epoch,
            epochs=self.experiment.epochs,
            loss=float(np.mean((answer - compute_sequence(self.experiment.length)) ** 2)),
            predictions=answer.astype(np.float32),
            weights=weights,
            elapsed_s=self.elapsed_s,
        )

    def finish(self, ending: Ending) -> Run:
        """The run as it stands. The compiled model is left with the run's last good weights."""
        epoch = self.tape.epoch
        latest = self.compiled.get_weights()
        if ending is not Ending.DIVERGED and not all(np.isfinite(matrix).all() for matrix in latest):
            ending = Ending.DIVERGED  # the very last update did it: no loss has seen these weights
        snapshots = self._collect_snapshots(epoch, None if ending is Ending.DIVERGED else latest)
        if ending is Ending.DIVERGED:
            self.compiled.reset(snapshots[-1].weights, learning_rate=0.0)
        return Run(
            experiment=self.experiment,
            losses=self.tape.losses[:epoch].numpy(),
            snapshots=snapshots,
            elapsed_s=self.elapsed_s,
            compile_s=self.compile_s,
            ending=ending,
            keras_predictions=self.compiled.predict(),
        )

    def _collect_snapshots(self, epoch: int, latest: tuple[np.ndarray, ...] | None) -> tuple[Snapshot, ...]:
        """The rows of the tape, then `latest`, or for `None` the last weights with a finite loss."""
        epochs = self.snapshot_epochs[self.snapshot_epochs < epoch]
        *kept, previous = self.compiled.read_weights(self.tape, len(epochs))
        snapshots = [Snapshot(int(at), weights) for at, weights in zip(epochs, kept, strict=True)]
        if latest is not None:
            snapshots.append(Snapshot(epoch, latest))
        elif not snapshots:
            snapshots.append(Snapshot(0, self.initial_weights))
        elif snapshots[-1].epoch < epoch - 1:
            snapshots.append(Snapshot(epoch - 1, previous))
        return tuple(snapshots)
