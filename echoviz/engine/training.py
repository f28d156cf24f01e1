"""Training an experiment in this process: what a notebook calls and what each worker runs."""

from __future__ import annotations

import threading
import time
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
from echoviz.core.survey import Survey, SurveyOutcome, SurveyProgress, judge_run, sum_up_runs
from echoviz.core.thinning import thin
from echoviz.engine.padding import make_inputs, place_weights
from echoviz.engine.programs import Programs
from echoviz.engine.sizes import estimate_epoch_s

if TYPE_CHECKING:
    from echoviz.engine.program import Program

CHUNK_S = 0.05
"""Seconds of training at one go; a stop is seen after as many, and so long others wait for their turn."""
REPORT_EVERY_S = 0.1  # of training, at least

_compute_snapshot_epochs = lru_cache(maxsize=64)(compute_snapshot_epochs)
_turn = threading.Lock()  # trainings of one process take turns: a short one waits for no long one's end


@cache
def get_programs() -> Programs:
    """The programs of this process."""
    return Programs()


def train(
    experiment: Experiment,
    *,
    on_progress: Callable[[Progress], object] | None = None,
    should_stop: Callable[[], bool] | None = None,
    asks_keras: bool = True,
) -> Run:
    """Train Keras layers on the echo problem, as the tutorial's `fit` would, in this process.

    Same layers, initial weights, Adam, mean squared error and full batch as
    `model.fit(X, y, epochs, batch_size=len(X))` after `keras.utils.set_random_seed(seed)`.

    Parameters
    ----------
    on_progress : called in this thread every 100 ms or so while it trains, from 50 ms on
    should_stop : asked before each chunk of epochs; `True` ends the run with what it has so far
    asks_keras : whether the run comes with `keras_answer`, which can take longer than a short training

    Raises
    ------
    ExperimentError
        when the experiment is out of bounds.
    """
    run = LiveTraining(experiment.checked(), get_programs()).run(on_progress, should_stop)
    if not asks_keras:
        return run
    from echoviz.engine.keras_layers import compute_keras_answer

    return replace(run, keras_answer=compute_keras_answer(experiment, run.rows[-1], make_shown(experiment).x))


def train_survey(
    survey: Survey,
    *,
    on_progress: Callable[[SurveyProgress], object] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> SurveyOutcome:
    """Train an experiment with one seed after the other, each as `train` does.

    `on_progress` is called after each seed and, like `should_stop`, every 100 ms or so within one. A seed
    that is not trained to its end does not count.
    """
    judged: list[tuple[float, float, int]] = []
    elapsed_s = 0.0

    def tell(_: object = None) -> None:
        if on_progress is not None:
            on_progress(SurveyProgress(len(judged), len(survey.seeds), elapsed_s))

    for experiment in survey.checked().experiments:
        run = LiveTraining(experiment, get_programs()).run(tell, should_stop)
        elapsed_s += run.elapsed_s
        if run.ending is Ending.STOPPED:
            break
        judged.append(judge_run(run))
        tell()
    return sum_up_runs(survey, judged, elapsed_s)


class LiveTraining:
    """One run under way. Between two chunks it moves to a better program if one has become ready.

    `state` is float32 (3, weights), the experiment's own: weights and Adam's moments after `epoch` epochs.
    """

    def __init__(self, experiment: Experiment, programs: Programs) -> None:
        self._programs = programs
        self.experiment = experiment
        self._use(programs.find_or_compile(experiment))
        from echoviz.engine.keras_layers import compute_initial_row

        self.epoch, self.elapsed_s = 0, 0.0
        self.state = np.zeros((3, blueprint(experiment).weight_count), np.float32)
        self.state[0] = compute_initial_row(blueprint(experiment), experiment.seed)
        self.losses = np.empty(0, np.float32)
        self.snapshot_epochs = _compute_snapshot_epochs(experiment.epochs, self.state.shape[1])
        self.row_by_epoch = {0: self.state[0]}

    def _use(self, program: Program) -> None:
        self.program = program
        self._places = place_weights(self.experiment, program.size)
        self._inputs = make_inputs(self.experiment, program.size)
        self.epoch_s = estimate_epoch_s(self.experiment, program.size)

    def run(
        self,
        on_progress: Callable[[Progress], object] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> Run:
        report_from_s = 0.0
        while self.epoch < self.experiment.epochs:
            if should_stop is not None and should_stop():
                return self.finish(Ending.STOPPED)
            epoch, row = self.epoch, self.state[0]
            if not self.advance_chunk():
                return self.finish(Ending.DIVERGED)
            if on_progress and self.elapsed_s >= report_from_s and self.epoch < self.experiment.epochs:
                # Of the weights before this chunk: the loss of those after it is not known yet.
                on_progress(self._report(epoch, row))
                report_from_s = self.elapsed_s + REPORT_EVERY_S
            better = self._programs.find(self.experiment)
            if better is not None and better is not self.program:
                self._use(better)
        return self.finish(Ending.FINISHED)

    def advance_chunk(self) -> bool:
        """Train for about `CHUNK_S`; `False` if a loss is not a number any more."""
        until = min(self.experiment.epochs, self.epoch + max(1, int(CHUNK_S / self.epoch_s)))
        ahead = self.snapshot_epochs[(self.snapshot_epochs > self.epoch) & (self.snapshot_epochs <= until)]
        if len(ahead) >= self.program.rows:
            ahead = ahead[: self.program.rows]
            until = int(ahead[-1])
        stops = np.union1d(ahead, until)
        padded = np.zeros((3, self.program.size.weights), np.float32)
        padded[:, self._places] = self.state
        with _turn:
            started = time.perf_counter()
            done = self.program.advance(
                self._inputs, padded, self.epoch, stops, self.experiment.learning_rate
            )
            took_s = time.perf_counter() - started
        self.epoch_s = took_s / len(done.losses)  # a divergence ends a chunk early
        self.elapsed_s += took_s
        self.losses = np.append(self.losses, done.losses[np.isfinite(done.losses)])
        self.epoch, self.state = len(self.losses), done.state[:, self._places]
        is_finite = self.epoch == until and bool(np.isfinite(self.state[0]).all())
        good = ahead[ahead < self.epoch + is_finite]
        self.row_by_epoch |= zip(good.tolist(), done.rows[:, self._places], strict=False)
        return is_finite

    def finish(self, ending: Ending) -> Run:
        """The run as it stands; of one that diverged, up to the last weights that were good and kept."""
        if ending is not Ending.DIVERGED:
            self.row_by_epoch[self.epoch] = self.state[0]
        epochs = sorted(self.row_by_epoch)
        rows = np.stack([self.row_by_epoch[epoch] for epoch in epochs])
        return Run(
            experiment=self.experiment,
            losses=self.losses,
            snapshot_epochs=tuple(epochs),
            rows=rows,
            elapsed_s=self.elapsed_s,
            ending=ending,
        )

    def _report(self, epoch: int, row: np.ndarray) -> Progress:
        kept = thin(self.losses[: epoch + 1], 300)
        return Progress(
            epoch=epoch,
            epochs=self.experiment.epochs,
            loss=float(self.losses[epoch]),
            row=row,
            elapsed_s=self.elapsed_s,
            loss_epochs=kept,
            losses=self.losses[kept],
        )
