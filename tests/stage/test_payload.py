"""What is sent to the browser: little, exact, and the same bytes for the same facts."""

import json
import math

import numpy as np
import pytest

from echoviz.core.catalog import LANGUAGES, load_section
from echoviz.core.counts import compute_parameter_counts
from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing, Head
from echoviz.core.run import Ending, Provenance, Run
from echoviz.stage import pack_live, pack_stage, stage_facts
from echoviz.stage.facts import PENDING
from tests.core.drawn import KINDS
from tests.stage.runs import load, make_run, make_untrained, progress_of

KIB = 1024
every_kind = pytest.mark.parametrize(("framing", "head"), KINDS)


def unpack(payload: bytes) -> tuple[dict, np.ndarray]:
    """Header and float32 numbers, read as the browser reads them."""
    size = int.from_bytes(payload[:4], "little")
    return json.loads(payload[4 : 4 + size]), np.frombuffer(payload[4 + size :], "<f4")


@every_kind
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_defaults_fit_in_150_kb(framing: Framing, head: Head, language: str) -> None:
    run = make_run(Experiment(framing=framing, head=head))
    assert len(pack_stage(stage_facts(run, run.experiment), language)) <= 150 * KIB


@every_kind
def test_the_largest_experiment_fits_and_says_what_is_left_out(framing: Framing, head: Head) -> None:
    run = make_run(Experiment(framing=framing, head=head, length=50, neurons=64, epochs=10_000))
    facts = stage_facts(run, run.experiment)
    assert len(pack_stage(facts, "zh")) <= 1.5 * KIB * KIB
    assert len(facts.snapshot_epochs) < facts.snapshots_total == len(run.snapshots)
    assert (facts.snapshot_epochs[0], facts.snapshot_epochs[-1]) == (0, 10_000)


@every_kind
def test_weights_and_losses_arrive_unchanged(framing: Framing, head: Head) -> None:
    run = make_run(Experiment(framing=framing, head=head))
    header, numbers = unpack(pack_stage(stage_facts(run, run.experiment), "en"))
    count = header["lossCount"]
    losses, weights = numbers[:count], numbers[count:]
    assert np.array_equal(losses[:-1], run.losses)
    assert losses[-1] == pytest.approx(run.final_loss)
    assert count == run.epochs_done + 1
    assert header["snapshotEpochs"] == list(run.snapshot_epochs)
    assert np.array_equal(weights.reshape(run.rows.shape), run.rows)
    assert [math.prod(shape) for shape in header["weightShapes"]] == [w.size for w in run.weights]


def test_an_epochs_loss_is_that_of_its_own_weights() -> None:
    run = load(Framing.MANY_TO_MANY)
    facts = stage_facts(run, run.experiment)
    for epoch, loss in zip(facts.snapshot_epochs, facts.snapshot_losses, strict=True):
        answer = run.trace(epoch=epoch).y.ravel()
        assert loss == pytest.approx(float(np.mean((answer - facts.targets) ** 2)), rel=1e-3, abs=1e-9)


def test_every_epochs_loss_is_sent() -> None:
    run = make_run(Experiment(epochs=10_000))
    run.losses[6543] = 1e-7
    header, numbers = unpack(pack_stage(stage_facts(run, run.experiment), "en"))
    assert header["lossCount"] == 10_001
    assert numbers[6543] == np.float32(1e-7)
    assert header["lowest"] == {"epoch": 6543, "loss": pytest.approx(1e-7)}


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
    assert stage_facts(None, experiment).provenance == PENDING
    assert stage_facts(make_untrained(experiment), experiment).provenance is Provenance.UNTRAINED
    assert stage_facts(make_run(experiment), experiment).provenance is Provenance.LIVE
    assert (
        stage_facts(make_run(experiment, provenance=Provenance.RECORDED), experiment).provenance
        is Provenance.RECORDED
    )


def test_without_a_run_shapes_and_counts_are_known() -> None:
    header, numbers = unpack(pack_stage(stage_facts(None, Experiment()), "en"))
    assert [tensor["kerasShape"] for tensor in header["tensors"]] == [
        [None, 5, 1],
        [None, 5, 5],
        [None, 5, 1],
    ]
    assert len(numbers) == 0
    for paid in header["paid"]:
        counts = compute_parameter_counts(Experiment(framing=paid["framing"], head=paid["head"]))
        assert paid["LSTM"] + paid["Dense"] == counts.total


def test_a_loss_that_is_no_number_is_sent_as_unknown() -> None:
    experiment = Experiment(epochs=3)
    run = make_run(experiment)
    rows = run.rows[:3].copy()
    rows[2] = 3e38
    diverged = Run(
        experiment=experiment,
        losses=np.array([1, np.nan], np.float32),
        snapshot_epochs=(0, 1, 2),
        rows=rows,
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
    losses = np.array([1, np.nan, 0.5], np.float32)
    progress = progress_of(run, 7, loss_epochs=np.array([0, 3, 6]), losses=losses)
    header, numbers = unpack(pack_live(progress, run.experiment))
    assert (header["key"], header["epoch"], header["epochs"]) == (run.experiment.key, 7, 20)
    assert header["loss"] == pytest.approx(float(run.losses[6]))
    assert (header["lossEpochs"], header["losses"]) == ([0, 3, 6], [1.0, None, 0.5])
    assert np.array_equal(numbers, run.rows[7])


def test_every_text_is_in_the_payload() -> None:
    for language in LANGUAGES:
        header, _ = unpack(pack_stage(stage_facts(None, Experiment()), language))
        assert header["texts"] == load_section("stage", language)
