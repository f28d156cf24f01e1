"""An event loop in a thread of its own: playwright keeps one running in the thread of the tests."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

T = TypeVar("T")


class Loop:
    """Runs one coroutine after the other; what arrives in between is heard all the same."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def run(self, step: Coroutine[Any, Any, T]) -> T:
        """Wait for a coroutine, from any other thread."""
        return asyncio.run_coroutine_threadsafe(step, self._loop).result()


def run_apart(step: Coroutine[Any, Any, T]) -> T:
    """One coroutine in a loop that nobody else has."""
    with Loop() as loop:
        return loop.run(step)
