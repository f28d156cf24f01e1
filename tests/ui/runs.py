"""Trainings as the service tells of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from streamlit.testing.v1 import AppTest

from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing
from echoviz.core.progress import Progress
from echoviz.core.run import Provenance, Run
from echoviz.core.run_file import load_recordings
from echoviz.engine.views import TrainingState, TrainingView
from tests.ui.conftest import FakeService
from tests.ui.reading import read


def recording(framing: Framing = Framing.MANY_TO_MANY) -> Run:
    """The recorded run of a framing's defaults."""
    return load_recordings()[Experiment(framing=framing).key]


def live(run: Run, **changes: object) -> Run:
    """The same run as if it were trained just now."""
    return replace(run, provenance=Provenance.LIVE, **changes)  # type: ignore[arg-type]


def view_of(done: Run, state: TrainingState, **changes: object) -> TrainingView:
    """A training of that run's experiment."""
    view = TrainingView(
        done.experiment, 1, state, None, done, restarts=0, error="", watchers=1, place=None, estimate_s=None
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def progress_of(run: Run, epoch: int) -> Progress:
    """What the worker reports of it after so many epochs."""
    return Progress(
        epoch=epoch,
        epochs=run.experiment.epochs,
        loss=0.0123,
        row=run.rows[0],
        elapsed_s=2.0,
        loss_epochs=np.array([0, epoch]),
        losses=np.array([0.3, 0.0123]),
    )


def show_view(app: AppTest, fake: FakeService, view: TrainingView) -> str:
    """Draw the page while the service tells of this training; what it says."""
    fake.views[view.subject.key] = view
    app.run()
    assert not app.exception
    return read(app)
