"""What the engine's tests share: each thing that takes seconds is done once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import dask
import numpy as np
import pytest
from echoviz.core.echo import compute_problem

from echoviz.core.experiment import Experiment, Framing
from echoviz.engine.service import TrainingService, Warmth
from echoviz.engine.worker import configure_tensorflow

FIT_EPOCHS = 24
Value = TypeVar("Value")


@dataclass(frozen=True)
class Fit:
    """What the tutorial's own training made of an experiment."""

    experiment: Experiment
    losses: np.ndarray
    weights: list[np.ndarray]
    predictions: np.ndarray


def fit_as_the_tutorial(experiment: Experiment) -> Fit:
    """`Sequential`, `compile`, `fit`, with nothing of ours in between."""
    import keras

    x, y = compute_problem(experiment.framing, experiment.length)
    model = build_as_the_tutorial(experiment)
    model.compile(loss="mean_squared_error", optimizer=keras.optimizers.Adam(experiment.learning_rate))
    history = model.fit(x, y, epochs=experiment.epochs, batch_size=len(x), verbose=0, shuffle=False)
    predictions = model.predict(x, batch_size=len(x), verbose=0)
    return Fit(experiment, np.array(history.history["loss"]), model.get_weights(), predictions)


def build_as_the_tutorial(experiment: Experiment):  # type: ignore[no-untyped-def]  # a keras.Sequential
    """The three models as the tutorial writes them, after `set_random_seed(seed)`."""
    from keras import Input, Sequential
    from keras.layers import LSTM, Dense, TimeDistributed
    from keras.utils import set_random_seed

    set_random_seed(experiment.seed)
    length, neurons = experiment.length, experiment.neurons
    match experiment.framing:
        case Framing.ONE_TO_ONE:
            return Sequential([Input((1, 1)), LSTM(neurons), Dense(1)])
        case Framing.MANY_TO_ONE:
            return Sequential([Input((length, 1)), LSTM(neurons), Dense(length)])
        case Framing.MANY_TO_MANY:
            return Sequential(
                [Input((length, 1)), LSTM(neurons, return_sequences=True), TimeDistributed(Dense(1))]
            )


@pytest.fixture(scope="session", autouse=True)
def tensorflow_as_in_a_worker() -> None:
    """One thread: XLA compiles twice as fast."""
    configure_tensorflow()


@pytest.fixture(scope="session", params=[*Framing, "not the defaults"])
def fit(request: pytest.FixtureRequest) -> Fit:
    """The tutorial's `fit` of a short training: each framing, and one of another shape and learning rate."""
    if isinstance(request.param, Framing):
        return fit_as_the_tutorial(Experiment(framing=request.param, epochs=FIT_EPOCHS))
    return fit_as_the_tutorial(Experiment(length=7, neurons=3, epochs=FIT_EPOCHS // 2, learning_rate=0.01))


@pytest.fixture(scope="session")
def service() -> Iterator[TrainingService]:
    """A warm training service with one worker, on a machine where no worker is back as soon as Dask asks."""
    dask.config.set({"distributed.deploy.lost-worker-timeout": "100ms"})
    service = TrainingService(workers=1)
    service.start()
    wait_for(lambda: service.warmth.state in (Warmth.READY, Warmth.FAILED))
    assert service.warmth.state is Warmth.READY, service.warmth.reason
    yield service
    service.close()


def wait_for(look: Callable[[], Value], timeout_s: float = 300) -> Value:
    """Look again and again until there is something to see; returns it.

    Fails after `timeout_s`, much longer than it takes: a busy machine is slow, not wrong.
    """
    deadline = time.monotonic() + timeout_s
    while not (seen := look()):
        assert time.monotonic() < deadline, f"nothing came in {timeout_s} s"
        time.sleep(0.01)
    return seen
