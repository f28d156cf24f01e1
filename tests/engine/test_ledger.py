"""The books: identical experiments share one training, and what ended is kept within bounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from echoviz.core.experiment import Experiment
from echoviz.core.progress import Progress, pack_progress, unpack_progress
from echoviz.core.run import Ending, Run
from echoviz.engine import ledger as ledger_module
from echoviz.engine.ledger import ABANDONED_AFTER_S, ACTIVE_BY_WATCHER, Ledger
from echoviz.engine.views import TrainingState, TrainingView
from tests.core.drawn import random_run

ASKED = Experiment()


def make_run(experiment: Experiment, ending: Ending = Ending.FINISHED) -> Run:
    return random_run(experiment, ending=ending)


def make_progress(experiment: Experiment, epoch: int) -> Progress:
    row = make_run(experiment).rows[-1]
    kept = np.array([0, epoch])
    losses = np.array([0.75, 0.5], np.float32)
    return Progress(epoch, experiment.epochs, 0.5, row, 0.25, loss_epochs=kept, losses=losses)


def look(ledger: Ledger, experiment: Experiment, watcher: str | None = None) -> TrainingView | None:
    entry = ledger.find(experiment, watcher)
    return ledger.view(entry) if entry else None


def test_two_watchers_share_one_training() -> None:
    ledger = Ledger()
    entry, is_new = ledger.submit(ASKED, "a")
    assert is_new
    assert ledger.submit(Experiment(), "b") == (entry, False)
    assert ledger.submit(ASKED, "a") == (entry, False)
    assert len(ledger.active) == 1
    view = look(ledger, ASKED)
    assert view is not None
    assert (view.state, view.watchers) == (TrainingState.QUEUED, 2)


def test_other_choices_are_another_training() -> None:
    ledger = Ledger()
    ledger.submit(ASKED, "a")
    _, is_new = ledger.submit(ASKED.replace(learning_rate=0.002), "a")
    assert is_new
    assert look(ledger, ASKED.replace(seed=1)) is None


def test_only_the_last_watcher_stops() -> None:
    ledger = Ledger()
    entry, _ = ledger.submit(ASKED, "a")
    ledger.submit(ASKED, "b")
    assert ledger.leave(ASKED, "a") is None
    assert ledger.leave(ASKED, "a") is None, "whoever has left cannot leave again"
    assert entry.state is TrainingState.QUEUED
    assert ledger.leave(ASKED, "b") is entry
    assert entry.state is TrainingState.STOPPED


def test_stop_in_the_middle_waits_for_the_run() -> None:
    ledger = Ledger()
    entry, _ = ledger.submit(ASKED, "a")
    ledger.begin(entry.task, "first", is_compiled=True)
    ledger.report(entry.task, "first", make_progress(ASKED, 20))
    assert ledger.leave(ASKED, "a") is entry
    assert entry.state is TrainingState.TRAINING
    ledger.finish(entry.task, make_run(ASKED, Ending.STOPPED))
    assert entry.state is TrainingState.STOPPED
    assert entry.run is not None


def test_asking_while_it_is_being_stopped_trains_anew() -> None:
    ledger = Ledger()
    stopping, _ = ledger.submit(ASKED, "a")
    ledger.begin(stopping.task, "first", is_compiled=True)
    ledger.report(stopping.task, "first", make_progress(ASKED, 20))
    ledger.leave(ASKED, "a")
    entry, is_new = ledger.submit(ASKED, "b")
    assert is_new
    assert entry.task != stopping.task
    ledger.finish(stopping.task, make_run(ASKED, Ending.STOPPED))
    assert ledger.find(ASKED) is entry
    assert entry.state is TrainingState.QUEUED


@pytest.mark.parametrize("ending", [Ending.FINISHED, Ending.DIVERGED])
def test_what_would_come_again_is_not_trained_again(ending: Ending) -> None:
    ledger = Ledger()
    entry, _ = ledger.submit(ASKED, "a")
    ledger.finish(entry.task, make_run(ASKED, ending))
    assert ledger.submit(ASKED, "b") == (entry, False)
    assert ledger.active == ()


def test_a_stopped_run_is_shown_to_its_watchers_only() -> None:
    ledger = Ledger()
    entry, _ = ledger.submit(ASKED, "a")
    ledger.finish(entry.task, make_run(ASKED, Ending.STOPPED))
    mine, theirs = look(ledger, ASKED, "a"), look(ledger, ASKED, "b")
    assert mine is not None
    assert mine.state is TrainingState.STOPPED
    assert theirs is None
    again, is_new = ledger.submit(ASKED, "b")
    assert is_new
    assert again.attempt == 2


def test_failure_says_why_and_may_be_tried_again() -> None:
    ledger = Ledger()
    entry, _ = ledger.submit(ASKED, "a")
    ledger.fail(entry.task, "no room")
    view = look(ledger, ASKED)
    assert view is not None
    assert (view.state, view.error) == (TrainingState.FAILED, "no room")
    assert ledger.submit(ASKED, "a")[1]


def test_a_lost_worker_counts_as_a_restart() -> None:
    ledger = Ledger()
    entry, _ = ledger.submit(ASKED, "a")
    ledger.begin(entry.task, "first", is_compiled=True)
    ledger.report(entry.task, "first", make_progress(ASKED, 20))
    ledger.begin(entry.task, "second", is_compiled=False)
    assert (entry.restarts, entry.progress, entry.state) == (1, None, TrainingState.COMPILING)
    ledger.report(entry.task, "first", make_progress(ASKED, 40))
    assert entry.progress is None, "the worker that was lost is not listened to any more"


def test_who_waits_is_told_its_place_and_how_long() -> None:
    """Two seconds each, one worker; one has begun and is half done."""
    ledger = Ledger(estimate_s=lambda _: 2.0)
    entries = [ledger.submit(ASKED.replace(seed=seed), "a")[0] for seed in range(3)]
    ledger.begin(entries[0].task, "first", is_compiled=True)
    half = replace(make_progress(ASKED, 500), elapsed_s=1.0)
    ledger.report(entries[0].task, "first", half)
    views = [ledger.view(entry) for entry in entries]
    assert [view.place for view in views] == [None, 0, 1]
    assert [view.estimate_s for view in views] == pytest.approx([1.0, 3.0, 5.0])
    ledger.workers = 2
    assert ledger.view(entries[2]).estimate_s == pytest.approx(3.5)
    ledger.finish(entries[0].task, make_run(ASKED.replace(seed=0)))
    view = ledger.view(entries[0])
    assert (view.place, view.estimate_s) == (None, None)


def test_trainings_that_take_turns_take_longer() -> None:
    ledger = Ledger(estimate_s=lambda _: 2.0)
    entries = [ledger.submit(ASKED.replace(seed=seed), "a")[0] for seed in range(2)]
    for entry in entries:
        ledger.begin(entry.task, "first", is_compiled=True)
    assert [ledger.view(entry).estimate_s for entry in entries] == pytest.approx([4.0, 4.0])


def test_ended_runs_are_kept_within_bytes() -> None:
    experiments = [ASKED.replace(seed=seed) for seed in range(6)]
    run = make_run(ASKED)
    ledger = Ledger(kept_bytes=4 * (run.losses.nbytes + run.rows.nbytes))
    active, _ = ledger.submit(ASKED.replace(seed=99), "a")
    for experiment in experiments[:4]:
        ledger.finish(ledger.submit(experiment, "a")[0].task, make_run(experiment))
    assert ledger.find(experiments[0]) is not None  # used last: the other ones go first
    ledger.finish(ledger.submit(experiments[4], "a")[0].task, make_run(experiments[4]))
    kept = [ledger.find(experiment) is not None for experiment in experiments]
    assert kept == [True, False, True, True, True, False]
    assert ledger.find(active.experiment) is active


def test_progress_survives_the_journey() -> None:
    progress = make_progress(ASKED, 20)
    arrived = unpack_progress(pack_progress(progress))
    assert (arrived.epoch, arrived.epochs, arrived.loss, arrived.elapsed_s) == (20, 1000, 0.5, 0.25)
    for name in ("row", "losses", "loss_epochs"):
        assert np.array_equal(getattr(arrived, name), getattr(progress, name))


def test_a_run_without_watchers_goes_on_for_a_while() -> None:
    ledger = Ledger()
    entry, _ = ledger.submit(ASKED, "a")
    ledger.forget("a", now_s=100.0)
    assert ledger.find_abandoned(100.0 + ABANDONED_AFTER_S) == []
    assert ledger.find_abandoned(101.0 + ABANDONED_AFTER_S) == [entry]
    ledger.join(ASKED, "a reloaded page")
    assert ledger.find_abandoned(101.0 + ABANDONED_AFTER_S) == []
    assert ledger.leave(ASKED, "a reloaded page") is entry


def test_nobody_joins_what_is_stopping() -> None:
    ledger = Ledger()
    entry, _ = ledger.submit(ASKED, "a")
    entry.progress = make_progress(ASKED, 1)
    ledger.leave(ASKED, "a")
    ledger.join(ASKED, "b")
    assert entry.state.is_active
    assert entry.watchers == set()


def test_one_session_cannot_fill_the_queue() -> None:
    ledger = Ledger()
    wishes = [ASKED.replace(seed=seed) for seed in range(ACTIVE_BY_WATCHER + 1)]
    assert all(ledger.submit(wish, "a")[1] for wish in wishes[:-1])
    refused, is_new = ledger.submit(wishes[-1], "a")
    assert (refused.state, is_new) == (TrainingState.REFUSED, False)
    assert ledger.find(wishes[-1], "b") is None
    assert ledger.submit(wishes[0], "a")[0].state is TrainingState.QUEUED, "what is under way is no new wish"
    assert ledger.submit(wishes[-1], "b")[1], "others have room"
    ledger.leave(wishes[0], "a")
    assert ledger.submit(ASKED.replace(seed=77), "a")[1], "and so has who stops one"


def test_all_sessions_together_cannot_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "ACTIVE_AT_MOST", 2)
    ledger = Ledger()
    entries = [ledger.submit(ASKED.replace(seed=seed), str(seed))[0] for seed in range(3)]
    assert [entry.state for entry in entries] == [
        TrainingState.QUEUED,
        TrainingState.QUEUED,
        TrainingState.REFUSED,
    ]
    assert len(ledger.active) == 2


def fill(ledger: Ledger, watcher: str) -> list[Experiment]:
    """As many trainings as one session may watch."""
    wishes = [ASKED.replace(seed=seed, epochs=1 + ord(watcher)) for seed in range(ACTIVE_BY_WATCHER)]
    for wish in wishes:
        ledger.submit(wish, watcher)
    return wishes


def test_a_refusal_takes_nothing_from_others() -> None:
    ledger = Ledger()
    stopped, _ = ledger.submit(ASKED, "a")
    ledger.finish(stopped.task, make_run(ASKED, Ending.STOPPED))
    wishes = fill(ledger, "b")
    assert ledger.submit(ASKED, "b")[0].state is TrainingState.REFUSED
    assert ledger.find(ASKED, "a") is stopped
    refused = look(ledger, ASKED, "b")
    assert refused is not None
    assert (refused.state, refused.run) == (TrainingState.REFUSED, None), "a stranger's run stays its own"
    ledger.leave(wishes[0], "b")
    trained, is_new = ledger.submit(ASKED, "b")
    assert (is_new, trained.attempt) == (True, 2)
    assert ledger.find(ASKED, "b") is trained


def test_who_is_refused_keeps_its_stopped_run() -> None:
    ledger = Ledger()
    stopped, _ = ledger.submit(ASKED, "a")
    ledger.finish(stopped.task, make_run(ASKED, Ending.STOPPED))
    fill(ledger, "a")
    assert ledger.submit(ASKED, "a")[0].state is TrainingState.REFUSED
    refused = look(ledger, ASKED, "a")
    assert refused is not None
    assert (refused.state, refused.run) == (TrainingState.REFUSED, stopped.run)


def test_a_refusal_does_not_hide_what_others_train() -> None:
    ledger = Ledger()
    fill(ledger, "a")
    ledger.submit(ASKED, "a")
    trained, _ = ledger.submit(ASKED, "b")
    assert ledger.find(ASKED, "a") is trained
    ledger.join(ASKED, "a")
    ledger.fail(trained.task, "no room")
    assert ledger.find(ASKED, "a") is trained, "who has joined sees how it ended"


def test_refusals_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "KEPT_REFUSALS", 2)
    ledger = Ledger()
    fill(ledger, "a")
    wishes = [ASKED.replace(seed=seed) for seed in range(3)]
    for wish in wishes:
        ledger.submit(wish, "a")
    assert [ledger.find(wish, "a") is not None for wish in wishes] == [False, True, True]


def test_a_slowly_stopping_attempt_outlives_no_successor() -> None:
    ledger = Ledger(kept_bytes=0)
    stopping, _ = ledger.submit(ASKED, "a")
    ledger.begin(stopping.task, "first", is_compiled=True)
    ledger.report(stopping.task, "first", make_progress(ASKED, 20))
    ledger.leave(ASKED, "a")
    successor, _ = ledger.submit(ASKED, "b")
    ledger.finish(successor.task, make_run(ASKED))
    other = ASKED.replace(seed=99)
    ledger.finish(ledger.submit(other, "b")[0].task, make_run(other))
    assert ledger.find(ASKED) is successor, "without it the next attempt would bear the stopping one's name"
    ledger.forget("a", now_s=1.0)  # else its page shows the attempt
    ledger.find(other)
    ledger.finish(stopping.task, make_run(ASKED, Ending.STOPPED))
    assert ledger.active == ()
    assert ledger.find(ASKED) is None
    assert ledger.find(other) is not None


def test_what_a_page_shows_stays_however_much_others_train() -> None:
    """A visitor who only looks must not lose a result to those who go on."""
    ledger = Ledger(kept_bytes=0)
    shown = ASKED.replace(seed=0)
    ledger.finish(ledger.submit(shown, "who looks")[0].task, make_run(shown))
    others = [ASKED.replace(seed=seed) for seed in range(1, 5)]
    for experiment in others:
        ledger.finish(ledger.submit(experiment, "who trains")[0].task, make_run(experiment))
    assert ledger.find(shown) is not None
    assert [ledger.find(experiment) is not None for experiment in others] == [False] * 3 + [True]
    ledger.forget("who looks", now_s=1.0)
    ledger.finish(ledger.submit(ASKED.replace(seed=9), "who trains")[0].task, make_run(ASKED))
    assert ledger.find(shown) is None


def test_what_pages_show_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "LOOKED_AT_BYTES", 0)
    ledger = Ledger(kept_bytes=0)
    for seed in range(3):
        experiment = ASKED.replace(seed=seed)
        ledger.finish(ledger.submit(experiment, f"visitor {seed}")[0].task, make_run(experiment))
    assert [ledger.find(ASKED.replace(seed=seed)) is not None for seed in range(3)] == [False, False, True]


def test_those_who_look_at_what_has_ended_are_not_remembered() -> None:
    ledger = Ledger()
    entry, _ = ledger.submit(ASKED, "a")
    ledger.finish(entry.task, make_run(ASKED))
    assert ledger.submit(ASKED, "b")[0] is entry
    assert entry.watched_by == {"a"}
