"""What may befall the machine: its disk takes nothing more, its clock jumps."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from echoviz.core.catalog import text
from faults.classroom import FAILED, LONG, SHORT, Classroom
from harness.loop import Loop
from harness.server import Server

NOT_AVAILABLE = text("page.warmth.failed")
SILENT = Path("/dev/null")
"""A server on a full disk logs to something else, as to the journal."""


def limit_files(server: Server, size: int) -> None:
    """No process of the server may write more than `size` bytes into a file, as on a full disk."""
    process = psutil.Process(server.process.pid)
    for each in (process, *process.children(recursive=True)):
        each.rlimit(psutil.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def open_classroom(server: Server, loop: Loop) -> Iterator[Classroom]:
    classroom = Classroom(server, loop)
    try:
        yield classroom
    finally:
        classroom.close()


def test_a_disk_that_fills(tmp_path: Path, loop: Loop) -> None:
    """Who trains does not feel it. A worker that is lost meanwhile comes back once there is room."""
    log = tmp_path / "runs.jsonl"
    with (
        Server(SILENT, TMPDIR=str(tmp_path), ECHOVIZ_RUN_LOG=str(log)) as server,
        open_classroom(server, loop) as classroom,
    ):
        classroom.wait_until_warm()
        delivered = classroom.train(SHORT).content["stage"]
        visitor = classroom.begin(LONG)
        limit_files(server, 0)
        classroom.expect_result(visitor)
        classroom.train("length=9&seed=1")
        for worker in classroom.find_workers():
            worker.kill()
        waiting = classroom.open("length=10&seed=1")
        assert classroom.open(SHORT).content["stage"] == delivered
        loop.run(waiting.press("train"))
        classroom.expect_words(waiting, FAILED, NOT_AVAILABLE)
        limit_files(server, resource.RLIM_INFINITY)
        classroom.train("length=11&seed=1")
    lengths = [json.loads(line)["experiment"]["length"] for line in log.read_text().splitlines()]
    assert lengths[0] == 7, "before"
    assert lengths[-1] == 11, "after"
    assert 9 not in lengths, "the disk took none of these"


def test_a_start_on_a_full_disk(loop: Loop) -> None:
    """The page is there, with its recorded run, and says that it cannot train; once there is room it can."""
    server = Server(SILENT)
    limit_files(server, 0)
    with server, open_classroom(server, loop) as classroom:
        visitor = classroom.open()
        classroom.expect_words(visitor, NOT_AVAILABLE)
        limit_files(server, resource.RLIM_INFINITY)
        loop.run(visitor.press("train"))
        classroom.expect_result(visitor)


@pytest.fixture
def clock(tmp_path: Path) -> tuple[dict[str, str], Callable[[str], None]]:
    """Variables that fake what a server takes for the time, and how to set it: `+2d` from the true one."""
    libraries = list(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    assert libraries, "no faketime: `apt-get install faketime`"
    told = tmp_path / "time"
    told.write_text("+0")
    environment = {
        "LD_PRELOAD": str(libraries[0]),
        "FAKETIME_TIMESTAMP_FILE": str(told),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
    return environment, lambda offset: told.write_text(offset) and None


def test_a_clock_that_jumps(
    tmp_path: Path, loop: Loop, clock: tuple[dict[str, str], Callable[[str], None]]
) -> None:
    """By days, in a run: it takes the time that it takes, and a worker that is lost then comes back."""
    environment, set_clock = clock
    with (
        Server(tmp_path / "log.txt", **environment) as server,
        open_classroom(server, loop) as classroom,
    ):
        classroom.wait_until_warm()
        for seed, offset in enumerate(("-2d", "+2d")):
            visitor = classroom.begin(f"{LONG}{seed}")
            set_clock(offset)
            classroom.expect_result(visitor)
            for worker in classroom.find_workers():
                worker.kill()
            classroom.train(f"{SHORT}{seed}")
