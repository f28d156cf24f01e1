"""How much one client may do: its sockets are counted, its messages wait their turn.

A library such as `limits` answers yes or no by the clock, from a shared store. Here yes or no would lose
presses: a page that sends too fast is to wait, which costs nothing while the kernel holds its bytes back.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

BURST_S = 5.0
"""A page that loads, or a visitor in a hurry, may send what is allowed in so many seconds at once."""
PATIENCE_S = 10.0
"""Whoever still sends too fast after so long means harm, and is shown out."""
ARRIVALS_PER_S = 50.0
BURST_ARRIVALS = 600
"""A whole school behind one address, which opens the page together."""
_CLIENTS_REMEMBERED = 10_000


class Bucket:
    """Holds up to `size` tokens and gains `per_s` of them each second; starts full."""

    def __init__(self, size: float, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._per_s, self._clock = size, per_s, clock
        self._tokens, self._filled = size, clock()

    def take(self) -> float:
        """Take one token, on credit if need be; returns the seconds after which it will be paid."""
        now = self._clock()
        self._tokens = min(self._size, self._tokens + (now - self._filled) * self._per_s)
        self._filled = now
        self._tokens -= 1
        return max(0.0, -self._tokens / self._per_s)

    @property
    def is_empty(self) -> bool:
        """Whether the next one would have to wait."""
        return self._tokens + (self._clock() - self._filled) * self._per_s < 1


class Pace:
    """Lets one socket's messages through, as fast as they may come."""

    def __init__(self, messages_per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._bucket = Bucket(messages_per_s * BURST_S, messages_per_s, clock)
        self._held_since: float | None = None

    async def wait(self) -> bool:
        """Wait until the next message may pass; `False` when it never may."""
        wait_s = self._bucket.take()
        if wait_s == 0:
            self._held_since = None
            return True
        now = self._clock()
        self._held_since = now if self._held_since is None else self._held_since
        if now - self._held_since > PATIENCE_S:
            return False
        await asyncio.sleep(wait_s)
        return True


class Clients:
    """Counts open sockets, of each client and of all, and how fast new ones come."""

    def __init__(self, *, per_client: int, of_all: int) -> None:
        self._per_client, self._of_all = per_client, of_all
        self._open: Counter[str] = Counter()
        self._arrivals: dict[str, Bucket] = {}

    def has_room_for(self, client: str) -> bool:
        """Whether one more socket of this client may open now."""
        arrivals = self._arrivals.get(client)
        return (
            self._open[client] < self._per_client
            and self._open.total() < self._of_all
            and (arrivals is None or not arrivals.is_empty)
        )

    @property
    def open(self) -> int:
        """How many sockets are open in all."""
        return self._open.total()

    @contextmanager
    def inside(self, client: str) -> Iterator[None]:
        """For as long as the client's socket is open."""
        if len(self._arrivals) > _CLIENTS_REMEMBERED:
            self._arrivals.clear()  # a full house of strangers: forgetting is kinder than growing
        self._arrivals.setdefault(client, Bucket(BURST_ARRIVALS, ARRIVALS_PER_S)).take()
        self._open[client] += 1
        try:
            yield
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]
