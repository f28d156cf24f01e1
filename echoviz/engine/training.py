"""Training an experiment in this process: what a notebook calls and what each worker runs."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from echoviz.core.blueprint import blueprint
from echoviz.core.data import make_shown
from echoviz.core.experiment import Experiment
from echoviz.core.progress import Progress
from echoviz.core.run import Ending, Run, compute_snapshot_epochs
from echoviz.core.thinning import thin
from echoviz.engine.padding import make_inputs, place_weights
from echoviz.engine.programs import Programs
from echoviz.engine.sizes import count_slices, guess_epoch_us, measure_need, tighten
from echoviz.engine.turns import Turns

if TYPE_CHECKING:
    from echoviz.engine.program import Advance, Program

CHUNK_S = 0.05
"""Seconds of training at one go; a stop is seen after as many, and so long others wait for their turn."""
REPORT_EVERY_S = 0.1
"""Seconds of training between two reports, at least."""
LOSSES_AT_MOST = 300
"""Losses in one report."""
LONG_S = 5.0
"""Seconds left from which on a training is worth a program of its own size."""

_compute_snapshot_epochs = lru_cache(maxsize=64)(compute_snapshot_epochs)
_turns = Turns()


@cache
def get_programs() -> Programs:
    """The programs of this process."""
    return Programs()


def train(
    experiment: Experiment,
    *,
    on_progress: Callable[[Progress], object] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Run:
    """Train Keras layers on the echo problem, as the tutorial's `fit` would, in this process.

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
    run = train_unchecked(experiment.checked(), on_progress, should_stop)
    from echoviz.engine.keras_layers import compute_keras_answer

    answer = compute_keras_answer(run.experiment, run.rows[-1], make_shown(run.experiment).x)
    if on_progress is not None and run.ending is Ending.FINISHED:
        on_progress(_report(run.experiment, run.epochs_done, run.loss_by_epoch, run.rows[-1], run.elapsed_s))
    return replace(run, keras_answer=answer)


