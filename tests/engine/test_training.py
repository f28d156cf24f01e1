"""Training reports on the way, moves to better programs, and ends cleanly however it ends."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from echoviz.core.experiment import Experiment, ExperimentError
from echoviz.core.framing import Framing
from echoviz.core.progress import Progress
from echoviz.core.run import Ending, Run, compute_snapshot_epochs
from echoviz.core.run_file import load_recordings
from echoviz.engine import training
from echoviz.engine.sizes import Size
from echoviz.engine.training import LiveTraining, get_programs, train

pytestmark = pytest.mark.usefixtures("tensorflow")

SMALL = Experiment(framing=Framing.MANY_TO_ONE, length=3, neurons=2, epochs=250, learning_rate=0.01)


def live(experiment: Experiment, chunk: int | None = None, programs: Any = None) -> LiveTraining:
    """A training below the check of bounds, whose first chunk has so many epochs."""
    attempt = LiveTraining(experiment, programs or get_programs())
    if chunk is not None:
        attempt.epoch_s = training.CHUNK_S / chunk
    return attempt


def out_of_bounds(experiment: Experiment, **changes: Any) -> Experiment:
    """As another process might send it."""
    smuggled = experiment.replace()
    for name, value in changes.items():
        object.__setattr__(smuggled, name, value)
    return smuggled


@pytest.fixture(scope="module")
def small_run() -> Run:
    return train(SMALL)


@pytest.mark.parametrize("framing", list(Framing))
def test_recordings_can_be_made_again(framing: Framing) -> None:
    recording = load_recordings()[Experiment(framing=framing).key]
    run = train(recording.experiment)
    np.testing.assert_allclose(run.losses[:100], recording.losses[:100], rtol=1e-3)
    np.testing.assert_allclose(run.losses, recording.losses, rtol=0.05, atol=1e-6)
    assert run.snapshot_epochs == recording.snapshot_epochs
    for made in (run, recording):
        assert [f"{value:z.1f}" for value in made.predictions.ravel()] == ["0.0", "0.2", "0.4", "0.6", "0.8"]
        assert made.keras_answer is not None
        np.testing.assert_allclose(made.keras_answer, made.predictions, atol=1e-6)


def test_same_experiment_same_run(small_run: Run) -> None:
    train(SMALL.replace(seed=8, learning_rate=0.5))
    again = train(SMALL)
    assert np.array_equal(again.losses, small_run.losses)
    assert np.array_equal(again.rows, small_run.rows)
    assert not np.array_equal(train(SMALL.replace(seed=8)).losses, small_run.losses)


def test_snapshots_are_the_weights_of_shorter_runs(small_run: Run) -> None:
    assert list(small_run.snapshot_epochs) == list(compute_snapshot_epochs(250, small_run.rows.shape[1]))
    for place in range(1, len(small_run.rows) - 1, 20):
        epoch = small_run.snapshot_epochs[place]
        shorter = train(SMALL.replace(epochs=epoch))
        assert np.array_equal(small_run.rows[place], shorter.rows[-1])
        assert np.array_equal(shorter.losses, small_run.losses[:epoch])


@pytest.mark.parametrize("epochs", [1, 2, 99, 100, 101])
def test_first_and_last_epoch_are_snapshots(epochs: int) -> None:
    run = train(SMALL.replace(epochs=epochs))
    assert run.ending is Ending.FINISHED
    assert run.epochs_done == epochs
    assert list(run.snapshot_epochs) == list(compute_snapshot_epochs(epochs, run.rows.shape[1]))


def test_chunks_change_no_number(small_run: Run) -> None:
    """Adam's moments and its count of steps go on where the last chunk left them."""
    attempt = live(SMALL)
    while attempt.epoch < SMALL.epochs:
        attempt.epoch_s = training.CHUNK_S / 7
        assert attempt.advance_chunk()
    run = attempt.finish(Ending.FINISHED)
    assert np.array_equal(run.losses, small_run.losses)
    assert np.array_equal(run.rows, small_run.rows)


def test_few_rows_only_make_the_chunks_shorter(small_run: Run) -> None:
    """The largest programs hand back eight rows at a time."""
    attempt = live(SMALL, chunk=250)
    program = attempt.program
    attempt.program = SimpleNamespace(rows=8, size=program.size, advance=program.advance)
    assert attempt.advance_chunk()
    assert attempt.epoch == attempt.snapshot_epochs[8]
    while attempt.epoch < SMALL.epochs:
        attempt.advance_chunk()
    assert np.array_equal(attempt.finish(Ending.FINISHED).rows, small_run.rows)


