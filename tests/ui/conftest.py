"""The page without a browser and without Keras: a service that says what the test wants to see."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from echoviz.core.experiment import Experiment
from echoviz.core.run import Run
from echoviz.engine.views import TrainingView, Warmth, WarmthView
from echoviz.ui import page, service, training
from harness.server import ROOT


class FakeService:
    """Answers as `TrainingService` does; remembers what it was asked."""

    def __init__(self) -> None:
        self.warmth = WarmthView(Warmth.READY, 3.0)
        self.views: dict[str, TrainingView] = {}
        self.untrained_runs: dict[str, Run] = {}
        self.submitted: list[Experiment] = []
        self.stopped: list[Experiment] = []
        self.prepared: list[Experiment] = []
        self.joined: list[Experiment] = []

    def find(self, experiment: Experiment, watcher: str | None = None) -> TrainingView | None:
        return self.views.get(experiment.key)

    def untrained(self, experiment: Experiment) -> Run | None:
        return self.untrained_runs.get(experiment.key)

    def submit(self, experiment: Experiment, watcher: str) -> None:
        self.submitted.append(experiment)

    def stop(self, experiment: Experiment, watcher: str) -> None:
        self.stopped.append(experiment)

    def join(self, experiment: Experiment, watcher: str) -> None:
        self.joined.append(experiment)

    def prepare(self, experiment: Experiment, watcher: str) -> None:
        self.prepared.append(experiment)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    fake = FakeService()
    for module in (page, training, service):
        monkeypatch.setattr(module, "get_service", lambda: fake)
    return fake


@pytest.fixture
def app(fake: FakeService) -> AppTest:
    """The page after its stage was drawn: only a browser says so."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    app.session_state["stage_is_drawn"] = True
    return app
