"""What the figures say is true, before anything is drawn."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from echoviz.core.counts import compute_parameter_counts
from echoviz.core.data import make_shown
from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing, Head
from echoviz.core.run import Ending, Run
from echoviz.core.run_file import load_recordings
from echoviz.figures import (
    DenseStep,
    arithmetic_table,
    head_growth_facts,
    loss_facts,
    parameter_table,
    prediction_facts,
    time_distributed_facts,
    weight_count_facts,
)
from echoviz.figures.loss import POINTS_AT_MOST
from tests.core.drawn import KINDS, PROFILE, experiments, random_run


@settings(PROFILE, max_examples=60)
@given(experiments(), st.sampled_from([None, 0]))
def test_products_and_bias_make_every_prediction(experiment: Experiment, epoch: int | None) -> None:
    run = random_run(experiment)
    facts = time_distributed_facts(run, epoch)
    y = run.trace(epoch=epoch).y.ravel()
    targets = make_shown(experiment).targets.ravel()
    assert len(facts.steps) == experiment.length
    for step, prediction, target in zip(facts.steps, y, targets, strict=True):
        assert len(step.hidden) == len(step.weights) == len(step.products) == facts.terms
        assert abs(sum(step.products) + step.bias - prediction) < 1e-9
        assert step.prediction == prediction
        assert step.target == target
        np.testing.assert_array_equal(np.multiply(step.hidden, step.weights), step.products)


@pytest.mark.parametrize(
    ("choices", "which", "shares_weights", "shares_hidden", "terms"),
    [
        ({"framing": "one-to-one"}, "sample", True, False, 2),
        ({"framing": "one-to-many"}, "timestep", True, False, 2),
        ({"framing": "many-to-one"}, "output", False, True, 2),
        ({"head": "time-distributed"}, "timestep", True, False, 2),
        ({"head": "dense"}, "timestep", True, False, 2),
        ({"head": "flatten"}, "output", False, True, 6),
        ({"head": "unshared"}, "timestep", False, False, 2),
    ],
)
def test_who_shares_what(
    choices: dict[str, str], which: str, shares_weights: bool, shares_hidden: bool, terms: int
) -> None:
    run = random_run(Experiment(length=3, neurons=2, **choices))
    facts = time_distributed_facts(run)
    assert (facts.which, facts.terms, len(facts.steps)) == (which, terms, 3)
    assert (facts.shares_weights, facts.shares_hidden) == (shares_weights, shares_hidden)
    assert len({(step.weights, step.bias) for step in facts.steps}) == (1 if shares_weights else 3)
    assert len({step.hidden for step in facts.steps}) == (1 if shares_hidden else 3)


def test_columns_are_those_of_the_kernel() -> None:
    """A Dense for each timestep keeps its kernel by timestep, Dense(length) by hidden number."""
    for head, columns in (("unshared", (0, 2)), ("flatten", (1, 0))):
        run = random_run(Experiment(head=head, length=3, neurons=2))
        kernel, bias = run.weights[-2:]
        by_column = np.moveaxis(kernel, columns, (0, 1)).reshape(3, -1)
        for step, column, own in zip(time_distributed_facts(run).steps, by_column, bias.ravel(), strict=True):
            assert step.weights == tuple(column.tolist())
            assert step.bias == float(own)


@pytest.mark.parametrize("recording", load_recordings().values())
def test_difference_from_keras(recording: Run) -> None:
    facts = time_distributed_facts(recording)
    assert facts.epoch == recording.experiment.epochs
    assert facts.greatest_difference is not None
    assert facts.greatest_difference < 1e-6
    assert time_distributed_facts(recording, epoch=0).greatest_difference is None
    answer = recording.trace().y
    moved = answer + np.linspace(0, 0.5, answer.size).reshape(answer.shape)
    assert time_distributed_facts(recording, keras_answer=moved).greatest_difference == pytest.approx(0.5)
    assert time_distributed_facts(replace(recording, keras_answer=None)).greatest_difference is None


@pytest.mark.parametrize("recording", load_recordings().values())
def test_predictions_of_another_shape_are_refused(recording: Run) -> None:
    """numpy would broadcast them and compare each number with others than its own."""
    y = recording.trace().y
    for wrong in (y.ravel(), y[..., None], y.T if y.ndim == 2 else y[0], np.zeros(())):
        with pytest.raises(ValueError, match=r"keras_answer has shape .*; expected .*model.predict"):
            time_distributed_facts(recording, keras_answer=wrong)


def test_arithmetic_in_numbers() -> None:
    step = DenseStep(
        hidden=(0.5, -0.26),
        weights=(-1.0, 2.0),
        products=(-0.5, -0.52),
        bias=0.1,
        prediction=-0.9,
        target=0.0,
    )
    assert step.write(2) == "0.50·(−1.00) + (−0.26)·2.00 + 0.10 ≈ −0.90"
    assert step.write(1, terms_a_line=2) == "0.5·(−1.0) + (−0.3)·2.0 +\n0.1 ≈ −0.9"


@pytest.mark.parametrize(
    ("framing", "language", "header"),
    [("many-to-many", "en", "timestep"), ("one-to-one", "zh", "样本"), ("many-to-one", "en", "output")],
)
def test_arithmetic_of_every_step_in_a_table(framing: str, language: str, header: str) -> None:
    facts = time_distributed_facts(random_run(Experiment(framing=framing)))
    rows = arithmetic_table(facts, language)
    assert [row[header] for row in rows] == [1, 2, 3, 4, 5]
    for row, step in zip(rows, facts.steps, strict=True):
        assert row["h · w + b"] == step.write(3)
        assert row["ŷ"] == step.prediction
        assert step.target in row.values()


def test_arithmetic_of_many_neurons_is_summed_up() -> None:
    (row,) = arithmetic_table(time_distributed_facts(random_run(Experiment(length=1, neurons=64))))
    assert re.fullmatch(r"64 h·w: .{5,6} \+ \(?.{5,6}\)? ≈ .{5,6}", str(row["h · w + b"]))


@pytest.mark.parametrize("recording", load_recordings().values())
def test_defaults_print_the_tutorials_numbers(recording: Run) -> None:
    facts = prediction_facts(recording)
    assert facts.printed_targets == facts.printed_predictions == ("0.0", "0.2", "0.4", "0.6", "0.8")
    assert facts.agreements == (True,) * 5
    assert facts.predictions == tuple(recording.predictions.ravel().tolist())
    assert not facts.is_unseen
    untrained = prediction_facts(recording, epoch=0)
    assert untrained.epoch == 0
    assert not all(untrained.agreements)


def test_targets_come_late_and_the_drawn_sequence_was_not_trained_on() -> None:
    facts = prediction_facts(random_run(Experiment(delay=2, sequences=8)))
    assert facts.printed_targets == ("0.0", "0.0", "0.0", "0.2", "0.4")
    assert facts.is_unseen
    steps = time_distributed_facts(random_run(Experiment(delay=2, sequences=8))).steps
    assert tuple(step.target for step in steps) == facts.targets


def test_losses_belong_to_their_epochs() -> None:
    run = random_run(Experiment(epochs=10_000), (0, 10_000))
    facts = loss_facts(run)
    assert len(facts.losses) <= POINTS_AT_MOST
    assert (facts.epochs[0], facts.epochs[-1]) == (0, 10_000)
    for epoch, loss in zip(facts.epochs[:-1], facts.losses, strict=False):
        assert loss == float(run.losses[epoch]), "what fit reports one epoch later"
    assert facts.losses[-1] == run.final_loss
    short = loss_facts(random_run(Experiment(), (0, 3)))
    assert short.epochs == (0, 1, 2, 3)
    assert (short.epochs_done, short.epochs_asked) == (3, 1000)
    assert loss_facts(random_run(Experiment(sequences=64))).sequences == 64


def test_loss_of_untrained_and_diverged_runs() -> None:
    untrained = random_run(Experiment(), (0,), ending=Ending.STOPPED)
    assert (loss_facts(untrained).epochs, loss_facts(untrained).losses) == ((0,), (untrained.final_loss,))
    losses = np.array([0.5, 90.0, np.inf, np.nan], dtype=np.float32)
    diverged = loss_facts(replace(random_run(Experiment()), losses=losses, ending=Ending.DIVERGED))
    assert diverged.epochs == (0, 1)
    assert diverged.epochs_done == 4
    assert diverged.ending is Ending.DIVERGED


def test_a_loss_of_zero_has_no_logarithm() -> None:
    """Length 1: the only number is 0, and the model answers 0 before it has learned anything."""
    zero = replace(random_run(Experiment(length=1)), losses=np.zeros(3, dtype=np.float32))
    assert not loss_facts(zero).has_log_axis
    assert loss_facts(random_run(Experiment())).has_log_axis


@PROFILE
@given(experiments())
def test_framings_side_by_side(experiment: Experiment) -> None:
    """The experiment's own with its own head; the others as they are without a choice."""
    facts = weight_count_facts(experiment)
    assert list(facts.counts) == list(facts.layers) == list(Framing)
    for framing, counts in facts.counts.items():
        is_own = framing is experiment.framing
        bare = Experiment(framing=framing, length=experiment.length, neurons=experiment.neurons)
        assert counts.total == compute_parameter_counts(experiment if is_own else bare).total


