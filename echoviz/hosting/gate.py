"""The gate: one ASGI middleware before Streamlit, through which every request and every message passes.

It asks nobody: Streamlit, given a foreign Origin, would ask an outside service for its own address.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http import HTTPStatus
from typing import Any, Protocol

from echoviz.hosting.headers import security_headers
from echoviz.hosting.limits import Clients, Pace
from echoviz.hosting.settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

METHODS = ("GET", "HEAD", "OPTIONS")
CLOSED = ("_stcore/metrics", "_stcore/agent", "_stcore/upload_file", "_stcore/script-health-check")
"""What Streamlit serves and this page has no use for; the first two tell strangers about its inside."""
OPEN_TO_ANY_HOST = ("healthz", "_stcore/health")
"""A machine that looks after this one may know it by an address only."""
_UNSUPPORTED, _POLICY, _TOO_BIG = 1003, 1008, 1009  # the websocket's own codes for why it is closed

_logger = logging.getLogger(__name__)


class Inspector(Protocol):
    """Reads the messages of one socket in both directions."""

    def check(self, data: bytes) -> bytes | None:
        """What may go on to the page of an incoming message; `None` when nothing may."""

    def notice(self, data: bytes) -> None:
        """An outgoing message: it says which controls there are."""


class Gate:
    """Refuses strangers, bounds what the others send, and gives every answer its security headers.

    Parameters
    ----------
    make_inspector : called for each socket; knows the protocol that is spoken over it
    clients : counts the sockets, for who else wants to know
    """

    def __init__(
        self,
        app: Application,
        *,
        settings: Settings,
        make_inspector: Callable[[], Inspector],
        clients: Clients | None = None,
    ) -> None:
        self._app = app
        self._settings = settings
        self._make_inspector = make_inspector
        self._headers = security_headers(settings)
        self._clients = clients or make_clients(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self._answer(scope, receive, self._with_headers(send))
            case "websocket":
                await self._connect(scope, receive, send)
            case _:
                await self._app(scope, receive, send)

    # --- HTTP -------------------------------------------------------------------------------------

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refuse_request(scope)
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await _respond(send, refusal)

    def _refuse_request(self, scope: Scope) -> HTTPStatus | None:
        path = scope["path"].strip("/")
        if not self._settings.knows_host(_header(scope, b"host")) and not path.endswith(OPEN_TO_ANY_HOST):
            return HTTPStatus.MISDIRECTED_REQUEST
        if any(closed in path for closed in CLOSED):
            return HTTPStatus.NOT_FOUND
        return None if scope["method"] in METHODS else HTTPStatus.METHOD_NOT_ALLOWED

    def _with_headers(self, send: Send) -> Send:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name.lower() for name, _ in message.get("headers", [])}
                ours = [(name, value) for name, value in self._headers if name not in said]
                message = {**message, "headers": [*message.get("headers", []), *ours]}
            await send(message)

        return send_with_headers

    # --- websockets -------------------------------------------------------------------------------

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope["client"][0] if scope.get("client") else ""
        if not self._may_connect(scope, client):
            await receive()  # the offer; who is refused reads 403, and the log says nothing
            await send({"type": "websocket.close", "code": _POLICY})
            return
        with self._clients.inside(client):
            socket = _Socket(receive, send, self._make_inspector(), self._settings)
            await self._app(_as_own(scope), socket.receive, socket.send)

    def _may_connect(self, scope: Scope, client: str) -> bool:
        host, origins = _header(scope, b"host"), _headers(scope, b"origin")
        return (
            self._settings.knows_host(host)
            and len(origins) <= 1
            and self._settings.knows_origin(origins[0] if origins else None, host)
            and self._clients.has_room_for(client)
        )


def make_clients(settings: Settings) -> Clients:
    """Who counts the sockets, within what the operator allows."""
    return Clients(per_client=settings.sockets_per_client, of_all=settings.sockets)


class _Socket:
    """One websocket between the server and Streamlit: bounded, paced, and read before it is believed."""

    def __init__(self, receive: Receive, send: Send, inspector: Inspector, settings: Settings) -> None:
        self._receive, self._send = receive, send
        self._inspector = inspector
        self._message_bytes = settings.message_bytes
        self._pace = Pace(settings.messages_per_s)
        self._is_closed = False

    async def receive(self) -> Message:
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            data = message.get("bytes")
            if data is None:
                return await self._close(_UNSUPPORTED)
            if len(data) > self._message_bytes:
                return await self._close(_TOO_BIG)
            if not await self._pace.wait():
                return await self._close(_POLICY)
            checked = self._inspector.check(data)
            if checked is not None:
                return {"type": "websocket.receive", "bytes": checked}

    async def send(self, message: Message) -> None:
        if self._is_closed:  # Streamlit hears of it only once its own turn to receive has come
            return
        data = message.get("bytes")
        if data is not None:
            self._inspector.notice(data)
        await self._send(message)

    async def _close(self, code: int) -> Message:
        _logger.info("a websocket was closed with code %s", code)
        await self._send({"type": "websocket.close", "code": code})
        self._is_closed = True
        return {"type": "websocket.disconnect", "code": code}


def _as_own(scope: Scope) -> Scope:
    """The scope as if the page came from the very host it names.

    The origin has been checked. Streamlit would compare it with Host once more, and for one that differs
    behind a proxy it would look up this machine's outside address.
    """
    host = _header(scope, b"host")
    origin = _header(scope, b"origin")
    if host is None or origin is None:
        return scope
    own = f"{origin.split('://')[0]}://{host}".encode("latin-1")
    headers = [(name, own if name.lower() == b"origin" else value) for name, value in scope["headers"]]
    return {**scope, "headers": headers}


def _header(scope: Mapping[str, Any], name: bytes) -> str | None:
    """The one value of a header; `None` for none, and for several, of which each reader takes another."""
    values = _headers(scope, name)
    return values[0] if len(values) == 1 else None


def _headers(scope: Mapping[str, Any], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


async def _respond(send: Send, status: HTTPStatus) -> None:
    body = f"{status.value} {status.phrase}: {REASONS[status]}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body})


REASONS = {
    HTTPStatus.MISDIRECTED_REQUEST: "this server does not go by that name; its operator sets ECHOVIZ_HOSTS.",
    HTTPStatus.NOT_FOUND: "not served here.",
    HTTPStatus.METHOD_NOT_ALLOWED: "this page takes nothing but GET.",
}
"""For operators and programs: a visitor's page never asks for what is refused."""
