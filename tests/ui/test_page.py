"""What the page says and asks for in every state of a training."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from echoviz.core.catalog import LANGUAGES
from echoviz.core.experiment import Experiment, Framing
from echoviz.core.progress import Progress
from echoviz.core.run import Ending, Run, load_recording
from echoviz.engine.views import TrainingState, TrainingView, Warmth, WarmthView
from echoviz.ui import training
from tests.ui.conftest import FakeService


def read(app: AppTest) -> str:
    """All that the page says in words."""
    parts = [*app.markdown, *app.warning, *app.error, *app.info, *app.caption, *app.subheader]
    return "\n".join(part.value for part in parts)


def recording(framing: Framing = Framing.MANY_TO_MANY) -> Run:
    run = load_recording(framing)
    assert run is not None
    return run


def view_of(recorded: Run, state: TrainingState, **changes: object) -> TrainingView:
    view = TrainingView(recorded.experiment, 1, state, None, recorded, restarts=0, error="", watchers=1)
    return replace(view, **changes)  # type: ignore[arg-type]


def show_view(app: AppTest, fake: FakeService, view: TrainingView) -> str:
    fake.views[view.experiment.key] = view
    app.run()
    assert not app.exception
    return read(app)


@pytest.mark.parametrize("framing", Framing)
def test_first_paint_is_a_recording_and_says_so(app: AppTest, framing: Framing) -> None:
    app.query_params["framing"] = str(framing)
    app.run()
    assert not app.exception
    assert "**recorded**" in read(app)
    assert "`0.0 0.2 0.4 0.6 0.8`" in read(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_speaks_one_language(app: AppTest, language: str) -> None:
    app.query_params["lang"] = language
    app.run()
    assert not app.exception
    has_chinese = any("\u4e00" <= character <= "\u9fff" for character in read(app))
    assert has_chinese == (language == "zh")


def test_sections_stand_in_order(app: AppTest) -> None:
    app.run()
    charts = [key for key in (element.proto.id for element in app.get("plotly_chart")) if key]
    order = ["predictions", "loss", "weights", "head_growth", "time_distributed"]
    assert [name for chart in charts for name in order if chart.endswith(f"figure_{name}")] == order


def test_the_shape_on_the_controls_is_prepared(app: AppTest, fake: FakeService) -> None:
    app.query_params["length"] = "7"
    app.run()
    assert fake.prepared[-1] == Experiment(length=7)


def test_unknown_weights_are_said_to_be_unknown(app: AppTest, fake: FakeService) -> None:
    fake.warmth = WarmthView(Warmth.WARMING, 4.0)
    app.query_params["length"] = "7"
    app.run()
    assert not app.exception
    assert "Not trained yet" in read(app)
    assert "TensorFlow is loading in the background (4 s)" in read(app)


def test_a_failed_start_is_told_without_its_inner_reason(app: AppTest, fake: FakeService) -> None:
    """The reason may name hosts: it is for the log, not for visitors."""
    fake.warmth = WarmthView(Warmth.FAILED, 4.0, "no scheduler answered at tcp://10.0.0.1:8786")
    app.run()
    assert "Training is not available; the server's log says why" in read(app)
    assert "10.0.0.1" not in read(app)


def test_a_failed_start_is_not_polled(app: AppTest, fake: FakeService) -> None:
    fake.warmth = WarmthView(Warmth.FAILED, 4.0, "no scheduler answered")
    for query in ({}, {"length": "7"}):
        app.query_params.update(query)
        app.run()
        assert not app.exception
        assert not training._is_waiting(training.Shown(None, None))
    fake.warmth = WarmthView(Warmth.READY, 4.0)
    assert training._is_waiting(training.Shown(None, None))


def test_train_submits_and_stop_stops(app: AppTest, fake: FakeService) -> None:
    app.run()
    app.button(key="train").click().run()
    assert fake.submitted == [Experiment()]
    show_view(app, fake, view_of(recording(), TrainingState.QUEUED, run=None))
    assert app.button(key="train").disabled
    app.button(key="stop").click().run()
    assert fake.stopped == [Experiment()]


def test_progress_says_epoch_loss_and_time_left(app: AppTest, fake: FakeService) -> None:
    run = recording()
    progress = Progress(250, 1000, 0.0123, np.zeros(5, np.float32), run.snapshots[0].weights, elapsed_s=2.0)
    fake.views[run.experiment.key] = view_of(run, TrainingState.TRAINING, progress=progress, run=None)
    app.run()
    assert not app.exception
    bar = app.get("progress")[0]
    assert bar.proto.value == 25
    assert bar.proto.text == "Epoch 250 of 1\u202f000 · loss 0.0123 · 6 s left"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (TrainingState.FINISHED, "Trained live: 1\u202f000 epochs"),
        (TrainingState.DIVERGED, "no longer a number at epoch 1\u202f000"),
        (TrainingState.STOPPED, "Stopped at epoch 1\u202f000 of 1\u202f000"),
        (TrainingState.FAILED, "Training failed; the server's log says why"),
        (TrainingState.REFUSED, "Too many trainings are under way"),
    ],
)
def test_every_ending_is_told(app: AppTest, fake: FakeService, state: TrainingState, said: str) -> None:
    ending = Ending.DIVERGED if state is TrainingState.DIVERGED else Ending.FINISHED
    view = view_of(replace(recording(), recorded=False, ending=ending), state, error="the disk is full.")
    shown = show_view(app, fake, view)
    assert said in shown
    assert "the disk is full" not in shown
    assert not app.button(key="train").disabled


def test_a_diverged_run_says_what_to_lower(app: AppTest, fake: FakeService) -> None:
    run = replace(recording(), ending=Ending.DIVERGED)
    assert "Lower the learning rate (now 0.001)" in show_view(app, fake, view_of(run, TrainingState.DIVERGED))


def test_a_stop_before_the_first_epoch(app: AppTest, fake: FakeService) -> None:
    run = recording()
    untrained = replace(run, losses=run.losses[:0], snapshots=run.snapshots[:1], ending=Ending.STOPPED)
    for shown in (untrained, None):
        said = show_view(app, fake, view_of(run, TrainingState.STOPPED, run=shown))
        assert "Stopped at epoch 0" in said


def test_a_restart_is_told(app: AppTest, fake: FakeService) -> None:
    said = show_view(app, fake, view_of(recording(), TrainingState.COMPILING, run=None, restarts=1))
    assert "restarted" in said


def test_widget_values_from_outside_are_bounded(app: AppTest, fake: FakeService) -> None:
    app.run()
    app.slider(key="length").set_value(50)
    app.number_input(key="epochs").set_value(10**9)
    app.run()
    assert not app.exception
    assert fake.prepared[-1].epochs == app.number_input(key="epochs").value == 10_000
    assert "Epochs: `1000000000` → **10000** (from 1 to 10000)" in read(app)
    app.number_input(key="learning_rate").set_value(0.0)
    app.run()
    assert app.number_input(key="learning_rate").value == 1e-5
    app.number_input(key="epochs").set_value(70)
    app.run()
    assert "Learning rate: `0` → **1e-05**" in read(app)
    assert "Epochs:" not in read(app)


def test_a_reloaded_page_joins_the_run_under_way(app: AppTest, fake: FakeService) -> None:
    show_view(app, fake, view_of(recording(), TrainingState.TRAINING, run=None))
    assert fake.joined[0] == Experiment()
    assert fake.submitted == []


def test_one_who_stops_does_not_join_again(app: AppTest, fake: FakeService) -> None:
    weights = recording().snapshots[0].weights
    progress = Progress(250, 1000, 0.0123, np.zeros(5, np.float32), weights, elapsed_s=2.0)
    view = view_of(recording(), TrainingState.TRAINING, run=None, watchers=2, progress=progress)
    show_view(app, fake, view)
    app.button(key="stop").click()
    fake.joined.clear()
    app.run()
    show_view(app, fake, replace(view, progress=replace(progress, epoch=800)))
    assert "You stopped watching at epoch 250; others (2)" in read(app)
    assert fake.joined == []
    assert not app.button(key="train").disabled
    show_view(app, fake, replace(view, attempt=2))
    assert fake.joined != [], "another attempt is not the one that was left"


def test_a_run_that_begins_elsewhere_is_joined_with_its_stop(
    app: AppTest, fake: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It begins after the buttons were drawn, and before the status is."""
    view = view_of(recording(), TrainingState.TRAINING, run=None)
    answers = iter([None])
    monkeypatch.setattr(fake, "find", lambda *_: next(answers, view))
    app.run()
    assert not app.exception
    assert (app.button(key="train").disabled, app.button(key="stop").disabled) == (True, False)


