"""How far the service is from being able to train at once, from what happened to its connection."""

from __future__ import annotations

import time
from collections.abc import Callable

from echoviz.engine.views import Warmth, WarmthView

EMPTY_AFTER_S = 15.0
"""Seconds after which a cluster without any worker is one that nobody has given a worker."""


class WarmthKeeper:
    """Remembers since when there is no worker that can train, and why.

    `reason` is empty unless training is not available; it is for whoever runs the server.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.reason = ""
        self._is_begun = self._is_connected = self._is_empty = False
        self._since = self._peopled = self._complete = clock()
        self._ready_after_s: float | None = None
        self._lost_at: float | None = None

    @property
    def is_lost(self) -> bool:
        return self._lost_at is not None

    @property
    def lost_s(self) -> float:
        """Seconds since training was available, or was on its way for the first time; 0 while it is."""
        return self._clock() - self._lost_at if self._lost_at is not None and self.reason else 0.0

    @property
    def short_s(self) -> float:
        """Seconds for which there have been fewer workers than there should be."""
        return self._clock() - self._complete

    def begin(self) -> None:
        """The cluster is being opened."""
        self._is_begun, self._since = True, self._clock()

    def connect(self) -> None:
        """A cluster is there; its workers warm up."""
        self._is_connected, self.reason, self._is_empty = True, "", False
        self._since = self._peopled = self._complete = self._clock()
        self._ready_after_s = None

    def disconnect(self, reason: str) -> None:
        """There is no cluster, or none any more."""
        self._is_connected = False
        self.lose(reason)

    def lose(self, reason: str) -> None:
        """Training is not available."""
        self.reason, self._is_empty = reason, False
        self._lost_at = self._clock() if self._lost_at is None else self._lost_at

    def recover(self) -> None:
        """A worker can train."""
        self._is_empty, self._lost_at, self.reason = False, None, ""

    def count(self, workers: int, wanted: int) -> None:
        """So many workers are there, and so many of our own should be."""
        now = self._clock()
        if workers >= wanted:
            self._complete = now
        if workers:
            self._peopled = now
            if self._is_empty:
                self._is_empty, self.reason, self._since = False, "", now
        elif now - self._peopled > EMPTY_AFTER_S and not self._is_empty:
            self.lose("the scheduler has no workers: start some, as README says")
            self._is_empty = True

    def view(self, *, is_ready: bool) -> WarmthView:
        """What is told; `is_ready`: a worker can train now."""
        if not self._is_begun:
            return WarmthView(Warmth.STARTING, 0.0)
        elapsed_s = self._clock() - self._since
        if is_ready:
            if self._ready_after_s is None:
                self._ready_after_s = elapsed_s
            return WarmthView(Warmth.READY, self._ready_after_s)
        self._ready_after_s = None
        if self.reason:
            return WarmthView(Warmth.FAILED, elapsed_s, self.reason)
        return WarmthView(Warmth.WARMING if self._is_connected else Warmth.STARTING, elapsed_s)
