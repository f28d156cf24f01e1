"""Training equals Keras' `fit`, reports on the way, and ends cleanly however it ends."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from echoviz.core.experiment import Experiment, ExperimentError, Framing
from echoviz.core.progress import Progress
from echoviz.core.run import Ending, Run, compute_snapshot_epochs, load_recording
from echoviz.engine import training
from echoviz.engine.training import LiveTraining, prepare, train
from tests.engine.conftest import Fit

SMALL = Experiment(framing=Framing.MANY_TO_ONE, length=3, neurons=2, epochs=250, learning_rate=0.01)


def live(experiment: Experiment) -> LiveTraining:
    """A training below the check of bounds."""
    compiled, compile_s = training.find_compiled(experiment)
    return LiveTraining(experiment, compiled, compile_s)


@pytest.fixture(scope="module")
def small_run() -> Run:
    return train(SMALL)


def test_equals_fit(fit: Fit) -> None:
    run = train(fit.experiment)
    assert run.losses.dtype == np.float32
    np.testing.assert_allclose(run.losses, fit.losses, rtol=1e-4)
    for ours, theirs in zip(run.weights, fit.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    assert run.keras_predictions is not None
    np.testing.assert_allclose(run.keras_predictions, fit.predictions, atol=1e-5)
    np.testing.assert_allclose(run.predictions, run.keras_predictions, atol=1e-6)
    left = training.find_compiled(run.experiment)[0].get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(run.weights, left, strict=True)), (
        "saved is what was trained"
    )


@pytest.mark.parametrize("framing", list(Framing))
def test_recordings_can_be_made_again(framing: Framing) -> None:
    recording = load_recording(framing)
    assert recording is not None
    assert recording.recorded
    assert recording.experiment == Experiment(framing=framing)
    run = train(recording.experiment)
    np.testing.assert_allclose(run.losses[:100], recording.losses[:100], rtol=1e-3)
    np.testing.assert_allclose(run.losses, recording.losses, rtol=0.05, atol=1e-6)
    assert [snapshot.epoch for snapshot in run.snapshots] == [s.epoch for s in recording.snapshots]
    for made in (run, recording):
        assert [f"{value:z.1f}" for value in made.predictions.ravel()] == ["0.0", "0.2", "0.4", "0.6", "0.8"]


def test_same_experiment_same_run(small_run: Run) -> None:
    train(SMALL.replace(seed=8, learning_rate=0.5))
    again = train(SMALL)
    assert np.array_equal(again.losses, small_run.losses)
    assert all(np.array_equal(a, b) for a, b in zip(again.weights, small_run.weights, strict=True))
    assert again.compile_s == 0
    assert not np.array_equal(train(SMALL.replace(seed=8)).losses, small_run.losses)


def test_snapshots_are_the_weights_of_shorter_runs(small_run: Run) -> None:
    assert [snapshot.epoch for snapshot in small_run.snapshots] == list(compute_snapshot_epochs(250))
    for snapshot in small_run.snapshots[1:-1:20]:
        shorter = train(SMALL.replace(epochs=snapshot.epoch))
        assert all(np.array_equal(a, b) for a, b in zip(snapshot.weights, shorter.weights, strict=True))
        assert np.array_equal(shorter.losses, small_run.losses[: snapshot.epoch])


@pytest.mark.parametrize("epochs", [1, 2, 99, 100, 101])
def test_first_and_last_epoch_are_snapshots(epochs: int) -> None:
    run = train(SMALL.replace(epochs=epochs))
    assert run.ending is Ending.FINISHED
    assert run.epochs_done == epochs
    assert [snapshot.epoch for snapshot in run.snapshots] == list(compute_snapshot_epochs(epochs))


def test_preparing_trains_nothing(small_run: Run) -> None:
    run = prepare(SMALL)
    assert (run.epochs_done, run.elapsed_s, len(run.snapshots)) == (0, 0.0, 1)
    first = small_run.snapshots[0]
    assert first.epoch == run.snapshots[0].epoch == 0
    assert all(np.array_equal(a, b) for a, b in zip(run.weights, first.weights, strict=True))


def test_stop_is_seen_within_a_chunk() -> None:
    reports: list[Progress] = []
    attempt = live(SMALL.replace(epochs=10_000))
    attempt.compiled.epoch_s = training.CHUNK_S / 150
    run = attempt.run(reports.append, lambda: bool(reports))
    assert run.ending is Ending.STOPPED
    assert len(reports) == 1
    assert run.epochs_done == reports[-1].epoch == run.snapshots[-1].epoch == 150
    assert all(np.array_equal(a, b) for a, b in zip(run.weights, reports[-1].weights, strict=True))
    assert run.final_loss == reports[-1].loss


def test_stop_before_the_first_epoch(small_run: Run) -> None:
    run = train(SMALL, should_stop=lambda: True)
    assert run.ending is Ending.STOPPED
    assert run.epochs_done == 0
    assert [snapshot.epoch for snapshot in run.snapshots] == [0]
    assert all(np.array_equal(a, b) for a, b in zip(run.weights, small_run.snapshots[0].weights, strict=True))


def test_chunks_follow_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chunk is as many epochs as its time allows at the pace of the chunk before."""
    attempt = live(SMALL)
    ticks = itertools.count(step=0.7)  # each chunk seems to take 0.7 s
    monkeypatch.setattr(training.time, "perf_counter", lambda: next(ticks))
    attempt.compiled.epoch_s = training.CHUNK_S / 56
    reports: list[Progress] = []
    attempt.run(reports.append, None)
    assert [report.epoch for report in reports[:3]] == [56, 56 + 4, 56 + 4 + 1]
    assert reports[-1].epoch == SMALL.epochs
    assert reports[0].elapsed_s == pytest.approx(0.7)


