"""Many sessions, one service: what each sees, and what happens when things go wrong."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from echoviz.core.data import make_unseen
from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing
from echoviz.core.run import Ending, Provenance
from echoviz.core.survey import Survey, judge_run
from echoviz.engine.questions import ask_initial_row
from echoviz.engine.reports import Ended
from echoviz.engine.service import TrainingService, TrainingState, TrainingView, Warmth
from echoviz.engine.sizes import SIZES
from echoviz.engine.training import train
from tests.engine.conftest import wait_for
from tests.workers import find_workers, held_still

LONG = Experiment(length=50, neurons=64, epochs=10_000)
"""Seconds: long enough to be stopped or killed in the middle."""


def press(service: TrainingService, experiment: Experiment) -> TrainingView:
    """The training's view once it has ended, as a press gets it."""
    service.submit(experiment, "a")
    view = service.wait(experiment, "a", 300)
    assert view is not None
    assert not view.is_active
    return view


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
    joined = service.submit(experiment.checked(), "b")
    assert (joined.attempt, joined.watchers) == (1, 2)
    view = follow(service, experiment)
    assert view.state is TrainingState.FINISHED
    assert view.run is not None
    assert view.run.experiment == experiment
    assert view.run.epochs_done == 300
    answer = service.ask_keras(view.run, 60)
    assert answer is not None
    np.testing.assert_allclose(answer, view.run.predictions, atol=1e-6)
    served = service.submit(experiment, "c")
    assert (served.state, served.attempt, served.run) == (TrainingState.FINISHED, 1, view.run)


def test_an_untrained_run_has_the_weights_that_training_begins_with(service: TrainingService) -> None:
    experiment = Experiment(framing=Framing.ONE_TO_MANY, length=3, neurons=4, epochs=20)
    assert service.untrained(experiment) is None
    service.ask_untrained(experiment)
    service.ask_untrained(experiment)
    untrained = wait_for(lambda: service.untrained(experiment))
    assert (untrained.epochs_done, untrained.experiment) == (0, experiment)
    assert untrained.provenance is Provenance.UNTRAINED
    assert service.find(experiment) is None
    run = press(service, experiment).run
    assert run is not None
    assert np.array_equal(untrained.rows[0], run.rows[0])


def test_a_short_run_comes_back_with_its_press(service: TrainingService) -> None:
    """Waiting ends with the run, not with the time that one was ready to wait."""
    view = press(service, Experiment(epochs=50, seed=11))
    assert view.state is TrainingState.FINISHED
    assert view.run is not None
    assert view.estimate_s is None


def test_waiting_ends_without_a_run_too(service: TrainingService) -> None:
    view = service.submit(LONG.replace(seed=12), "a")
    assert view.estimate_s is not None
    assert view.estimate_s > 0.1
    waited = service.wait(view.subject, "a", 0.05)
    assert waited is not None
    assert waited.is_active
    service.stop(view.subject, "a")
    assert service.wait(Experiment(seed=13), "a", 60) is None, "nothing to wait for"


def test_workers_compile_behind_until_all_is_there(service: TrainingService) -> None:
    wait_for(lambda: service.sizes >= {*SIZES})
    one, many = (service.estimate_s(Experiment(sequences=sequences)) for sequences in (1, 256))
    assert 0 < one < 1
    assert many == pytest.approx(256 * one)


def test_stop_before_it_has_begun(service: TrainingService) -> None:
    experiment = LONG.replace(framing=Framing.MANY_TO_ONE)
    with held_still(os.getpid()):
        service.submit(experiment, "a")
        assert service.stop(experiment, "a")
    view = service.find(experiment)
    assert view is not None
    assert (view.state, view.progress, view.run) == (TrainingState.STOPPED, None, None)
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
    assert view.run.snapshot_epochs[-1] == view.run.epochs_done
    assert service.find(LONG, "b") is not None
    assert service.find(LONG, "stranger") is None


def test_an_error_in_the_worker_is_told(service: TrainingService) -> None:
    smuggled = Experiment(seed=1)
    object.__setattr__(smuggled, "learning_rate", 7.0)
    service.submit(smuggled, "a")
    view = follow(service, smuggled)
    assert view.state is TrainingState.FAILED
    assert "learning_rate was 7.0" in view.error


