"""The one thread that talks to Dask: it opens the cluster, warms it up, and carries out commands in order."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from echoviz.engine.views import Warmth, WarmthView

if TYPE_CHECKING:
    from distributed import Client, Future


_logger = logging.getLogger(__name__)

TICK_S = 5.0
_CLOSING_S = 20.0


class Dispatcher:
    """Carries out commands, one after the other, in a thread of its own, once a client is connected.

    Parameters
    ----------
    lock : held while `on_failed` is told and `warmth` becomes `FAILED`: who holds it sees both or neither
    on_event : called in Dask's thread with each message that a worker sends
    on_connected : called in the dispatcher's thread; returns the futures to wait for until all is warm
    on_tick : called in the dispatcher's thread every few seconds
    on_failed : called with the reason when no cluster could be opened or warmed up, or it is lost
    """

    def __init__(
        self,
        scheduler: str | None,
        workers: str | None,
        *,
        lock: AbstractContextManager[object],
        on_event: Callable[[dict[str, Any]], None],
        on_connected: Callable[[Client], list[Future]],
        on_tick: Callable[[Client], None],
        on_failed: Callable[[str], None],
    ) -> None:
        self._scheduler, self._workers = scheduler, workers
        self._lock = lock
        self._on_event, self._on_connected = on_event, on_connected
        self._on_tick, self._on_failed = on_tick, on_failed
        self._commands: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._started = time.monotonic()
        self._warmth = WarmthView(Warmth.STARTING, 0.0)
        self._thread = threading.Thread(target=self._serve, name="echoviz-dispatcher", daemon=True)
        self._thread.start()

    @property
    def warmth(self) -> WarmthView:
        warmth = self._warmth
        if warmth.state in (Warmth.STARTING, Warmth.WARMING):
            return WarmthView(warmth.state, self._elapsed_s())
        return warmth

    def post(self, command: Callable[[], None]) -> None:
        """Have a command carried out soon; returns at once."""
        self._commands.put(command)

    def close(self) -> None:
        """End the thread, and with it our own workers."""
        self._commands.put(None)
        self._thread.join(_CLOSING_S)

    def _serve(self) -> None:
        try:
            from echoviz.engine.cluster import open_cluster
            from echoviz.engine.worker import TOPIC

            cluster = open_cluster(self._scheduler, self._workers)
        except Exception as error:
            self._fail(error)
            return
        try:
            self._warmth = WarmthView(Warmth.WARMING, self._elapsed_s())
            cluster.client.subscribe_topic(TOPIC, lambda event: self._on_event(event[1]))
            self._follow_warm_up(self._on_connected(cluster.client))
            self._carry_out_commands(cluster.client)
        except Exception as error:
            self._fail(error)
        finally:
            cluster.close()

    def _carry_out_commands(self, client: Client) -> None:
        ticked, scheduler_id = time.monotonic(), _read_scheduler_id(client)
        while True:
            with suppress(Empty):
                command = self._commands.get(timeout=TICK_S)
                if command is None:
                    return
                command()
            if time.monotonic() - ticked >= TICK_S:
                ticked = time.monotonic()
                if client.status == "closed" or _read_scheduler_id(client) != scheduler_id:
                    raise ConnectionError("the Dask scheduler is gone, or another one answers in its place")
                self._on_tick(client)

    def _follow_warm_up(self, futures: list[Future]) -> None:
        remaining = {future.key: future for future in futures}  # a future that nobody holds is dropped

        def on_done(future: Future) -> None:
            if future.status != "finished":
                self._fail(future.exception() if future.status == "error" else None)
                self._commands.put(None)
            with self._lock:
                remaining.pop(future.key, None)
                if not remaining and self._warmth.state is Warmth.WARMING:
                    self._warmth = WarmthView(Warmth.READY, self._elapsed_s())

        for future in futures:
            future.add_done_callback(on_done)

    def _fail(self, error: BaseException | None) -> None:
        reason = f"{type(error).__name__}: {error}" if error else "the training workers are gone"
        with self._lock:
            if self._warmth.state is Warmth.FAILED:  # said already; others may have taken over since
                return
            self._on_failed(reason)
            self._warmth = WarmthView(Warmth.FAILED, self._elapsed_s(), reason)
        _logger.error("training is not available: %s", reason)

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._started


def _read_scheduler_id(client: Client) -> str:
    """A scheduler that was started again under the same address has another one, and none of our plugins."""
    return str(client.scheduler_info(n_workers=0).get("id"))