def test_a_run_moves_to_a_better_program() -> None:
    experiment = SMALL.replace(learning_rate=0.001)
    large, small = (get_programs().compile(size) for size in (Size(20, 16), Size(5, 8)))
    used = []

    def find(_: Experiment) -> Any:
        used.append(attempt.program.size)
        return large if len(used) < 3 else small

    programs = SimpleNamespace(find_or_compile=lambda _: large, find=find)
    attempt = live(experiment, programs=programs)
    while attempt.epoch < 240:
        attempt.epoch_s = training.CHUNK_S / 60
        attempt.run(should_stop=iter([False, True]).__next__)
    run = attempt.run()
    assert used[0] == large.size
    assert used[-1] == small.size
    np.testing.assert_allclose(run.losses, train(experiment).losses, rtol=1e-5)


def test_stop_is_seen_within_a_chunk() -> None:
    answers = iter([False, True])
    run = live(SMALL.replace(epochs=10_000), chunk=150).run(None, answers.__next__)
    assert run.ending is Ending.STOPPED
    assert run.epochs_done == run.snapshot_epochs[-1] == 150
    assert np.array_equal(run.rows[-1], train(SMALL.replace(epochs=150)).rows[-1])


def test_stop_before_the_first_epoch(small_run: Run) -> None:
    run = train(SMALL, should_stop=lambda: True)
    assert run.ending is Ending.STOPPED
    assert run.epochs_done == 0
    assert run.snapshot_epochs == (0,)
    assert np.array_equal(run.rows[0], small_run.rows[0])


def test_chunks_and_reports_follow_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chunk is as many epochs as its time allows at the pace of the one before; reports are 0.1 s apart."""
    attempt = live(SMALL, chunk=56)
    ticks = itertools.count(step=0.07)  # each chunk seems to take so long
    monkeypatch.setattr(training.time, "perf_counter", lambda: next(ticks))
    reports: list[Progress] = []
    begun = []
    attempt.run(reports.append, lambda: bool(begun.append(attempt.epoch)))
    assert begun[:4] == [0, 56, 56 + 40, 56 + 40 + 28]
    times = [report.elapsed_s for report in reports]
    assert times[0] == pytest.approx(0.07)
    assert all(later - earlier >= 0.1 for earlier, later in itertools.pairwise(times))


def test_progress_is_a_moment_of_the_run(small_run: Run) -> None:
    reports: list[Progress] = []
    attempt = live(SMALL, chunk=100)
    attempt.run(reports.append, lambda: setattr(attempt, "epoch_s", training.CHUNK_S / 100))
    for report in reports:
        assert report.epoch % 100 == 0
        assert report.epochs == 250
        assert report.loss == small_run.losses[report.epoch]
        assert np.array_equal(report.losses, small_run.losses[report.loss_epochs])
        assert report.loss_epochs[-1] == report.epoch
        if report.epoch in small_run.snapshot_epochs:
            assert np.array_equal(report.row, small_run.rows[small_run.snapshot_epochs.index(report.epoch)])


def test_diverging_run_keeps_what_was_good() -> None:
    run = live(out_of_bounds(SMALL, learning_rate=1e25)).run()
    assert run.ending is Ending.DIVERGED
    assert 1 <= run.epochs_done < SMALL.epochs
    assert np.isfinite(run.losses).all()
    assert np.isfinite(run.rows).all()
    assert run.snapshot_epochs[0] == 0
    assert run.snapshot_epochs[-1] == run.epochs_done - 1, "the last weights whose loss is a number"


def test_weights_that_only_the_last_update_broke() -> None:
    """All losses are numbers, the weights after them are not: that is divergence, too."""
    run = live(out_of_bounds(SMALL.replace(epochs=1), learning_rate=float("inf"))).run()
    assert run.ending is Ending.DIVERGED
    assert run.epochs_done == 1
    assert run.snapshot_epochs == (0,)


def test_bounds_are_checked_again() -> None:
    """An experiment from another process may not have come through its constructor."""
    with pytest.raises(ExperimentError, match="neurons was 100000"):
        train(out_of_bounds(SMALL, neurons=100_000))
