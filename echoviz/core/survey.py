"""Many seeds of one experiment: how much of what a run shows is luck."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from echoviz.core.data import make_shown
from echoviz.core.experiment import FIELD_BY_NAME, Experiment
from echoviz.core.forward import compute_trace
from echoviz.core.loss import LEARNED_WITHIN, compute_echo_error
from echoviz.core.run import Ending, Run

SEEDS_AT_MOST = 99
NEVER = -1
"""The epoch of success of a model that has had none."""


@dataclass(frozen=True)
class Survey:
    """An experiment that is to be trained with each of some seeds; its own seed does not matter.

    Raises `ValueError` for more than `SEEDS_AT_MOST` seeds, none or one twice, and `ExperimentError`, which
    is one too, for a seed out of bounds.
    """

    experiment: Experiment
    seeds: tuple[int, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.seeds) <= SEEDS_AT_MOST or len(set(self.seeds)) < len(self.seeds):
            expected = f"expected 1 to {SEEDS_AT_MOST}, each once."
            raise ValueError(f"a survey of {len(self.seeds)} seeds; {expected}")
        for seed in (min(self.seeds), max(self.seeds)):
            self.experiment.replace(seed=seed)  # raises what an experiment raises

    @property
    def key(self) -> str:
        """The same for the same survey."""
        seeds = hashlib.blake2b(repr(self.seeds).encode(), digest_size=6).hexdigest()
        return f"survey-{self.experiment.replace(seed=self.seeds[0]).key}-{seeds}"

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """What is trained, in order."""
        return tuple(self.experiment.replace(seed=seed) for seed in self.seeds)

    def checked(self) -> Survey:
        """The same survey, its bounds looked at once more: it may have come over a network."""
        return Survey(self.experiment.checked(), tuple(int(seed) for seed in self.seeds))


def count_seeds(experiment: Experiment, count: int = SEEDS_AT_MOST) -> Survey:
    """The survey of the first seeds, from the smallest on."""
    first = int(FIELD_BY_NAME["seed"].minimum)  # type: ignore[union-attr]  # a number
    return Survey(experiment, tuple(range(first, first + count)))


@dataclass(frozen=True, eq=False)
class SurveyOutcome:
    """What came of a survey, for each seed that was trained, in order.

    Attributes
    ----------
    final_losses : float64 (seeds,), the loss of the last weights, or the last good ones
    echo_errors : float64 (seeds,), mean absolute difference from the tutorial's own sequence
    learned_epochs : int (seeds,), the first kept epoch from which on the echo error stays below
        `LEARNED_WITHIN`; `NEVER` without
    elapsed_s : seconds of training
    ending : finished, or stopped after so many seeds
    """

    survey: Survey
    final_losses: np.ndarray
    echo_errors: np.ndarray
    learned_epochs: np.ndarray
    elapsed_s: float
    ending: Ending = Ending.FINISHED

    @property
    def seeds(self) -> tuple[int, ...]:
        """Those that were trained."""
        return self.survey.seeds[: len(self.final_losses)]

    @property
    def nbytes(self) -> int:
        """Memory that its numbers take."""
        return self.final_losses.nbytes + self.echo_errors.nbytes + self.learned_epochs.nbytes


@dataclass(frozen=True)
class SurveyProgress:
    """A survey under way: `done` of `count` seeds after `elapsed_s` seconds of training."""

    done: int
    count: int
    elapsed_s: float

    @property
    def left_s(self) -> float | None:
        """Seconds still needed at the pace so far; `None` before the first seed."""
        return self.elapsed_s / self.done * (self.count - self.done) if self.done else None


def sum_up_runs(survey: Survey, runs: Sequence[tuple[float, float, int]], elapsed_s: float) -> SurveyOutcome:
    """The outcome of what `judge_run` said of each seed's run; fewer than asked for is a stop."""
    columns = zip(*runs, strict=True) if runs else ([], [], [])
    losses, errors, epochs = (np.array(column) for column in columns)
    ending = Ending.FINISHED if len(runs) == len(survey.seeds) else Ending.STOPPED
    return SurveyOutcome(
        survey, losses.astype(float), errors.astype(float), epochs.astype(int), elapsed_s, ending
    )


def judge_run(run: Run) -> tuple[float, float, int]:
    """A run's final loss, its echo error, and the epoch from which on it echoes, or `NEVER`."""
    shown = make_shown(run.experiment)
    answers = (compute_trace(run.blueprint.layers, kept.weights, shown.x).y for kept in run.snapshots)
    errors = [compute_echo_error(answer, shown.targets) for answer in answers]
    is_learned = np.array(errors) < LEARNED_WITHIN
    failed = np.flatnonzero(~is_learned)
    first = failed[-1] + 1 if len(failed) else 0
    epoch = run.snapshot_epochs[first] if first < len(errors) else NEVER
    return run.final_loss, errors[-1], epoch
