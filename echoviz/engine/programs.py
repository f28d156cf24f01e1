"""The compiled programs of this process: which are ready, and which are compiled behind while nothing is to do.

XLA keeps what it compiled for as long as a process lives, so there are only so many: `SIZES`, `FLAT_SIZES`, and
`TIGHT_AT_MOST` more for long trainings.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from echoviz.core.experiment import Experiment
from echoviz.engine.sizes import FLAT_SIZES, SIZES, Size, choose_size, measure_need, tighten

if TYPE_CHECKING:
    from echoviz.engine.program import Program

TIGHT_AT_MOST = 8
"""Programs of other sizes than the listed ones, for trainings that are long enough to be worth it."""


class Programs:
    """Programs by size. `on_ready` is called, in the thread that compiled, after each new one."""

    def __init__(self, on_ready: Callable[[], object] = lambda: None) -> None:
        self.on_ready = on_ready
        self._by_size: dict[Size, Program] = {}
        self._wanted: deque[Size] = deque()
        self._awaited: set[Size] = set()
        self._compiling = threading.Lock()
        self._changed = threading.Condition()
        self._under_way = 0
        self._thread: threading.Thread | None = None

    @property
    def epoch_us_by_size(self) -> dict[Size, float]:
        """What an epoch of one slice takes in each program that is ready, in microseconds."""
        return {size: program.epoch_us for size, program in tuple(self._by_size.items())}

    def find(self, experiment: Experiment) -> Program | None:
        """The quickest program that is ready now."""
        costs = self.epoch_us_by_size
        size = choose_size(experiment, costs, costs)
        return self._by_size[size] if size else None

    def find_or_compile(self, experiment: Experiment) -> Program:
        """The quickest program that is ready; if none is, the smallest listed one is compiled now."""
        ready = self.find(experiment)
        best = choose_size(experiment, (*SIZES, *FLAT_SIZES), self.epoch_us_by_size)
        assert best is not None, "the largest sizes hold everything"
        if ready is None:
            return self.compile(best)
        if ready.size != best and not ready.size.fits(best):
            return ready  # one made for a long training is better than any listed one
        self.compile_behind([best])
        return ready

    def compile(self, size: Size) -> Program:
        """The program of a size, compiled now unless it is ready."""
        with self._compiling:
            if size not in self._by_size:
                from echoviz.engine.program import Program

                self._by_size[size] = Program(size)
                self.on_ready()
            return self._by_size[size]

    def compile_behind(self, sizes: Iterable[Size]) -> None:
        """Compile sizes one after the other in a thread of its own, while no training is under way."""
        with self._changed:
            self._wanted.extend(size for size in sizes if size not in self._by_size and size not in self._wanted)
            if self._wanted and self._thread is None:
                self._thread = threading.Thread(target=self._compile_wanted, name="echoviz-compile", daemon=True)
                self._thread.start()

    def compile_for(self, experiment: Experiment) -> None:
        """A long training is under way: compile a program that fits it closely, beside it."""
        size = tighten(measure_need(experiment))
        with self._changed:
            others = {*self._by_size, *self._awaited} - {*SIZES, *FLAT_SIZES}
            if size in self._awaited or size in self._by_size or len(others) >= TIGHT_AT_MOST:
                return
            self._awaited.add(size)
            self._wanted.appendleft(size)
        self.compile_behind([])

    @contextmanager
    def training(self) -> Iterator[None]:
        """While a training is under way nothing is compiled but what one waits for."""
        with self._changed:
            self._under_way += 1
        try:
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def wait_until_done(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing is left to be compiled behind; whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: self._thread is None, timeout_s)

    def _compile_wanted(self) -> None:
        _yield_to_others()
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: not self._wanted or not self._under_way or self._wanted[0] in self._awaited
                )
                if not self._wanted:
                    self._thread = None
                    self._changed.notify_all()
                    return
                size = self._wanted.popleft()
            self.compile(size)


def _yield_to_others() -> None:
    """On Linux a thread has a priority of its own."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
