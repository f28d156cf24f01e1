"""A survey: its bounds, and what it says of each seed, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from echoviz.core.experiment import Experiment, ExperimentError
from echoviz.core.run import Ending, Run
from echoviz.core.survey import NEVER, SEEDS_AT_MOST, Survey, count_seeds, judge_run, sum_up_runs

ASKED = Experiment(framing="one-to-one", length=1, neurons=1, epochs=4)


def make_run(biases: list[float]) -> Run:
    """A model whose every weight is 0 but the last bias: it answers just that; the target is 0."""
    rows = np.zeros((len(biases), 14), np.float32)
    rows[:, -1] = biases
    return Run(ASKED, np.ones(4, np.float32), (0, 1, 2, 4), rows, 0.1)


@pytest.mark.parametrize(
    ("biases", "learned"),
    [
        ([1.0, 0.5, 0.2, 0.01], 4),
        ([1.0, 0.01, 0.2, 0.01], 4),
        ([1.0, 0.01, 0.02, 0.01], 1),
        ([0.0, 0.01, 0.02, 0.04], 0),
        ([0.0, 0.0, 0.0, 0.06], NEVER),
    ],
)
def test_from_which_epoch_on_it_echoes(biases: list[float], learned: int) -> None:
    loss, error, epoch = judge_run(make_run(biases))
    assert epoch == learned
    assert error == pytest.approx(abs(biases[-1]))
    assert loss == pytest.approx(biases[-1] ** 2)


def test_fewer_than_asked_for_is_a_stop() -> None:
    survey = Survey(ASKED, (3, 4, 5))
    outcome = sum_up_runs(survey, [(0.1, 0.2, 3), (0.3, 0.4, NEVER)], 1.5)
    assert (outcome.seeds, outcome.ending) == ((3, 4), Ending.STOPPED)
    assert outcome.learned_epochs.tolist() == [3, NEVER]
    assert sum_up_runs(survey, [], 0.0).seeds == ()


@pytest.mark.parametrize("seeds", [(), (1, 1), tuple(range(SEEDS_AT_MOST + 1))])
def test_surveys_are_bounded(seeds: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected 1 to 99, each once"):
        Survey(ASKED, seeds)


def test_seeds_are_bounded() -> None:
    with pytest.raises(ExperimentError, match="seed was -1"):
        Survey(ASKED, (-1, 2))
    assert len(count_seeds(ASKED).experiments) == SEEDS_AT_MOST
