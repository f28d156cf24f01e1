"""What is sent to the browser: little, exact, and the same bytes for the same facts."""

import json
import math

import numpy as np
import pytest

from echoviz.core.catalog import LANGUAGES, load_section
from echoviz.core.counts import compute_parameter_counts
from echoviz.core.experiment import Experiment, Framing
from echoviz.core.progress import Progress
from echoviz.core.run import Ending, Run, Snapshot, load_recording
from echoviz.stage import Provenance, pack_live, pack_stage, stage_facts
from tests.stage.runs import make_run, make_untrained

KIB = 1024


def unpack(payload: bytes) -> tuple[dict, np.ndarray]:
    """Header and float32 numbers, read as the browser reads them."""
    size = int.from_bytes(payload[:4], "little")
    return json.loads(payload[4 : 4 + size]), np.frombuffer(payload[4 + size :], "<f4")


@pytest.mark.parametrize("framing", Framing)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_defaults_fit_in_150_kb(framing: Framing, language: str) -> None:
    run = load_recording(framing)
    assert run is not None
    assert len(pack_stage(stage_facts(run, run.experiment), language)) <= 150 * KIB


@pytest.mark.parametrize("framing", Framing)
def test_the_largest_experiment_fits_and_says_what_is_left_out(framing: Framing) -> None:
    run = make_run(Experiment(framing=framing, length=50, neurons=64, epochs=10_000))
    facts = stage_facts(run, run.experiment)
    assert len(pack_stage(facts, "zh")) <= 1.5 * KIB * KIB
    assert len(facts.snapshot_epochs) < facts.snapshots_total == len(run.snapshots)
    assert (facts.snapshot_epochs[0], facts.snapshot_epochs[-1]) == (0, 10_000)


@pytest.mark.parametrize("framing", Framing)
def test_weights_and_losses_arrive_unchanged(framing: Framing) -> None:
    run = load_recording(framing)
    assert run is not None
    header, numbers = unpack(pack_stage(stage_facts(run, run.experiment), "en"))
    count = header["lossCount"]
    losses, epochs, weights = numbers[:count], numbers[count : 2 * count], numbers[2 * count :]
    assert np.array_equal(losses[:-1], run.losses)
    assert losses[-1] == pytest.approx(run.final_loss)
    assert np.array_equal(epochs, np.arange(run.epochs_done + 1))
    assert header["snapshotEpochs"] == [snapshot.epoch for snapshot in run.snapshots]
    expected = [np.concatenate([w.ravel() for w in snapshot.weights]) for snapshot in run.snapshots]
    assert np.array_equal(weights.reshape(len(expected), -1), expected)
    assert [math.prod(shape) for shape in header["weightShapes"]] == [w.size for w in run.weights]


def test_an_epochs_loss_is_that_of_its_own_weights() -> None:
    run = load_recording(Framing.MANY_TO_MANY)
    assert run is not None
    facts = stage_facts(run, run.experiment)
    for epoch, loss in zip(facts.snapshot_epochs, facts.snapshot_losses, strict=True):
        answer = run.trace(epoch=epoch).y.ravel()
        assert loss == pytest.approx(float(np.mean((answer - facts.sequence) ** 2)), rel=1e-3, abs=1e-9)


def test_long_runs_keep_their_extremes() -> None:
    run = make_run(Experiment(epochs=10_000))
    run.losses[6543] = 7.0
    facts = stage_facts(run, run.experiment)
    assert len(facts.losses) <= 1500
    assert facts.losses.max() == 7.0
    assert facts.loss_epochs[0] == 0
    assert facts.loss_epochs[-1] == 10_000
    assert np.array_equal(facts.losses[:-1], run.losses[facts.loss_epochs[:-1]])


def test_equal_facts_give_equal_bytes_and_others_another_digest() -> None:
    run = make_run(Experiment(epochs=20))
    first, second = (pack_stage(stage_facts(run, run.experiment), "en") for _ in range(2))
    assert first == second
    other = make_run(Experiment(epochs=20, seed=8))
    digests = {
        unpack(pack_stage(stage_facts(a_run, a_run.experiment), language))[0]["digest"]
        for a_run in (run, other)
        for language in LANGUAGES
    }
    assert len(digests) == 4


def test_provenance_says_where_numbers_come_from() -> None:
    experiment = Experiment(epochs=20)
    assert stage_facts(None, experiment).provenance is Provenance.PENDING
    assert stage_facts(make_untrained(experiment), experiment).provenance is Provenance.UNTRAINED
    assert stage_facts(make_run(experiment), experiment).provenance is Provenance.LIVE
    assert stage_facts(make_run(experiment, recorded=True), experiment).provenance is Provenance.RECORDED


def test_without_a_run_shapes_and_counts_are_known() -> None:
    header, numbers = unpack(pack_stage(stage_facts(None, Experiment()), "en"))
    assert [tensor["kerasShape"] for tensor in header["tensors"]] == [
        [None, 5, 1],
        [None, 5, 5],
        [None, 5, 1],
    ]
    assert len(numbers) == 0
    for framing, paid in header["paid"].items():
        counts = compute_parameter_counts(Experiment(framing=framing))
        assert paid["LSTM"] + paid["Dense"] == counts.total


def test_a_loss_that_is_no_number_is_sent_as_unknown() -> None:
    experiment = Experiment(epochs=3)
    run = make_run(experiment)
    bad = tuple(np.full_like(matrix, np.float32(3e38)) for matrix in run.weights)
    diverged = Run(
        experiment=experiment,
        losses=np.array([1, np.nan], np.float32),
        snapshots=(run.snapshots[0], Snapshot(1, run.snapshots[1].weights), Snapshot(2, bad)),
        elapsed_s=1.0,
        ending=Ending.DIVERGED,
    )
    header, _ = unpack(pack_stage(stage_facts(diverged, experiment), "en"))
    assert header["ending"] == "diverged"
    assert header["snapshotLosses"][1] is None


def test_a_run_of_another_experiment_is_refused() -> None:
    run = make_run(Experiment(epochs=3))
    with pytest.raises(ValueError, match="expected one of"):
        stage_facts(run, Experiment(epochs=4))


def test_a_live_moment_carries_its_weights() -> None:
    run = make_run(Experiment(epochs=20))
    answers = run.predictions.ravel().astype(np.float32)
    progress = Progress(7, 20, 0.25, answers, tuple(run.weights), 0.1)
    header, numbers = unpack(pack_live(progress, run.experiment))
    assert header == {"key": run.experiment.key, "epoch": 7, "epochs": 20, "loss": 0.25}
    assert np.array_equal(numbers, np.concatenate([matrix.ravel() for matrix in run.weights]))


def test_every_text_is_in_the_payload() -> None:
    for language in LANGUAGES:
        header, _ = unpack(pack_stage(stage_facts(None, Experiment()), language))
        assert header["texts"] == load_section("stage", language)
