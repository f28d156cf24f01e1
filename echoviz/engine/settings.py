"""What whoever runs the server decides about training, read once from `ECHOVIZ_…` variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

MAX_WORKERS = 64


@dataclass(frozen=True)
class EngineSettings:
    """Where and how long trainings run.

    Attributes
    ----------
    scheduler : address of a Dask scheduler; `None` for workers of our own
    workers : how many of our own are on duty
    spares : how many more of our own stand by, warm, for one that is lost
    run_limit_s : seconds after which a training that has begun is ended
    hung_after_s : seconds without a sign of life after which a worker is replaced
    """

    scheduler: str | None = None
    workers: int = 1
    spares: int = 1
    run_limit_s: int = 600
    hung_after_s: int = 8


def read_engine_settings(
    environ: Mapping[str, str], scheduler: str | None = None, workers: int | None = None
) -> EngineSettings:
    """The settings, each argument before its variable. Raises `ValueError` that says what was expected."""
    given = str(workers) if workers is not None else environ.get("ECHOVIZ_WORKERS")
    return EngineSettings(
        scheduler=scheduler or environ.get("ECHOVIZ_SCHEDULER") or None,
        workers=_read("ECHOVIZ_WORKERS", given, (1, MAX_WORKERS), _count_own_cpus()),
        spares=_read("ECHOVIZ_SPARES", environ.get("ECHOVIZ_SPARES"), (0, 4), EngineSettings.spares),
        run_limit_s=_read(
            "ECHOVIZ_RUN_LIMIT_S",
            environ.get("ECHOVIZ_RUN_LIMIT_S"),
            (1, 86_400),
            EngineSettings.run_limit_s,
        ),
        hung_after_s=_read(
            "ECHOVIZ_HUNG_AFTER_S",
            environ.get("ECHOVIZ_HUNG_AFTER_S"),
            (2, 3600),
            EngineSettings.hung_after_s,
        ),
    )


def _count_own_cpus() -> int:
    """Our CPUs less one, for the page; a container may be held to fewer than the machine has."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    return min(max(1, cpus - 1), MAX_WORKERS)


def _read(name: str, text: str | None, bounds: tuple[int, int], default: int) -> int:
    if not text:
        return default
    least, most = bounds
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ValueError(
            f"{name} was {text!r}; expected a whole number from {least} to {most}: change it or leave it out."
        )
    return int(text)
