"""The books: identical experiments share one training, and what ended is kept within bounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from echoviz.core.experiment import Experiment
from echoviz.core.progress import Progress, pack_progress, unpack_progress
from echoviz.core.run import Ending, Run
from echoviz.core.survey import NEVER, Survey, SurveyProgress, sum_up_runs
from echoviz.engine import ledger as ledger_module
from echoviz.engine.ledger import ABANDONED_AFTER_S, RESTARTS_AT_MOST, WISHES_AT_MOST, Entry, Ledger
from echoviz.engine.views import Subject, TrainingState, TrainingView
from tests.core.drawn import random_run
from tests.engine.conftest import Clock

ASKED = Experiment()


def make_run(experiment: Experiment, ending: Ending = Ending.FINISHED) -> Run:
    return random_run(experiment, ending=ending)


def make_progress(experiment: Experiment, epoch: int) -> Progress:
    row = make_run(experiment).rows[-1]
    kept = np.array([0, epoch])
    losses = np.array([0.75, 0.5], np.float32)
    return Progress(epoch, experiment.epochs, 0.5, row, 0.25, loss_epochs=kept, losses=losses)


def submit(ledger: Ledger, subject: Subject, watcher: str) -> Entry:
    return ledger.submit([subject], watcher)[0][0]


def begin(ledger: Ledger, entry: Entry, *, is_compiled: bool) -> None:
    """It is handed to a worker, which begins it."""
    entry.worker = entry.worker or "worker"
    ledger.begin(entry.task, is_compiled=is_compiled)


def look(ledger: Ledger, experiment: Experiment, watcher: str | None = None) -> TrainingView | None:
    entry = ledger.find(experiment, watcher)
    return ledger.view(entry) if entry else None


def test_two_watchers_share_one_training() -> None:
    ledger = Ledger()
    entry = submit(ledger, ASKED, "a")
    assert submit(ledger, Experiment(), "b") is entry
    assert submit(ledger, ASKED, "a") is entry
    assert len(ledger.active) == 1
    view = look(ledger, ASKED)
    assert view is not None
    assert (view.state, view.watchers) == (TrainingState.QUEUED, 2)


def test_other_choices_are_another_training() -> None:
    ledger = Ledger()
    entry = submit(ledger, ASKED, "a")
    assert submit(ledger, ASKED.replace(learning_rate=0.002), "b") is not entry
    assert look(ledger, ASKED.replace(seed=1)) is None


def test_only_the_last_watcher_stops() -> None:
    ledger = Ledger()
    entry = submit(ledger, ASKED, "a")
    submit(ledger, ASKED, "b")
    assert ledger.leave(ASKED, "a") is None
    assert ledger.leave(ASKED, "a") is None, "whoever has left cannot leave again"
    assert entry.state is TrainingState.QUEUED
    assert ledger.leave(ASKED, "b") is entry
    assert entry.state is TrainingState.STOPPED


def test_stop_in_the_middle_waits_for_the_run() -> None:
    ledger = Ledger()
    entry = submit(ledger, ASKED, "a")
    begin(ledger, entry, is_compiled=True)
    ledger.report(entry.task, make_progress(ASKED, 20))
    assert ledger.leave(ASKED, "a") is entry
    assert entry.state is TrainingState.TRAINING
    ledger.finish(entry.task, make_run(ASKED, Ending.STOPPED))
    assert entry.state is TrainingState.STOPPED
    assert entry.outcome is not None


def test_asking_while_it_is_being_stopped_trains_anew() -> None:
    ledger = Ledger()
    stopping = submit(ledger, ASKED, "a")
    begin(ledger, stopping, is_compiled=True)
    ledger.report(stopping.task, make_progress(ASKED, 20))
    ledger.leave(ASKED, "a")
    entry = submit(ledger, ASKED, "b")
    assert entry.task != stopping.task
    ledger.finish(stopping.task, make_run(ASKED, Ending.STOPPED))
    assert ledger.find(ASKED) is entry
    assert entry.state is TrainingState.QUEUED


@pytest.mark.parametrize("ending", [Ending.FINISHED, Ending.DIVERGED])
def test_what_would_come_again_is_not_trained_again(ending: Ending) -> None:
    ledger = Ledger()
    entry = submit(ledger, ASKED, "a")
    ledger.finish(entry.task, make_run(ASKED, ending))
    assert submit(ledger, ASKED, "b") is entry
    assert ledger.active == ()


def test_a_stopped_run_is_shown_to_its_watchers_only() -> None:
    ledger = Ledger()
    entry = submit(ledger, ASKED, "a")
    ledger.finish(entry.task, make_run(ASKED, Ending.STOPPED))
    mine, theirs = look(ledger, ASKED, "a"), look(ledger, ASKED, "b")
    assert mine is not None
    assert mine.state is TrainingState.STOPPED
    assert theirs is None
    assert submit(ledger, ASKED, "b").attempt == 2


def test_failure_says_why_and_may_be_tried_again() -> None:
    ledger = Ledger()
    entry = submit(ledger, ASKED, "a")
    ledger.fail(entry.task, "no room")
    view = look(ledger, ASKED)
    assert view is not None
    assert (view.state, view.error) == (TrainingState.FAILED, "no room")
    assert submit(ledger, ASKED, "a").attempt == 2


def test_what_a_lost_worker_had_in_hand_waits_again() -> None:
    ledger = Ledger()
    begun, stopping, handed, other = (
        submit(ledger, ASKED.replace(seed=seed), f"{seed}") for seed in range(4)
    )
    for entry in (begun, stopping, handed):
        entry.worker = "lost"
    other.worker = "there"
    for entry in (begun, stopping, other):
        begin(ledger, entry, is_compiled=True)
        ledger.report(entry.task, make_progress(ASKED, 20))
    ledger.stop(stopping, "visitor")
    assert ledger.requeue("lost") == [begun, stopping, handed]
    assert stopping.state is TrainingState.STOPPED
    assert ledger.active == (begun, handed, other)
    assert (begun.state, begun.restarts, begun.worker, begun.progress) == (TrainingState.QUEUED, 1, "", None)
    assert (handed.restarts, other.state) == (0, TrainingState.TRAINING)
    ledger.report(begun.task, make_progress(ASKED, 30))
    assert begun.progress is None, "what the lost worker said last comes too late"


def test_what_was_handed_to_a_silent_worker_is_taken_back() -> None:
    ledger = Ledger()
    begun, handed = (submit(ledger, ASKED.replace(seed=seed), f"{seed}") for seed in range(2))
    begin(ledger, begun, is_compiled=True)
    handed.worker = begun.worker
    assert ledger.take_back(begun.worker) == [handed]
    assert (handed.worker, handed.restarts) == ("", 0)
    assert ledger.find_next(lambda _: True) is handed


def test_what_has_lost_many_workers_ends() -> None:
    ledger = Ledger()
    entry = submit(ledger, ASKED, "a")
    for _ in range(RESTARTS_AT_MOST + 1):
        assert entry.state is TrainingState.QUEUED
        entry.worker = "lost"
        begin(ledger, entry, is_compiled=True)
        ledger.requeue("lost")
    assert (entry.state, entry.cause) == (TrainingState.FAILED, "worker")


def test_who_waits_is_told_its_place_and_how_long() -> None:
    """Two seconds each, one worker; one has begun and is half done."""
    ledger = Ledger(estimate_s=lambda _: 2.0)
    entries = [submit(ledger, ASKED.replace(seed=seed), f"{seed}") for seed in range(3)]
    begin(ledger, entries[0], is_compiled=True)
    half = replace(make_progress(ASKED, 500), elapsed_s=1.0)
    ledger.report(entries[0].task, half)
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
    entries = [submit(ledger, ASKED.replace(seed=seed), f"{seed}") for seed in range(2)]
    for entry in entries:
        begin(ledger, entry, is_compiled=True)
    assert [ledger.view(entry).estimate_s for entry in entries] == pytest.approx([4.0, 4.0])


def test_ended_runs_are_kept_within_bytes() -> None:
    experiments = [ASKED.replace(seed=seed) for seed in range(6)]
    run = make_run(ASKED)
    ledger = Ledger(kept_bytes=4 * (run.losses.nbytes + run.rows.nbytes))
    active = submit(ledger, ASKED.replace(seed=99), "z")
    for experiment in experiments[:4]:
        ledger.finish(submit(ledger, experiment, "a").task, make_run(experiment))
    assert ledger.find(experiments[0]) is not None  # used last: the other ones go first
    ledger.finish(submit(ledger, experiments[4], "a").task, make_run(experiments[4]))
    kept = [ledger.find(experiment) is not None for experiment in experiments]
    assert kept == [True, False, True, True, True, False]
    assert ledger.find(active.subject) is active


def test_progress_survives_the_journey() -> None:
    progress = make_progress(ASKED, 20)
    arrived = unpack_progress(pack_progress(progress))
    assert (arrived.epoch, arrived.epochs, arrived.loss, arrived.elapsed_s) == (20, 1000, 0.5, 0.25)
    for name in ("row", "losses", "loss_epochs"):
        assert np.array_equal(getattr(arrived, name), getattr(progress, name))


def test_a_run_without_watchers_goes_on_for_a_while() -> None:
    clock = Clock()
    ledger = Ledger(clock=clock)
    entry = submit(ledger, ASKED, "a")
    ledger.forget("a")
    clock.now += ABANDONED_AFTER_S
    assert ledger.find_abandoned() == []
    clock.now += 1
    assert ledger.find_abandoned() == [entry]
    ledger.join(ASKED, "a reloaded page")
    assert ledger.find_abandoned() == []
    assert ledger.leave(ASKED, "a reloaded page") is entry


def test_nobody_joins_what_is_stopping() -> None:
    ledger = Ledger()
    entry = submit(ledger, ASKED, "a")
    entry.progress = make_progress(ASKED, 1)
    ledger.leave(ASKED, "a")
    ledger.join(ASKED, "b")
    assert entry.state.is_active
    assert entry.watchers == set()


def test_a_session_leaves_what_it_wanted_before() -> None:
    ledger = Ledger()
    alone, shared, wanted = (ASKED.replace(seed=seed) for seed in range(3))
    submit(ledger, alone, "a")
    assert ledger.submit([alone, shared], "a")[1] == []
    submit(ledger, shared, "b")
    (entry,), left = ledger.submit([wanted], "a")
    assert [each.subject for each in left] == [alone], "what others wait for goes on"
    assert (left[0].state, left[0].cause) == (TrainingState.STOPPED, "visitor")
    assert [each.subject for each in ledger.active] == [shared, wanted]
    assert entry.watchers == {"a"}


def test_a_session_wants_so_much_at_most() -> None:
    ledger = Ledger()
    wishes = [ASKED.replace(seed=seed) for seed in range(WISHES_AT_MOST + 5)]
    entries, _ = ledger.submit([*wishes, wishes[0]], "a")
    assert [entry.subject for entry in entries] == wishes[:WISHES_AT_MOST]
    assert len(ledger.active) == WISHES_AT_MOST


def test_the_queue_is_fair() -> None:
    """The oldest first; but who has one in hand lets others go first, and what finds no hand is passed by."""
    ledger = Ledger()
    many, _ = ledger.submit([ASKED.replace(seed=seed) for seed in range(3)], "a")
    one = submit(ledger, ASKED.replace(seed=9), "b")
    order = []
    while (entry := ledger.find_next(lambda entry: entry is not many[0])) is not None:
        entry.worker = "worker"
        order.append(entry)
    assert order == [many[1], one, many[2]]
    assert ledger.find_next(lambda _: True) is many[0]


def test_what_takes_too_long_ends_with_what_it_has() -> None:
    clock = Clock()
    ledger = Ledger(clock=clock)
    entry = submit(ledger, ASKED, "a")
    clock.now = 500.0
    assert ledger.find_overdue(10) == [], "waiting is not training"
    begin(ledger, entry, is_compiled=True)
    ledger.report(entry.task, make_progress(ASKED, 20))
    clock.now = 511.0
    assert ledger.find_overdue(10) == [entry]
    ledger.stop(entry, "time-limit")
    assert ledger.find_overdue(10) == []
    ledger.finish(entry.task, make_run(ASKED, Ending.STOPPED))
    assert entry.state is TrainingState.OUT_OF_TIME
    assert submit(ledger, ASKED, "a").attempt == 2


def test_silence_is_noticed() -> None:
    clock = Clock()
    ledger = Ledger(clock=clock)
    entry = submit(ledger, ASKED, "a")
    clock.now = 100.0
    assert ledger.find_silent(60) == [], "nobody has it in hand yet"
    begin(ledger, entry, is_compiled=True)
    clock.now = 150.0
    ledger.report(entry.task, make_progress(ASKED, 20))
    clock.now = 170.0
    assert ledger.find_silent(60) == []
    clock.now = 211.0
    assert ledger.find_silent(60) == [entry]


def test_each_end_is_told_once() -> None:
    ended: list[Entry] = []
    ledger = Ledger(on_end=ended.append)
    first, second = (submit(ledger, ASKED.replace(seed=seed), f"{seed}") for seed in range(2))
    ledger.finish(first.task, make_run(ASKED))
    ledger.finish(first.task, make_run(ASKED))
    ledger.fail(second.task, "no room")
    assert ended == [first, second]
    assert second.cause == "error"


def test_surveys_stand_in_the_same_books() -> None:
    ledger = Ledger()
    survey = Survey(ASKED, (1, 2))
    entry = submit(ledger, survey, "a")
    assert submit(ledger, Survey(ASKED.replace(seed=9), (1, 2)), "b") is entry, "its own seed does not matter"
    begin(ledger, entry, is_compiled=True)
    ledger.report(entry.task, SurveyProgress(1, 2, 0.5))
    assert ledger.view(entry).estimate_s == pytest.approx(0.5)
    outcome = sum_up_runs(survey, [(0.1, 0.2, 3), (0.1, 0.2, NEVER)], 1.0)
    ledger.finish(entry.task, outcome)
    view = ledger.view(entry)
    assert (view.state, view.survey, view.run) == (TrainingState.FINISHED, outcome, None)


def test_a_slowly_stopping_attempt_outlives_no_successor() -> None:
    ledger = Ledger(kept_bytes=0)
    stopping = submit(ledger, ASKED, "a")
    begin(ledger, stopping, is_compiled=True)
    ledger.report(stopping.task, make_progress(ASKED, 20))
    ledger.leave(ASKED, "a")
    successor = submit(ledger, ASKED, "b")
    ledger.finish(successor.task, make_run(ASKED))
    other = ASKED.replace(seed=99)
    ledger.finish(submit(ledger, other, "b").task, make_run(other))
    assert ledger.find(ASKED) is successor, "without it the next attempt would bear the stopping one's name"
    ledger.forget("a")  # else its page shows the attempt
    ledger.find(other)
    ledger.finish(stopping.task, make_run(ASKED, Ending.STOPPED))
    assert ledger.active == ()
    assert ledger.find(ASKED) is None
    assert ledger.find(other) is not None


def test_what_a_page_shows_stays_however_much_others_train() -> None:
    """A visitor who only looks must not lose a result to those who go on."""
    ledger = Ledger(kept_bytes=0)
    shown = ASKED.replace(seed=0)
    ledger.finish(submit(ledger, shown, "who looks").task, make_run(shown))
    others = [ASKED.replace(seed=seed) for seed in range(1, 5)]
    for experiment in others:
        ledger.finish(submit(ledger, experiment, "who trains").task, make_run(experiment))
    assert ledger.find(shown) is not None
    assert [ledger.find(experiment) is not None for experiment in others] == [False] * 3 + [True]
    ledger.forget("who looks")
    ledger.finish(submit(ledger, ASKED.replace(seed=9), "who trains").task, make_run(ASKED))
    assert ledger.find(shown) is None


def test_what_pages_show_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "LOOKED_AT_BYTES", 0)
    ledger = Ledger(kept_bytes=0)
    for seed in range(3):
        experiment = ASKED.replace(seed=seed)
        ledger.finish(submit(ledger, experiment, f"visitor {seed}").task, make_run(experiment))
    assert [ledger.find(ASKED.replace(seed=seed)) is not None for seed in range(3)] == [False, False, True]


def test_those_who_look_at_what_has_ended_are_not_remembered() -> None:
    ledger = Ledger()
    entry = submit(ledger, ASKED, "a")
    ledger.finish(entry.task, make_run(ASKED))
    assert submit(ledger, ASKED, "b") is entry
    assert entry.watched_by == {"a"}
