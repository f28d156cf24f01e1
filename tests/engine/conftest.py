"""What the engine's tests share: each thing that takes seconds is done once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import dask
import pytest

from echoviz.engine.service import TrainingService, Warmth
from echoviz.engine.worker import configure_tensorflow

Value = TypeVar("Value")


class Clock:
    """Stands still until it is set."""

    now = 1.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def tensorflow() -> None:
    """As in a worker: one thread, with which XLA compiles twice as fast."""
    configure_tensorflow()


@pytest.fixture(scope="session")
def service() -> Iterator[TrainingService]:
    """A warm training service with one worker, on a machine where no worker is back as soon as Dask asks."""
    dask.config.set({"distributed.deploy.lost-worker-timeout": "100ms"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ECHOVIZ_SPARES", "0")
        patch.setenv("ECHOVIZ_HUNG_AFTER_S", "3600")  # tests hold workers still
        service = TrainingService(workers=1)
    service.start()
    wait_for(lambda: service.warmth.state in (Warmth.READY, Warmth.FAILED))
    assert service.warmth.state is Warmth.READY, service.warmth.reason
    yield service
    service.close()


def wait_for(look: Callable[[], Value], timeout_s: float = 300) -> Value:
    """Look again and again until there is something to see; returns it.

    Fails after `timeout_s`, much longer than it takes: a busy machine is slow, not wrong.
    """
    deadline = time.monotonic() + timeout_s
    while not (seen := look()):
        assert time.monotonic() < deadline, f"nothing came in {timeout_s} s"
        time.sleep(0.01)
    return seen
