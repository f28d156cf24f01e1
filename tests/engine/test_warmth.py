"""What is told of the service while it warms up, works, and is lost."""

from __future__ import annotations

from echoviz.engine.views import Warmth
from echoviz.engine.warmth import EMPTY_AFTER_S, WarmthKeeper
from tests.engine.conftest import Clock


def test_from_the_start_to_the_first_training() -> None:
    clock = Clock()
    keeper = WarmthKeeper(clock)
    assert keeper.view(is_ready=False).state is Warmth.STARTING
    keeper.begin()
    clock.now += 2
    assert (keeper.view(is_ready=False).state, keeper.view(is_ready=False).elapsed_s) == (Warmth.STARTING, 2)
    keeper.connect()
    clock.now += 5
    assert (keeper.view(is_ready=False).state, keeper.view(is_ready=False).elapsed_s) == (Warmth.WARMING, 5)
    assert keeper.view(is_ready=True).state is Warmth.READY
    clock.now += 100
    assert keeper.view(is_ready=True).elapsed_s == 5, "how long it took"


def test_lost_and_found() -> None:
    clock = Clock()
    keeper = WarmthKeeper(clock)
    keeper.begin()
    keeper.connect()
    keeper.disconnect("gone")
    clock.now += 3
    assert (keeper.view(is_ready=False).state, keeper.view(is_ready=False).reason) == (Warmth.FAILED, "gone")
    keeper.disconnect("still gone")
    assert keeper.lost_s == 3, "since the first time"
    keeper.connect()
    assert keeper.view(is_ready=False).state is Warmth.WARMING
    assert keeper.is_lost, "until a worker can train again"
    assert keeper.lost_s == 0, "but who waits need not give up"
    keeper.disconnect("gone again")
    assert keeper.lost_s == 3
    keeper.recover()
    assert not keeper.is_lost


def test_a_cluster_that_nobody_gives_a_worker() -> None:
    clock = Clock()
    keeper = WarmthKeeper(clock)
    keeper.begin()
    keeper.connect()
    clock.now += EMPTY_AFTER_S + 1
    keeper.count(0, wanted=0)
    assert "no workers" in keeper.view(is_ready=False).reason
    keeper.count(1, wanted=0)
    assert keeper.view(is_ready=False).state is Warmth.WARMING


def test_workers_that_cannot_train_stay_a_failure() -> None:
    keeper = WarmthKeeper(Clock())
    keeper.begin()
    keeper.connect()
    keeper.lose("no TensorFlow")
    keeper.count(1, wanted=0)
    assert keeper.view(is_ready=False).reason == "no TensorFlow"
    assert keeper.view(is_ready=True).state is Warmth.READY, "another one can"


def test_too_few_workers_are_noticed() -> None:
    clock = Clock()
    keeper = WarmthKeeper(clock)
    keeper.begin()
    keeper.connect()
    clock.now += 4
    keeper.count(1, wanted=2)
    assert keeper.short_s == 4
    keeper.count(2, wanted=2)
    assert keeper.short_s == 0
