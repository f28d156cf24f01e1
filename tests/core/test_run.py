"""A run keeps what training produced, and its file gives back all of it and nothing else."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from echoviz.core.blueprint import blueprint
from echoviz.core.data import compute_sequence, make_data, make_shown, make_unseen
from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing
from echoviz.core.run import (
    SNAPSHOT_BYTES,
    SNAPSHOT_COUNT,
    SNAPSHOTS_AT_LEAST,
    Ending,
    Provenance,
    compute_snapshot_epochs,
)
from echoviz.core.run_file import load_recordings, read_run, write_run
from tests.core.drawn import KINDS, PROFILE, experiments, random_run


@settings(PROFILE, max_examples=40)
@given(experiments(), st.sampled_from(Ending), st.booleans(), st.sampled_from([(0,), (0, 1), (0, 2, 7)]))
def test_file_round_trip(
    experiment: Experiment, ending: Ending, asked_keras: bool, epochs: tuple[int, ...]
) -> None:
    run = random_run(experiment, epochs, ending=ending)
    if asked_keras:
        run = replace(run, keras_answer=run.trace().y.astype(np.float32))
    again = read_run(write_run(run))
    assert again.experiment == run.experiment
    assert (again.elapsed_s, again.ending, again.provenance) == (1.5, ending, Provenance.LIVE)
    assert again.identity == run.identity
    np.testing.assert_array_equal(again.losses, run.losses)
    assert again.losses.dtype == np.float32
    assert again.snapshot_epochs == epochs
    np.testing.assert_array_equal(again.rows, run.rows)
    if asked_keras:
        np.testing.assert_array_equal(again.keras_answer, run.keras_answer)
    else:
        assert again.keras_answer is None
    assert read_run(write_run(run), Provenance.RECORDED).provenance is Provenance.RECORDED


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
        read_run(data)


def test_other_files_are_refused() -> None:
    good = write_run(random_run(Experiment()))
    array = io.BytesIO()
    np.save(array, np.zeros(3))
    wrong_size = np.zeros((2, 145), dtype=np.float32)
    bad = {
        "this is not a run file": [
            array.getvalue(),
            good[:-200],
            rewrite(good, losses=None),
            rewrite(good, facts=None),
        ],
        "format 1; expected 2": [rewrite(good, facts=facts_of(good, format=1))],
        "out of bounds": [rewrite(good, facts=facts_of(good, experiment={"length": "99"}))],
        "other shapes": [
            rewrite(good, rows=wrong_size),
            rewrite(good, epochs=np.array([0])),
            rewrite(good, facts=facts_of(good, experiment={"neurons": "6"})),
        ],
        "pickle": [rewrite(good, losses=np.array([object()]))],
        "not a valid Ending": [rewrite(good, facts=facts_of(good, ending="bored"))],
    }
    for words, files in bad.items():
        for data in files:
            with pytest.raises(ValueError, match=words):
                read_run(data)


@settings(PROFILE, max_examples=300)
@given(st.integers(1, 10_000), st.integers(14, 180_000))
def test_snapshot_epochs(epochs: int, weight_count: int) -> None:
    chosen = compute_snapshot_epochs(epochs, weight_count)
    assert (chosen[0], chosen[-1]) == (0, epochs)
    assert (np.diff(chosen) > 0).all()
    assert len(chosen) <= SNAPSHOT_COUNT
    assert len(chosen) * weight_count * 4 <= SNAPSHOT_BYTES or len(chosen) <= SNAPSHOTS_AT_LEAST
    fitting = min(SNAPSHOT_COUNT, SNAPSHOT_BYTES // (4 * weight_count))
    assert len(chosen) >= min(epochs + 1, 0.9 * fitting)
    assert np.issubdtype(chosen.dtype, np.integer)


def test_only_the_largest_that_flatten_keep_fewer_snapshots() -> None:
    kept = {
        head: len(
            compute_snapshot_epochs(
                10_000, blueprint(Experiment(head=head, length=50, neurons=64)).weight_count
            )
        )
        for head in ("time-distributed", "unshared", "flatten")
    }
    assert kept["time-distributed"] == kept["unshared"] == SNAPSHOT_COUNT
    assert SNAPSHOTS_AT_LEAST <= kept["flatten"] < 20


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


@pytest.mark.parametrize(("framing", "head"), KINDS)
def test_trace_takes_what_goes_in(framing: str, head: str) -> None:
    run = random_run(Experiment(framing=framing, head=head, length=4, neurons=3))
    own = [0.25] if framing == "one-to-many" else compute_sequence(4)
    np.testing.assert_array_equal(run.trace().y, run.trace(own, epoch=3).y)
    assert not np.array_equal(run.trace(epoch=0).y, run.trace().y)
    np.testing.assert_array_equal(run.predictions, run.trace().y)
    assert run.loss_by_epoch.tolist() == [*run.losses.astype(float), run.final_loss]
    differences = run.predictions.ravel() - compute_sequence(4)
    assert run.final_loss == pytest.approx(np.mean(differences**2), rel=1e-6)
    assert run.echo_error() == pytest.approx(np.mean(np.abs(differences)), rel=1e-6)
    for wrong in ([1, 2, 3], [[1, 2, 3, 4]], [np.nan] * len(own), [np.inf] * len(own)):
        with pytest.raises(ValueError, match="finite number"):
            run.trace(wrong)


def test_a_run_of_many_sequences_tells_what_it_saw_from_what_it_did_not() -> None:
    run = random_run(Experiment(sequences=3, length=4, neurons=2))
    assert run.predictions.shape == make_data(run.experiment).y.shape == (3, 4, 1)
    assert run.trace().y.shape == make_shown(run.experiment).y.shape == (1, 4, 1)
    unseen = make_unseen(run.experiment)
    assert run.echo_error(unseen) != run.echo_error()
    answers = [run.trace(sequence.ravel()).y[0] for sequence in unseen.x[:5]]
    first = type(unseen)(*(array[:5] for array in unseen))
    assert run.echo_error(first) == pytest.approx(np.mean(np.abs(np.array(answers) - first.targets)))


def test_lowest_loss_is_found_on_the_way() -> None:
    run = replace(random_run(Experiment(), (0, 3)), losses=np.array([0.5, 1e-12, 0.3], np.float32))
    assert run.lowest == (1, pytest.approx(1e-12))
    broken = replace(run, losses=np.array([np.nan], np.float32), snapshot_epochs=(0, 3))
    assert broken.lowest is None


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
    experiment = Experiment(framing=framing)
    run = load_recordings()[experiment.key]
    assert run.experiment == experiment
    assert run.provenance is Provenance.RECORDED
    assert run.epochs_done == run.experiment.epochs
    np.testing.assert_allclose(run.trace().y, run.keras_answer, rtol=0, atol=1e-6)
    assert [f"{value:z.1f}" for value in run.predictions.ravel()] == ["0.0", "0.2", "0.4", "0.6", "0.8"]
