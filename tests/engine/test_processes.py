"""The server's process stays light, its workers end with it, and another machine's workers serve as well."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from echoviz.core.experiment import Experiment
from echoviz.engine.service import TrainingService, TrainingState, TrainingView, Warmth
from tests.engine.conftest import wait_for

ROOT = Path(__file__).parents[2]
ONE_WORKER = {**os.environ, "ECHOVIZ_WORKERS": "1", "ECHOVIZ_SPARES": "0"}


@contextmanager
def started(*command: str, **settings: Any) -> Iterator[subprocess.Popen[str]]:
    """A process that is certainly gone afterwards."""
    process = subprocess.Popen([sys.executable, *command], text=True, **settings)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def read_story(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    told: dict[str, Any] = json.loads(process.stdout.readline())
    return told


def test_a_killed_server_takes_its_workers_along_and_had_no_tensorflow() -> None:
    settings = {
        "cwd": ROOT,
        "env": ONE_WORKER,
        "stdout": subprocess.PIPE,
    }
    with started("-m", "tests.engine.server_of_its_own", **settings) as server:
        told = read_story(server)
        assert told["state"] == TrainingState.FINISHED, told["error"]
        assert told["heavy_at_first"] == []
        assert told["heavy"] == []
        assert told["rss_mb"] < 200
        assert set(told["listening"]) == {"127.0.0.1"}
        workers = [psutil.Process(pid) for pid in told["children"]]
        assert any("spawn_main" in " ".join(worker.cmdline()) for worker in workers)
        server.send_signal(signal.SIGKILL)
        gone, alive = psutil.wait_procs(workers, timeout=20)
        assert alive == []
        assert len(gone) == len(workers)


def test_a_server_that_ends_by_itself_leaves_nothing_behind() -> None:
    settings = {"cwd": ROOT, "env": ONE_WORKER}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with started("-m", "tests.engine.server_of_its_own", "--leave", **settings, **pipes) as server:
        told = read_story(server)
        children = [psutil.Process(pid) for pid in told["children"] if psutil.pid_exists(pid)]
        _, complaints = server.communicate(timeout=60)
        assert server.returncode == 0
        assert "Traceback" not in complaints
        _, alive = psutil.wait_procs(children, timeout=20)
        assert alive == []


COMMON = ("--host", "127.0.0.1", "--no-dashboard")


@contextmanager
def started_scheduler(folder: Path, port: int = 0) -> Iterator[str]:
    """The address of a Dask scheduler that cannot import EchoViz."""
    file = folder / "scheduler.json"
    file.unlink(missing_ok=True)
    command = ("-m", "dask", "scheduler", *COMMON, "--port", str(port), "--scheduler-file", str(file))
    with started(*command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        wait_for(lambda: file.exists() and file.read_text().strip().endswith("}"))
        yield json.loads(file.read_text())["address"]


@contextmanager
def started_worker(folder: Path, address: str) -> Iterator[None]:
    """One worker of a scheduler, which cannot import EchoViz either."""
    command = ("-m", "dask", "worker", address, *COMMON, "--no-nanny", "--nthreads", "1")
    with started(*command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        yield


def test_any_dask_scheduler_by_its_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It trains there; when the scheduler is gone it says so, and trains again once another one is there."""
    monkeypatch.setattr("echoviz.engine.dispatch.RETRY_S", 0.2)
    with ExitStack() as closing:
        with started_scheduler(tmp_path) as address, started_worker(tmp_path, address):
            monkeypatch.setenv("ECHOVIZ_SCHEDULER", address)
            service = TrainingService()
            closing.callback(service.close)
            assert train(service, Experiment(epochs=60)).state is TrainingState.FINISHED
        wait_for(lambda: service.warmth.state is Warmth.FAILED)
        waiting = service.submit(Experiment(epochs=70), "a")
        assert waiting.state is TrainingState.QUEUED
        port = int(address.rpartition(":")[2])
        with started_scheduler(tmp_path, port), started_worker(tmp_path, address):
            view = train(service, Experiment(epochs=70))
            assert (view.state, view.attempt) == (TrainingState.FINISHED, 1)
            assert view.run is not None
            assert view.run.epochs_done == 70


def train(service: TrainingService, experiment: Experiment) -> TrainingView:
    service.submit(experiment, "a")
    view = service.wait(experiment, "a", 300)
    assert view is not None
    return view


def test_nobody_at_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("echoviz.engine.cluster._SCHEDULER_TIMEOUT_S", 1)
    service = TrainingService("tcp://127.0.0.1:9")
    service.start()
    experiment = Experiment()
    service.submit(experiment, "a")
    wait_for(lambda: service.warmth.state is Warmth.FAILED)
    assert "ECHOVIZ_SCHEDULER=tcp://127.0.0.1:9" in service.warmth.reason
    view = service.find(experiment)
    assert view is not None
    assert view.state is TrainingState.QUEUED, "somebody may come yet"
    service.close()
