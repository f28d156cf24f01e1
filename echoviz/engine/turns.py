"""Several trainings in one process take turns, so that a short one waits for no long one's end."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """A lock that is given in the order in which it was asked for; `threading.Lock` may forget somebody."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        ticket = threading.Lock()
        ticket.acquire()
        with self._guard:
            self._waiting.append(ticket)
            if len(self._waiting) == 1:
                ticket.release()
        ticket.acquire()

    def __exit__(self, *_: object) -> None:
        with self._guard:
            self._waiting.popleft()
            if self._waiting:
                self._waiting[0].release()
