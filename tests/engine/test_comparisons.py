"""Trainings beside an experiment are Keras': held against `fit` and Keras' own loss on the pinned version."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from echoviz.core.blueprint import blueprint
from echoviz.core.broadcast import CASES, EPOCHS, LEARNING_RATE, SEED, BroadcastCase, compute_pairs
from echoviz.core.course import Courses
from echoviz.core.data import make_data
from echoviz.core.experiment import Experiment
from echoviz.core.framing import Head
from echoviz.engine.questions import EPOCHS_AT_MOST, ask_broadcast, ask_dense_alone, ask_heads
from echoviz.engine.shapes.layer_making import make_layer
from echoviz.engine.worker import run_question
from tests.engine.test_training import out_of_bounds

pytestmark = pytest.mark.usefixtures("tensorflow")

TRAINED = [name for name, case in CASES.items() if not case.is_refused]


def answer(question: object) -> Courses:
    answered = run_question(question.name, *question.arguments)  # type: ignore[attr-defined]
    assert isinstance(answered, Courses)
    return answered


def fit(layers: list[keras.layers.Layer], x: np.ndarray, y: np.ndarray, epochs: int) -> list[float]:
    """What `fit` reports, as a script would call it; layers are made after the seed was set."""
    model = keras.Sequential([keras.Input(x.shape[1:]), *layers])
    model.compile(keras.optimizers.Adam(LEARNING_RATE), "mean_squared_error")
    told = model.fit(x, y, batch_size=len(x), epochs=epochs, verbose=0, shuffle=False)
    losses: list[float] = told.history["loss"]
    return losses


def make_seeded(case: BroadcastCase) -> list[keras.layers.Layer]:
    keras.utils.set_random_seed(SEED)
    return [make_layer(layer) for layer in case.layers]


@pytest.mark.parametrize("name", ["swapped", "last-only"])
def test_a_case_trains_as_fit_does(name: str) -> None:
    case, (right, wrong) = CASES[name], answer(ask_broadcast(name)).courses
    losses = fit(make_seeded(case), case.x, case.y, 8)
    np.testing.assert_allclose(wrong.losses[:8], losses, rtol=1e-4)
    assert wrong.loss_epochs[-1] == EPOCHS
    assert right.losses[-1] < right.losses[0] / 100
    assert right.echo_error < 0.01


@pytest.mark.parametrize("name", TRAINED)
def test_the_grid_is_what_keras_subtracts(name: str) -> None:
    """Keras' own loss of drawn answers is the mean over the pairs of the grid, each counted once."""
    case, random = CASES[name], np.random.default_rng(3)
    answers = random.normal(size=case.output_shape).astype(np.float32)
    pairs = compute_pairs(case.output_shape, case.y_shape)
    assert pairs is not None
    rows, columns = pairs.grid.nonzero()
    squares = np.square(answers.ravel()[rows] - case.y.ravel()[columns])
    keras_loss = keras.losses.MeanSquaredError()(case.y, answers)
    np.testing.assert_allclose(squares.mean(), float(keras_loss), rtol=1e-5)
    assert len(rows) == pairs.count


def compute_keras_loss(y: np.ndarray, answers: np.ndarray) -> float:
    return float(keras.losses.MeanSquaredError()(y.astype(np.float32), answers.astype(np.float32)))


def test_facts_that_the_page_tells_of_keras() -> None:
    echo = np.arange(5).reshape(1, 5, 1) / 5
    assert compute_keras_loss(echo, echo) == 0
    assert compute_keras_loss(echo[..., 0], echo) == 0, "a missing last axis is harmless"
    one = np.array([[0.8]])
    assert compute_keras_loss(one, np.full((1, 5, 1), 0.8)) == 0
    assert compute_keras_loss(one, echo) == pytest.approx(0.24)
    wide = np.random.default_rng(1).random((5, 5))
    expected = np.mean((wide - echo.reshape(5, 1)) ** 2)
    assert compute_keras_loss(echo.reshape(5, 1), wide) == pytest.approx(expected, rel=1e-5)


