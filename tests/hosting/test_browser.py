"""What a browser with this page really sends passes the gate unchanged, and the page obeys its own policy."""

from __future__ import annotations

from playwright.sync_api import Page, WebSocket, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from echoviz.ui.messages import PageMessages, read_key
from harness.server import Server
from tests.conftest import open_page
from tests.page.actions import lengthen, train


def test_all_that_a_browser_says_is_believed(page: Page, server: Server) -> None:
    """Sliders, numbers, choices, buttons, and what the stage and the other components tell."""
    inspector = PageMessages({})
    changed: list[str] = []
    said: set[str | None] = set()

    def look(data: str | bytes) -> None:
        message = BackMsg.FromString(data if isinstance(data, bytes) else data.encode())
        for widget in message.rerun_script.widget_states.widgets:
            said.add(f"{read_key(widget.id)} {widget.WhichOneof('value')}")
        passed = inspector.check(message.SerializeToString())
        if passed is None or BackMsg.FromString(passed) != message:
            changed.append(str(message))

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", look)
        socket.on("framereceived", lambda data: inspector.notice(data if isinstance(data, bytes) else b""))

    page.on("websocket", listen)
    open_page(page, server.url, "length=4&seed=11")
    lengthen(page)
    expect(page.locator(".st-key-length [data-testid=stSliderThumbValue]")).to_have_text("5")
    train(page)
    assert changed == []
    assert any(name and name.startswith("train trigger") for name in said)
    assert any(name and name.endswith("json_trigger_value") for name in said)
