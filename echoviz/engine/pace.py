"""How long trainings take on this machine."""

from __future__ import annotations

from echoviz.core.run import Run
from echoviz.core.survey import Survey
from echoviz.engine.sizes import FLAT_SIZES, LARGEST, Size, choose_size, estimate_epoch_s
from echoviz.engine.views import Outcome, Subject

_SEED_S = 0.01  # what a seed of a survey takes beside its training


class Pace:
    """Estimates, from the `sizes` whose programs are ready and from how long trainings took."""

    def __init__(self) -> None:
        self.sizes: set[Size] = set()
        self._slowness = 1.0  # how many times as long as `Size.epoch_us` says

    def estimate_s(self, subject: Subject) -> float:
        """Seconds that an experiment, or all seeds of a survey, will train."""
        if isinstance(subject, Survey):
            return len(subject.seeds) * (self.estimate_s(subject.experiment) + _SEED_S)
        size = choose_size(subject, {*self.sizes, *LARGEST, *FLAT_SIZES})
        assert size is not None, "the largest sizes hold everything"
        return self._slowness * subject.epochs * estimate_epoch_s(subject, size)

    def learn(self, run: Outcome) -> None:
        """How much slower than estimated this machine is: of runs so long that nothing else counts."""
        if isinstance(run, Run) and run.elapsed_s > 0.1 and run.epochs_done == run.experiment.epochs:
            seen = run.elapsed_s / self.estimate_s(run.experiment) * self._slowness
            self._slowness = min(10.0, max(0.1, 0.7 * self._slowness + 0.3 * seen))