def test_what_silently_wrong_models_answer() -> None:
    swapped, last_only, one, wide = (
        answer(ask_broadcast(name)).courses[1] for name in ("swapped", "last-only", "one-target", "wide")
    )
    np.testing.assert_allclose(swapped.answers[-1], [0.4] * 5, atol=0.01)
    assert swapped.losses.min() == pytest.approx(0.08, abs=1e-4)
    np.testing.assert_allclose(last_only.answers[-1], [0.4], atol=0.01)
    np.testing.assert_allclose(one.answers[-1], [0.8] * 5, atol=0.01)
    np.testing.assert_allclose(wide.answers[-1], np.repeat(np.arange(5) / 5, 5), atol=0.02)
    harmless = answer(ask_broadcast("no-last-axis"))
    np.testing.assert_array_equal(harmless.courses[0].answers, harmless.courses[1].answers)


@pytest.mark.parametrize(
    ("name", "words"), [("lengths", "Incompatible shapes"), ("samples", "Data cardinality is ambiguous")]
)
def test_keras_refuses_in_its_own_words(name: str, words: str) -> None:
    refused = answer(ask_broadcast(name))
    assert words in refused.refusal
    assert "function_node" not in refused.refusal
    assert refused.courses == ()


@pytest.mark.parametrize("delay", [0, 1])
def test_all_heads_start_with_the_same_answers_and_the_wrapper_changes_nothing(delay: int) -> None:
    start = Experiment(length=4, neurons=3, delay=delay, epochs=60, learning_rate=0.01)
    answered = answer(ask_heads(start))
    wrapped, bare, flat, own = answered.courses
    np.testing.assert_array_equal(wrapped.answers, bare.answers)
    np.testing.assert_array_equal(wrapped.losses, bare.losses)
    for other in (flat, own):
        np.testing.assert_allclose(other.answers[0], wrapped.answers[0], atol=1e-6)
        assert np.abs(other.answers[-1] - wrapped.answers[-1]).max() > 1e-3
    np.testing.assert_allclose(answered.spread[0], 0, atol=1e-7)
    assert answered.spread.shape == (len(own.epochs), 4)
    assert (answered.spread[-1] > 0).all()
    weights = [blueprint(start.replace(head=head)).weight_count for head in Head]
    assert [course.weight_count for course in answered.courses] == weights


@pytest.mark.parametrize(
    ("framing", "delay", "learns"),
    [("many-to-many", 0, True), ("many-to-many", 1, False), ("many-to-one", 1, True)],
)
def test_a_dense_alone_has_no_memory_but_may_need_none(framing: str, delay: int, learns: bool) -> None:
    experiment = Experiment(
        framing=framing, delay=delay, sequences=64, learning_rate=LEARNING_RATE, epochs=2000, seed=SEED
    )
    (course,) = answer(ask_dense_alone(experiment)).courses
    assert (course.echo_error < 0.02) == learns
    columns = 1 if framing == "many-to-many" else 5
    data = make_data(experiment)
    keras.utils.set_random_seed(SEED)
    losses = fit([keras.layers.Dense(columns)], data.x.reshape(-1, columns), data.y.reshape(-1, columns), 6)
    np.testing.assert_allclose(course.losses[:6], losses, rtol=1e-3)


def test_questions_are_bounded_where_they_are_answered() -> None:
    wild = out_of_bounds(Experiment(length=2, neurons=1), epochs=10**9)
    with pytest.raises(ValueError, match="epochs"):
        run_question("heads", wild)
    with pytest.raises(ValueError, match="epochs"):
        run_question("dense-alone", wild)
    with pytest.raises(KeyError):
        run_question("broadcast", "system")
    with pytest.raises(ValueError, match="expected one of"):
        ask_broadcast("system")
    most = Experiment(epochs=10_000, sequences=256)
    (start,) = ask_heads(most).arguments
    assert (start.epochs, start.sequences) == (EPOCHS_AT_MOST, 1)
    (largest,) = ask_heads(most.replace(length=50, neurons=64)).arguments
    assert largest.epochs == 625
    assert ask_heads(Experiment(framing="one-to-one")).arguments[0].framing == "many-to-many"
    assert ask_dense_alone(most).arguments[0].epochs == EPOCHS_AT_MOST
