"""Who trains what: every training of this server, without a thread or a cluster in sight.

The ledger only keeps books: the service tells it what was asked and what happened, one call at a time.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from echoviz.core.progress import Progress
from echoviz.core.survey import SurveyProgress
from echoviz.engine.views import Outcome, Subject, TrainingState, TrainingView

KEPT_BYTES, LOOKED_AT_BYTES = 4_000_000, 100_000_000
"""60 ended runs of the default size; 1500, or 130 of the largest, that pages show: the latest of each."""
KEPT_ENTRIES = 1000
WISHES_AT_MOST = 12
"""Trainings that one session may want at once: as many as the page Compare holds."""
RESTARTS_AT_MOST = 3
ABANDONED_AFTER_S = 30.0
"""Seconds without a watcher after which a training ends: a dropped connection is back by then."""
UNANSWERED = (TrainingState.STOPPED, TrainingState.OUT_OF_TIME, TrainingState.FAILED)
"""Ends that leave the question open: whoever asks again has it trained anew."""


@dataclass
class Entry:
    """One attempt at training an experiment, or a survey of one.

    `watched_by` remembers those who have left, too. `worker` is who has it in hand, empty while it waits.
    `cause` says in a word what ends it, where that is not its own end.
    """

    subject: Subject
    attempt: int
    asked_s: float
    state: TrainingState = TrainingState.QUEUED
    watchers: set[str] = field(default_factory=set)
    watched_by: set[str] = field(default_factory=set)
    worker: str = ""
    begun_s: float | None = None
    heard_s: float = 0.0
    is_stopping: bool = False
    cause: str = ""
    unwatched_since_s: float | None = None
    restarts: int = 0
    progress: Progress | SurveyProgress | None = None
    outcome: Outcome | None = None
    error: str = ""

    @property
    def task(self) -> str:
        return f"train-{self.subject.key}-{self.attempt}"

    @property
    def is_answer(self) -> bool:
        """Whether this serves whoever asks for the experiment now."""
        return not self.is_stopping and self.state not in UNANSWERED

    @property
    def payload_bytes(self) -> int:
        return self.outcome.nbytes if self.outcome else 0


class Ledger:
    """The latest attempt of each experiment; ended ones within `kept_bytes`, those used last.

    A session wants one thing at a time: whoever asks for another one leaves what it wanted before. So no more
    is under way than there are sessions, and nobody is refused. `estimate_s` says how long a subject trains;
    there are so many `workers`.
    """

    def __init__(
        self,
        kept_bytes: int = KEPT_BYTES,
        estimate_s: Callable[[Subject], float] = lambda _: 0.0,
        clock: Callable[[], float] = time.monotonic,
        on_end: Callable[[Entry], None] = lambda _: None,
    ) -> None:
        self._kept_bytes, self._estimate_s = kept_bytes, estimate_s
        self._clock, self._on_end = clock, on_end
        self.workers = 1
        self._entry_by_key: OrderedDict[str, Entry] = OrderedDict()
        self._active_by_task: dict[str, Entry] = {}
        self._wishes_by_watcher: dict[str, frozenset[str]] = {}  # keys of what each connected session shows

    @property
    def active(self) -> tuple[Entry, ...]:
        """All that wait or train, in the order in which they were asked for."""
        return tuple(self._active_by_task.values())

    def submit(self, subjects: Iterable[Subject], watcher: str) -> tuple[list[Entry], list[Entry]]:
        """Whatever a session wants now, at most `WISHES_AT_MOST`: the trainings that answer it, and those
        that it leaves by that and nobody else waits for.

        A training that is active, finished or diverged answers again; after a stop or a failure a new attempt
        does.
        """
        wished = list(dict.fromkeys(subjects))[:WISHES_AT_MOST]
        keys = frozenset(subject.key for subject in wished)
        self._wishes_by_watcher[watcher] = keys
        left = [
            self._leave(entry, watcher)
            for entry in self.active
            if watcher in entry.watchers and entry.subject.key not in keys
        ]
        return [self._submit(subject, watcher) for subject in wished], [each for each in left if each]

    def _submit(self, subject: Subject, watcher: str) -> Entry:
        known = self._entry_by_key.get(subject.key)
        if known is not None and known.is_answer:
            if known.state.is_active:
                self._watch(known, watcher)
            return known
        entry = Entry(subject, known.attempt + 1 if known else 1, self._clock())
        self._entry_by_key[subject.key] = entry
        self._active_by_task[entry.task] = entry
        self._watch(entry, watcher)
        return entry

    def _watch(self, entry: Entry, watcher: str) -> None:
        entry.watchers.add(watcher)
        entry.watched_by.add(watcher)
        entry.unwatched_since_s = None

    def join(self, subject: Subject, watcher: str) -> None:
        """Watch the training of an experiment if one is under way; never begins one."""
        entry = self._entry_by_key.get(subject.key)
        if entry is not None and entry.state.is_active and not entry.is_stopping:
            self._watch(entry, watcher)

    def forget(self, watcher: str) -> None:
        """A watcher's connection has ended; its trainings go on for those who come back."""
        self._wishes_by_watcher.pop(watcher, None)
        for entry in self.active:
            entry.watchers.discard(watcher)
            if not entry.watchers and entry.unwatched_since_s is None:
                entry.unwatched_since_s = self._clock()

    def find_abandoned(self) -> list[Entry]:
        """Trainings that nobody has watched for `ABANDONED_AFTER_S`."""
        long_ago_s = self._clock() - ABANDONED_AFTER_S
        return [
            entry
            for entry in self.active
            if not entry.is_stopping and entry.unwatched_since_s and entry.unwatched_since_s < long_ago_s
        ]

    def leave(self, subject: Subject, watcher: str) -> Entry | None:
        """A watcher goes; returns the training that nobody waits for any more, if so."""
        entry = self._entry_by_key.get(subject.key)
        if entry is None or not entry.state.is_active or watcher not in entry.watchers:
            return None
        return self._leave(entry, watcher)

    def _leave(self, entry: Entry, watcher: str) -> Entry | None:
        entry.watchers.discard(watcher)
        return None if entry.watchers else self.stop(entry, "visitor")

    def stop(self, entry: Entry, cause: str) -> Entry:
        """An active training is to end."""
        entry.is_stopping, entry.cause = True, cause
        if entry.progress is None:  # nothing to wait for: its end is known
            self._end(entry, self._name_stop(entry))
        return entry

    def _name_stop(self, entry: Entry) -> TrainingState:
        return TrainingState.OUT_OF_TIME if entry.cause == "time-limit" else TrainingState.STOPPED

    def find(self, subject: Subject, watcher: str | None = None) -> Entry | None:
        """The latest attempt. For a named watcher, one that was stopped or failed only if it was theirs."""
        entry = self._entry_by_key.get(subject.key)
        if entry is None:
            return None
        self._entry_by_key.move_to_end(subject.key)
        is_private = entry.state in UNANSWERED
        is_stranger = watcher is not None and watcher not in entry.watched_by
        return None if is_private and is_stranger else entry

    # --- the queue --------------------------------------------------------------------------------

    def find_next(self, has_hand: Callable[[Entry], bool]) -> Entry | None:
        """The training that is handed to a worker next: the oldest one that waits and finds a hand. Sessions
        that have one in hand already let others go first.
        """
        served = {watcher for entry in self.active if entry.worker for watcher in entry.watchers}
        waiting = [entry for entry in self.active if not entry.worker and not entry.is_stopping]
        fresh = (entry for entry in waiting if not entry.watchers or entry.watchers - served)
        return next(filter(has_hand, fresh), None) or next(filter(has_hand, waiting), None)

    def begin(self, task: str, *, is_compiled: bool) -> None:
        """A worker begins a training."""
        entry = self._find_in_hand(task)
        if entry is None:
            return
        entry.heard_s = self._clock()
        entry.begun_s = entry.begun_s if entry.begun_s is not None else entry.heard_s
        entry.state = TrainingState.TRAINING if is_compiled else TrainingState.COMPILING

    def _find_in_hand(self, task: str) -> Entry | None:
        """What a lost worker said last may arrive after the loss: it is not listened to."""
        entry = self._active_by_task.get(task)
        return entry if entry is not None and entry.worker else None

    def report(self, task: str, progress: Progress | SurveyProgress) -> None:
        entry = self._find_in_hand(task)
        if entry is not None:
            entry.state, entry.heard_s = TrainingState.TRAINING, self._clock()
            entry.progress = progress

    def take_back(self, worker: str) -> list[Entry]:
        """What was handed to a worker that has not begun it waits again; returns that."""
        handed = [entry for entry in self.active if entry.worker == worker]
        unbegun = [entry for entry in handed if entry.state is TrainingState.QUEUED]
        for entry in unbegun:
            entry.worker = ""
        return unbegun

    def requeue(self, worker: str) -> list[Entry]:
        """A worker is lost: what it had in hand waits again and keeps its place; returns that. What has lost
        several workers ends: it may be what breaks them.
        """
        held = [entry for entry in self.active if entry.worker == worker]
        for entry in held:
            entry.restarts += entry.state is not TrainingState.QUEUED
            entry.worker, entry.progress, entry.state = "", None, TrainingState.QUEUED
            if entry.is_stopping:
                self._end(entry, self._name_stop(entry))
            elif entry.restarts > RESTARTS_AT_MOST:
                self.fail(entry.task, f"its workers were lost {entry.restarts} times", "worker")
        return held

    def find_overdue(self, limit_s: float) -> list[Entry]:
        """Trainings that a worker began longer ago than that."""
        return [
            entry
            for entry in self.active
            if entry.begun_s is not None and self._clock() - entry.begun_s > limit_s and not entry.is_stopping
        ]

    def find_silent(self, after_s: float) -> list[Entry]:
        """Trainings that a worker has in hand and has not spoken of for so long."""
        begun = [entry for entry in self.active if entry.state is not TrainingState.QUEUED]
        return [entry for entry in begun if self._clock() - entry.heard_s > after_s]

    def finish(self, task: str, outcome: Outcome) -> None:
        entry = self._active_by_task.get(task)
        if entry is None:
            return
        entry.outcome = outcome
        state = TrainingState(outcome.ending.value)
        self._end(entry, self._name_stop(entry) if state is TrainingState.STOPPED else state)

    def fail(self, task: str, error: str, cause: str = "error") -> bool:
        """A training has failed; whether it was still waited for."""
        entry = self._active_by_task.get(task)
        if entry is not None:
            entry.error, entry.cause = error, cause
            self._end(entry, TrainingState.FAILED)
        return entry is not None

    def view(self, entry: Entry) -> TrainingView:
        """What a page may know of a training."""
        is_waiting = entry.state is TrainingState.QUEUED
        before = self.active[: self.active.index(entry)] if is_waiting else ()
        return TrainingView(
            subject=entry.subject,
            attempt=entry.attempt,
            state=entry.state,
            progress=entry.progress,
            outcome=entry.outcome,
            restarts=entry.restarts,
            error=entry.error,
            watchers=len(entry.watchers),
            place=sum(one.state is TrainingState.QUEUED for one in before) if is_waiting else None,
            estimate_s=self._estimate_end_s(entry, before) if entry.state.is_active else None,
        )

    def _estimate_end_s(self, entry: Entry, before: tuple[Entry, ...]) -> float:
        """Workers share what waits; what runs on one takes turns."""
        running = sum(one.state is not TrainingState.QUEUED for one in self.active)
        turns = max(1.0, running / self.workers) if entry.state is not TrainingState.QUEUED else 1.0
        left_s = [
            (one.progress and one.progress.left_s) or self._estimate_s(one.subject)
            for one in (*before, entry)
        ]
        return sum(left_s[:-1]) / self.workers + turns * left_s[-1]

    # --- what has ended ---------------------------------------------------------------------------

    def _end(self, entry: Entry, state: TrainingState) -> None:
        entry.state = state
        del self._active_by_task[entry.task]
        if self._entry_by_key.get(entry.subject.key) is entry:
            self._entry_by_key.move_to_end(entry.subject.key)
        self._drop_oldest()
        self._on_end(entry)

    def _drop_oldest(self) -> None:
        # A successor stays while an earlier attempt is stopping: the next one would get that one's number.
        held = {entry.subject.key for entry in self.active}
        looked_at = frozenset().union(*self._wishes_by_watcher.values())
        ended = [key for key in self._entry_by_key if key not in held]
        total = sum(kept.payload_bytes for kept in self._entry_by_key.values())
        for key in sorted(ended[:-1], key=looked_at.__contains__):  # those that no page shows go first
            room = LOOKED_AT_BYTES if key in looked_at else self._kept_bytes
            if total > room or len(self._entry_by_key) > KEPT_ENTRIES:
                total -= self._entry_by_key.pop(key).payload_bytes