def test_a_session_that_wants_something_else_ends_what_it_wanted(service: TrainingService) -> None:
    before, wanted = LONG.replace(seed=21), Experiment(epochs=50, seed=22)
    service.submit(before, "fickle")
    wait_for_progress(service, before)
    service.submit(wanted, "fickle")
    assert follow(service, wanted).state is TrainingState.FINISHED
    ended = follow(service, before)
    assert ended.state is TrainingState.STOPPED
    assert ended.run is not None
    assert ended.run.snapshot_epochs[-1] == ended.run.epochs_done


def test_a_run_that_comes_home_brings_its_unseen_error(service: TrainingService) -> None:
    run = press(service, Experiment(epochs=60, seed=23)).run
    assert run is not None
    assert run.unseen_error == pytest.approx(run.echo_error(make_unseen(run.experiment)))


def test_a_survey_judges_each_seed_as_its_own_run_does(service: TrainingService) -> None:
    survey = Survey(Experiment(epochs=400), (55, 7, 3))
    service.submit(survey, "a")
    view = service.wait(survey, "a", 300)
    assert view is not None
    outcome = view.survey
    assert outcome is not None
    assert outcome.seeds == survey.seeds
    for place, experiment in enumerate(survey.experiments):
        loss, error, epoch = judge_run(train(experiment, asks_keras=False))
        assert outcome.final_losses[place] == pytest.approx(loss)
        assert outcome.echo_errors[place] == pytest.approx(error)
        assert outcome.learned_epochs[place] == epoch


def test_a_run_is_ended_at_the_time_limit(service: TrainingService, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = LONG.replace(seed=24)
    monkeypatch.setattr(service._desk, "settings", replace(service._desk.settings, run_limit_s=1))
    service.submit(experiment, "a")
    view = follow(service, experiment)
    assert view.state is TrainingState.OUT_OF_TIME
    assert view.run is not None
    assert 0 < view.run.epochs_done < experiment.epochs


def test_a_worker_that_hangs_is_replaced(service: TrainingService, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is killed, as one that the machine kills is: the run begins anew once the next one is warm."""
    monkeypatch.setattr(service._desk.crew, "_hung_after", 3)
    experiment = LONG.replace(seed=25)
    service.submit(experiment, "a")
    wait_for_progress(service, experiment)
    hung = find_workers()[0]
    hung.suspend()
    wait_for(lambda: not hung.is_running() or hung.status() == "zombie")
    view = follow(service, experiment)
    assert view.state is TrainingState.FINISHED, view.error
    assert view.restarts == 1
    reasons = [incident.reason for incident in service.report().incidents if incident.what == "replaced"]
    assert sum("no sign of life" in reason for reason in reasons) == 1


class FakeDispatcher:
    """Carries nothing out."""

    def __init__(self, *_: object) -> None:
        self.hurried = 0

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None

    def hurry(self) -> None:
        self.hurried += 1


def test_who_waits_for_a_lost_cluster_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """First it waits, since the cluster may come back; then nothing comes of it, and a press tries again."""
    monkeypatch.setattr("echoviz.engine.desk.Dispatcher", FakeDispatcher)
    service, asked = TrainingService(workers=1), Experiment()
    ended: list[Ended] = []
    service.listen_ended(ended.append)
    service.ask_untrained(asked)
    service.submit(asked, "a")
    service._desk.on_lost("gone")
    service._desk.on_look(None)
    waiting = service.find(asked, "a")
    assert waiting is not None
    assert (waiting.state, service.warmth.state) == (TrainingState.QUEUED, Warmth.FAILED)
    assert not service._desk.questions.find(ask_initial_row(asked))
    assert service._desk.questions.add(ask_initial_row(asked)), "what was asked is forgotten, and asked again"
    monkeypatch.setattr("echoviz.engine.desk.LOST_PATIENCE_S", 0.0)
    service._desk.on_look(None)
    view = service.find(asked, "a")
    assert view is not None
    assert (view.state, view.error) == (TrainingState.FAILED, "gone")
    assert [(end.experiment, end.cause, end.watchers) for end in ended] == [(asked, "scheduler", 1)]
    assert [incident.what for incident in service.report().incidents] == ["failed", "lost"]
    again = service.submit(asked, "a")
    assert (again.state, again.attempt) == (TrainingState.QUEUED, 2)
    dispatcher = service._desk._dispatcher
    assert isinstance(dispatcher, FakeDispatcher)
    assert dispatcher.hurried == 1
