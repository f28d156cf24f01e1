"""What a person does on the page, in a word."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Page, expect

from harness.browser import IDLE

LONG_RUN = "length=50&neurons=64&epochs=10000"
TRAINED = re.compile("Trained live")


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button:visible").click()  # a button with a tooltip is there twice


def train(page: Page) -> None:
    press(page, "train")
    expect(page.locator(".st-key-status")).to_contain_text(TRAINED, timeout=180_000)
    page.wait_for_selector(IDLE)


def expect_address(page: Page, **choices: str) -> None:
    """These choices, and no others, come to stand in the address."""
    page.wait_for_url(lambda url: dict(parse_qsl(urlsplit(url).query)) == choices)
