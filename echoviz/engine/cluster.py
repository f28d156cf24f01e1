"""Where training runs: workers of our own on this machine, or any Dask scheduler by its address."""

from __future__ import annotations

import logging
import os
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import dask
from distributed import Client, LocalCluster

from echoviz.engine.security import make_security
from echoviz.engine.worker import ENVIRONMENT, WarmUp

_logger = logging.getLogger(__name__)

MAX_WORKERS = 64
_PACKAGE = Path(__file__).parents[1]
_EVENTS_KEPT = 16  # each holds a model's weights, 700 kB at most; Dask's own default is 1000
_TASKS_AT_A_TIME = 8
"""In one worker: trainings take turns there, so nothing short waits for something long."""
_SCHEDULER_TIMEOUT_S = 15
_WORKERS_TIMEOUT_S = 60


@dataclass
class Cluster:
    """A connected client, and the embedded cluster when it is ours to end."""

    client: Client
    embedded: LocalCluster | None

    def close(self) -> None:
        """End the connection and our own workers; what does not end in time is logged and left."""
        try:
            _close(self.client, timeout_s=5)
        finally:
            if self.embedded is not None:
                _close(self.embedded, timeout_s=10)


def _close(closing: Client | LocalCluster, timeout_s: int) -> None:
    try:
        closing.close(timeout=timeout_s)
    except TimeoutError:
        _logger.warning("%s was not closed within %s s", type(closing).__name__, timeout_s)


def read_worker_count(text: str | None) -> int:
    """How many workers `ECHOVIZ_WORKERS` asks for, else `ValueError`; by default our CPUs less one."""
    if not text:  # a container may be held to fewer CPUs than the machine has
        cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
        return min(max(1, cpus - 1), MAX_WORKERS)
    if not text.isdecimal() or not 1 <= int(text) <= MAX_WORKERS:
        expected = f"expected a whole number from 1 to {MAX_WORKERS}: change it or leave it out."
        raise ValueError(f"ECHOVIZ_WORKERS was {text!r}; {expected}")
    return int(text)


def open_cluster(scheduler: str | None, workers: str | None) -> Cluster:
    """Connect to the scheduler at an address, or start workers here; TensorFlow warms up in each.

    Raises `ConnectionError` when no scheduler answers or no worker joins, `ValueError` for `workers`.
    """
    cluster = _connect(scheduler) if scheduler else _start_workers(read_worker_count(workers))
    try:
        if scheduler:
            _ship_package(cluster.client)
        cluster.client.register_plugin(WarmUp(shares_machine=not scheduler))
    except BaseException:
        cluster.close()
        raise
    return cluster


def _start_workers(count: int) -> Cluster:
    # Dask gives up a worker that is not back after 15 s, for good; on a busy machine one may take longer.
    # It looks at this setting whenever a worker is lost, so it must outlast the start.
    dask.config.set({"distributed.deploy.lost-worker-timeout": "1 hour"})
    # Nannies live in this process and hold one end of a pipe to each worker: however this process
    # ends, the pipe closes and the workers with it.
    settings = {
        "distributed.admin.low-level-log-length": _EVENTS_KEPT,
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
    }
    with dask.config.set(settings):
        embedded = LocalCluster(
            n_workers=count,
            threads_per_worker=_TASKS_AT_A_TIME,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # Dask listens there always, but with nothing to say
            security=make_security(),
            memory_limit=0,  # TensorFlow alone takes 700 MB: a limit by share would kill it on small machines
            silence_logs="CRITICAL",  # futures tell what fails; workers without a server only wail
            env=ENVIRONMENT,
        )
    return Cluster(Client(embedded, set_as_default=False), embedded)


def _connect(address: str) -> Cluster:
    try:
        client = Client(address, set_as_default=False, timeout=_SCHEDULER_TIMEOUT_S)
    except (OSError, ValueError) as error:
        raise ConnectionError(
            f"no Dask scheduler answered at ECHOVIZ_SCHEDULER={address} ({error}): start `dask scheduler` "
            "there, or leave the variable out to train on this machine."
        ) from error
    try:
        client.wait_for_workers(1, timeout=_WORKERS_TIMEOUT_S)
    except TimeoutError as error:
        client.close()
        raise ConnectionError(
            f"the scheduler at {address} has no workers: start `dask worker {address} --nthreads 1` in an "
            "environment with EchoViz' requirements."
        ) from error
    return Cluster(client, None)


def _ship_package(client: Client) -> None:
    """Give each worker, present and future, this version's core and engine as a zip on its path."""
    files = [_PACKAGE / "__init__.py", *_PACKAGE.glob("core/**/*.py"), *_PACKAGE.glob("engine/**/*.py")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "echoviz_workers.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in files:
                archive.write(file, file.relative_to(_PACKAGE.parent))
        client.upload_file(str(path))
