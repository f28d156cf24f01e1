"""A visitor without a browser: speaks Streamlit's protobufs over a websocket, as the page's JavaScript does.

It knows the page by the keys of its widgets, never by its words. What a browser does by itself is done here
too: fragments are run again when the page asked for that.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROUTE = "echoviz/training"
OPEN_TIMEOUT_S = 60
TELL_AGAIN_S = 1.0
"""A page that was told and is not drawn anew by then is told again, as following.js does."""


TEXTS = ("markdown", "alert")


class Visitor:
    """One open page.

    By the keys of its widgets: `ids`, whether one is `disabled`, and the bytes of a component's `content`.
    By its place on the page: `elements`, what stands there. `told` and `share` are what is said of a
    training under way, and how much of it is done.
    """

    def __init__(self, url: str, query: str = "", *, origin: str | None = None) -> None:
        self.url, self.query = url.rstrip("/"), query
        self._origin = origin
        self.session_id = ""
        self.ids: dict[str, str] = {}
        self.disabled: dict[str, bool] = {}
        self.content: dict[str, bytes] = {}
        self.fragment_of: dict[str, str] = {}
        self.elements: dict[tuple[int, ...], Any] = {}
        self.exceptions: list[str] = []
        self.runs_finished = 0
        self.received_bytes = 0
        self.messages_sent = 0
        self._page_hash = ""
        self.told = ""
        self.share = -1.0
        self._following: asyncio.Task[None] | None = None
        self._followed: tuple[str, str] | None = None
        self._has_following = False
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        await self.connect()
        await self.run()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def connect(self) -> None:
        """Open the socket; a visitor who was here before takes up the session again."""
        tokens = ["streamlit", "x", self.session_id] if self.session_id else ["streamlit"]
        self.socket = await websockets.connect(
            self.url.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=[websockets.Subprotocol(token) for token in tokens],
            origin=websockets.Origin(self._origin or "/".join(self.url.split("/")[:3])),
            max_size=None,
            open_timeout=OPEN_TIMEOUT_S,
            ping_timeout=None,
        )
        self._listening = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Leave as a closed tab does."""
        self._end_following()
        await self.socket.close()  # heard to the end: else what still comes in would hold the goodbye up
        self._listening.cancel()

    def drop(self) -> None:
        """Leave as a lost network does: no goodbye."""
        self._end_following()
        self._listening.cancel()
        self.socket.transport.abort()

    # --- what a visitor does ----------------------------------------------------------------------

    async def run(self, widgets: Mapping[str, object] | None = None, *, fragment: str = "") -> None:
        """Ask for a run of the script, or of one fragment, with the values of some widgets by their ids."""
        await self.send(self.make_message(widgets, fragment=fragment))

    async def send(self, message: BackMsg) -> None:
        self.messages_sent += 1
        await self.socket.send(message.SerializeToString())

    def make_message(self, widgets: Mapping[str, object] | None = None, *, fragment: str = "") -> BackMsg:
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.page_script_hash = self._page_hash
        state.fragment_id = fragment
        state.context_info.locale = "en-US"
        state.context_info.timezone = "UTC"
        state.context_info.url = f"{self.url}/"
        for widget_id, value in (widgets or {}).items():
            _fill(state.widget_states.widgets.add(id=widget_id), value)
        return message

    async def press(self, key: str) -> None:
        """Press a button; inside a fragment only that runs, as in a browser."""
        await self.run({self.ids[key]: Pressed()}, fragment=self.fragment_of.get(key, ""))

    async def choose(self, key: str, value: Any) -> None:
        """Set a control, by its key, to a value of the type that it sends."""
        await self.run({self.ids[key]: value}, fragment=self.fragment_of.get(key, ""))

    async def say_from_component(self, key: str, event: str, value: object) -> None:
        """What one of our own components tells the page."""
        told = Event(json.dumps([{"event": event, "value": value}]))
        await self.run({make_trigger_id(self.ids[key]): told}, fragment=self.fragment_of.get(key, ""))

    def read_texts(self) -> list[str]:
        """What stands on the page as Markdown or in a box, and what is told of a training under way."""
        kinds = [(element, element.WhichOneof("type")) for element in self.elements.values()]
        return [self.told, *(getattr(element, kind).body for element, kind in kinds if kind in TEXTS)]

    def read_status(self) -> list[str]:
        """The texts of what moves or warns, for a report; nothing is decided by them."""
        alerts = [
            element.alert.body for element in self.elements.values() if element.WhichOneof("type") == "alert"
        ]
        return [self.told, *alerts] if self.told else alerts

    async def until(self, is_so: Callable[[], object], timeout_s: float) -> bool:
        """Wait until what has arrived says so; `False` when time is up first."""
        deadline = time.monotonic() + timeout_s
        async with self._changed:
            while not is_so():
                left_s = deadline - time.monotonic()
                if left_s <= 0:
                    return False
                try:
                    await asyncio.wait_for(self._changed.wait(), left_s)
                except TimeoutError:
                    return bool(is_so())
        return True

    # --- what arrives -----------------------------------------------------------------------------

    async def _listen(self) -> None:
        with suppress(websockets.ConnectionClosed):  # who waits for more waits in vain
            async for raw in self.socket:
                self.received_bytes += len(raw)
                message = ForwardMsg()
                message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
                async with self._changed:
                    self._hear(message)
                    self._changed.notify_all()

    def _hear(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self._page_hash = message.new_session.page_script_hash
                self.session_id = message.new_session.initialize.session_id
                self._has_following = False
            case "script_finished":
                self.runs_finished += 1
                if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY and not self._has_following:
                    self._end_following()  # the page was drawn whole, without what follows
            case "delta" if message.delta.WhichOneof("type") == "new_element":
                self._place(tuple(message.metadata.delta_path), message.delta)

    def _place(self, path: tuple[int, ...], delta: Any) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        self.elements[path] = element
        if kind == "exception":
            self.exceptions.append(element.exception.message)
        content = getattr(element, kind) if kind else None
        if kind == "bidi_component" and element.bidi_component.component_name == "echoviz_following":
            self._follow(element.bidi_component, delta.fragment_id)
        widget_id = str(getattr(content, "id", ""))
        if widget_id:
            key = widget_id.split("-", 2)[-1]  # $$ID-<hash>-<key>
            self.ids[key] = widget_id
            self.disabled[key] = bool(getattr(content, "disabled", False))
            self.content[key] = element.SerializeToString() if kind == "bidi_component" else b""
            self.fragment_of[key] = delta.fragment_id

    def _follow(self, component: Any, fragment: str) -> None:
        """What the page's own component does while something is under way."""
        self._has_following = True
        (data,) = json.loads(component.json)
        if self._followed == (data["question"], data["seen"]):
            return
        self._end_following()
        self._followed = (data["question"], data["seen"])
        self._following = asyncio.create_task(self._ask(data, component.id, fragment))

    async def _ask(self, data: dict[str, Any], component_id: str, fragment: str) -> None:
        words = data["words"]
        while True:
            query = f"{data['question']}&{urlencode({'seen': data['seen'], 'words': words})}"
            told = await fetch_json(f"{self.url}/{ROUTE}?{query}")
            words = told["words"]
            async with self._changed:
                self.told, self.share = words, told["share"]
                self._changed.notify_all()
            if told["seen"] != data["seen"]:
                event = Event(json.dumps([{"event": "changed", "value": told["seen"]}]))
                await self.run({make_trigger_id(component_id): event}, fragment=fragment)
                told["pause_s"] = TELL_AGAIN_S
            await asyncio.sleep(told["pause_s"])

    def _end_following(self) -> None:
        if self._following is not None:
            self._following.cancel()
        self._following = self._followed = None


async def fetch_json(address: str) -> dict[str, Any]:
    """One GET on a connection of its own, and the JSON that is answered."""
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        wish = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
        writer.write(wish.encode())
        answer = await reader.read()
    finally:
        writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise ConnectionError(head.decode(errors="replace"))
    told: dict[str, Any] = json.loads(body)
    return told


def make_trigger_id(component_id: str) -> str:
    """Under which name a component tells of what happened."""
    return f"$$STREAMLIT_INTERNAL_KEY_{component_id}__events"


class Pressed:
    """A button's value in the message that carries its press."""


class Event(str):
    """What a component tells, as the JSON in which it travels."""


def _fill(widget: Any, value: Any) -> None:
    match value:
        case Pressed():
            widget.trigger_value = True
        case Event():
            widget.json_trigger_value = str(value)
        case bool():
            widget.bool_value = value
        case int():
            widget.int_value = value
        case float():
            widget.double_value = value
        case str():
            widget.string_value = value
        case [str(), *_]:
            widget.string_array_value.data.extend(value)
        case list():
            widget.double_array_value.data.extend(value)
        case _:
            raise TypeError(f"no widget sends a {type(value).__name__}")
