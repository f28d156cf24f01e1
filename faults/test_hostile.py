"""Ten thousand messages that no browser would send, as many addresses, and a flood, while others go on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.load import wait_until_warm
from harness.loop import Loop
from harness.visitor import Pressed, Visitor, make_trigger_id
from tests.hosting.conftest import WatchedServer
from tests.hosting.drawn import QUERIES, messages
from tests.hosting.test_server import DRAWN

INPUTS = 10_000
FRESH_EVERY, BYSTANDER_EVERY = 20, 50
FLOOD = 30_000
PATIENCE_S = 20
MAX_LOG_LINES = 100


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


@dataclass
class Trial:
    """One page that stays open, one that looks on, and a fresh one for each twentieth input."""

    hostile: Visitor
    bystander: Visitor
    sent: int = 0
    waited_s: list[float] = field(default_factory=list)

    async def send(self, data: bytes) -> None:
        self.sent += 1
        if self.sent % FRESH_EVERY:
            await self.hostile.socket.send(data)
            await look(self.hostile)
        else:
            fresh = Visitor(self.hostile.url)
            await fresh.connect()
            await fresh.socket.send(data)
            await look(fresh)
            await fresh.close()
        if self.sent % BYSTANDER_EVERY == 0:
            self.waited_s.append(await look(self.bystander))


@pytest.fixture
def trial(watched: WatchedServer, loop: Loop) -> Iterator[Trial]:
    trial = Trial(loop.run(open_page(watched.url)), loop.run(open_page(watched.url)))
    yield trial
    for visitor in (trial.hostile, trial.bystander):
        loop.run(visitor.close())
    log = watched.log.read_text()
    waited = f"a bystander waited at most {max(trial.waited_s):.2f} s"
    print(f"{trial.sent} inputs; {waited}; log: {len(log.splitlines())} lines")
    assert "Traceback" not in log
    assert len(log.splitlines()) < MAX_LOG_LINES
    assert watched.outside_calls() == []


def send_drawn(
    loop: Loop, send: Callable[[bytes], Coroutine[Any, Any, None]], drawn: st.SearchStrategy[bytes]
) -> None:
    @settings(DRAWN, max_examples=INPUTS)
    @given(data=drawn)
    def draw(data: bytes) -> None:
        loop.run(send(data))

    draw()


def test_ten_thousand_messages(trial: Trial, loop: Loop) -> None:
    ids = sorted(trial.hostile.ids.values())
    send_drawn(loop, trial.send, messages([*ids, *map(make_trigger_id, ids)]))
    assert trial.sent >= INPUTS


def test_ten_thousand_addresses(trial: Trial, loop: Loop) -> None:
    """As somebody edits the address, and as the browser goes back to it."""

    def write(query: str, is_history: bool) -> bytes:
        message = trial.hostile.make_message()
        message.rerun_script.query_string = query
        message.rerun_script.is_history_navigation = is_history
        return message.SerializeToString()

    send_drawn(loop, trial.send, st.builds(write, QUERIES, st.booleans()))
    assert trial.sent >= INPUTS


def test_a_flood_on_one_socket(tmp_path_factory: pytest.TempPathFactory, loop: Loop) -> None:
    with WatchedServer(tmp_path_factory.mktemp("flood")) as server:
        wait_until_warm(server)
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
        for visitor in (flooder, bystander):
            loop.run(visitor.close())
        print(f"{FLOOD} presses on one socket: a bystander waited at most {max(waited_s):.2f} s")
        assert max(waited_s) < 1
