"""The compiled programs of this process: which are ready, and which are compiled behind.

XLA keeps what it compiled for as long as a process lives, so there are only so many: `SIZES`, `FLAT_SIZES` and
`TIGHT_AT_MOST` more for long trainings.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from echoviz.core.experiment import Experiment
from echoviz.engine.sizes import FLAT_SIZES, SIZES, Size, choose_size, rate_epoch_us, tighten

if TYPE_CHECKING:
    from echoviz.engine.program import Program

TIGHT_AT_MOST = 8
"""Programs of other sizes than the listed ones."""


class Programs:
    """Programs by size. `on_ready` is called with each new one's size, in the thread that compiled it."""

    def __init__(self) -> None:
        self.on_ready: Callable[[Size], object] = lambda _: None
        self._by_size: dict[Size, Program] = {}
        self._wanted: deque[Size] = deque()
        self._compiling = threading.Lock()
        self._changed = threading.Condition()  # its lock is held while anything below is looked at
        self._under_way = 0
        self._thread: threading.Thread | None = None
        threading._register_atexit(self.stop)  # type: ignore[attr-defined]  # before threads are waited for

    @property
    def sizes(self) -> tuple[Size, ...]:
        """The sizes of the programs that are ready."""
        return tuple(self._by_size)

    def find(self, experiment: Experiment) -> Program | None:
        """The quickest program that is ready now."""
        size = choose_size(experiment, self.sizes)
        return self._by_size[size] if size else None

    def find_or_compile(self, experiment: Experiment) -> Program:
        """The quickest program that is ready; if none is, the smallest listed one is compiled now.

        A smaller listed one that is not ready is compiled behind.
        """
        best = choose_size(experiment, (*SIZES, *FLAT_SIZES))
        assert best is not None, "the largest sizes hold everything"
        ready = self.find(experiment)
        if ready is None:
            with self._compiling:  # while one waits for its turn, another one that serves may become ready
                ready = self.find(experiment) or self._compile(best)
        if ready.size.fits(best):
            self.compile_behind([best])
        return ready

    def find_better(self, experiment: Experiment, used: Program, *, is_long: bool) -> Program:
        """The quickest program for a training under way; for a long one, one that fits it closely is compiled."""
        tight = tighten(experiment)
        if is_long and rate_epoch_us(tight) < 0.7 * rate_epoch_us(used.size):
            with self._changed:
                others = {*self._by_size, *self._wanted} - {*SIZES, *FLAT_SIZES}
                has_room = len(others) < TIGHT_AT_MOST
            if has_room:
                self.compile_behind([tight])
        return self.find(experiment) or used

    def compile(self, size: Size) -> Program:
        """The program of a size, compiled now unless it is ready."""
        with self._compiling:
            return self._by_size.get(size) or self._compile(size)

    def _compile(self, size: Size) -> Program:
        from echoviz.engine.program import Program

        program = Program(size)
        with self._changed:
            self._by_size[size] = program
            self._changed.notify_all()
        self.on_ready(size)
        return program

    def compile_behind(self, sizes: Iterable[Size]) -> None:
        """Compile in a thread of its own: listed sizes while no training is under way, others for it."""
        with self._changed:
            known = {*self._by_size, *self._wanted}
            self._wanted.extend(size for size in sizes if size not in known)
            if self._wanted and self._thread is None:
                # Not a daemon: a thread that is cut off in the middle of XLA takes the process down with noise.
                self._thread = threading.Thread(target=self._compile_wanted, name="echoviz-compile")
                self._thread.start()
            self._changed.notify_all()

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

    def wait_for(self, sizes: Iterable[Size]) -> None:
        """Wait until sizes are ready that are compiled behind."""
        wanted = {*sizes}
        with self._changed:
            self._changed.wait_for(lambda: wanted <= self._by_size.keys() or self._thread is None)
        for size in wanted:
            self.compile(size)

    def stop(self) -> None:
        """Compile nothing more behind."""
        with self._changed:
            self._wanted.clear()
            self._changed.notify_all()

    def _compile_wanted(self) -> None:
        try:
            while size := self._take_wanted():
                self.compile(size)
        finally:
            with self._changed:
                if self._thread is threading.current_thread():
                    self._end_thread()

    def _take_wanted(self) -> Size | None:
        """The next size, once it may be compiled; `None`, and the thread is done, when there is none."""
        with self._changed:
            while self._wanted:
                may_be = self._wanted if not self._under_way else {*self._wanted} - {*SIZES, *FLAT_SIZES}
                for size in may_be:
                    self._wanted.remove(size)
                    return size
                self._changed.wait()
            self._end_thread()
            return None

    def _end_thread(self) -> None:
        self._thread = None
        self._changed.notify_all()
