"""What the figures say is true, before anything is drawn."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from echoviz.core.echo import compute_sequence
from hypothesis import given, settings
from hypothesis import strategies as st

from echoviz.core.counts import compute_parameter_counts
from echoviz.core.experiment import Experiment, Framing
from echoviz.core.run import Ending, load_recording
from echoviz.figures import (
    DenseStep,
    Head,
    arithmetic_table,
    compute_head_total,
    head_growth_facts,
    loss_facts,
    parameter_table,
    prediction_facts,
    time_distributed_facts,
    weight_count_facts,
)
from echoviz.figures.loss import POINTS_AT_MOST, thin
from tests.core.drawn import PROFILE, experiments, random_run


@settings(PROFILE, max_examples=60)
@given(experiments(), st.sampled_from([None, 0]))
def test_products_and_bias_make_every_prediction(experiment: Experiment, epoch: int | None) -> None:
    run = random_run(experiment)
    facts = time_distributed_facts(run, epoch)
    y = run.trace(epoch=epoch).y.ravel()
    assert len(facts.steps) == experiment.length
    for step, prediction, target in zip(facts.steps, y, compute_sequence(experiment.length), strict=True):
        assert len(step.hidden) == len(step.weights) == len(step.products) == experiment.neurons
        assert abs(sum(step.products) + step.bias - prediction) < 1e-9
        assert step.prediction == prediction
        assert step.target == target
        np.testing.assert_array_equal(np.multiply(step.hidden, step.weights), step.products)


@settings(PROFILE, max_examples=60)
@given(experiments())
def test_who_shares_what(experiment: Experiment) -> None:
    """One column of weights for all timesteps and samples; for many-to-one one h for all columns."""
    run = random_run(experiment)
    facts = time_distributed_facts(run)
    columns = {(step.weights, step.bias) for step in facts.steps}
    states = {step.hidden for step in facts.steps}
    kernel, bias = run.weights[-2:]
    if experiment.framing is Framing.MANY_TO_ONE:
        assert not facts.shares_weights
        assert len(columns) == experiment.length
        assert states == {tuple(run.trace().h[0, -1].tolist())}
    else:
        assert facts.shares_weights
        assert columns == {(tuple(kernel[:, 0].tolist()), float(bias[0]))}
        assert [step.hidden for step in facts.steps] == [
            tuple(h) for h in run.trace().h.reshape(-1, experiment.neurons).tolist()
        ]


@pytest.mark.parametrize("framing", Framing)
def test_difference_from_keras(framing: Framing) -> None:
    run = load_recording(framing)
    assert run is not None
    facts = time_distributed_facts(run)
    assert facts.epoch == run.experiment.epochs
    assert facts.greatest_difference is not None
    assert facts.greatest_difference < 1e-6
    assert time_distributed_facts(run, epoch=0).greatest_difference is None
    moved = run.predictions + np.linspace(0, 0.5, run.predictions.size).reshape(run.predictions.shape)
    told = time_distributed_facts(run, keras_predictions=moved)
    assert told.greatest_difference == pytest.approx(0.5)
    assert time_distributed_facts(replace(run, keras_predictions=None)).greatest_difference is None


@pytest.mark.parametrize("framing", Framing)
def test_predictions_of_another_shape_are_refused(framing: Framing) -> None:
    """numpy would broadcast them and compare each number with others than its own."""
    run = load_recording(framing)
    assert run is not None
    y = run.predictions
    for wrong in (y.ravel(), y[..., None], y.T if y.ndim == 2 else y[0], np.zeros(())):
        with pytest.raises(ValueError, match=r"keras_predictions has shape .*; expected .*model.predict"):
            time_distributed_facts(run, keras_predictions=wrong)


def test_arithmetic_in_numbers() -> None:
    step = DenseStep(
        hidden=(0.5, -0.25), weights=(-1.0, 2.0), products=(-0.5, -0.5), bias=0.1, prediction=-0.9, target=0.0
    )
    assert step.write(2) == "0.50·(−1.00) + (−0.25)·2.00 + 0.10 ≈ −0.90"
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


@pytest.mark.parametrize("framing", Framing)
def test_defaults_print_the_tutorials_numbers(framing: Framing) -> None:
    run = load_recording(framing)
    assert run is not None
    facts = prediction_facts(run)
    assert facts.printed_targets == facts.printed_predictions == ("0.0", "0.2", "0.4", "0.6", "0.8")
    assert facts.agreements == (True,) * 5
    assert facts.predictions == tuple(run.predictions.ravel().tolist())
    untrained = prediction_facts(run, epoch=0)
    assert untrained.epoch == 0
    assert not all(untrained.agreements)


@PROFILE
@given(st.integers(0, 10_000), st.integers(10, 1200), st.integers(0, 2**32 - 1))
def test_thinning_loses_no_extreme(count: int, at_most: int, seed: int) -> None:
    losses = np.random.default_rng(seed).exponential(size=count)
    kept = thin(losses, at_most)
    assert len(kept) == count if count <= at_most else 4 <= len(kept) <= at_most
    assert (np.diff(kept) > 0).all()
    if count:
        assert (kept[0], kept[-1]) == (0, count - 1)
        assert losses[kept].min() == losses.min()
        assert losses[kept].max() == losses.max()


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
def test_three_framings_side_by_side(experiment: Experiment) -> None:
    facts = weight_count_facts(experiment)
    assert list(facts.counts) == list(Framing)
    totals = {framing: counts.total for framing, counts in facts.counts.items()}
    assert totals[Framing.ONE_TO_ONE] == totals[Framing.MANY_TO_MANY] <= totals[Framing.MANY_TO_ONE]
    assert totals[experiment.framing] == compute_parameter_counts(experiment).total


def test_weights_at_the_defaults() -> None:
    totals = [counts.total for counts in weight_count_facts(Experiment()).counts.values()]
    assert totals == [146, 170, 146]


@pytest.mark.parametrize(
    ("language", "header", "weights"), [("en", "layer", "weights"), ("zh", "层", "权重数")]
)
def test_table_adds_up(language: str, header: str, weights: str) -> None:
    *rows, total = parameter_table(compute_parameter_counts(Experiment()), language)
    assert sum(row[weights] for row in rows) == total[weights] == 146
    assert all(list(row) == list(total) for row in rows)
    assert rows[0][header] == "LSTM"
    assert len(rows) == 14


@pytest.mark.parametrize(("length", "flatten", "dense"), [(1, 146, 146), (5, 270, 170), (50, 12_690, 440)])
def test_what_length_costs_each_head(length: int, flatten: int, dense: int) -> None:
    facts = head_growth_facts(Experiment(length=length))
    now = {growth.head: growth.total_now for growth in facts.heads}
    assert now == {Head.FLATTEN: flatten, Head.DENSE: dense, Head.TIME_DISTRIBUTED: 146}


@PROFILE
@given(experiments())
def test_only_time_distributed_never_grows(experiment: Experiment) -> None:
    facts = head_growth_facts(experiment)
    assert facts.lengths == tuple(range(1, 51))
    flatten, dense, time_distributed = facts.heads
    assert len(set(time_distributed.totals)) == 1
    for growing in (flatten, dense):
        assert (np.diff(growing.totals) > 0).all()
    assert all(growth.total_now == growth.totals[experiment.length - 1] for growth in facts.heads)
    own = {Framing.MANY_TO_ONE: Head.DENSE}.get(experiment.framing, Head.TIME_DISTRIBUTED)
    counted = compute_parameter_counts(experiment).total
    assert compute_head_total(own, experiment.neurons, experiment.length) == counted
