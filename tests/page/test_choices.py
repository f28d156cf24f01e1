"""Choices, in a real browser: address, controls and stage agree at every step through the history."""

from __future__ import annotations

import re
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from echoviz.core.experiment import Experiment
from harness.server import Server
from tests.conftest import IDLE, open_page
from tests.page.actions import (
    STAGE,
    TRAINED,
    choose,
    count_entries,
    expect_address,
    expect_agreement,
    go,
    lengthen,
    press,
    read_query,
    type_number,
)

LENGTH = ".st-key-length [data-testid=stSliderThumbValue]"
COPIED = ".st-key-address [role=status]"
LINK = ".st-key-address input"


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


def test_back_and_forward_move_through_what_was_chosen(page: Page, server: Server) -> None:
    open_page(page, server.url)
    entries = count_entries(page)
    choose(page, "framing", "many-to-one")
    expect_agreement(page, Experiment(framing="many-to-one"))
    type_number(page, "epochs", "20")
    expect_agreement(page, Experiment(framing="many-to-one", epochs=20))
    choose(page, "sections", "Code")
    expect_agreement(page, Experiment(framing="many-to-one", epochs=20), show="code")
    choose(page, "language", "中文")
    expect_agreement(page, Experiment(framing="many-to-one", epochs=20), show="code", lang="zh")
    assert count_entries(page) == entries + 4
    page.go_back()
    expect_agreement(page, Experiment(framing="many-to-one", epochs=20), show="code")
    page.go_back()
    expect_agreement(page, Experiment(framing="many-to-one", epochs=20))
    page.go_back()
    expect_agreement(page, Experiment(framing="many-to-one"))
    page.go_forward()
    expect_agreement(page, Experiment(framing="many-to-one", epochs=20))
    lengthen(page)
    expect_agreement(page, Experiment(framing="many-to-one", epochs=20, length=6))
    assert count_entries(page) == entries + 3, "what was ahead is gone"


def test_a_correction_costs_no_entry_and_leaves_with_its_address(page: Page, server: Server) -> None:
    open_page(page, server.url, "neurons=7")
    before = count_entries(page)
    open_page(page, server.url, "framing=many+to+many&length=999&neurons=7")
    said = expect_agreement(page, Experiment(length=50, neurons=7))
    expect(said).to_contain_text("999 → 50")
    assert count_entries(page) == before + 1
    page.go_back()
    said = expect_agreement(page, Experiment(neurons=7))
    expect(said).to_have_count(0)
    page.go_forward()
    said = expect_agreement(page, Experiment(length=50, neurons=7))
    expect(said).to_have_count(0)


@pytest.mark.parametrize("query", ["framing=", "epochs=inf", "length=nan&seed=&show=x&lang=&step=-1"])
def test_back_from_a_hostile_link(page: Page, server: Server, query: str) -> None:
    open_page(page, server.url, query)
    expect(page.locator(".st-key-corrections")).to_be_visible()
    epochs = 10_000 if "inf" in query else 1000
    expect_agreement(page, Experiment(epochs=epochs))
    lengthen(page)
    expect_agreement(page, Experiment(length=6, epochs=epochs))
    lengthen(page, "neurons")
    expect_agreement(page, Experiment(length=6, neurons=6, epochs=epochs))
    page.go_back()
    page.go_back()
    expect_agreement(page, Experiment(epochs=epochs))


def test_reset_and_its_undo(page: Page, server: Server) -> None:
    open_page(page, server.url, "length=3&epochs=20")
    undo = page.locator(".st-key-address [data-do=undo]")
    expect(undo).to_be_hidden()
    go(page, "reset")
    expect_agreement(page, Experiment())
    go(page, "undo")
    expect_agreement(page, Experiment(length=3, epochs=20))
    expect(undo).to_be_hidden()
    page.go_back()
    expect_agreement(page, Experiment())