def test_layers_are_named_in_order() -> None:
    layers = weight_count_facts(Experiment(head="flatten")).layers
    assert layers[Framing.MANY_TO_MANY] == ("LSTM", "Flatten", "Dense")
    assert layers[Framing.ONE_TO_MANY] == ("RepeatVector", "LSTM", "TimeDistributed(Dense)")


def test_weights_at_the_defaults() -> None:
    totals = [counts.total for counts in weight_count_facts(Experiment()).counts.values()]
    assert totals == [146, 146, 170, 146]


@pytest.mark.parametrize(
    ("language", "header", "weights"), [("en", "layer", "weights"), ("zh", "层", "权重数")]
)
def test_table_adds_up(language: str, header: str, weights: str) -> None:
    *rows, total = parameter_table(compute_parameter_counts(Experiment()), language)
    assert sum(row[weights] for row in rows) == total[weights] == 146
    assert all(list(row) == list(total) for row in rows)
    assert rows[0][header] == "LSTM"
    assert len(rows) == 14


@pytest.mark.parametrize(("length", "flatten", "own"), [(1, 146, 146), (5, 270, 170), (50, 12_690, 440)])
def test_what_length_costs_each_head(length: int, flatten: int, own: int) -> None:
    dearest, middle, shared = head_growth_facts(Experiment(length=length)).growths
    assert dearest.kinds == ((Framing.MANY_TO_MANY, Head.FLATTEN),)
    assert middle.kinds == ((Framing.MANY_TO_ONE, Head.DENSE), (Framing.MANY_TO_MANY, Head.UNSHARED))
    assert (dearest.total_now, middle.total_now, shared.total_now) == (flatten, own, 146)
    assert {kind for growth in (dearest, middle, shared) for kind in growth.kinds} == set(KINDS)


@settings(PROFILE, max_examples=60)
@given(experiments())
def test_only_shared_weights_never_grow(experiment: Experiment) -> None:
    facts = head_growth_facts(experiment)
    assert facts.lengths == tuple(range(1, 51))
    *growing, shared = facts.growths
    assert len(set(shared.totals)) == 1
    for growth in growing:
        assert (np.diff(growth.totals) > 0).all()
    assert all(growth.total_now == growth.totals[experiment.length - 1] for growth in facts.growths)
    (own,) = (growth for growth in facts.growths if (experiment.framing, experiment.head) in growth.kinds)
    assert own.total_now == compute_parameter_counts(experiment).total
