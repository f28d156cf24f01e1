"""One program trains every model that fits into it, as Keras' own model of that size would train."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given, settings

from echoviz.core.blueprint import blueprint
from echoviz.core.data import make_data
from echoviz.core.experiment import Experiment
from echoviz.core.forward import compute_trace
from echoviz.core.framing import CUTS
from echoviz.core.loss import compute_loss
from echoviz.core.weights import join_weights
from echoviz.engine.padding import make_inputs, place_weights
from echoviz.engine.sizes import FLAT_SIZES, SIZES, Size, choose_size, measure_need
from echoviz.engine.training import get_programs, train
from tests.core.drawn import PROFILE, experiments

pytestmark = pytest.mark.usefixtures("tensorflow")

KINDS = [
    Experiment(framing=framing, head=head, delay=delay, sequences=sequences, length=4, neurons=3, seed=7)
    for framing, cut in CUTS.items()
    for head in cut.heads
    for delay in ((0, 2) if cut.has_delay else (0,))
    for sequences in (1, 16)
]


def describe(experiment: Experiment) -> str:
    return f"{experiment.framing} {experiment.head} {experiment.delay} {experiment.sequences}"


EPOCHS = 40
"""Each takes `fit` 25 ms; Adam's corrections of its first steps are long over by then."""

small = experiments(length=5, neurons=8, sequences=17)
"""Any kind of model that fits into the smallest programs."""
drawn = settings(PROFILE, max_examples=40)


@pytest.mark.parametrize("kind", KINDS, ids=describe)
def test_losses_are_those_of_fit(kind: Experiment) -> None:
    import keras

    from tests.core.keras_oracle import build_keras_model

    random = np.random.default_rng(KINDS.index(kind))
    experiment = kind.replace(
        length=int(random.integers(3, 6)), neurons=int(random.integers(2, 8)), epochs=EPOCHS
    )
    data = make_data(experiment)
    model = build_keras_model(experiment)
    optimizer = keras.optimizers.Adam(experiment.learning_rate)
    model.compile(loss="mean_squared_error", optimizer=optimizer, jit_compile=False)
    told = model.fit(data.x, data.y, epochs=EPOCHS, batch_size=len(data.x), verbose=0, shuffle=False)
    run = train(experiment)
    assert run.losses.dtype == np.float32
    np.testing.assert_allclose(run.losses, told.history["loss"], rtol=1e-4, atol=1e-10)
    np.testing.assert_allclose(run.rows[-1], join_weights(model.get_weights()), atol=2e-5)
    np.testing.assert_allclose(run.predictions, model(data.x).numpy(), atol=2e-5)


@drawn
@given(experiment=small)
def test_initial_weights_are_those_of_keras(experiment: Experiment) -> None:
    from echoviz.engine.keras_layers import compute_initial_row
    from tests.core.keras_oracle import build_keras_model

    row = compute_initial_row(blueprint(experiment), experiment.seed)
    assert np.array_equal(row, join_weights(build_keras_model(experiment).get_weights()))


def test_a_seed_is_nobody_elses() -> None:
    """Drawing initial weights leaves Python's random numbers as they were."""
    import random

    from echoviz.engine.keras_layers import compute_initial_row

    random.seed(3)
    expected = random.random()
    random.seed(3)
    compute_initial_row(blueprint(Experiment(seed=1234)), 1234)
    assert random.random() == expected


@drawn
@given(experiment=small)
def test_zeros_stay_exactly_zero(experiment: Experiment) -> None:
    """Whatever the learning rate, nothing beside the experiment's own weights ever moves."""
    program = get_programs().find_or_compile(experiment)
    random = np.random.default_rng(experiment.seed)
    places = place_weights(experiment, program.size)
    state = np.zeros((3, program.size.weights), np.float32)
    state[0, places] = random.normal(size=len(places))
    done = program.advance(make_inputs(experiment, program.size), state, 0, np.array([7, 30]), 1.0)
    assert len(done.losses) == 30
    for numbers in (*done.rows, *done.state):
        assert not np.delete(numbers, places).any()
        assert numbers[places].any()


@drawn
@given(experiment=small)
def test_the_first_loss_is_that_of_the_weights(experiment: Experiment) -> None:
    """The padding has an oracle without training: core's own forward pass."""
    run, data = train(experiment.replace(epochs=1)), make_data(experiment)
    answer = compute_trace(run.blueprint.layers, run.snapshots[0].weights, data.x).y
    assert run.losses[0] == pytest.approx(compute_loss(answer, data.y), rel=1e-4)
    assert run.keras_answer is not None
    np.testing.assert_allclose(run.keras_answer, run.trace().y, atol=1e-5)


@settings(PROFILE, max_examples=200)
@given(experiment=experiments())
def test_every_weight_has_a_place_of_its_own(experiment: Experiment) -> None:
    need = measure_need(experiment)
    for size in (choose_size(experiment, (*SIZES, *FLAT_SIZES)), need):
        assert size is not None
        places = place_weights(experiment, size)
        assert len(np.unique(places)) == len(places) == blueprint(experiment).weight_count
        assert places.min() >= 0
        assert places.max() < size.weights


def test_another_size_trains_the_same() -> None:
    """To 1e-5, whichever program an experiment falls into."""
    from echoviz.engine.keras_layers import compute_initial_row

    for kind in KINDS:
        if kind.head == "flatten":
            continue
        experiment = kind.replace(learning_rate=0.01)
        losses = []
        steps = measure_need(experiment).timesteps
        for size in (Size(1, 16), Size(1, 8)) if steps == 1 else (Size(5, 8), Size(20, 16)):
            program = get_programs().compile(size)
            places = place_weights(experiment, size)
            state = np.zeros((3, size.weights), np.float32)
            state[0, places] = compute_initial_row(blueprint(experiment), experiment.seed)
            done = program.advance(make_inputs(experiment, size), state, 0, np.array([100]), 0.01)
            losses.append(done.losses)
        np.testing.assert_allclose(losses[0], losses[1], rtol=1e-4, atol=1e-9, err_msg=describe(kind))
        np.testing.assert_allclose(losses[0][:20], losses[1][:20], rtol=1e-5, err_msg=describe(kind))


def test_xla_options_are_added_once_and_never_over_others() -> None:
    from echoviz.engine.program import XLA_OPTIONS, add_xla_options

    added = add_xla_options("--xla_dump_to=x")
    assert added.startswith("--xla_dump_to=x --xla_backend_extra_options=")
    for name, value in XLA_OPTIONS.items():
        assert f"{name}={value}" in added
    assert add_xla_options(added) == added
    others = "--xla_backend_extra_options=xla_cpu_disable_loop_unrolling=false"
    assert add_xla_options(others) == others
    assert "xla_backend_extra_options" in os.environ["XLA_FLAGS"]
