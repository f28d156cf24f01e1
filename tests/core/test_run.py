"""A run keeps what training produced, and its file gives back all of it and nothing else."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from echoviz.core.echo import compute_sequence
from echoviz.core.experiment import Experiment, Framing
from echoviz.core.run import (
    SNAPSHOT_COUNT,
    Ending,
    Run,
    compute_snapshot_epochs,
    load_recording,
)
from tests.core.drawn import PROFILE, experiments, random_run


@settings(PROFILE, max_examples=40)
@given(experiments(), st.sampled_from(Ending), st.booleans(), st.sampled_from([(0,), (0, 1), (0, 2, 7)]))
def test_file_round_trip(
    experiment: Experiment, ending: Ending, asked_keras: bool, epochs: tuple[int, ...]
) -> None:
    run = random_run(experiment, epochs, ending=ending)
    if asked_keras:
        run = replace(run, keras_predictions=run.predictions.astype(np.float32))
    again = Run.from_bytes(run.to_bytes())
    assert again.experiment.key == run.experiment.key
    assert (again.elapsed_s, again.compile_s, again.ending, again.recorded) == (1.5, 0.25, ending, False)
    np.testing.assert_array_equal(again.losses, run.losses)
    assert again.losses.dtype == np.float32
    assert [snapshot.epoch for snapshot in again.snapshots] == list(epochs)
    for one, other in zip(again.snapshots, run.snapshots, strict=True):
        for matrix, expected in zip(one.weights, other.weights, strict=True):
            np.testing.assert_array_equal(matrix, expected)
    if asked_keras:
        np.testing.assert_array_equal(again.keras_predictions, run.keras_predictions)
    else:
        assert again.keras_predictions is None
    assert Run.from_bytes(run.to_bytes(), recorded=True).recorded


def rewrite(data: bytes, **changes: object) -> bytes:
    """A run file with some of its arrays replaced; `None` leaves one out."""
    with np.load(io.BytesIO(data)) as file:
        arrays = {**file, **changes}
    buffer = io.BytesIO()
    np.savez(buffer, **{name: array for name, array in arrays.items() if array is not None})
    return buffer.getvalue()


def facts_of(data: bytes, **changes: object) -> np.ndarray:
    with np.load(io.BytesIO(data)) as file:
        return np.array(json.dumps({**json.loads(str(file["facts"])), **changes}))


@PROFILE
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  numpy says it in its own words
        Run.from_bytes(data)


def test_other_files_are_refused() -> None:
    good = random_run(Experiment()).to_bytes()
    array = io.BytesIO()
    np.save(array, np.zeros(3))
    wrong_size = np.zeros((2, 1, 24), dtype=np.float32)
    bad = {
        "this is not a run file": [
            array.getvalue(),
            good[:-200],
            rewrite(good, losses=None),
            rewrite(good, facts=None),
        ],
        "format 2; expected 1": [rewrite(good, facts=facts_of(good, format=2))],
        "out of bounds": [rewrite(good, facts=facts_of(good, experiment={"length": "99"}))],
        "other shapes": [
            rewrite(good, weights_0=wrong_size),
            rewrite(good, epochs=np.array([0])),
            rewrite(good, facts=facts_of(good, experiment={"neurons": "6"})),
        ],
        "pickle": [rewrite(good, losses=np.array([object()]))],
        "not a valid Ending": [rewrite(good, facts=facts_of(good, ending="bored"))],
    }
    for words, files in bad.items():
        for data in files:
            with pytest.raises(ValueError, match=words):
                Run.from_bytes(data)


@settings(PROFILE, max_examples=300)
@given(st.integers(1, 10_000))
def test_snapshot_epochs(epochs: int) -> None:
    chosen = compute_snapshot_epochs(epochs)
    assert len(chosen) <= SNAPSHOT_COUNT
    assert (chosen[0], chosen[-1]) == (0, epochs)
    assert (np.diff(chosen) > 0).all()
    assert len(chosen) >= min(epochs + 1, 0.9 * SNAPSHOT_COUNT)
    assert np.issubdtype(chosen.dtype, np.integer)


def test_nearest_snapshot() -> None:
    run = random_run(Experiment(), (0, 10, 100))
    assert [run.snapshot_at(epoch).epoch for epoch in (0, 4, 6, 99, 10_000, None)] == [
        0,
        0,
        10,
        100,
        100,
        100,
    ]


@pytest.mark.parametrize("framing", Framing)
def test_trace_takes_the_framings_sequence(framing: Framing) -> None:
    run = random_run(Experiment(framing=framing, length=4, neurons=3))
    np.testing.assert_array_equal(run.trace().y, run.trace(compute_sequence(4), epoch=3).y)
    assert not np.array_equal(run.trace(epoch=0).y, run.trace().y)
    assert run.predictions.size == 4
    assert run.loss_by_epoch.tolist() == [*run.losses.astype(float), run.final_loss]
    assert run.final_loss == pytest.approx(np.mean((run.predictions.ravel() - compute_sequence(4)) ** 2))
    for wrong in ([1, 2, 3], [[1, 2, 3, 4]], [1, 2, 3, np.nan], [1, 2, 3, np.inf]):
        with pytest.raises(ValueError, match="4 finite numbers"):
            run.trace(wrong)


@pytest.mark.parametrize(
    ("sequence", "said"),
    [
        ([0, 0.2, float("nan")], r"sequence\[2\] was nan"),
        ([0, float("-inf"), 0.4], r"sequence\[1\] was -inf"),
        ([0, None, 0.4], r"sequence\[1\] was None"),
        ([0, "a", 0.4], "could not convert string to float: 'a'"),
        ([[0], [0.2, 0.4], 0], "sequence was "),
        (3, r"sequence has shape \(\)"),
    ],
)
def test_a_bad_number_is_named(sequence: object, said: str) -> None:
    run = random_run(Experiment(length=3))
    with pytest.raises(ValueError, match=said + ".*expected 3 finite numbers"):
        run.trace(sequence)


def test_a_trace_says_which_epoch_it_is_of() -> None:
    run = random_run(Experiment(), (0, 10, 100))
    assert [run.trace(epoch=epoch).epoch for epoch in (0, 12, 99, None)] == [0, 10, 100, 100]


def test_a_diverged_run_has_a_first_epoch_without_loss() -> None:
    diverged = replace(
        random_run(Experiment(), (0, 2)), losses=np.array([0.5, 0.4, 0.3], np.float32), ending=Ending.DIVERGED
    )
    assert np.isnan(diverged.loss_by_epoch[diverged.epochs_done])
    assert np.isfinite(diverged.loss_by_epoch[: diverged.epochs_done]).all()


@pytest.mark.parametrize("framing", Framing)
def test_recordings_are_of_the_defaults_and_agree_with_keras(framing: Framing) -> None:
    run = load_recording(framing)
    assert run is not None
    assert run.experiment == Experiment(framing=framing)
    assert run.recorded
    assert run.epochs_done == run.experiment.epochs
    assert run.keras_predictions is not None
    np.testing.assert_allclose(run.predictions, run.keras_predictions, rtol=0, atol=1e-6)
    assert [f"{value:z.1f}" for value in run.predictions.ravel()] == ["0.0", "0.2", "0.4", "0.6", "0.8"]
