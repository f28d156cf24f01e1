"""Ten thousand messages that no browser would send, and a flood, while others go on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from harness.loop import Loop
from harness.visitor import Pressed, Visitor, make_trigger_id
from tests.hosting.conftest import WatchedServer
from tests.hosting.drawn import messages
from tests.hosting.test_server import DRAWN

MESSAGES = 10_000
FLOOD = 30_000
PATIENCE_S = 20


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedServer]:
    environment = {"ECHOVIZ_SCHEDULER": "tcp://127.0.0.1:9", "ECHOVIZ_MESSAGES_PER_S": "100000"}
    with WatchedServer(tmp_path_factory.mktemp("hostile"), **environment) as server:
        yield server


async def open_page(url: str) -> Visitor:
    visitor = Visitor(url)
    await visitor.connect()
    await visitor.run()
    assert await visitor.until(lambda: visitor.runs_finished and "train" in visitor.ids, PATIENCE_S)
    return visitor


async def look(visitor: Visitor) -> float:
    """Seconds until the page stands again, without an exception on it."""
    before, started = visitor.runs_finished, time.monotonic()
    await visitor.run()
    assert await visitor.until(lambda: visitor.runs_finished > before, PATIENCE_S)
    assert visitor.exceptions == []
    return time.monotonic() - started


def test_ten_thousand_messages(watched: WatchedServer, loop: Loop) -> None:
    """In an open session and, one in ten, in a fresh one; a bystander looks on."""
    hostile, bystander = loop.run(open_page(watched.url)), loop.run(open_page(watched.url))
    ids = sorted(hostile.ids.values())
    ids += [make_trigger_id(name) for name in ids]
    sent = 0
    worst_s = 0.0

    async def send(data: bytes) -> None:
        nonlocal sent, worst_s
        sent += 1
        if sent % 10 == 0:
            fresh = Visitor(watched.url)
            await fresh.connect()
            await fresh.socket.send(data)
            await look(fresh)
            await fresh.close()
        else:
            await hostile.socket.send(data)
            await look(hostile)
        if sent % 50 == 0:
            worst_s = max(worst_s, await look(bystander))

    @settings(DRAWN, max_examples=MESSAGES)
    @given(data=messages(ids))
    def draw(data: bytes) -> None:
        loop.run(send(data))

    draw()
    log = watched.log.read_text()
    print(f"{sent} messages; a bystander waited at most {worst_s:.2f} s; log: {len(log.splitlines())} lines")
    assert "Traceback" not in log
    assert len(log.splitlines()) < 100
    assert watched.outside_calls() == []


def test_a_flood_on_one_socket(tmp_path_factory: pytest.TempPathFactory, loop: Loop) -> None:
    with WatchedServer(tmp_path_factory.mktemp("flood")) as server:
        flooder, bystander = loop.run(open_page(server.url)), loop.run(open_page(server.url))
        press = flooder.make_message({flooder.ids["train"]: Pressed()}).SerializeToString()

        async def press_often() -> None:
            for _ in range(FLOOD):
                await flooder.socket.send(press)

        async def watch() -> list[float]:
            pressing = asyncio.create_task(press_often())
            waited_s = []
            for _ in range(100):
                waited_s.append(await look(bystander))
                await asyncio.sleep(0.1)
            pressing.cancel()
            return waited_s

        waited_s = loop.run(watch())
        print(f"{FLOOD} presses on one socket: a bystander waited at most {max(waited_s):.2f} s")
        assert max(waited_s) < 1
