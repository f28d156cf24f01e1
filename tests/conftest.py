"""What the browser tests share: one Chromium, one running page, and no console error unseen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from harness.browser import IDLE, opened_browser
from harness.server import Server
from tests.workers import HELD_STILL

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; its absence is a failure, never a skip."""
    with opened_browser() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all browser tests: TensorFlow warms up once. Its log holds no error of the page.

    Visitors are shown none, so nothing in the browser would tell.
    """
    with Server(tmp_path_factory.mktemp("server") / "log.txt", **HELD_STILL) as server:
        yield server
    log = server.log.read_text(errors="replace")
    assert "Uncaught app execution" not in log, log


@pytest.fixture
def troubles() -> list[str]:
    """Console errors, page errors, failed and outside requests; the `page` fixture fails on any."""
    return []


@pytest.fixture
def page(browser: Browser, server: Server, troubles: list[str]) -> Iterator[Page]:
    """A fresh visitor on a laptop. Any console error or stray request fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    page = context.new_page()
    watch(page, server.url, troubles)
    yield page
    context.close()
    assert troubles == []


def watch(page: Page, url: str, troubles: list[str]) -> None:
    """Write every console error, page error, failed or outside request of `page` into `troubles`."""
    page.on("console", lambda m: troubles.append(f"console: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(f"page error: {error}"))
    page.on("requestfailed", lambda request: note_failure(request, troubles))
    page.on(
        "request",
        lambda r: None if r.url.startswith((url, "data:", "blob:")) else troubles.append(f"outside: {r.url}"),
    )


def note_failure(request: Request, troubles: list[str]) -> None:
    """A request that a test itself cut short, by leaving the page, has not failed."""
    if request.failure != "net::ERR_ABORTED":
        troubles.append(f"failed: {request.url} ({request.failure})")


def open_page(page: Page, url: str, query: str = "") -> None:
    """Open the page and wait until its script has run once."""
    page.goto(f"{url}/{'?' + query if query else ''}")
    page.wait_for_selector(".st-key-stage", state="attached", timeout=60_000)
    page.wait_for_selector(IDLE, timeout=60_000)
