"""The page Compare in a real browser, with Keras behind it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, WebSocket, expect

from harness.server import Server
from tests.conftest import IDLE, open_page
from tests.page.actions import choose, press, read_query

CLOCK = ".st-key-clock_runs .clock"


def test_runs_stand_side_by_side_and_scrubbing_sends_nothing(page: Page, server: Server) -> None:
    """From the start page: one press puts it in, one goes there; then slider, keys, Back and reload."""
    sent: list[str | bytes] = []
    page.on("websocket", lambda socket: _note_sent(socket, sent))
    open_page(page, server.url)
    press(page, "add")
    expect(page.locator(".st-key-add button:visible")).to_be_disabled()
    choose(page, "pages", "Compare")
    clock = page.locator(CLOCK)
    expect(clock).to_have_attribute("data-epoch", "1000")
    press(page, "preset_framings")
    cards = clock.locator(".card")
    expect(cards).to_have_count(3)
    page.wait_for_selector(IDLE)
    before = len(sent)
    slider = clock.locator("input[type=range]")
    slider.focus()
    page.keyboard.press("Home")
    expect(clock).to_have_attribute("data-epoch", "0")
    first = cards.nth(1).get_attribute("data-answers")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(clock).to_have_attribute("data-epoch", re.compile("[1-9]"))
    page.keyboard.press("End")
    expect(clock).to_have_attribute("data-epoch", "1000")
    assert cards.nth(1).get_attribute("data-answers") != first
    expect(cards.nth(1)).to_contain_text("0.0  0.2  0.4  0.6  0.8")
    assert len(sent) == before, "the slider is the browser's own"
    address = read_query(page.url)
    assert address == {"view": "compare", "tray": "*one-to-one;*many-to-one;*many-to-many"}
    link = page.locator(".st-key-compare_runs a", has_text="many-to-one")
    expect(link).to_have_attribute("href", "?framing=many-to-one&lang=en")
    page.reload()
    expect(cards).to_have_count(3)
    page.go_back()
    expect(cards).to_have_count(1)
    page.go_back()
    expect(page.locator(".st-key-stage")).to_be_visible()
    assert read_query(page.url).get("view") is None


def _note_sent(socket: WebSocket, sent: list[str | bytes]) -> None:
    socket.on("framesent", lambda frame: sent.append(frame))


def test_silently_wrong_is_shown_live(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/?view=compare&show=broadcast")
    page.wait_for_selector(IDLE, timeout=60_000)
    press(page, "begin_broadcast")
    cards = page.locator(".st-key-clock_broadcast .card")
    expect(cards.nth(1)).to_contain_text("0.4  0.4  0.4  0.4  0.4", timeout=180_000)
    expect(cards.nth(0)).to_contain_text("0.0  0.2  0.4  0.6  0.8")
    expect(page.locator(".st-key-figure_pairs_1")).to_contain_text("25 squared differences")


def test_a_press_trains_many_seeds(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/?view=compare&show=luck&epochs=20&neurons=2&length=2")
    page.wait_for_selector(IDLE, timeout=60_000)
    press(page, "begin_luck")
    expect(page.locator(".st-key-compare_luck")).to_contain_text("of 99 seeds echo", timeout=180_000)
    expect(page.locator(".st-key-figure_luck .js-plotly-plot")).to_be_visible()
