"""What goes in and what ought to come out, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from echoviz.core.data import compute_sequence, count_inputs, make_data, make_shown, make_unseen
from echoviz.core.experiment import Experiment
from echoviz.core.framing import CUTS
from tests.core.drawn import PROFILE, experiments


def test_sequence_is_exact() -> None:
    assert compute_sequence(5).tolist() == [0.0, 0.2, 0.4, 0.6, 0.8]
    assert compute_sequence(1).tolist() == [0.0]


@pytest.mark.parametrize("framing", ["one-to-one", "many-to-one", "many-to-many"])
def test_the_tutorials_numbers_go_in_and_come_out(framing: str) -> None:
    data = make_data(Experiment(framing=framing))
    expected = np.array([0.0, 0.2, 0.4, 0.6, 0.8], np.float32)
    for array in data:
        np.testing.assert_array_equal(array.ravel(), expected)
        assert array.dtype == np.float32


def test_one_to_many_is_given_the_step_only() -> None:
    data = make_data(Experiment(framing="one-to-many"))
    assert data.x.tolist() == [[pytest.approx(0.2)]]
    np.testing.assert_allclose(data.targets.ravel(), [0, 0.2, 0.4, 0.6, 0.8], rtol=1e-7)


@pytest.mark.parametrize(
    ("delay", "expected"), [(0, [0, 0.25, 0.5, 0.75]), (1, [0, 0, 0.25, 0.5]), (3, [0, 0, 0, 0])]
)
def test_a_delay_shifts_the_targets(delay: int, expected: list[float]) -> None:
    data = make_data(Experiment(delay=delay, length=4))
    assert data.x.ravel().tolist() == [0, 0.25, 0.5, 0.75]
    assert data.targets.ravel().tolist() == expected


def test_a_delay_beyond_the_sequence_leaves_zeros() -> None:
    assert (
        make_data(Experiment(delay=3, length=2, sequences=4)).targets.tolist() == np.zeros((4, 2, 1)).tolist()
    )


@settings(PROFILE, max_examples=100)
@given(experiments(length=9))
def test_targets_are_the_input_later_or_its_multiples(experiment: Experiment) -> None:
    for data in (make_data(experiment), make_shown(experiment), make_unseen(experiment, 3)):
        x = data.x.reshape(-1, count_inputs(experiment)).astype(float)
        targets = data.targets.reshape(-1, experiment.length)
        assert ((x >= 0) & (x <= 1)).all()
        assert ((targets >= 0) & (targets <= 1 + 1e-6)).all()
        for place in range(experiment.length):
            if CUTS[experiment.framing].repeats:
                expected = place * x[:, 0]
            else:
                before = place - experiment.delay
                expected = x[:, before] if before >= 0 else np.zeros(len(x))
            np.testing.assert_allclose(targets[:, place], expected, rtol=1e-6, atol=1e-7)
        np.testing.assert_array_equal(data.y, data.targets)


def test_sequences_are_drawn_from_the_seed() -> None:
    many = Experiment(sequences=64, length=3)
    x = make_data(many).x
    assert x.shape == (64, 3, 1)
    assert len(np.unique(x)) == 192
    np.testing.assert_array_equal(x, make_data(many.replace(neurons=9, learning_rate=0.5)).x)
    assert not np.array_equal(x, make_data(many.replace(seed=1)).x)
    assert make_data(many.replace(framing="one-to-one")).x.shape == (192, 1, 1)


def test_what_is_shown_is_the_tutorials_own_sequence() -> None:
    many = Experiment(sequences=64)
    np.testing.assert_array_equal(make_shown(many).x, make_data(Experiment()).x)
    assert not np.intersect1d(make_data(many).x, make_unseen(many).x).size
    assert len(make_unseen(many).x) == 500


def test_nobody_changes_shared_arrays() -> None:
    with pytest.raises(ValueError, match="read-only"):
        make_data(Experiment()).x[0] = 1
