"""The real server behind its gate: strangers, closed doors, hostile frames, and nobody asked outside."""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import time
from collections.abc import Iterator

import pytest
import websockets
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness.loop import Loop
from harness.server import Server
from harness.visitor import Pressed, Visitor, make_trigger_id
from tests.hosting.conftest import OPERATOR_KEY, WatchedServer
from tests.hosting.drawn import QUERIES, messages

PATIENCE_S = 30
DRAWN = settings(
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,  # else the search goes on after the first failure
    phases=[Phase.generate],  # a failure that needs the server is told at once, not made smaller for minutes
)
WARM_UP_S = 180


def get(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    found = response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    connection.close()
    return found[0], found[1], found[2].decode(errors="replace")


def test_the_page_bears_its_headers(gated: WatchedServer) -> None:
    status, headers, body = get(gated, "/")
    assert status == 200
    assert "<html" in body
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("path", "method", "host", "status"),
    [
        ("/_stcore/metrics", "GET", "localhost", 404),
        ("/_stcore/agent/openapi.json", "GET", "localhost", 404),
        ("/_stcore/agent/interact", "POST", "localhost", 404),
        ("/_stcore/upload_file/a/b", "PUT", "localhost", 404),
        ("/", "GET", "evil.example", 421),
        ("/", "DELETE", "localhost", 405),
        ("/_stcore/health", "GET", "10.1.2.3", 200),
    ],
)
def test_doors_that_are_closed(gated: WatchedServer, path: str, method: str, host: str, status: int) -> None:
    assert get(gated, path, method, Host=host)[0] == status


def test_a_server_that_cannot_train_says_so(gated: WatchedServer) -> None:
    """Nothing listens where its scheduler ought to be."""
    status, _, body = get(gated, "/healthz")
    assert status == 503
    assert json.loads(body)["training"] in ("starting", "failed")


def test_the_operator_sees_that_it_cannot_train(gated: WatchedServer) -> None:
    assert get(gated, "/echoviz/operator")[0] == 401
    key = base64.b64encode(f"me:{OPERATOR_KEY}".encode()).decode()
    asked = {"Authorization": f"Basic {key}", "Accept": "application/json"}
    status, headers, body = get(gated, "/echoviz/operator", **asked)
    assert status == 200
    assert "frame-ancestors" in headers["content-security-policy"]
    assert json.loads(body)["warmth"]["state"] in ("starting", "failed")


def test_a_server_that_trains_says_so(server: Server) -> None:
    deadline = time.monotonic() + WARM_UP_S
    while (status := get(server, "/healthz")[0]) != 200 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert status == 200


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://evil.example", "localhost"),
        ("https://evil.example:8501", "localhost"),
        ("null", "localhost"),
        ("http://evil.example", "evil.example"),
    ],
)
def test_a_foreign_page_asks_nobody_outside(gated: WatchedServer, loop: Loop, origin: str, host: str) -> None:
    """Given a foreign Origin, Streamlit by itself asks an outside service for this machine's address."""

    async def knock() -> int:
        try:
            await websockets.connect(
                f"ws://{host}:{gated.port}/_stcore/stream",
                origin=websockets.Origin(origin),
                host="127.0.0.1",  # where it really goes
            )
        except websockets.InvalidStatus as refused:
            return int(refused.response.status_code)
        return 101

    assert loop.run(knock()) == 403
    assert gated.outside_calls() == []


@pytest.mark.parametrize("frame", ["text", b"\xff\xff torn", b"x" * 300_000], ids=["text", "torn", "long"])
def test_a_frame_that_is_none_harms_nobody(gated: WatchedServer, loop: Loop, frame: str | bytes) -> None:
    async def send() -> bool:
        async with Visitor(gated.url) as harmful, Visitor(gated.url) as bystander:
            assert await bystander.until(lambda: bystander.runs_finished, PATIENCE_S)
            await harmful.socket.send(frame)
            before = bystander.runs_finished
            await bystander.run()
            return await bystander.until(lambda: bystander.runs_finished > before, PATIENCE_S)

    assert loop.run(send())


@pytest.fixture(scope="module")
def open_page(gated: WatchedServer, loop: Loop) -> Iterator[Visitor]:
    """An open session, whose control ids are known to who wants to misuse them."""
    visitor = Visitor(gated.url)

    async def open_it() -> bool:
        await visitor.connect()
        await visitor.run()
        return await visitor.until(lambda: visitor.runs_finished and "train" in visitor.ids, PATIENCE_S)

    assert loop.run(open_it())
    yield visitor
    loop.run(visitor.close())


async def answers_well(visitor: Visitor) -> bool:
    """Whether the page still draws itself, without an exception."""
    visitor.exceptions.clear()
    before = visitor.runs_finished
    await visitor.run()
    has_run = await visitor.until(lambda: visitor.runs_finished > before, PATIENCE_S)
    return has_run and visitor.exceptions == []


async def send_and_look(visitor: Visitor, data: bytes) -> bool:
    await visitor.socket.send(data)
    return await answers_well(visitor)


def test_no_drawn_message_breaks_an_open_session(
    gated: WatchedServer, loop: Loop, open_page: Visitor
) -> None:
    ids = sorted(open_page.ids.values())
    ids += [make_trigger_id(name) for name in ids]

    @settings(DRAWN, max_examples=150)
    @given(data=messages(ids))
    def send(data: bytes) -> None:
        assert loop.run(send_and_look(open_page, data))

    send()
    assert "Traceback" not in gated.log.read_text()


def test_no_drawn_query_breaks_an_open_session(gated: WatchedServer, loop: Loop, open_page: Visitor) -> None:
    @settings(DRAWN, max_examples=60)
    @given(query=QUERIES, is_history=st.booleans())
    def change(query: str, is_history: bool) -> None:
        message = open_page.make_message()
        message.rerun_script.query_string = query
        message.rerun_script.is_history_navigation = is_history
        assert loop.run(send_and_look(open_page, message.SerializeToString()))

    change()
    assert "Traceback" not in gated.log.read_text()


def test_no_first_message_breaks_a_fresh_session(
    gated: WatchedServer, loop: Loop, open_page: Visitor
) -> None:
    ids = sorted(open_page.ids.values())

    async def come(data: bytes) -> bool:
        visitor = Visitor(gated.url)
        await visitor.connect()
        try:
            return await send_and_look(visitor, data)
        finally:
            await visitor.close()

    @settings(DRAWN, max_examples=10)
    @given(data=messages(ids))
    def send(data: bytes) -> None:
        assert loop.run(come(data))

    send()
    assert "Traceback" not in gated.log.read_text()
    assert len(gated.log.read_text().splitlines()) < 100
    assert gated.outside_calls() == []


def test_a_flood_of_presses_ends_at_the_gate(gated: WatchedServer, loop: Loop) -> None:
    """The page counts how often it was asked to run: a socket's messages wait for their turn before it."""

    async def flood() -> bool:
        async with Visitor(gated.url) as flooder, Visitor(gated.url) as bystander:
            assert await flooder.until(lambda: flooder.runs_finished and "train" in flooder.ids, PATIENCE_S)
            press = flooder.make_message({flooder.ids["train"]: Pressed()}).SerializeToString()

            async def press_often() -> None:
                for _ in range(3000):
                    await flooder.socket.send(press)

            pressing = asyncio.create_task(press_often())
            well = [await answers_well(bystander) for _ in range(5)]
            pressing.cancel()
            return all(well) and flooder.runs_finished < 1000

    assert loop.run(flood())
