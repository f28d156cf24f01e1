"""The stage among the page's other parts: it stays mounted, costs the server nothing, and follows a run."""

from __future__ import annotations

import re

from playwright.sync_api import Page, WebSocket, expect

from harness.server import Server
from tests.conftest import IDLE, open_page
from tests.page.actions import LONG_RUN, STAGE, TRAINED, choose, press, train
from tests.workers import held_still

UNDER_WAY_EPOCH = re.compile(r"^[1-9]\d{0,3}$")


class Traffic:
    """The frames over the page's websocket, both ways, since `clear`."""

    def __init__(self, page: Page) -> None:
        self.frames: list[bytes] = []
        self._page = page
        page.on("websocket", self._listen)

    def clear(self) -> None:
        self.frames.clear()

    def wait_for_silence(self) -> None:
        """Until nothing has travelled for a second and a half."""
        for _ in range(40):
            self.clear()
            self._page.wait_for_timeout(1500)
            if not self.frames:
                return
        raise AssertionError("the page goes on talking with its server")

    def _listen(self, socket: WebSocket) -> None:
        for direction in ("framesent", "framereceived"):
            socket.on(direction, lambda data: self.frames.append(data if isinstance(data, bytes) else b""))


def open_when_ready(page: Page, server: Server, query: str = "") -> None:
    """Open the page and wait until Keras has warmed up: nothing is asked after that."""
    open_page(page, server.url, query)
    expect(page.locator(".st-key-status")).not_to_contain_text(
        re.compile("TensorFlow is loading|Starting"), timeout=180_000
    )
    expect(page.locator(STAGE)).to_be_visible()
    page.wait_for_selector(IDLE)


def test_scrubbing_and_playing_send_nothing(page: Page, server: Server) -> None:
    traffic = Traffic(page)
    open_when_ready(page, server)
    assert traffic.frames  # it counts
    traffic.wait_for_silence()
    drawing = page.locator(".st-key-stage svg.drawing")
    drawing.focus()
    before = page.locator(STAGE).get_attribute("data-epoch")
    for key in [
        "ArrowLeft",
        "ArrowLeft",
        "ArrowRight",
        "PageUp",
        "PageDown",
        "PageDown",
        "Home",
        "End",
        "Space",
    ]:
        page.keyboard.press(key)
    page.wait_for_url(re.compile("epoch="))  # the address follows once everything has come to rest
    assert page.locator(STAGE).get_attribute("data-epoch") != before
    assert traffic.frames == []


def test_a_run_and_new_neurons_never_remount_it(page: Page, server: Server) -> None:
    open_when_ready(page, server, "length=4&epochs=200")
    page.locator(STAGE).evaluate("stage => { stage.marked = true }")
    train(page)
    neurons = page.locator(".st-key-neurons [role=slider], .st-key-neurons input")
    neurons.first.press("ArrowRight")
    page.wait_for_url(re.compile("neurons=6"))
    expect(page.locator(".st-key-stage [data-name='h'][data-step='0']")).to_have_count(6, timeout=180_000)
    assert page.locator(STAGE).evaluate("stage => stage.marked === true")


def test_a_rerun_that_changes_nothing_sends_it_nothing(page: Page, server: Server) -> None:
    payload = b"snapshotEpochs"  # its numbers are those of whoever trained this experiment last
    traffic = Traffic(page)
    open_when_ready(page, server)
    assert sum(payload in frame for frame in traffic.frames) == 1
    traffic.clear()
    choose(page, "sections", "Weights")
    expect(page.locator(".st-key-figure_weights .js-plotly-plot")).to_be_visible(timeout=60_000)
    page.wait_for_selector(IDLE)
    assert traffic.frames
    assert not any(payload in frame for frame in traffic.frames)


def test_it_moves_live_during_a_long_run(page: Page, server: Server) -> None:
    open_when_ready(page, server, LONG_RUN + "&seed=4")
    press(page, "train")
    stage = page.locator(STAGE)
    expect(stage).to_have_attribute("data-epoch", UNDER_WAY_EPOCH, timeout=180_000)
    for _ in range(2):
        with held_still(server.process.pid):
            page.wait_for_timeout(600)  # what was on its way arrives
            before = stage.get_attribute("data-epoch") or ""
        expect(stage).not_to_have_attribute("data-epoch", before)
        expect(stage).to_have_attribute("data-epoch", UNDER_WAY_EPOCH)
    expect(page.locator(".st-key-status")).to_contain_text(TRAINED, timeout=180_000)
