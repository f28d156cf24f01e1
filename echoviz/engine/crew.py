"""The workers as the server knows them: who is ready, who has which training in hand, who has fallen silent.

Without a thread or a cluster: the service tells what it saw, one call at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from echoviz.engine.reports import WorkerReport

HANDS = 8
"""Trainings that one worker has in hand: they take turns, so nothing short waits for something long."""
HANDS_FOR_SHORT = 2
"""Of these, as many are kept from long ones, so that a short one finds a free hand."""
SUSPECT_AFTER = 2
"""Looks without news after which others are given the work, where there are others."""
MUTE_FACTOR = 5
"""As many times as long one may say nothing whose process works, or that is not ready yet."""
_AT_WORK_S = 0.05
THREADS_FOR_QUESTIONS = 2
"""Threads of a worker that no training has."""


class WorkerSeen(NamedTuple):
    """What is known of a worker: when the scheduler heard of it last, by its own clock, and what it has.

    `cpu_s`: seconds that its process has worked, where it is ours.
    """

    last_seen: float
    threads: int
    memory_mb: float | None = None
    cpu_s: float = 0.0


@dataclass
class _Worker:
    seen: WorkerSeen
    looks_without_news: int = -1  # the first look is news
    looks_without_word: int = -1
    is_ready: bool = False
    tasks: dict[str, bool] = field(default_factory=dict)  # in hand: whether each is long

    @property
    def hands(self) -> int:
        return max(1, min(HANDS, self.seen.threads - THREADS_FOR_QUESTIONS))


class Crew:
    """Which worker is given the next training.

    `duty` ready workers are used, any number for `None`; those beyond stand by for one that is lost. A worker
    that gives no sign of life in `hung_after` looks in a row, a second or more apart, is hung.
    """

    def __init__(self, duty: int | None, hung_after: int) -> None:
        self._duty, self._hung_after = duty, hung_after
        self._workers: dict[str, _Worker] = {}

    @property
    def on_duty(self) -> tuple[str, ...]:
        """The workers that are given trainings: those that have been ready longest and are heard of."""
        ready = [address for address, worker in self._workers.items() if worker.is_ready]
        heard = [address for address in ready if address not in self.suspects]
        return tuple((heard or ready)[: self._duty])

    @property
    def suspects(self) -> tuple[str, ...]:
        """The workers that were not heard of lately: they may hang."""
        return tuple(
            address for address, worker in self._workers.items() if worker.looks_without_news >= SUSPECT_AFTER
        )

    def look(self, seen: Mapping[str, WorkerSeen]) -> tuple[list[str], list[str], list[str]]:
        """Take note of the workers that there are; returns those that are new, that hang, that are gone."""
        new = [address for address in seen if address not in self._workers]
        gone = [address for address in self._workers if address not in seen]
        for address in gone:
            del self._workers[address]
        for address, news in seen.items():
            worker = self._workers.setdefault(address, _Worker(news))
            is_word = news.last_seen != worker.seen.last_seen
            is_news = is_word or news.cpu_s > worker.seen.cpu_s + _AT_WORK_S
            worker.looks_without_word = 0 if is_word else worker.looks_without_word + 1
            worker.looks_without_news = 0 if is_news else worker.looks_without_news + 1
            worker.seen = news
        return new, [name for name, each in self._workers.items() if self._hangs(each)], gone

    def _hangs(self, worker: _Worker) -> bool:
        """One that works and says nothing may be starved by others, and one that is not ready imports and
        compiles, which leaves it no time to speak: they are given more time.
        """
        patience = self._hung_after * (1 if worker.is_ready else MUTE_FACTOR)
        is_mute = worker.looks_without_word >= MUTE_FACTOR * self._hung_after
        return is_mute or worker.looks_without_news >= patience

    def mark_ready(self, address: str) -> None:
        """A worker has compiled what every training fits into; it comes after those that were ready."""
        worker = self._workers.pop(address, None)
        if worker is not None:
            self._workers[address] = worker
            worker.is_ready = True

    def mark_lost(self, address: str) -> None:
        """A worker is being replaced: nothing is given to it any more."""
        if address in self._workers:
            self._workers[address].is_ready = False
            self._workers[address].looks_without_news = self._workers[address].looks_without_word = 0

    def forget_all(self) -> list[str]:
        """The connection is gone, and with it these workers."""
        gone = list(self._workers)
        self._workers.clear()
        return gone

    def has_hand(self, *, is_long: bool) -> bool:
        """Whether a worker on duty could take one more training."""
        return any(self._has_hand(address, is_long) for address in self.on_duty)

    def take(self, task: str, *, is_long: bool) -> str:
        """Give a training to the worker on duty that has least in hand; returns its address."""
        free = [address for address in self.on_duty if self._has_hand(address, is_long)]
        address = min(free, key=lambda address: len(self._workers[address].tasks))
        self._workers[address].tasks[task] = is_long
        return address

    def free(self, task: str) -> None:
        """A training has ended, or is to be given to somebody else."""
        for worker in self._workers.values():
            worker.tasks.pop(task, None)

    def report(self) -> tuple[WorkerReport, ...]:
        """How each worker stands; when it was heard of is counted in looks, a second or so each."""
        return tuple(
            WorkerReport(
                name=address,
                is_ready=worker.is_ready,
                tasks=len(worker.tasks),
                hands=worker.hands,
                heard_s=float(worker.looks_without_news),
                memory_mb=worker.seen.memory_mb,
            )
            for address, worker in sorted(self._workers.items())
        )

    def _has_hand(self, address: str, is_long: bool) -> bool:
        tasks, hands = self._workers[address].tasks, self._workers[address].hands
        for_long = max(1, hands - HANDS_FOR_SHORT)
        return len(tasks) < hands and not (is_long and sum(tasks.values()) >= for_long)
