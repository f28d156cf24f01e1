"""Many sessions, one service: what each sees, and what happens when things go wrong."""

from __future__ import annotations

import os

import numpy as np
import psutil
import pytest

from echoviz.core.experiment import Experiment, Framing
from echoviz.core.run import Ending
from echoviz.engine import service as service_module
from echoviz.engine.service import TrainingService, TrainingState, TrainingView
from tests.engine.conftest import wait_for
from tests.workers import find_workers, held_still

LONG = Experiment(length=50, neurons=64, epochs=10_000)
"""Seconds: long enough to be stopped or killed in the middle."""


def follow(service: TrainingService, experiment: Experiment) -> TrainingView:
    """The training's view once it has ended."""
    view = wait_for(lambda: (seen := service.find(experiment)) and not seen.is_active and seen)
    assert isinstance(view, TrainingView)
    return view


def wait_for_progress(service: TrainingService, experiment: Experiment) -> TrainingView:
    view = wait_for(lambda: (seen := service.find(experiment)) and seen.progress and seen)
    assert isinstance(view, TrainingView)
    return view


def test_the_same_experiment_trains_once_for_all(service: TrainingService) -> None:
    experiment = Experiment(framing=Framing.MANY_TO_ONE, length=4, neurons=3, epochs=300)
    service.submit(experiment, "a")
    joined = service.submit(Experiment(**vars(experiment)), "b")
    assert (joined.attempt, joined.watchers) == (1, 2)
    view = follow(service, experiment)
    assert view.state is TrainingState.FINISHED
    assert view.run is not None
    assert view.run.experiment == experiment
    assert view.run.epochs_done == 300
    assert view.progress is not None
    assert view.progress.epoch == 300
    assert all(np.array_equal(a, b) for a, b in zip(view.progress.weights, view.run.weights, strict=True))
    served = service.submit(experiment, "c")
    assert (served.state, served.attempt, served.run) == (TrainingState.FINISHED, 1, view.run)


def test_a_prepared_shape_is_not_compiled_again(service: TrainingService) -> None:
    experiment = Experiment(framing=Framing.ONE_TO_ONE, length=3, neurons=4, epochs=20)
    service.prepare(experiment, "a")
    service.prepare(experiment, "a")
    untrained = wait_for(lambda: service.untrained(experiment))
    assert (untrained.epochs_done, untrained.experiment) == (0, experiment)
    assert service.find(experiment) is None
    service.submit(experiment, "a")
    run = follow(service, experiment).run
    assert run is not None
    assert run.compile_s == 0
    first = run.snapshots[0].weights
    assert all(np.array_equal(a, b) for a, b in zip(untrained.weights, first, strict=True))


def test_stop_before_the_first_progress(service: TrainingService) -> None:
    experiment = LONG.replace(framing=Framing.MANY_TO_ONE)
    service.submit(experiment, "a")
    assert service.stop(experiment, "a")
    view = service.find(experiment)
    assert view is not None
    assert (view.state, view.progress) == (TrainingState.STOPPED, None)
    later = wait_for(lambda: (seen := service.find(experiment)) and seen.run and seen)
    assert later.state is TrainingState.STOPPED
    assert later.run is not None
    assert later.run.epochs_done == 0
    again = service.submit(experiment.replace(), "a")
    assert (again.attempt, again.is_active) == (2, True)
    wait_for_progress(service, experiment)
    service.stop(experiment, "a")
    assert follow(service, experiment).state is TrainingState.STOPPED


def test_stop_in_the_middle_and_train_anew(service: TrainingService) -> None:
    service.submit(LONG, "a")
    service.submit(LONG, "b")
    wait_for_progress(service, LONG)
    with held_still(os.getpid()):
        assert not service.stop(LONG, "a"), "b still wants it"
        assert service.stop(LONG, "b")
    view = follow(service, LONG)
    assert view.state is TrainingState.STOPPED
    assert view.run is not None
    assert view.run.ending is Ending.STOPPED
    assert 0 < view.run.epochs_done < LONG.epochs
    assert view.run.snapshots[-1].epoch == view.run.epochs_done
    assert service.find(LONG, "b") is not None
    assert service.find(LONG, "stranger") is None


def test_an_error_in_the_worker_is_told(service: TrainingService) -> None:
    smuggled = Experiment(seed=1)
    object.__setattr__(smuggled, "learning_rate", 7.0)
    service.submit(smuggled, "a")
    view = follow(service, smuggled)
    assert view.state is TrainingState.FAILED
    assert "learning_rate was 7.0" in view.error


def test_a_killed_worker_restarts_the_run(service: TrainingService) -> None:
    experiment = LONG.replace(seed=2)
    service.prepare(experiment, "a")
    wait_for(lambda: service.untrained(experiment))
    service.submit(experiment, "a")
    wait_for_progress(service, experiment)
    find_workers()[0].kill()
    view = follow(service, experiment)
    assert view.state is TrainingState.FINISHED, view.error
    assert view.restarts == 1
    assert view.run is not None
    assert view.run.epochs_done == experiment.epochs


def test_a_worn_worker_is_replaced(service: TrainingService, monkeypatch: pytest.MonkeyPatch) -> None:
    """XLA keeps what it compiled for as long as a process lives: so its life is bounded."""
    worn = find_workers()[0].pid
    monkeypatch.setattr(service_module, "RECYCLE_AT_ONCE_COMPILATIONS", 1)
    first = Experiment(framing=Framing.ONE_TO_ONE, length=1, neurons=1, epochs=5)
    service.submit(first, "a")
    assert follow(service, first).state is TrainingState.FINISHED
    wait_for(lambda: not psutil.pid_exists(worn))
    monkeypatch.undo()
    second = first.replace(neurons=2)
    service.submit(second, "a")
    assert follow(service, second).state is TrainingState.FINISHED
    assert find_workers()[0].pid != worn
