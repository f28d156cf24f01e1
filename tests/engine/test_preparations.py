"""What compiles before anybody presses Train: once each, only while somebody waits, and never lost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from echoviz.engine.preparations import KEPT_RUNS, Preparations

from echoviz.core.experiment import Experiment
from echoviz.engine import service as service_module
from echoviz.engine.service import TrainingService, TrainingState, Warmth, WarmthView
from echoviz.engine.tasks import ANCHORS, Tasks
from tests.engine.test_ledger import ASKED, make_run

SHAPES = [ASKED.replace(length=length) for length in range(1, 14)]


def test_preparing_twice_is_once() -> None:
    preparations = Preparations()
    first = preparations.ask(ASKED, "a")
    assert first is not None
    assert preparations.ask(ASKED, "a") is None
    assert preparations.ask(ASKED.replace(epochs=3, learning_rate=0.5), "b") is None
    assert preparations.finish(first.task, make_run(ASKED))
    assert preparations.ask(ASKED, "a") is None
    untrained = preparations.find_untrained(ASKED.replace(epochs=3))
    assert untrained is not None
    assert untrained.experiment.epochs == 3


def test_what_nobody_waits_for_is_dropped() -> None:
    preparations = Preparations()
    for experiment, watcher in ((SHAPES[0], "a"), (SHAPES[1], "b"), (SHAPES[1], "a"), (SHAPES[2], "c")):
        preparations.ask(experiment, watcher)
    assert [one.experiment for one in preparations.drop_unwanted(())] == [SHAPES[0]], "a's controls went on"
    preparations.leave("a")
    assert preparations.drop_unwanted(()) == []
    for watcher in ("b", "c"):
        preparations.leave(watcher)
    assert [one.experiment for one in preparations.drop_unwanted({SHAPES[1].architecture})] == [SHAPES[2]]
    assert [one.experiment for one in preparations.pending] == [SHAPES[1]], "a training needs it"


def test_what_was_dropped_is_not_waited_for() -> None:
    preparations = Preparations()
    dropped = preparations.ask(ASKED, "a")
    assert dropped is not None
    preparations.give_up()
    again = preparations.ask(ASKED, "a")
    assert again is not None
    assert again.task != dropped.task
    assert not preparations.finish(dropped.task, None)
    assert preparations.pending == (again,)


def test_untrained_runs_are_bounded() -> None:
    preparations = Preparations()
    for seed in range(KEPT_RUNS + 1):
        preparation = preparations.ask(ASKED.replace(seed=seed), "a")
        assert preparation is not None
        preparations.finish(preparation.task, make_run(ASKED.replace(seed=seed)))
    assert preparations.find_untrained(ASKED.replace(seed=0)) is None
    assert preparations.find_untrained(ASKED.replace(seed=1)) is not None


class FakeClient:
    """Takes every task, and finishes none by itself."""

    def __init__(self, workers: int = 1) -> None:
        self.workers = workers
        self.futures: dict[str, SimpleNamespace] = {}

    def scheduler_info(self, n_workers: int) -> dict[str, Any]:
        return {"workers": dict.fromkeys(range(self.workers))}

    def submit(self, work: Any, name: str, experiment: Experiment, anchor: Any = None, *, key: str) -> Any:
        future = SimpleNamespace(status="pending", is_released=False, anchor=anchor)
        future.add_done_callback = lambda _: None
        future.release = lambda: setattr(future, "is_released", True)
        self.futures[key.rpartition(".")[0]] = future
        return future


def make_tasks(client: FakeClient, count: int) -> Tasks:
    tasks = Tasks(lambda *_: None, lambda *_: None)
    for number, experiment in enumerate(SHAPES[:count]):
        tasks.prepare(client, f"prepare-{number}", experiment)  # type: ignore[arg-type]
    return tasks


def test_many_shapes_at_once_cost_nobody_their_preparation() -> None:
    client = FakeClient()
    tasks = make_tasks(client, ANCHORS + 3)
    assert not any(future.is_released for future in client.futures.values())
    for number in range(ANCHORS + 3):
        client.futures[f"prepare-{number}"].status = "finished"
        tasks.settle(f"prepare-{number}")
    held = [number for number in range(ANCHORS + 3) if not client.futures[f"prepare-{number}"].is_released]
    assert held == list(range(3, ANCHORS + 3)), "done, only the latest shapes stay where they are compiled"


def test_a_training_goes_where_its_shape_is_compiled_unless_that_is_gone() -> None:
    client = FakeClient()
    tasks = make_tasks(client, 1)
    tasks.train(client, "train-1", SHAPES[0])  # type: ignore[arg-type]
    assert client.futures["train-1"].anchor is client.futures["prepare-0"]
    client.futures["prepare-0"].status = "cancelled"  # as after a lost connection
    tasks.train(client, "train-2", SHAPES[0])  # type: ignore[arg-type]
    assert client.futures["train-2"].anchor is None


@pytest.mark.parametrize(("workers", "tasks"), [(0, 1), (1, 1), (3, 3)])
def test_warming_up_waits_for_a_first_worker(workers: int, tasks: int) -> None:
    """While there is none, one task waits for it: READY comes of a task that has ended."""
    client = FakeClient(workers)
    assert len(Tasks(lambda *_: None, lambda *_: None).warm_up(client)) == tasks  # type: ignore[arg-type]


class FakeDispatcher:
    """Says that all is well and carries nothing out, until `fail` is called."""

    is_embedded = True

    def __init__(self, *_: object, **callbacks: Any) -> None:
        self.warmth = WarmthView(Warmth.READY, 1.0)
        self._on_failed = callbacks["on_failed"]

    def post(self, command: object) -> None: ...

    def close(self) -> None: ...

    def fail(self) -> None:
        self.warmth = WarmthView(Warmth.FAILED, 1.0, "gone")
        self._on_failed("gone")


@pytest.fixture
def idle_service(monkeypatch: pytest.MonkeyPatch) -> TrainingService:
    monkeypatch.setattr(service_module, "Dispatcher", FakeDispatcher)
    service = TrainingService()
    service.start()
    return service


def test_sessions_that_leave_take_their_preparations_along(idle_service: TrainingService) -> None:
    for number, experiment in enumerate(SHAPES):
        idle_service.prepare(experiment, f"visitor {number}")
    idle_service.submit(SHAPES[0], "visitor 0")
    for number in range(len(SHAPES)):
        idle_service.leave(f"visitor {number}")
    kept = idle_service._preparations.pending
    assert [one.experiment for one in kept] == [SHAPES[0]], "its training goes on for a while"
    idle_service.prepare(SHAPES[1], "visitor 0")
    idle_service.join(SHAPES[0], "visitor 0")
    idle_service.stop(SHAPES[0], "visitor 0")
    assert [one.experiment for one in idle_service._preparations.pending] == [SHAPES[1]]


def test_after_a_failure_everything_begins_anew(idle_service: TrainingService) -> None:
    idle_service.prepare(ASKED, "a")
    idle_service.submit(ASKED, "a")
    first = idle_service._dispatcher
    assert isinstance(first, FakeDispatcher)
    first.fail()
    view = idle_service.find(ASKED, "a")
    assert view is not None
    assert (view.state, view.error) == (TrainingState.FAILED, "gone")
    assert idle_service._preparations.pending == ()
    again = idle_service.submit(ASKED, "a")
    assert (again.state, again.attempt) == (TrainingState.QUEUED, 2)
    assert idle_service._dispatcher is not first
    assert [one.experiment for one in idle_service._preparations.pending] == [ASKED]
