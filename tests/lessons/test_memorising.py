"""What the trained default models answer to a sequence that they never saw, and what their loss means."""

from __future__ import annotations

import numpy as np
import pytest
from echoviz.core.echo import compute_sequence

from echoviz.core.experiment import Framing
from echoviz.core.run import Run, load_recording


def recording(framing: Framing) -> Run:
    run = load_recording(framing)
    assert run is not None
    return run


def answer_reversed(framing: Framing) -> np.ndarray:
    return recording(framing).trace(compute_sequence(5)[::-1]).y.ravel()


def test_one_to_one_really_echoes() -> None:
    np.testing.assert_allclose(answer_reversed(Framing.ONE_TO_ONE), compute_sequence(5)[::-1], atol=0.05)


@pytest.mark.parametrize("framing", [Framing.MANY_TO_ONE, Framing.MANY_TO_MANY])
def test_the_others_have_memorised(framing: Framing) -> None:
    """Shown 0.8 0.6 0.4 0.2 0.0 they still answer mostly in rising order."""
    answer = answer_reversed(framing)
    assert (np.diff(answer) > 0).mean() > 0.5
    assert np.corrcoef(answer, compute_sequence(5))[0, 1] > 0
    assert np.abs(answer - compute_sequence(5)[::-1]).max() > 0.2


def test_one_to_one_does_not_know_the_place() -> None:
    run = recording(Framing.ONE_TO_ONE)
    same_number_everywhere = run.trace([0.4] * 5).y.ravel()
    assert len(set(same_number_everywhere)) == 1


@pytest.mark.parametrize("framing", Framing)
def test_the_first_loss_is_of_untrained_weights(framing: Framing) -> None:
    run = recording(framing)
    target = compute_sequence(5)
    for snapshot in run.snapshots[:-1]:
        before_the_update = np.mean((run.trace(epoch=snapshot.epoch).y.ravel() - target) ** 2)
        assert run.losses[snapshot.epoch] == pytest.approx(before_the_update, rel=1e-3, abs=1e-7)
    assert run.snapshots[0].epoch == 0


@pytest.mark.parametrize("framing", Framing)
def test_training_makes_the_errors_shorter(framing: Framing) -> None:
    run = recording(framing)
    assert run.final_loss < run.losses[0] / 100
    assert (run.predictions.ravel() != compute_sequence(5)).any()  # 0.2 is not exactly 0.2
