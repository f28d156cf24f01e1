"""The compiled programs of this process, bounded by `SIZES` and `FLAT_SIZES`: XLA never gives one back."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from echoviz.core.experiment import Experiment
from echoviz.engine.sizes import FLAT_SIZES, SIZES, Size, choose_size

if TYPE_CHECKING:
    from echoviz.engine.program import Program


def give_way() -> None:
    """Let all other work of this machine go before the calling thread, for good. On Linux only."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


class Programs:
    """Programs by size. `on_ready` is called with each new one's size, in the thread that compiled it."""

    def __init__(self) -> None:
        self.on_ready: Callable[[Size], object] = lambda _: None
        self._by_size: dict[Size, Program] = {}
        self._compiling = threading.Lock()
        self._looking = threading.Lock()  # held while anything below is looked at
        self._wanted: deque[Size] = deque()
        self._thread: threading.Thread | None = None
        threading._register_atexit(self.stop)  # type: ignore[attr-defined]  # before threads are waited for

    @property
    def sizes(self) -> tuple[Size, ...]:
        return tuple(self._by_size)

    def find(self, experiment: Experiment) -> Program | None:
        """The quickest program that is ready now."""
        size = choose_size(experiment, self.sizes)
        return self._by_size[size] if size else None

    def find_or_compile(self, experiment: Experiment) -> Program:
        """The quickest program that is ready; if none is, the best one is compiled now, else behind."""
        best = choose_size(experiment, (*SIZES, *FLAT_SIZES))
        assert best is not None, "the largest sizes hold everything"
        ready = self.find(experiment)
        if ready is None:
            with self._compiling:  # while one waits for its turn, another one that serves may become ready
                ready = self.find(experiment) or self._compile(best)
        self.compile_behind([best])
        return ready

    def compile(self, size: Size) -> Program:
        with self._compiling:
            return self._by_size.get(size) or self._compile(size)

    def _compile(self, size: Size) -> Program:
        from echoviz.engine.program import Program

        program = self._by_size[size] = Program(size)
        self.on_ready(size)
        return program

    def compile_behind(self, sizes: Iterable[Size]) -> None:
        """Compile one after the other in a thread of its own."""
        with self._looking:
            known = {*self._by_size, *self._wanted}
            self._wanted.extend(size for size in sizes if size not in known)
            if self._wanted and self._thread is None:
                # Not a daemon: one that is cut off in the middle of XLA takes the process down with noise.
                self._thread = threading.Thread(target=self._compile_wanted, name="echoviz-compile")
                self._thread.start()

    def stop(self) -> None:
        with self._looking:
            self._wanted.clear()

    def _compile_wanted(self) -> None:
        give_way()
        while size := self._take_wanted():
            self.compile(size)

    def _take_wanted(self) -> Size | None:
        """The next size; `None`, and the thread is done, when there is none."""
        with self._looking:
            if self._wanted:
                return self._wanted.popleft()
            self._thread = None
            return None
