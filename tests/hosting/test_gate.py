"""The gate alone, before an application that only says what reached it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from echoviz.hosting import limits
from echoviz.hosting.gate import Gate, Message, Receive, Scope, Send
from echoviz.hosting.settings import Settings, read_settings
from harness.loop import run_apart

HOST = "localhost:8501"


class Believer:
    """Lets everything through, as it came; `b"drop"` not."""

    def check(self, data: bytes) -> bytes | None:
        return None if data == b"drop" else data

    def notice(self, data: bytes) -> None:
        self.noticed = data


class Inside:
    """The application behind the gate: answers requests, and keeps what a socket gave it."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []
        self.messages: list[Message] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"x-own", b"1")]})
            await send({"type": "http.response.body", "body": b"page"})
            return
        await send({"type": "websocket.accept"})
        while True:
            self.messages.append(await receive())
            if self.messages[-1]["type"] == "websocket.disconnect":
                await send({"type": "websocket.send", "bytes": b"too late"})
                return


def request(path: str = "/", host: str = HOST, method: str = "GET") -> dict[str, Any]:
    return {"type": "http", "path": path, "method": method, "headers": [(b"host", host.encode())]}


def upgrade(
    host: str = HOST, origin: str | None = f"http://{HOST}", client: str = "10.0.0.1"
) -> dict[str, Any]:
    headers = [(b"host", host.encode())] + ([(b"origin", origin.encode())] if origin else [])
    return {
        "type": "websocket",
        "path": "/_stcore/stream",
        "headers": headers,
        "client": (client, 1234),
    }


def visit(
    scope: dict[str, Any], frames: list[Message] | None = None, settings: Settings | None = None
) -> tuple[Inside, list[Message]]:
    """Send one request or a socket's frames through a gate; what came in, and what went out."""
    inside, out = Inside(), []
    gate = Gate(inside, settings=settings or read_settings({}), make_inspector=Believer)
    run_apart(pass_through(gate, scope, frames or [], out))
    return inside, out


async def pass_through(gate: Gate, scope: dict[str, Any], frames: list[Message], out: list[Message]) -> None:
    waiting = iter([{"type": "websocket.connect"}, *frames, {"type": "websocket.disconnect", "code": 1001}])

    async def receive() -> Message:
        return next(waiting)

    async def send(message: Message) -> None:
        out.append(message)

    await gate(scope, receive, send)


def test_every_answer_bears_the_headers() -> None:
    _, out = visit(request())
    headers = dict(out[0]["headers"])
    assert out[0]["status"] == 200
    assert headers[b"x-own"] == b"1"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"same-origin"
    assert b"default-src 'self'" in headers[b"content-security-policy"]


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        (request(host="evil.example"), 421),
        (request("/_stcore/metrics"), 404),
        (request("/under/this/_stcore/metrics/"), 404),
        (request("/_stcore/agent/openapi.json"), 404),
        (request("/_stcore/agent/interact", method="POST"), 404),
        (request(method="POST"), 405),
        (request(method="PUT"), 405),
    ],
)
def test_requests_that_are_refused(scope: dict[str, Any], status: int) -> None:
    inside, out = visit(scope)
    assert out[0]["status"] == status
    assert b"x-content-type-options" in dict(out[0]["headers"])
    assert inside.scopes == []


def test_who_looks_after_the_machine_needs_no_name() -> None:
    for path in ("/healthz", "/base/healthz", "/_stcore/health"):
        assert visit(request(path, host="evil.example"))[1][0]["status"] == 200


def test_two_hosts_are_none() -> None:
    scope = request()
    scope["headers"].append((b"host", b"evil.example"))
    assert visit(scope)[1][0]["status"] == 421


@pytest.mark.parametrize(
    "scope",
    [
        upgrade(host="evil.example", origin="http://evil.example"),
        upgrade(origin="http://evil.example"),
        upgrade(origin="null"),
        upgrade() | {"headers": [*upgrade()["headers"], (b"origin", b"http://evil.example")]},
    ],
    ids=["rebound", "foreign", "sandboxed", "two origins"],
)
def test_sockets_that_are_refused(scope: dict[str, Any]) -> None:
    inside, out = visit(scope)
    assert [message["type"] for message in out] == ["websocket.close"]
    assert inside.scopes == []


def test_streamlit_sees_an_origin_of_its_own_host() -> None:
    """For any other it would ask outside services for this machine's address."""
    settings = read_settings({"ECHOVIZ_HOSTS": "class.example.org"})
    inside, _ = visit(upgrade(HOST, "https://class.example.org"), settings=settings)
    assert dict(inside.scopes[0]["headers"])[b"origin"] == f"https://{HOST}".encode()


@pytest.mark.parametrize(
    ("frame", "code"),
    [({"text": "hello"}, 1003), ({"bytes": b"x" * 300_000}, 1009), ({"text": "x", "bytes": None}, 1003)],
)
def test_frames_that_end_a_socket(frame: dict[str, Any], code: int) -> None:
    """And Streamlit, which still sends, hears of the end without an error."""
    inside, out = visit(upgrade(), [{"type": "websocket.receive", **frame}])
    assert inside.messages[-1] == {"type": "websocket.disconnect", "code": code}
    assert out[-1] == {"type": "websocket.close", "code": code}


def test_what_the_inspector_drops_never_arrives() -> None:
    frames: list[Message] = [{"type": "websocket.receive", "bytes": data} for data in (b"a", b"drop", b"b")]
    inside, _ = visit(upgrade(), frames)
    assert [message.get("bytes") for message in inside.messages[1:-1]] == [b"a", b"b"]


def test_a_client_has_so_many_sockets() -> None:
    async def come_often() -> list[bool]:
        gate = Gate(Inside(), settings=Settings(sockets_per_client=2, sockets=3), make_inspector=Believer)
        leave = asyncio.Event()

        async def come(client: str) -> bool:
            out: list[Message] = []
            waiting = iter([{"type": "websocket.connect"}])

            async def receive() -> Message:
                for message in waiting:
                    return message
                await leave.wait()
                return {"type": "websocket.disconnect", "code": 1001}

            async def send(message: Message) -> None:
                out.append(message)

            await gate(upgrade(client=client), receive, send)
            return out[0]["type"] == "websocket.accept"

        visits = [asyncio.create_task(come(client)) for client in ("a", "a", "a", "b", "b")]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        leave.set()
        first = await asyncio.gather(*visits)
        return [*first, await come("a")]

    assert run_apart(come_often()) == [True, True, False, True, False, True]


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def monotonic(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        self.now_s += seconds


def test_a_flood_waits_and_is_shown_out(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(limits.asyncio, "sleep", clock.sleep)

    async def flood() -> int:
        pace = limits.Pace(20, clock.monotonic)
        passed = 0
        while await pace.wait():
            passed += 1
        return passed

    passed = run_apart(flood())
    assert 20 * limits.BURST_S <= passed <= 20 * (limits.BURST_S + limits.PATIENCE_S + 1)
    assert clock.now_s >= limits.PATIENCE_S


def test_who_keeps_the_pace_is_never_shown_out(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(limits.asyncio, "sleep", clock.sleep)

    async def press() -> list[bool]:
        pace = limits.Pace(20, clock.monotonic)
        passed = []
        for _ in range(1000):
            passed.append(await pace.wait())
            await clock.sleep(1.5 / 20)
        return passed

    assert all(run_apart(press()))
