"""Which shapes compile before anybody presses Train, and the initial weights that came of it."""

from __future__ import annotations

from collections import OrderedDict
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
    is_needed_by_training: bool = False

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

    def is_pending(self, task: str) -> bool:
        return any(preparation.task == task for preparation in self.pending)

    def keep_for_training(self, architecture: Architecture) -> None:
        """A training waits for the shape: do not drop it though its watchers go on."""
        for preparation in self.pending:
            if preparation.experiment.architecture == architecture:
                preparation.is_needed_by_training = True

    def ask(self, experiment: Experiment, watcher: str) -> tuple[Preparation | None, list[Preparation]]:
        """A watcher's controls have settled: what must begin, and what nobody waits for any more."""
        start = start_of(experiment)
        dropped = []
        for other in self.pending:
            if other.start != start:
                other.waiting.discard(watcher)
                if not other.waiting and not other.is_needed_by_training:
                    dropped.append(self._pending.pop(other.start))
        if start in self._run_by_start:
            return None, dropped
        is_new = start not in self._pending
        if is_new:
            self._count += 1
        preparation = self._pending.setdefault(start, Preparation(experiment, self._count))
        preparation.waiting.add(watcher)
        return preparation if is_new else None, dropped

    def finish(self, task: str, run: Run | None) -> None:
        """A preparation has ended, with its untrained run or, when it failed, with none."""
        for preparation in self.pending:
            if preparation.task == task:
                del self._pending[preparation.start]
        if run is not None:  # kept even if nobody waits for it any more
            self._run_by_start[start_of(run.experiment)] = run
        while len(self._run_by_start) > KEPT_RUNS:
            self._run_by_start.popitem(last=False)