def test_reports_are_100_ms_apart_but_for_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = live(SMALL)
    ticks = itertools.count(step=training.CHUNK_S * 1.01)  # each chunk seems to take so long
    monkeypatch.setattr(training.time, "perf_counter", lambda: next(ticks))
    attempt.compiled.epoch_s = training.CHUNK_S / 30
    reports: list[Progress] = []
    attempt.run(reports.append, None)
    times = [report.elapsed_s for report in reports]
    assert len(times) >= 4
    assert all(later - earlier >= 0.1 for earlier, later in itertools.pairwise(times[:-1]))
    assert reports[-1].epoch == SMALL.epochs


def test_progress_tells_the_state_between_chunks(small_run: Run) -> None:
    reports: list[Progress] = []
    attempt = live(SMALL)
    attempt.compiled.epoch_s = training.CHUNK_S / 100
    attempt.run(reports.append, None)
    first = reports[0]
    assert (first.epoch, first.epochs) == (100, 250)
    assert first.loss == pytest.approx(small_run.losses[100], rel=1e-4), "of the weights after epoch 100"
    assert first.predictions.shape == (SMALL.length,)
    expected = small_run.trace(epoch=250).y.ravel()
    np.testing.assert_allclose(reports[-1].predictions, expected, atol=1e-6)


def test_diverging_run_keeps_what_was_good() -> None:
    experiment = SMALL.replace()
    object.__setattr__(experiment, "learning_rate", 1e25)
    run = live(experiment).run(None, None)
    assert run.ending is Ending.DIVERGED
    assert 1 <= run.epochs_done < SMALL.epochs
    assert np.isfinite(run.losses).all()
    assert all(np.isfinite(matrix).all() for snapshot in run.snapshots for matrix in snapshot.weights)
    assert run.snapshots[-1].epoch == run.epochs_done - 1
    assert run.snapshots[0].epoch == 0
    shorter = SMALL.replace(epochs=run.epochs_done)
    object.__setattr__(shorter, "learning_rate", 1e25)
    assert np.array_equal(live(shorter).run(None, None).losses, run.losses)


def test_pace_counts_the_epochs_that_were_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """A divergence ends a chunk early: its time is that of the epochs up to there."""
    experiment = SMALL.replace()
    object.__setattr__(experiment, "learning_rate", 1e25)
    attempt = live(experiment)
    ticks = itertools.count(step=0.7)  # each chunk seems to take 0.7 s
    monkeypatch.setattr(training.time, "perf_counter", lambda: next(ticks))
    attempt.compiled.epoch_s = training.CHUNK_S / 200
    run = attempt.run(None, None)
    assert run.elapsed_s == pytest.approx(0.7), "one chunk"
    assert attempt.compiled.epoch_s == pytest.approx(0.7 / (run.epochs_done + 1))


def test_weights_that_only_the_last_update_broke() -> None:
    """All losses are numbers, the weights after them are not: that is divergence, too."""
    experiment = SMALL.replace(epochs=1)
    object.__setattr__(experiment, "learning_rate", float("inf"))
    run = live(experiment).run(None, None)
    assert run.ending is Ending.DIVERGED
    assert run.epochs_done == 1
    assert [snapshot.epoch for snapshot in run.snapshots] == [0]
    assert run.keras_predictions is not None
    assert np.isfinite(run.keras_predictions).all()


def test_bounds_are_checked_again() -> None:
    """An experiment from another process may not have come through its constructor."""
    smuggled = SMALL.replace()
    object.__setattr__(smuggled, "neurons", 100_000)
    with pytest.raises(ExperimentError, match="neurons was 100000"):
        train(smuggled)
    with pytest.raises(ExperimentError, match="neurons was 100000"):
        prepare(smuggled)
