"""How a failure is told, and how a cluster ends that does not end in time."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any, Self

import pytest

from echoviz.engine import cluster as cluster_module
from echoviz.engine import dispatch as dispatch_module
from echoviz.engine.cluster import Cluster
from echoviz.engine.crew import WorkerSeen
from echoviz.engine.dispatch import Dispatcher
from echoviz.engine.settings import EngineSettings, read_engine_settings
from tests.engine.conftest import wait_for


class Told:
    """Notes what a dispatcher tells."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *given, **named: self.calls.append((name, given[0] if given else None))

    def count(self, name: str) -> int:
        return sum(called == name for called, _ in self.calls)


def test_a_cluster_that_cannot_be_opened_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that can is served, until it is lost."""
    tries: list[object] = []

    def open_cluster(*_: object) -> Any:
        tries.append(None)
        if len(tries) < 3:
            raise ConnectionError("nobody there")
        client = SimpleNamespace(status="closed" if len(tries) == 3 else "running")
        return FakeCluster(client)

    monkeypatch.setattr(cluster_module, "open_cluster", open_cluster)
    monkeypatch.setattr(dispatch_module, "RETRY_S", 0.01)
    monkeypatch.setattr(dispatch_module, "LOOK_S", 0.02)
    told = Told()
    dispatcher = Dispatcher(EngineSettings(), told)
    wait_for(lambda: told.count("on_look") > 3 and told.count("on_connected") == 2)
    dispatcher.close()
    reasons = [given for name, given in told.calls if name == "on_lost"]
    assert reasons[:2] == ["ConnectionError: nobody there"] * 2
    assert "scheduler is gone" in reasons[2]
    assert len(reasons) == 3


class FakeCluster:
    scheduler_id = "one"

    def __init__(self, client: object) -> None:
        self.client = client

    def look(self) -> dict[str, WorkerSeen]:
        return {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...


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
    assert read_engine_settings({}).workers == 2
    monkeypatch.delattr(os, "sched_getaffinity")
    assert read_engine_settings({}).workers == 47
    assert read_engine_settings({"ECHOVIZ_WORKERS": "3"}, workers=5).workers == 5


@pytest.mark.parametrize(
    ("name", "text", "bounds"),
    [
        *(("ECHOVIZ_WORKERS", text, "1 to 64") for text in ("0", "65", "many", "-1", "1.5")),
        ("ECHOVIZ_SPARES", "5", "0 to 4"),
        ("ECHOVIZ_RUN_LIMIT_S", "0", "1 to 86400"),
        ("ECHOVIZ_HUNG_AFTER_S", "1", "2 to 3600"),
    ],
)
def test_settings_are_bounded(name: str, text: str, bounds: str) -> None:
    with pytest.raises(ValueError, match=f"{name} was '{text}'; expected a whole number from {bounds}"):
        read_engine_settings({name: text})