def test_a_lost_preparation_is_asked_for_again(app: AppTest, fake: FakeService) -> None:
    """Whoever waits for values asks on every look, not only when the page is drawn."""
    app.query_params["length"] = "7"
    app.run()
    asked = [experiment for experiment in fake.prepared if experiment == Experiment(length=7)]
    assert len(asked) >= 2


def test_a_message_older_than_a_correction_keeps_it_and_its_note(app: AppTest) -> None:
    app.run()
    app.number_input(key="epochs").set_value(1_000_000_000).run()
    for _ in range(2):  # the old number once more, then the new one from a browser that has heard of it
        app.number_input(key="revision_of_numbers").set_value(0)
        app.number_input(key="epochs").set_value(1_000_000_000).run()
        assert app.number_input(key="epochs").value == 10_000
        assert "`1000000000` → **10000**" in read(app)
        app.run()
    assert "`1000000000` → **10000**" in read(app)


@pytest.mark.parametrize(
    ("framing", "said"),
    [
        ("one-to-one", "one Dense call answers all of them (7) with the same 3 + 1 weights"),
        ("many-to-one", "7 × (3 + 1) = 28"),
        ("many-to-many", "on the h of every timestep, 7 in all. However many there are, it stays 4 weights"),
    ],
)
def test_the_time_distributed_section_is_of_the_chosen_framing(app: AppTest, framing: str, said: str) -> None:
    app.query_params.update({"framing": framing, "length": "7", "neurons": "3"})
    app.run()
    assert said in read(app)


def test_whoever_waits_is_not_told_that_keras_is_ready(app: AppTest, fake: FakeService) -> None:
    app.query_params["length"] = "7"
    app.run()
    assert "Keras is building this model" in read(app)
    assert "Keras is ready" not in read(app)


def test_plotly_waits_for_the_stage(app: AppTest) -> None:
    app.session_state["stage_is_drawn"] = False
    app.run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 0
    app.session_state["stage_is_drawn"] = True
    app.run()
    assert len(app.get("plotly_chart")) == 5


def test_tables_hold_every_block_and_every_step(app: AppTest) -> None:
    app.run()
    tables = [part.value for part in app.markdown if part.value.startswith("| ")]
    weights, steps = (table.splitlines() for table in tables)
    assert weights[0] == "| layer | matrix | gate | shape | weights |"
    assert "| LSTM | recurrent kernel | c̃ | (5, 5) | 25 |" in weights
    assert weights[-1] == "| all layers |  |  |  | 146 |"
    assert steps[0] == "| timestep | h · w + b | ŷ | target |"
    predictions = [float(line.split(" | ")[2].replace("−", "-")) for line in steps[2:]]
    np.testing.assert_allclose(predictions, recording().predictions.ravel(), atol=5e-5)
