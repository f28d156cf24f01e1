"""However the server ends, in the middle of a run: no process outlives it, no file the next start."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import psutil
import pytest

from benchmarks.load import wait_until_warm
from harness.loop import run_apart
from harness.server import Server
from harness.visitor import Visitor

LONG = "framing=many-to-many&length=50&neurons=64&epochs=10000&seed=7"
END_S = 60


async def begin_a_long_run(url: str) -> None:
    async with Visitor(url, LONG) as visitor:
        assert await visitor.until(lambda: visitor.runs_finished and "train" in visitor.ids, 60)
        await visitor.press("train")
        assert await visitor.until(lambda: visitor.disabled["train"], 60)


def wait_until_gone(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that are still there when patience ends."""
    return psutil.wait_procs(processes, END_S)[1]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_nothing_stays(tmp_path: Path, ending: signal.Signals) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {"TMPDIR": str(temporary), "ECHOVIZ_WORKERS": "2"}
    with Server(tmp_path / "log.txt", **environment) as server:
        wait_until_warm(server)
        run_apart(begin_a_long_run(server.url))
        children = psutil.Process(server.process.pid).children(recursive=True)
        assert children
        server.process.send_signal(ending)
        server.process.wait(END_S)
    assert wait_until_gone(children) == []
    if ending is signal.SIGTERM:
        assert list_files(temporary) == []
    with Server(tmp_path / "next.txt", **environment) as server:
        wait_until_warm(server)
        assert len(list((temporary / next(iter(list_folders(temporary)))).glob("server-*"))) == 1
    assert list_files(temporary) == []


def list_folders(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.is_dir()]


def list_files(folder: Path) -> list[Path]:
    """All but the empty folder of this user's servers."""
    return [path for path in folder.rglob("*") if not path.name.startswith("echoviz-")]


def test_a_restarted_server_serves_the_page_that_stayed_open(tmp_path: Path) -> None:
    """What a browser does: it comes back with its session's name, and its address holds its choices."""

    async def stay(first: Server) -> None:
        visitor = Visitor(first.url, "length=7&seed=3")
        await visitor.connect()
        await visitor.run()
        assert await visitor.until(lambda: visitor.runs_finished and "train" in visitor.ids, 60)
        first.process.kill()
        first.process.wait(10)
        visitor.drop()
        with Server(tmp_path / "next.txt") as server:
            wait_until_warm(server)
            visitor.url = server.url
            await visitor.connect()
            await visitor.press("train")
            started = time.monotonic()
            assert await visitor.until(lambda: b'"provenance":"live"' in visitor.content["stage"], 60)
            print(f"trained {time.monotonic() - started:.1f} s after the first press")
            await visitor.close()

    with Server(tmp_path / "log.txt") as server:
        run_apart(stay(server))
