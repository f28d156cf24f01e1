"""One step of learning as a worker tells it is that of a Keras model: its weights, and Adam's own memory."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from echoviz.core.experiment import Experiment
from echoviz.engine.learning import compute_learning_step
from echoviz.engine.questions import ask_learning_step
from echoviz.engine.worker import run_question
from tests.core.keras_oracle import train_with_keras

pytestmark = pytest.mark.usefixtures("tensorflow")

EPOCHS = 6
LONG = Experiment(length=50, neurons=64, sequences=256, epochs=9000)


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(epochs=EPOCHS, learning_rate=0.01),
        Experiment(framing="many-to-one", length=4, neurons=3, epochs=EPOCHS, sequences=3),
    ],
    ids=["shared", "three sequences"],
)
def test_a_step_is_that_of_keras(experiment: Experiment) -> None:
    states = train_with_keras(experiment)
    count = states.shape[2]
    keras.backend.clear_session()
    for epoch in (0, 1, EPOCHS - 1):
        for weight in (0, count // 2, count - 2, count - 1):
            question = ask_learning_step(experiment, epoch, weight)
            told = run_question(question.name, *question.arguments)
            expected = states[epoch : epoch + 2, :, weight]
            np.testing.assert_allclose(told, expected, rtol=1e-5, atol=1e-8)


def test_no_question_trains_for_long() -> None:
    with pytest.raises(ValueError, match="short question"):
        compute_learning_step(LONG, 0)


@pytest.mark.parametrize("weight", [-1, 146])
def test_there_is_no_such_weight(weight: int) -> None:
    with pytest.raises(ValueError, match="expected 0 to 145"):
        compute_learning_step(Experiment(epochs=2), weight)