def train_unchecked(
    experiment: Experiment,
    on_progress: Callable[[Progress], object] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Run:
    """`train` without its last report and without Keras' own answer: what is asked for while others wait."""
    programs = get_programs()
    program = programs.find_or_compile(experiment)
    with programs.training():
        return LiveTraining(experiment, program, programs.find).run(on_progress, should_stop)


class LiveTraining:
    """One run under way.

    `find_program` is asked before each chunk: a long run moves to a better program once one is ready.
    `state` is float32 (3, weights), the experiment's own: weights and Adam's two moments.
    """

    def __init__(
        self,
        experiment: Experiment,
        program: Program,
        find_program: Callable[[Experiment], Program | None] = lambda _: None,
    ) -> None:
        from echoviz.engine.keras_layers import compute_initial_row

        self.experiment = experiment
        self.find_program = find_program
        self.epoch = 0
        self.elapsed_s = 0.0
        self.state = np.zeros((3, blueprint(experiment).weight_count), np.float32)
        self.state[0] = compute_initial_row(experiment)
        self.losses = np.empty(0, np.float32)
        self.snapshot_epochs = _compute_snapshot_epochs(experiment.epochs, self.state.shape[1])
        self.row_by_epoch = {0: self.state[0]}  # of snapshots
        self._latest_rows = self.row_by_epoch
        self._begun_at = deque([(0, self.state)], maxlen=2)  # what the last chunks started from
        self.use(program)

    def use(self, program: Program) -> None:
        """Train in this program from now on."""
        self.program = program
        self._places = place_weights(self.experiment, program.size)
        self._inputs = make_inputs(self.experiment, program.size)
        self.epoch_s = program.epoch_us * count_slices(self.experiment, program.size.timesteps) / 1e6

    def run(
        self,
        on_progress: Callable[[Progress], object] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> Run:
        report_from_s = 0.0
        while self.epoch < self.experiment.epochs:
            if should_stop is not None and should_stop():
                return self.finish(Ending.STOPPED)
            if not self._advance_chunk():
                return self.finish(Ending.DIVERGED)
            if on_progress and self.elapsed_s >= report_from_s and self.epoch < self.experiment.epochs:
                known = self.epoch - 1  # the loss of the weights now is known after the next epoch
                row = self._latest_rows[known]
                on_progress(_report(self.experiment, known, self.losses, row, self.elapsed_s))
                report_from_s = self.elapsed_s + REPORT_EVERY_S
            self._look_for_a_better_program()
        return self.finish(Ending.FINISHED)

    def _look_for_a_better_program(self) -> None:
        better = self.find_program(self.experiment)
        if better is not None and better is not self.program:
            self.use(better)
        left_s = self.epoch_s * (self.experiment.epochs - self.epoch)
        tight_us = guess_epoch_us(tighten(measure_need(self.experiment)))
        if left_s > LONG_S and tight_us < 0.7 * guess_epoch_us(self.program.size):
            get_programs().compile_for(self.experiment)

    def _advance_chunk(self) -> bool:
        """Train for about `CHUNK_S`; `False` if a loss is not a number."""
        stops = self._choose_stops(min(self.experiment.epochs, self.epoch + max(1, int(CHUNK_S / self.epoch_s))))
        with _turns:
            started = time.perf_counter()
            advance = self._advance(self.epoch, self.state, stops)
            took_s = time.perf_counter() - started
        self.epoch_s = took_s / len(advance.losses)
        self.elapsed_s += took_s
        is_finite = bool(np.isfinite(advance.losses[-1]))
        self.losses = np.append(self.losses, advance.losses if is_finite else advance.losses[:-1])
        if is_finite:
            rows = advance.rows[:, self._places]
            self._latest_rows = {self.epoch: self.state[0], **dict(zip(stops.tolist(), rows, strict=True))}
            snapshots = self._latest_rows.keys() & self.snapshot_epochs.tolist()
            self.row_by_epoch |= {epoch: self._latest_rows[epoch].copy() for epoch in snapshots}
            self.epoch, self.state = int(stops[-1]), advance.state[:, self._places]
            self._begun_at.append((self.epoch, self.state))
        return is_finite

    def _choose_stops(self, until: int) -> np.ndarray:
        """Snapshots up to `until`, the epoch before it, for a report, and `until`: or fewer if they are many."""
        snapshots = self.snapshot_epochs[(self.snapshot_epochs > self.epoch) & (self.snapshot_epochs <= until)]
        if len(snapshots) > self.program.rows - 2:
            snapshots = snapshots[: self.program.rows - 2]
            until = int(snapshots[-1])
        stops = {*snapshots.tolist(), until - 1, until} - {self.epoch}
        return np.array(sorted(stops), np.int32)

    def _advance(self, epoch: int, state: np.ndarray, stops: np.ndarray) -> Advance:
        padded = np.zeros((3, self.program.size.weights), np.float32)
        padded[:, self._places] = state
        return self.program.advance(self._inputs, padded, epoch, stops, self.experiment.learning_rate)

    def finish(self, ending: Ending) -> Run:
        """The run as it stands."""
        last = self.epoch
        if ending is Ending.DIVERGED or not np.isfinite(self.state[0]).all():
            ending = Ending.DIVERGED  # perhaps by the very last update: no loss has seen these weights
            last = max(0, len(self.losses) - 1)
        epochs = sorted({*self.snapshot_epochs[self.snapshot_epochs < last].tolist(), last})
        return Run(
            experiment=self.experiment,
            losses=self.losses,
            snapshot_epochs=tuple(epochs),
            rows=np.stack([self._find_row(epoch) for epoch in epochs]),
            elapsed_s=self.elapsed_s,
            ending=ending,
        )

    def _find_row(self, epoch: int) -> np.ndarray:
        """The weights after an epoch; of the chunk in which a run diverged they are computed once more."""
        known = self.row_by_epoch | self._latest_rows
        if epoch in known:
            return known[epoch]
        begun, state = max((start for start in self._begun_at if start[0] <= epoch), key=lambda start: start[0])
        return self._advance(begun, state, np.array([epoch], np.int32)).rows[0, self._places]


def _report(
    experiment: Experiment, epoch: int, losses: np.ndarray, row: np.ndarray, elapsed_s: float
) -> Progress:
    kept = thin(losses[: epoch + 1], LOSSES_AT_MOST)
    return Progress(
        epoch=epoch,
        epochs=experiment.epochs,
        loss=float(losses[epoch]),
        row=row,
        elapsed_s=elapsed_s,
        loss_epochs=kept,
        losses=losses[kept],
    )
