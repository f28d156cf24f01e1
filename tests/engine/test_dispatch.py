"""How a failure is told, and how a cluster ends that does not end in time."""

from __future__ import annotations

import os
import threading
from types import SimpleNamespace
from typing import Any, Self

import pytest

from echoviz.engine import cluster as cluster_module
from echoviz.engine.cluster import Cluster, read_worker_count
from echoviz.engine.dispatch import Dispatcher
from echoviz.engine.views import Warmth
from tests.engine.conftest import wait_for


class WatchedLock:
    """Notes what others could see when it was taken and when it was given back."""

    def __init__(self) -> None:
        self.dispatcher: Dispatcher | None = None
        self.seen: list[str] = []

    def __enter__(self) -> Self:
        self.note()
        return self

    def __exit__(self, *_: object) -> None:
        self.note()

    def note(self) -> None:
        if self.dispatcher is not None:
            self.seen.append(self.dispatcher.warmth.state)


def test_a_failure_is_seen_only_when_the_books_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    may_fail, is_told = threading.Event(), threading.Event()
    lock = WatchedLock()

    def open_cluster(*_: object) -> Cluster:
        may_fail.wait()
        raise ConnectionError("nobody there")

    def on_failed(reason: str) -> None:
        lock.seen.append(reason)
        is_told.set()

    monkeypatch.setattr(cluster_module, "open_cluster", open_cluster)
    ignored: Any = lambda *_: []  # noqa: E731
    lock.dispatcher = Dispatcher(
        None,
        None,
        lock=lock,
        on_event=ignored,
        on_trained=ignored,
        on_answered=ignored,
        on_tick=ignored,
        on_failed=on_failed,
    )
    may_fail.set()
    wait_for(is_told.is_set)
    lock.dispatcher.close()
    assert lock.seen == [Warmth.STARTING, "ConnectionError: nobody there", Warmth.FAILED]


@pytest.mark.parametrize("slow", ["client", "embedded", "both"])
def test_a_cluster_that_ends_slowly_is_logged(slow: str, caplog: pytest.LogCaptureFixture) -> None:
    asked: list[str] = []

    def make(name: str) -> Any:
        def close(timeout: float) -> None:
            asked.append(name)
            if slow in (name, "both"):
                raise TimeoutError

        return SimpleNamespace(close=close)

    Cluster(make("client"), make("embedded")).close()
    assert asked == ["client", "embedded"]
    assert len(caplog.records) == (2 if slow == "both" else 1)
    assert "not closed within" in caplog.text


def test_what_else_goes_wrong_leaves_no_workers_behind() -> None:
    asked: list[float] = []

    def fail(timeout: float) -> None:
        raise OSError("broken")

    client: Any = SimpleNamespace(close=fail)
    embedded: Any = SimpleNamespace(close=lambda timeout: asked.append(timeout))
    with pytest.raises(OSError, match="broken"):
        Cluster(client, embedded).close()
    assert len(asked) == 1


def test_workers_are_counted_by_the_cpus_that_are_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 48)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 4, 5}, raising=False)
    assert read_worker_count(None) == 2
    monkeypatch.delattr(os, "sched_getaffinity")
    assert read_worker_count(None) == 47
