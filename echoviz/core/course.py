"""How a training went, to be held beside others: its losses, and what it answered on the way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from echoviz.core.data import arrange, compute_sequence, count_inputs, make_shown
from echoviz.core.forward import compute_trace
from echoviz.core.run import Run
from echoviz.core.thinning import thin

POINTS_AT_MOST = 300


@dataclass(frozen=True, eq=False)
class Course:
    """One training, without its weights.

    Attributes
    ----------
    loss_epochs, losses : int32 and float32 (points,): the mean squared error of the weights after so many
        epochs, 0 being untrained; thinned without losing a peak or a valley, the kept epochs always in
    epochs, answers : int32 (kept,) and float32 (kept, answers): what the model answers to the tutorial's own
        sequence after so many epochs
    targets : float32 (answers,): what ought to come out
    weight_count : all weights of the model
    elapsed_s : seconds of training, without compilation
    reversed_answers, reversed_targets : as `answers` and `targets`, to the same sequence from its end to its
        beginning; `None` where there is none to reverse, or nobody asked
    unseen_error : the echo error on sequences that no training saw; `None` where nobody asked
    """

    loss_epochs: np.ndarray
    losses: np.ndarray
    epochs: np.ndarray
    answers: np.ndarray
    targets: np.ndarray
    weight_count: int
    elapsed_s: float
    reversed_answers: np.ndarray | None = None
    reversed_targets: np.ndarray | None = None
    unseen_error: float | None = None

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return sum(array.nbytes for array in vars(self).values() if isinstance(array, np.ndarray))

    def turn(self) -> Course:
        """The course of the same training, shown the reversed sequence; itself where there is none."""
        if self.reversed_answers is None or self.reversed_targets is None:
            return self
        return replace(self, answers=self.reversed_answers, targets=self.reversed_targets)

    @property
    def echo_error(self) -> float:
        """How far the last answers are from what ought to come out, on average."""
        return float(np.mean(np.abs(self.answers[-1].astype(float) - self.targets)))


@dataclass(frozen=True, eq=False)
class Courses:
    """What a question about several trainings is answered with.

    Attributes
    ----------
    courses : one for each training, in the order of the question
    spread : float32 (kept, timesteps): how far each timestep's own kernel is from the mean of all, at the
        epochs of the last course; empty where no timestep has one
    refusal : Keras' own words where it does not train; there are no courses then
    """

    courses: tuple[Course, ...] = ()
    spread: np.ndarray = field(default_factory=lambda: np.empty((0, 0), np.float32))
    refusal: str = ""

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return self.spread.nbytes + sum(course.nbytes for course in self.courses)


def compute_course(run: Run) -> Course:
    """The course of a run: of about 100 snapshots, each answer is one forward pass."""
    experiment, shown = run.experiment, make_shown(run.experiment)
    turned = shown
    if count_inputs(experiment) == experiment.length:  # else one number goes in
        turned = arrange(experiment, compute_sequence(experiment.length)[np.newaxis, ::-1])
    x, layers = np.concatenate([shown.x, turned.x]), run.blueprint.layers
    both = np.array([compute_trace(layers, each.weights, x).y for each in run.snapshots])
    answers = both.reshape(len(both), 2, -1).astype(np.float32)
    course = make_course(
        run.loss_by_epoch,
        run.snapshot_epochs,
        answers[:, 0],
        shown.targets,
        run.blueprint.weight_count,
        run.elapsed_s,
    )
    error = run.unseen_error if run.unseen_error is not None else run.with_unseen_error().unseen_error
    course = replace(course, unseen_error=error)
    if turned is shown:
        return course
    return replace(course, reversed_answers=answers[:, 1], reversed_targets=turned.targets.ravel())


def make_course(
    loss_by_epoch: np.ndarray,
    epochs: tuple[int, ...] | np.ndarray,
    answers: np.ndarray,
    targets: np.ndarray,
    weight_count: int,
    elapsed_s: float,
) -> Course:
    """A course of every epoch's loss, float (epochs + 1,); what is no number is left out."""
    finite = np.flatnonzero(np.isfinite(loss_by_epoch))
    kept = np.union1d(finite[thin(loss_by_epoch[finite], POINTS_AT_MOST)], np.intersect1d(finite, epochs))
    return Course(
        kept.astype(np.int32),
        loss_by_epoch[kept].astype(np.float32),
        np.asarray(epochs, np.int32),
        answers.astype(np.float32),
        targets.astype(np.float32).ravel(),
        weight_count,
        elapsed_s,
    )
