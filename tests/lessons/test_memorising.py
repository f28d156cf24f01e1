"""What the trained default models answer to a sequence that they never saw, and what their loss means."""

from __future__ import annotations

import numpy as np
import pytest

from echoviz import train
from echoviz.core.data import compute_sequence, make_data, make_unseen
from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing
from echoviz.core.run import Run
from echoviz.core.run_file import load_recordings

RECORDED = (Framing.ONE_TO_ONE, Framing.MANY_TO_ONE, Framing.MANY_TO_MANY)
ENOUGH = 0.02
"""A mean error below which numbers of 0 to 1 are right to about one decimal."""


def recording(framing: Framing) -> Run:
    return load_recordings()[Experiment(framing=framing).key]


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


@pytest.mark.parametrize("framing", RECORDED)
def test_the_first_loss_is_of_untrained_weights(framing: Framing) -> None:
    run = recording(framing)
    target = compute_sequence(5)
    for snapshot in run.snapshots[:-1]:
        before_the_update = np.mean((run.trace(epoch=snapshot.epoch).y.ravel() - target) ** 2)
        assert run.losses[snapshot.epoch] == pytest.approx(before_the_update, rel=1e-3, abs=1e-7)
    assert run.snapshots[0].epoch == 0


@pytest.mark.parametrize("framing", RECORDED)
def test_training_makes_the_errors_shorter(framing: Framing) -> None:
    run = recording(framing)
    assert run.final_loss < run.losses[0] / 100
    assert (run.predictions.ravel() != compute_sequence(5)).any()  # 0.2 is not exactly 0.2


def test_one_number_goes_in_and_the_whole_sequence_must_come_out() -> None:
    data = make_data(Experiment(framing="one-to-many"))
    np.testing.assert_allclose(np.diff(data.y.ravel()), data.x.item(), rtol=1e-6)
    np.testing.assert_allclose(data.y.ravel(), compute_sequence(5), rtol=1e-6)


def test_many_sequences_teach_the_rule_and_one_does_not() -> None:
    many = Experiment(sequences=64, learning_rate=0.01)
    assert train(many).echo_error(make_unseen(many)) < ENOUGH
    one = many.replace(sequences=1)
    assert train(one).echo_error(make_unseen(one)) > 5 * ENOUGH


def test_without_delay_a_dense_layer_alone_could_echo() -> None:
    data = make_data(Experiment(sequences=64))
    np.testing.assert_array_equal(data.x * 1.0 + 0.0, data.targets)


def test_with_a_delay_only_memory_can() -> None:
    """What has just gone in says nothing of the answer: no function of it beats a constant."""
    late = Experiment(delay=1, sequences=64, neurons=10, learning_rate=0.01, epochs=2000)
    data = make_unseen(late)
    now, wanted = data.x[:, 1:].ravel(), data.targets[:, 1:].ravel()
    best = np.polynomial.Polynomial.fit(now, wanted, 8)(now)
    assert np.abs(best - wanted).mean() > 0.9 * np.abs(wanted.mean() - wanted).mean() > 5 * ENOUGH
    assert train(late).echo_error(data) < ENOUGH
