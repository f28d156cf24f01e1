"""The page without a browser and without Keras: a service that says what the test wants to see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from echoviz.core.experiment import Experiment
from echoviz.core.run import Run
from echoviz.engine.questions import Answer, Question
from echoviz.engine.views import TrainingView, Warmth, WarmthView
from echoviz.ui import (
    asking,
    choices,
    compare,
    following,
    learning,
    luck,
    sections,
    shown,
    status,
    tray,
)
from harness.server import ROOT


class FakeService:
    """Answers as `TrainingService` does; remembers what it was asked."""

    def __init__(self) -> None:
        self.warmth = WarmthView(Warmth.READY, 3.0)
        self.views: dict[str, TrainingView] = {}
        self.ended_at_once: dict[str, TrainingView] = {}
        """trainings that end while the press waits for them"""
        self.untrained_runs: dict[str, Run] = {}
        self.submitted: list[Experiment] = []
        self.stopped: list[Experiment] = []
        self.asked: list[Experiment] = []
        self.joined: list[Experiment] = []
        self.answers: dict[str, Answer] = {}
        self.questions: list[Question] = []
        self.estimates_s: dict[str, float] = {}
        self.questions: list[Question] = []
        self.answers: dict[str, np.ndarray] = {}
        self.listeners: list[Callable[[], None]] = []

    def find(self, experiment: Experiment, watcher: str | None = None) -> TrainingView | None:
        return self.views.get(experiment.key)

    def untrained(self, experiment: Experiment) -> Run | None:
        return self.untrained_runs.get(experiment.key)

    def submit(self, experiment: Experiment, watcher: str) -> None:
        self.submitted.append(experiment)

    def submit_all(self, experiments: Iterable[Experiment], watcher: str) -> list[TrainingView]:
        self.submitted += experiments
        return []

    def wait(self, experiment: Experiment, watcher: str, timeout_s: float) -> TrainingView | None:
        assert 0 < timeout_s < 1
        self.views.update(self.ended_at_once)
        return self.find(experiment)

    def stop(self, experiment: Experiment, watcher: str) -> None:
        self.stopped.append(experiment)

    def join(self, experiment: Experiment, watcher: str) -> None:
        self.joined.append(experiment)

    def ask_untrained(self, experiment: Experiment) -> None:
        self.asked.append(experiment)

    def ask(self, question: Question, timeout_s: float = 0.0) -> Answer | None:
        self.questions.append(question)
        return self.answers.get(question.task)

    def find_answer(self, question: Question) -> tuple[Answer | None, bool]:
        return self.answers.get(question.task), False

    def ask_keras(self, run: Run, timeout_s: float) -> None:
        assert 0 < timeout_s < 1

    def listen(self, listener: Callable[[], None]) -> None:
        self.listeners.append(listener)

    def estimate_s(self, experiment: Experiment) -> float:
        return self.estimates_s.get(experiment.key, 0.01)


def pretend_service(patch: pytest.MonkeyPatch) -> FakeService:
    """Have the page ask a service of our own."""
    fake = FakeService()
    watching = (shown, following, tray, compare, luck)
    for module in (*watching, status, learning, sections, asking):
        patch.setattr(module, "get_service", lambda: fake)
    for module in watching:
        patch.setattr(module, "get_watcher", lambda: "somebody")
    return fake


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    return pretend_service(monkeypatch)


@pytest.fixture
def app(fake: FakeService) -> AppTest:
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)


class History:
    """Back, Forward and links of the page itself: the browser brings an address and says that it moved."""

    def __init__(self, app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
        self._app, self._patch = app, monkeypatch

    def go(self, query: Mapping[str, str | list[str]]) -> None:
        self._app.query_params.clear()
        self._app.query_params.update(query)
        self._patch.setattr(choices, "is_history_move", lambda: True)
        self._app.run()
        self._patch.setattr(choices, "is_history_move", lambda: False)


@pytest.fixture
def history(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> History:
    return History(app, monkeypatch)
