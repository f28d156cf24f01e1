"""What a person does on the page, and sees, in a word."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Locator, Page, expect

from echoviz.core.experiment import Experiment
from echoviz.ui.view import VIEW_NAMES
from tests.conftest import IDLE

LONG_RUN = "length=50&neurons=64&epochs=10000"
TRAINED = re.compile("Trained live")
STAGE = ".st-key-stage .stage"
FRAMING_WORDS = {"one-to-one": 0, "one-to-many": 1, "many-to-one": 2, "many-to-many": 3}
SHOWN_NUMBER = {
    "length": "[data-testid=stSliderThumbValue]",
    "neurons": "[data-testid=stSliderThumbValue]",
}


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button:visible").click()  # a button with a tooltip is there twice


def go(page: Page, name: str) -> None:
    """Press one of the buttons that belong to the address: reset, undo, copy."""
    page.locator(f".st-key-address [data-do={name}]").click()


def choose(page: Page, key: str, option: str) -> None:
    page.locator(f".st-key-{key} button", has_text=option).click()


def lengthen(page: Page, key: str = "length") -> None:
    """One more on a slider."""
    page.locator(f".st-key-{key} :is([role=slider], input)").first.press("ArrowRight")


def type_number(page: Page, key: str, number: str) -> None:
    page.locator(f".st-key-{key} input").fill(number)
    page.locator(f".st-key-{key} input").press("Enter")


def train(page: Page) -> None:
    press(page, "train")
    expect(page.locator(".st-key-status")).to_contain_text(TRAINED, timeout=180_000)
    page.wait_for_selector(IDLE)


def expect_address(page: Page, **choices: str) -> None:
    """These choices, and no others, come to stand in the address; what it says of the stage aside."""
    page.wait_for_url(
        lambda url: {n: v for n, v in read_query(url).items() if n not in VIEW_NAMES} == choices
    )


def read_query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def expect_agreement(page: Page, experiment: Experiment, **others: str) -> Locator:
    """Address, controls and stage come to say the same, and nothing has failed."""
    expect(page.locator(STAGE)).to_have_attribute("data-key", experiment.key)
    expect_address(page, **experiment.to_link(), **others)
    page.wait_for_selector(IDLE)  # until then a control that was replaced may be there beside the new one
    chosen = page.locator(".st-key-framing [role=radio]").nth(FRAMING_WORDS[experiment.framing])
    expect(chosen).to_have_attribute("aria-checked", "true")
    for name, number in SHOWN_NUMBER.items():
        expect(page.locator(f".st-key-{name} {number}")).to_have_text(str(getattr(experiment, name)))
    expect(page.locator(".st-key-epochs input")).to_have_value(str(experiment.epochs))
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    return page.locator(".st-key-corrections")


def count_entries(page: Page) -> int:
    entries: int = page.evaluate("history.length")
    return entries
