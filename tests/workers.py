"""The training workers of a server, as processes that a test can hold still or kill."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

HELD_STILL = {"ECHOVIZ_SPARES": "0", "ECHOVIZ_HUNG_AFTER_S": "3600"}
"""Settings of a server whose worker may be held still: nobody replaces it."""


def find_workers(server_pid: int | None = None) -> list[psutil.Process]:
    """The worker processes of a server; by default those of this process. There is at least one."""
    workers = list_workers(server_pid)
    assert workers
    return workers


def list_workers(server_pid: int | None = None) -> list[psutil.Process]:
    """The worker processes that there are at this moment."""
    return [child for child in psutil.Process(server_pid).children(recursive=True) if _is_worker(child)]


def _is_worker(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.Error:  # it has ended since, or nobody has waited for it yet
        return False


@contextmanager
def held_still(server_pid: int) -> Iterator[list[psutil.Process]]:
    """A run under way stays where it is: the longest takes 3 s, less than a page may take to reload."""
    workers = find_workers(server_pid)
    try:
        for worker in workers:
            worker.suspend()
        yield workers
    finally:
        for worker in workers:
            with suppress(psutil.Error):  # a test may have killed it
                worker.resume()
