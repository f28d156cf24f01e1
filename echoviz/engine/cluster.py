"""Where training runs: workers of our own on this machine, or any Dask scheduler by its address."""

from __future__ import annotations

import logging
import os
import signal
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import dask
import psutil
from distributed import Client, LocalCluster

from echoviz.engine.crew import HANDS, THREADS_FOR_QUESTIONS, WorkerSeen
from echoviz.engine.security import make_security
from echoviz.engine.settings import EngineSettings
from echoviz.engine.worker import ENVIRONMENT, TOPIC

_logger = logging.getLogger(__name__)

_PACKAGE = Path(__file__).parents[1]
_EVENTS_KEPT = 16  # each holds a model's weights, 700 kB at most; Dask's own default is 1000
_SCHEDULER_TIMEOUT_S = 15
_REPLACING_TIMEOUT_S = 10


@dataclass
class Cluster:
    """A connected client, and the embedded cluster when it is ours to end."""

    client: Client
    embedded: LocalCluster | None
    spares: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection and our own workers; what does not end in time is logged and left."""
        try:
            _close(self.client, timeout_s=5)
        finally:
            if self.embedded is not None:
                _close(self.embedded, timeout_s=10)

    @property
    def scheduler_id(self) -> str:
        """One that was started again under the same address has another one, and none of our plugins."""
        return str(self.client.scheduler_info(n_workers=0).get("id"))

    def look(self) -> dict[str, WorkerSeen]:
        """The workers by their addresses, as the scheduler knows them."""
        workers = self.client.scheduler_info(n_workers=-1)["workers"]
        cpu_s = self._measure_cpu_s()
        return {
            address: WorkerSeen(
                last_seen=said["last_seen"],
                threads=said["nthreads"],
                memory_mb=said.get("metrics", {}).get("memory", 0) / 1e6 or None,
                cpu_s=cpu_s.get(address, 0.0),
            )
            for address, said in workers.items()
        }

    def _measure_cpu_s(self) -> dict[str, float]:
        """Seconds that our own workers' processes have worked, by their addresses."""
        worked = {}
        for nanny in list(self.embedded.workers.values()) if self.embedded else ():
            with suppress(psutil.Error):
                times = psutil.Process(nanny.pid).cpu_times()
                worked[nanny.worker_address] = times.user + times.system
        return worked

    def replace(self, address: str) -> None:
        """Kill a worker that hangs. Its nanny begins another one; the scheduler moves what it had in hand."""
        for nanny in list(self.embedded.workers.values()) if self.embedded else ():
            if nanny.worker_address == address and nanny.pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(nanny.pid, signal.SIGKILL)  # one that hangs would not hear Dask's own word
                return
        with suppress(TimeoutError, OSError):
            self.client.restart_workers([address], timeout=_REPLACING_TIMEOUT_S, raise_for_error=False)

    def add_spares(self) -> None:
        """Bring up the workers that stand by: later than the others, so that these are ready sooner."""
        if self.embedded is not None and self.spares:
            self.embedded.scale(len(self.embedded.workers) + self.spares)
            self.spares = 0


def _close(closing: Client | LocalCluster, timeout_s: int) -> None:
    try:
        closing.close(timeout=timeout_s)
    except TimeoutError:
        _logger.warning("%s was not closed within %s s", type(closing).__name__, timeout_s)


def open_cluster(settings: EngineSettings, on_event: Callable[[dict[str, Any]], None]) -> Cluster:
    """Connect to a scheduler by its address, or start workers here.

    `on_event` is called in Dask's thread with each message that a worker sends. Raises `ConnectionError` when
    no scheduler answers.
    """
    address = settings.scheduler
    cluster = _connect(address) if address else _start_workers(settings)
    try:
        if address:
            _ship_package(cluster.client)
        cluster.client.subscribe_topic(TOPIC, lambda event: on_event(event[1]))
    except BaseException:
        cluster.close()
        raise
    return cluster


def _start_workers(wanted: EngineSettings) -> Cluster:
    # Dask gives up a worker that is not back after 15 s, for good; on a busy machine one may take longer.
    # It looks at this setting whenever a worker is lost, so it must outlast the start.
    dask.config.set({"distributed.deploy.lost-worker-timeout": "1 hour"})
    # Nannies live in this process and hold one end of a pipe to each worker: however this process
    # ends, the pipe closes and the workers with it.
    settings: dict[str, Any] = {
        "distributed.admin.low-level-log-length": _EVENTS_KEPT,
        "distributed.scheduler.worker-ttl": None,  # it compares wall clocks; the service looks after workers
        "distributed.scheduler.work-stealing": False,  # a training begins where it is sent
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
    }
    with dask.config.set(settings):
        embedded = LocalCluster(
            n_workers=wanted.workers,
            threads_per_worker=HANDS + THREADS_FOR_QUESTIONS,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # Dask listens there always, but with nothing to say
            security=make_security(),
            memory_limit=0,  # TensorFlow alone takes 700 MB: a limit by share would kill it on small machines
            silence_logs="CRITICAL",  # futures tell what fails; workers without a server only wail
            env=ENVIRONMENT,
        )
    return Cluster(Client(embedded, set_as_default=False), embedded, wanted.spares)


def _connect(address: str) -> Cluster:
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # futures tell what fails
    try:
        client = Client(address, set_as_default=False, timeout=_SCHEDULER_TIMEOUT_S)
    except (OSError, ValueError) as error:
        raise ConnectionError(
            f"no Dask scheduler answered at ECHOVIZ_SCHEDULER={address} ({error}): start `dask scheduler` "
            "there, or leave the variable out to train on this machine."
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