@pytest.mark.parametrize("moves", ["reset", "back"])
def test_a_move_outlives_a_click_that_did_not_know_of_it(page: Page, server: Server, moves: str) -> None:
    """The click is made before the browser has heard of the new values: it carries the old ones."""
    answers = HeldAnswers(page)
    open_page(page, server.url)
    lengthen(page)
    expect_agreement(page, Experiment(length=6))
    answers.hold()
    if moves == "reset":
        go(page, "reset")
    else:
        page.go_back()
    answers.wait_for_runs(1)
    expect(page.locator(LENGTH)).to_have_text("6")
    choose(page, "language", "中文")
    answers.wait_for_runs(2)
    answers.release()
    expect(page.locator(".st-key-train button:visible")).to_contain_text("训练")
    expect_agreement(page, Experiment(), lang="zh")


def test_back_whose_run_a_click_cuts_short_still_agrees(page: Page, server: Server) -> None:
    open_page(page, server.url)
    lengthen(page)
    expect_agreement(page, Experiment(length=6))
    page.evaluate("""() => {
        const [, chinese] = document.querySelectorAll(".st-key-language button");
        addEventListener("popstate", () => chinese.click(), { once: true });
        history.back();
    }""")
    expect(page.locator(".st-key-train button:visible")).to_contain_text("训练")
    page.wait_for_selector(IDLE)
    length = int(page.locator(LENGTH).inner_text())
    expect_agreement(page, Experiment(length=length), lang="zh")


def test_train_takes_what_was_just_typed(page: Page, server: Server) -> None:
    """No Enter: the number is sent as the button takes the focus, a moment before the press."""
    open_page(page, server.url, "length=3&epochs=20")
    page.locator(".st-key-epochs input").fill("33")
    press(page, "train")
    expect(page.locator(".st-key-status")).to_contain_text(TRAINED, timeout=180_000)
    expect(page.locator(".st-key-status")).to_contain_text("33 epochs")


def test_the_document_speaks_the_language_of_the_page(page: Page, server: Server) -> None:
    open_page(page, server.url)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    choose(page, "language", "简体中文")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page).to_have_title(re.compile("看懂"))
    expect(page.locator(".st-key-framing")).to_contain_text("多对多")
    expect_address(page, lang="zh")
    page.reload()
    expect(page.locator(".st-key-train")).to_contain_text("训练")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_the_address_follows_the_stage_and_a_link_opens_it_there(
    page: Page, server: Server, browser: Browser
) -> None:
    open_page(page, server.url, "framing=many-to-one")
    entries = count_entries(page)
    page.locator(f"{STAGE} svg.drawing").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("PageDown")
    page.wait_for_url(re.compile("epoch="))
    query = read_query(page.url)
    assert query["step"] == "4"
    assert count_entries(page) == entries
    go(page, "copy")
    copied = read_query(page.locator(LINK).input_value())
    assert copied == {**query, "lang": "en"}
    other = browser.new_page(locale="zh-CN")
    open_page(other, server.url, urlsplit(page.locator(LINK).input_value()).query)
    expect(other.locator(STAGE)).to_have_attribute("data-epoch", query["epoch"])
    expect(other.locator(STAGE)).to_have_attribute("data-step", re.compile("[34]"))
    expect(other.locator(".st-key-train")).to_contain_text("Train")
    other.close()


@pytest.mark.parametrize("allowed", ["*", "'none'"])
def test_a_link_is_copied_in_a_frame_too(
    page: Page, server: Server, troubles: list[str], allowed: str
) -> None:
    """There the browser may refuse the clipboard: then the link stands ready to be copied by hand."""
    frame_of_another_page = f"""<iframe allow="clipboard-write {allowed}" src="{server.url}/?length=7"
        style="width: 900px; height: 700px"></iframe>"""
    page.route("**/host", lambda route: route.fulfill(body=frame_of_another_page, content_type="text/html"))
    page.goto(f"{server.url}/host")
    frame = page.frame_locator("iframe")
    frame.locator(".st-key-address [data-do=copy]").click(timeout=60_000)
    expect(frame.locator(COPIED)).not_to_be_empty()
    assert read_query(frame.locator(LINK).input_value()) == {"length": "7", "lang": "en"}
    is_by_hand = "by hand" in frame.locator(COPIED).inner_text()
    expect(frame.locator(LINK)).to_be_visible(visible=is_by_hand)
    troubles[:] = [said for said in troubles if "Clipboard" not in said]  # the browser says that it refused
