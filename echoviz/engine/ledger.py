"""Who trains what: every training of this server, without a thread or a cluster in sight.

The ledger only keeps books: the service tells it what was asked and what happened, one call at a time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from echoviz.core.experiment import Experiment
from echoviz.core.progress import Progress
from echoviz.core.run import Run
from echoviz.engine.views import TrainingState, TrainingView

KEPT_BYTES, LOOKED_AT_BYTES = 2_000_000, 25_000_000
"""30 ended runs of the default size; 350, or three of the largest, that a page shows: the latest of each."""
KEPT_ENTRIES = KEPT_REFUSALS = 1000
ACTIVE_AT_MOST = 256
"""Trainings under way or waiting; a public page refuses more rather than letting a queue grow for ever."""
ACTIVE_BY_WATCHER = 4
"""Of these, as many may be watched by one session: nobody keeps all others waiting."""
ABANDONED_AFTER_S = 30.0
"""Seconds without a watcher after which a training ends: a dropped connection is back by then."""
UNANSWERED = (TrainingState.STOPPED, TrainingState.REFUSED, TrainingState.FAILED)
"""Ends that leave the question open: whoever asks again has it trained anew."""


@dataclass
class Entry:
    """One attempt at training an experiment.

    `watched_by` remembers those who have left, too. `execution` names the time that a worker began it:
    another name means that a worker was lost.
    """

    experiment: Experiment
    attempt: int
    state: TrainingState = TrainingState.QUEUED
    watchers: set[str] = field(default_factory=set)
    watched_by: set[str] = field(default_factory=set)
    execution: str = ""
    is_stopping: bool = False
    unwatched_since_s: float | None = None
    restarts: int = 0
    progress: Progress | None = None
    run: Run | None = None
    error: str = ""

    @property
    def task(self) -> str:
        return f"train-{self.experiment.key}-{self.attempt}"

    @property
    def is_answer(self) -> bool:
        """Whether this serves whoever asks for the experiment now."""
        return not self.is_stopping and self.state not in UNANSWERED

    @property
    def payload_bytes(self) -> int:
        return self.run.losses.nbytes + self.run.rows.nbytes if self.run else 0


class Ledger:
    """The latest attempt of each experiment; ended ones within `kept_bytes`, those used last.

    A refusal is no attempt: it concerns who asked, and leaves what others have. `estimate_s` says how long an
    experiment trains; there are so many `workers`.
    """

    def __init__(
        self, kept_bytes: int = KEPT_BYTES, estimate_s: Callable[[Experiment], float] = lambda _: 0.0
    ) -> None:
        self._kept_bytes = kept_bytes
        self._estimate_s = estimate_s
        self.workers = 1
        self._entry_by_key: OrderedDict[str, Entry] = OrderedDict()
        self._active_by_task: dict[str, Entry] = {}
        self._latest_by_watcher: dict[str, str] = {}  # the key of what each connected session shows
        self._refused: dict[tuple[str, str], None] = {}  # experiment's key and watcher, in order

    @property
    def active(self) -> tuple[Entry, ...]:
        return tuple(self._active_by_task.values())

    def submit(self, experiment: Experiment, watcher: str) -> tuple[Entry, bool]:
        """The training that answers the experiment, and whether it is new.

        One that is active, finished or diverged answers again; after a stop or a failure a new attempt does,
        which is refused at once when too many are active.
        """
        known = self._entry_by_key.get(experiment.key)
        self._latest_by_watcher[watcher] = experiment.key
        if known is not None and known.is_answer:
            if known.state.is_active:
                self._watch(known, watcher)
            return known, False
        if not self._has_room_for(watcher):
            return self._refuse(experiment, watcher), False
        entry = Entry(experiment, known.attempt + 1 if known else 1)
        self._entry_by_key[experiment.key] = entry
        self._active_by_task[entry.task] = entry
        self._watch(entry, watcher)
        return entry, True

    def _refuse(self, experiment: Experiment, watcher: str) -> Entry:
        wish = (experiment.key, watcher)
        self._refused.pop(wish, None)
        self._refused[wish] = None
        if len(self._refused) > KEPT_REFUSALS:
            del self._refused[next(iter(self._refused))]
        return self._make_refused(experiment, self._find_attempt(experiment, watcher))

    def _make_refused(self, experiment: Experiment, shown: Entry | None) -> Entry:
        """Stands for a refusal; who is refused keeps the run of its attempt before."""
        known = self._entry_by_key.get(experiment.key)
        attempt, run = known.attempt + 1 if known else 1, shown.run if shown else None
        return Entry(experiment, attempt, TrainingState.REFUSED, run=run)

    def _has_room_for(self, watcher: str) -> bool:
        own = sum(watcher in entry.watchers for entry in self.active)
        return len(self.active) < ACTIVE_AT_MOST and own < ACTIVE_BY_WATCHER

    def _watch(self, entry: Entry, watcher: str) -> None:
        entry.watchers.add(watcher)
        entry.watched_by.add(watcher)
        entry.unwatched_since_s = None
        self._refused.pop((entry.experiment.key, watcher), None)

    def join(self, experiment: Experiment, watcher: str) -> None:
        """Watch the training of an experiment if one is under way; never begins one."""
        entry = self._entry_by_key.get(experiment.key)
        if entry is not None and entry.state.is_active and not entry.is_stopping:
            self._watch(entry, watcher)

    def forget(self, watcher: str, now_s: float) -> None:
        """A watcher's connection has ended; its trainings go on for those who come back."""
        self._latest_by_watcher.pop(watcher, None)
        for entry in self.active:
            entry.watchers.discard(watcher)
            if not entry.watchers and entry.unwatched_since_s is None:
                entry.unwatched_since_s = now_s

    def find_abandoned(self, now_s: float) -> list[Entry]:
        """Trainings that nobody has watched for `ABANDONED_AFTER_S`."""
        since_s = {entry.task: entry.unwatched_since_s for entry in self.active if not entry.is_stopping}
        long_ago_s = now_s - ABANDONED_AFTER_S
        return [self._active_by_task[task] for task, at in since_s.items() if at and at < long_ago_s]

    def leave(self, experiment: Experiment, watcher: str) -> Entry | None:
        """A watcher goes; returns the training that nobody waits for any more, if so."""
        entry = self._entry_by_key.get(experiment.key)
        if entry is None or not entry.state.is_active or watcher not in entry.watchers:
            return None
        entry.watchers.discard(watcher)
        return None if entry.watchers else self.stop(entry)

    def stop(self, entry: Entry) -> Entry:
        """An active training is to end."""
        entry.is_stopping = True
        if entry.progress is None:  # nothing to wait for: its end is known
            self._end(entry, TrainingState.STOPPED)
        return entry

    def find(self, experiment: Experiment, watcher: str | None = None) -> Entry | None:
        """The latest attempt. For a named watcher, one that was stopped or failed only if it was theirs,
        and a refusal of theirs unless there is an answer by now.
        """
        entry = self._find_attempt(experiment, watcher)
        is_refused = watcher is not None and (experiment.key, watcher) in self._refused
        if is_refused and not (entry and entry.is_answer):
            return self._make_refused(experiment, entry)
        return entry

    def _find_attempt(self, experiment: Experiment, watcher: str | None) -> Entry | None:
        entry = self._entry_by_key.get(experiment.key)
        if entry is None:
            return None
        self._entry_by_key.move_to_end(experiment.key)
        is_private = entry.state in UNANSWERED
        is_stranger = watcher is not None and watcher not in entry.watched_by
        return None if is_private and is_stranger else entry

    def begin(self, task: str, execution: str, is_compiled: bool) -> bool:
        """A worker begins a training, or begins it again because another was lost; whether it is active."""
        entry = self._active_by_task.get(task)
        if entry is None:
            return False
        if entry.execution and entry.execution != execution:
            entry.restarts += 1
            entry.progress = None
        entry.execution = execution
        entry.state = TrainingState.TRAINING if is_compiled else TrainingState.COMPILING
        return True

    def report(self, task: str, execution: str, progress: Progress) -> None:
        entry = self._active_by_task.get(task)
        if entry is not None and entry.execution == execution:
            entry.state = TrainingState.TRAINING
            entry.progress = progress

    def finish(self, task: str, run: Run) -> None:
        entry = self._active_by_task.get(task)
        if entry is not None:
            entry.run = run
            self._end(entry, TrainingState(run.ending.value))

    def fail(self, task: str, error: str) -> bool:
        """A training has failed; whether it was still waited for."""
        entry = self._active_by_task.get(task)
        if entry is not None:
            entry.error = error
            self._end(entry, TrainingState.FAILED)
        return entry is not None

    def view(self, entry: Entry) -> TrainingView:
        """What a page may know of a training."""
        is_waiting = entry.state is TrainingState.QUEUED
        before = self.active[: self.active.index(entry)] if is_waiting else ()
        return TrainingView(
            experiment=entry.experiment,
            attempt=entry.attempt,
            state=entry.state,
            progress=entry.progress,
            run=entry.run,
            restarts=entry.restarts,
            error=entry.error,
            watchers=len(entry.watchers),
            place=sum(not one.execution for one in before) if is_waiting else None,
            estimate_s=self._estimate_end_s(entry, before) if entry.state.is_active else None,
        )

    def _estimate_end_s(self, entry: Entry, before: tuple[Entry, ...]) -> float:
        """Workers share what waits; what runs on one takes turns."""
        running = sum(bool(one.execution) for one in self.active)
        turns = max(1.0, running / self.workers) if entry.execution else 1.0
        left_s = [
            (one.progress and one.progress.left_s) or self._estimate_s(one.experiment)
            for one in (*before, entry)
        ]
        return sum(left_s[:-1]) / self.workers + turns * left_s[-1]

    def _end(self, entry: Entry, state: TrainingState) -> None:
        entry.state = state
        del self._active_by_task[entry.task]
        if self._entry_by_key.get(entry.experiment.key) is entry:
            self._entry_by_key.move_to_end(entry.experiment.key)
        self._drop_oldest()

    def _drop_oldest(self) -> None:
        # A successor stays while an earlier attempt is stopping: the next one would get that one's number.
        held = {entry.experiment.key for entry in self.active}
        looked_at = set(self._latest_by_watcher.values())
        ended = [key for key in self._entry_by_key if key not in held]
        total = sum(kept.payload_bytes for kept in self._entry_by_key.values())
        for key in sorted(ended[:-1], key=looked_at.__contains__):  # those that no page shows go first
            room = LOOKED_AT_BYTES if key in looked_at else self._kept_bytes
            if total > room or len(self._entry_by_key) > KEPT_ENTRIES:
                total -= self._entry_by_key.pop(key).payload_bytes
