"""Which shapes compile before anybody presses Train, and the initial weights that came of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from echoviz.core.experiment import Architecture, Experiment
from echoviz.core.run import Run

KEPT_RUNS = 64
"""Untrained runs kept, 70 kB each at most."""


class Start(NamedTuple):
    """What decides the initial weights."""

    architecture: Architecture
    seed: int


def start_of(experiment: Experiment) -> Start:
    return Start(experiment.architecture, experiment.seed)


@dataclass
class Preparation:
    """A shape on its way to be compiled. `waiting` are the watchers whose controls rest on it."""

    experiment: Experiment
    number: int
    waiting: set[str] = field(default_factory=set)

    @property
    def start(self) -> Start:
        return start_of(self.experiment)

    @property
    def task(self) -> str:
        return f"prepare-{self.experiment.key}-{self.number}"


class Preparations:
    """Pending preparations by what they prepare, and what the finished ones gave."""

    def __init__(self) -> None:
        self._pending: dict[Start, Preparation] = {}
        self._run_by_start: OrderedDict[Start, Run] = OrderedDict()
        self._count = 0

    @property
    def pending(self) -> tuple[Preparation, ...]:
        return tuple(self._pending.values())

    def find_untrained(self, experiment: Experiment) -> Run | None:
        """The 0-epoch run of the experiment, once its initial weights are known."""
        run = self._run_by_start.get(start_of(experiment))
        if run is None:
            return None
        self._run_by_start.move_to_end(start_of(experiment))
        return replace(run, experiment=experiment)

    def ask(self, experiment: Experiment, watcher: str) -> Preparation | None:
        """A watcher's controls have settled here, and nowhere else; returns what must begin, if anything."""
        self.leave(watcher)
        start = start_of(experiment)
        if start in self._run_by_start:
            return None
        is_new = start not in self._pending
        if is_new:
            self._count += 1
        preparation = self._pending.setdefault(start, Preparation(experiment, self._count))
        preparation.waiting.add(watcher)
        return preparation if is_new else None

    def leave(self, watcher: str) -> None:
        """A watcher waits for nothing any more."""
        for preparation in self.pending:
            preparation.waiting.discard(watcher)

    def drop_unwanted(self, needed: Collection[Architecture]) -> list[Preparation]:
        """Forget what nobody waits for, unless a training needs its shape; returns what was dropped."""
        unwanted = [
            preparation
            for preparation in self.pending
            if not preparation.waiting and preparation.experiment.architecture not in needed
        ]
        for preparation in unwanted:
            del self._pending[preparation.start]
        return unwanted

    def give_up(self) -> None:
        """There is nobody to prepare anything: whoever asks again begins again."""
        self._pending.clear()

    def finish(self, task: str, run: Run | None) -> bool:
        """A preparation has ended, with its untrained run or, when it failed, with none.

        Returns whether it was still waited for.
        """
        ended = [preparation for preparation in self.pending if preparation.task == task]
        for preparation in ended:
            del self._pending[preparation.start]
        if run is not None:  # kept even if nobody waits for it any more
            self._run_by_start[start_of(run.experiment)] = run
        while len(self._run_by_start) > KEPT_RUNS:
            self._run_by_start.popitem(last=False)
        return bool(ended)
