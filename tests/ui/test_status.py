"""What the page says and asks for in every state of a training."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing
from echoviz.core.printing import print_loss
from echoviz.core.run import Ending, Provenance
from echoviz.engine.views import TrainingState, Warmth, WarmthView
from echoviz.ui import turns
from tests.core.drawn import random_run
from tests.ui.conftest import FakeService
from tests.ui.reading import address, find_control, read, read_components
from tests.ui.runs import live, progress_of, recording, show_view, view_of


@pytest.mark.parametrize("framing", [Framing.ONE_TO_ONE, Framing.MANY_TO_ONE, Framing.MANY_TO_MANY])
def test_first_paint_is_a_recording_and_says_so(app: AppTest, framing: Framing) -> None:
    app.query_params["framing"] = str(framing)
    app.run()
    assert not app.exception
    assert "**recorded**" in read(app)


def test_initial_weights_are_asked_for_where_nothing_is_known(app: AppTest, fake: FakeService) -> None:
    app.run()
    assert fake.asked == []
    find_control(app, "length").set_value(7).run()
    assert set(fake.asked) == {Experiment(length=7)}
    assert "Keras is building this model" in read(app)
    assert "Keras is ready" not in read(app), "no news to one who waits"


def test_unknown_weights_are_said_to_be_unknown(app: AppTest, fake: FakeService) -> None:
    fake.warmth = WarmthView(Warmth.WARMING, 4.0)
    app.query_params["length"] = "7"
    app.run()
    assert not app.exception
    assert "Not trained yet" in read(app)
    assert "TensorFlow is loading in the background (4 s)" in read_components(app)["following"]["words"]


def test_a_failed_start_is_told_without_its_inner_reason(app: AppTest, fake: FakeService) -> None:
    """The reason may name hosts: it is for the log, not for visitors."""
    fake.warmth = WarmthView(Warmth.FAILED, 4.0, "no scheduler answered at tcp://10.0.0.1:8786")
    app.run()
    assert "Training is not available just now; the server keeps trying" in read(app)
    assert "10.0.0.1" not in read(app)


def test_it_follows_only_what_moves(app: AppTest, fake: FakeService) -> None:
    assert "following" not in read_components(app.run())
    fake.warmth = WarmthView(Warmth.WARMING, 4.0)
    assert "following" in read_components(app.run())
    fake.warmth = WarmthView(Warmth.FAILED, 4.0, "no scheduler answered")
    assert "following" in read_components(app.run()), "it is tried again by itself"
    fake.warmth = WarmthView(Warmth.READY, 4.0)
    show_view(app, fake, view_of(recording(), TrainingState.QUEUED, outcome=None))
    assert "following" in read_components(app)
    show_view(app, fake, view_of(live(recording()), TrainingState.FINISHED))
    assert "following" not in read_components(app)


def test_train_submits_and_stop_stops(app: AppTest, fake: FakeService) -> None:
    app.run()
    app.button(key="train").click().run()
    assert fake.submitted == [Experiment()]
    show_view(app, fake, view_of(recording(), TrainingState.QUEUED, outcome=None))
    assert app.button(key="train").disabled
    app.button(key="stop").click().run()
    assert fake.stopped == [Experiment()]


def test_a_press_sent_twice_trains_once(app: AppTest, fake: FakeService) -> None:
    """The browser itself sends a press twice when it falls together with another message."""
    app.run()
    app.button(key="train").click()
    message = app._tree.get_widget_states()
    app._run(message)
    app._run(message)
    assert len(set(fake.submitted)) == 1


def test_a_press_in_a_session_that_knows_no_callbacks_is_not_lost(fake: FakeService, app: AppTest) -> None:
    """The server was restarted under an open page: its first run is the press, with all that was chosen."""
    before = AppTest.from_file(app._script_path, default_timeout=30)
    before.run()
    find_control(before, "length").set_value(7).run()
    before.button(key="train").click()
    message = before._tree.get_widget_states()
    app.query_params["length"] = "7"
    app._run(message)
    assert not app.exception
    assert fake.submitted == [Experiment(length=7)]
    app.run()
    assert fake.submitted == [Experiment(length=7)]


def test_what_was_chosen_while_the_server_was_away_counts(fake: FakeService, app: AppTest) -> None:
    before = AppTest.from_file(app._script_path, default_timeout=30)
    before.run()
    find_control(before, "length").set_value(9)
    app._run(before._tree.get_widget_states())
    assert not app.exception
    assert find_control(app, "length").value == 9
    assert address(app) == {"length": "9"}


def test_a_short_run_comes_back_with_its_press(app: AppTest, fake: FakeService) -> None:
    app.run()
    run = live(recording())
    fake.ended_at_once = {run.experiment.key: view_of(run, TrainingState.FINISHED)}
    app.button(key="train").click().run()
    assert "Trained live: 1\u202f000 epochs" in read(app)


def test_progress_says_epoch_loss_and_time_left(app: AppTest, fake: FakeService) -> None:
    run = recording()
    show_view(app, fake, view_of(run, TrainingState.TRAINING, progress=progress_of(run, 250), outcome=None))
    told = read_components(app)["following"]
    assert told["share"] == 0.25
    assert told["words"] == "Epoch 250 of 1\u202f000 · loss 0.0123 · 6 s left"


@pytest.mark.parametrize(
    ("place", "said"),
    [(0, "this training is the next"), (1, "1 training begins before"), (7, "7 trainings begin before")],
)
def test_waiting_says_its_place_and_an_estimate(
    app: AppTest, fake: FakeService, place: int, said: str
) -> None:
    view = view_of(recording(), TrainingState.QUEUED, outcome=None, place=place, estimate_s=12.0)
    show_view(app, fake, view)
    words = read_components(app)["following"]["words"]
    assert words.startswith("The server is very busy.")
    assert said in words
    assert "12 s left" in words


def test_a_run_that_will_take_long_says_so_before_it_starts(app: AppTest, fake: FakeService) -> None:
    experiment = Experiment(length=7)
    fake.untrained_runs[experiment.key] = random_run(experiment, epochs=(0,), provenance=Provenance.UNTRAINED)
    app.query_params["length"] = "7"
    app.run()
    assert "minutes" not in read(app)
    fake.estimates_s[experiment.key] = 170.0
    app.run()
    assert "A training with these settings takes about 3 minutes." in read(app)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (TrainingState.FINISHED, "Trained live: 1\u202f000 epochs"),
        (TrainingState.DIVERGED, "no longer a number at epoch 1\u202f000"),
        (TrainingState.STOPPED, "Stopped at epoch 1\u202f000 of 1\u202f000"),
        (TrainingState.FAILED, "Training failed; the server's log says why"),
        (
            TrainingState.OUT_OF_TIME,
            "longer than the server allows, so it ended at epoch 1\u202f000 of 1\u202f000",
        ),
    ],
)
def test_every_ending_is_told(app: AppTest, fake: FakeService, state: TrainingState, said: str) -> None:
    ending = Ending.DIVERGED if state is TrainingState.DIVERGED else Ending.FINISHED
    view = view_of(live(recording(), ending=ending), state, error="the disk is full.")
    shown = show_view(app, fake, view)
    assert said in shown
    assert "the disk is full" not in shown
    assert not app.button(key="train").disabled


def test_a_finished_run_says_whether_the_rule_was_learned(app: AppTest, fake: FakeService) -> None:
    """Trained on its one sequence it has memorised: on 500 others it is off by a quarter."""
    said = show_view(app, fake, view_of(live(recording()), TrainingState.FINISHED))
    error = float(said.partition("it is off by ")[2].split()[0])
    assert 0.1 < error < 0.5
    assert "it has **not** learned the rule" in said


def test_a_run_that_was_better_on_the_way_says_so(app: AppTest, fake: FakeService) -> None:
    run = live(recording())
    losses = run.losses.copy()
    losses[400] = 1e-12
    said = show_view(app, fake, view_of(replace(run, losses=losses), TrainingState.FINISHED))
    assert f"It was lower on the way: {print_loss(1e-12)} after epoch 400." in said
    fake.views.clear()
    assert "on the way" not in show_view(app, fake, view_of(run, TrainingState.FINISHED))


def test_a_diverged_run_says_what_to_lower(app: AppTest, fake: FakeService) -> None:
    run = live(recording(), ending=Ending.DIVERGED)
    assert "Lower the learning rate (now 0.001)" in show_view(app, fake, view_of(run, TrainingState.DIVERGED))


def test_a_stop_before_the_first_epoch(app: AppTest, fake: FakeService) -> None:
    run = recording()
    untrained = random_run(run.experiment, epochs=(0,), ending=Ending.STOPPED)
    for shown in (untrained, None):
        said = show_view(app, fake, view_of(run, TrainingState.STOPPED, outcome=shown))
        assert "Stopped at epoch 0" in said


def test_a_restart_is_told(app: AppTest, fake: FakeService) -> None:
    said = show_view(app, fake, view_of(recording(), TrainingState.TRAINING, outcome=None, restarts=1))
    assert "restarted" in said


def test_a_reloaded_page_joins_the_run_under_way(app: AppTest, fake: FakeService) -> None:
    show_view(app, fake, view_of(recording(), TrainingState.TRAINING, outcome=None))
    assert fake.joined[0] == Experiment()
    assert fake.submitted == []


def test_one_who_stops_does_not_join_again(app: AppTest, fake: FakeService) -> None:
    run = recording()
    view = view_of(run, TrainingState.TRAINING, outcome=None, watchers=2, progress=progress_of(run, 250))
    show_view(app, fake, view)
    app.button(key="stop").click()
    fake.joined.clear()
    app.run()
    said = show_view(app, fake, replace(view, progress=progress_of(run, 800)))
    assert "You stopped watching at epoch 250; others (2)" in said
    assert fake.joined == []
    assert not app.button(key="train").disabled
    show_view(app, fake, replace(view, attempt=2))
    assert fake.joined != [], "another attempt is not the one that was left"


def test_whoever_trains_waits_for_a_turn_and_whoever_looks_does_not(
    app: AppTest, fake: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All turns are taken here, for good: patience ends, and the page is drawn all the same."""
    asked: list[float] = []

    class Taken:
        def acquire(self, timeout: float) -> bool:
            asked.append(timeout)
            return False

    monkeypatch.setattr(turns, "_turns", Taken())
    app.run()
    assert asked == []
    app.button(key="train").click().run()
    assert asked == [turns.PATIENCE_S]
    assert fake.submitted == [Experiment()]
    app.run()
    assert len(asked) == 1


def test_a_turn_is_given_back(app: AppTest) -> None:
    app.run()
    for _ in range(turns.AT_A_TIME + 1):
        app.button(key="train").click().run(timeout=10)
    with pytest.raises(ValueError, match="released too many"):
        turns._turns.release()
