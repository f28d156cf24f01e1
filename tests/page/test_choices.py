"""Choices, in a real browser: they travel in the address, can be undone, and outlive a slow connection."""

from __future__ import annotations

import re
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from harness.server import Server
from tests.conftest import IDLE, open_page
from tests.page.actions import TRAINED, expect_address, press

LENGTH = ".st-key-length [data-testid=stSliderThumbValue]"


class HeldAnswers:
    """A slow way back from the server: while held, the browser does not hear what its messages did."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._is_held = False
        self._held: list[str | bytes] = []
        page.route_web_socket(re.compile("_stcore/stream"), self._route)

    def hold(self) -> None:
        self._is_held = True

    def wait_for_runs(self, count: int) -> None:
        """Until the server has run the whole page `count` times since `hold`."""
        deadline = time.monotonic() + 60
        while sum(map(_is_end_of_run, self._held)) < count:
            assert time.monotonic() < deadline, "the server does not answer"
            self._page.wait_for_timeout(50)

    def release(self) -> None:
        self._is_held = False
        for message in self._held:
            self._socket.send(message)

    def _route(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.connect_to_server().on_message(
            lambda message: self._held.append(message) if self._is_held else socket.send(message)
        )


def _is_end_of_run(message: str | bytes) -> bool:
    assert isinstance(message, bytes)
    answer = ForwardMsg.FromString(message)
    return answer.WhichOneof("type") == "script_finished" and answer.script_finished in (
        ForwardMsg.FINISHED_SUCCESSFULLY,
        ForwardMsg.FINISHED_EARLY_FOR_RERUN,
    )


def test_a_link_carries_every_setting(page: Page, server: Server, browser: Browser) -> None:
    open_page(page, server.url, "length=3")
    page.locator(".st-key-framing button", has_text="many-to-one").click()
    expect(page.locator(".st-key-epochs input")).to_have_value("500")  # before anything is typed into it
    page.locator(".st-key-epochs input").fill("20")
    page.locator(".st-key-epochs input").press("Enter")
    page.wait_for_url(re.compile("epochs=20"))
    page.wait_for_selector(IDLE)
    other = browser.new_page(locale="en-US")
    open_page(other, server.url, urlsplit(page.url).query)
    expect(other.locator(".st-key-epochs input")).to_have_value("20")
    expect(other.locator(".st-key-framing [aria-checked=true]")).to_have_text("many-to-one")
    expect(other.locator(LENGTH)).to_have_text("3")
    other.close()


def test_reset_and_its_undo(page: Page, server: Server) -> None:
    open_page(page, server.url, "length=3&epochs=20")
    press(page, "reset")
    expect(page.locator(".st-key-epochs input")).to_have_value("1000")
    press(page, "undo")
    expect(page.locator(".st-key-epochs input")).to_have_value("20")
    expect(page.locator(".st-key-undo")).to_have_count(0)


@pytest.mark.parametrize("late_script", ["", "NumberInput", "Slider"])
def test_a_reset_outlives_a_click_that_did_not_know_of_it(
    page: Page, server: Server, late_script: str
) -> None:
    """The second click is made before the browser has heard of the new values: it carries the old ones.

    Those of a control whose script is late it learns only between the two clicks, and they are old as well.
    """
    answers = HeldAnswers(page)
    scripts: list[Route] = []
    page.route(re.compile(rf"/{late_script or '-'}\.[^/]*\.js"), lambda script: scripts.append(script))
    open_page(page, server.url, "length=3&epochs=20")
    expect(page.locator(".st-key-reset button:visible")).to_be_enabled()
    answers.hold()
    press(page, "reset")
    answers.wait_for_runs(1)
    assert len(scripts) == bool(late_script)
    for script in scripts:
        script.continue_()
    expect(page.locator(".st-key-epochs input")).to_have_value("20")
    expect(page.locator(LENGTH)).to_have_text("3")
    page.locator(".st-key-language button", has_text="中文").click()
    answers.wait_for_runs(2)
    answers.release()
    expect(page.locator(".st-key-train button:visible")).to_contain_text("训练")
    expect(page.locator(".st-key-undo button:visible")).to_have_count(1)
    expect(page.locator(".st-key-epochs input")).to_have_value("1000")
    expect(page.locator(LENGTH)).to_have_text("5")
    expect_address(page, lang="zh")


def test_back_and_forward_change_the_language_too(page: Page, server: Server) -> None:
    open_page(page, server.url, "length=3")
    expect(page.locator(".st-key-train button:visible")).to_contain_text("Train")
    page.locator(".st-key-language button", has_text="中文").click()
    expect(page.locator(".st-key-train button:visible")).to_contain_text("训练")
    page.wait_for_url(re.compile("lang=zh"))
    page.wait_for_selector(IDLE)
    page.go_back()
    expect(page.locator(".st-key-train button:visible")).to_contain_text("Train")
    page.go_forward()
    expect(page.locator(".st-key-train button:visible")).to_contain_text("训练")
    expect_address(page, length="3", lang="zh")


def test_train_takes_what_was_just_typed(page: Page, server: Server) -> None:
    """No Enter: the number is sent as the button takes the focus, a moment before the press."""
    open_page(page, server.url, "length=3&epochs=20")
    page.locator(".st-key-epochs input").fill("33")
    press(page, "train")
    expect(page.locator(".st-key-status")).to_contain_text(TRAINED, timeout=180_000)
    expect(page.locator(".st-key-status")).to_contain_text("33 epochs")


def test_changing_the_framing_changes_default_epochs(page: Page, server: Server) -> None:
    open_page(page, server.url)
    page.locator(".st-key-framing button", has_text="many-to-one").click()
    expect(page.locator(".st-key-epochs input")).to_have_value("500")
    page.locator(".st-key-framing button", has_text="one-to-one").click()
    expect(page.locator(".st-key-epochs input")).to_have_value("1000")


def test_language_switch_and_link(page: Page, server: Server) -> None:
    open_page(page, server.url)
    page.locator(".st-key-language button", has_text="简体中文").click()
    expect(page.locator(".st-key-train")).to_contain_text("训练")
    page.wait_for_url(re.compile("lang=zh"))
    page.reload()
    expect(page.locator(".st-key-train")).to_contain_text("训练")
