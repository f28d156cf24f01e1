"""The tools on the page: they cost the server nothing and stand in the link; one press trains on many."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from harness.server import Server
from tests.page.actions import STAGE, TRAINED, read_query
from tests.page.test_stage_on_page import Traffic, open_when_ready

VERDICT = ".bench .verdict"


def test_reversed_is_memorised_and_after_many_sequences_learned(page: Page, server: Server) -> None:
    traffic = Traffic(page)
    open_when_ready(page, server)
    traffic.wait_for_silence()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.locator("button[data-tool=echo]").click()
    page.locator("[data-do=reverse]").click()
    expect(page.locator(VERDICT)).to_have_attribute("data-verdict", "memorised")
    page.wait_for_url(re.compile("tool=echo&own=0.8_0.6_0.4_0.2_0"))
    for tool in ("pull", "hold"):
        page.locator(f"button[data-tool={tool}]").click()
    page.locator(".bench button[data-value='0']").click()
    page.wait_for_url(re.compile("tool=hold&held=f-all-all-0"))
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "tool" not in read_query(url))
    assert (traffic.frames, requests) == ([], [])

    page.locator("button[data-tool=echo]").click()
    page.locator("[data-do=reverse]").click()
    page.locator("[data-do=train_many]").click()
    expect(page.locator(".st-key-status")).to_contain_text(TRAINED, timeout=180_000)
    expect(page.locator(f"{STAGE}[data-playing='']")).to_be_visible(timeout=60_000)
    expect(page.locator(VERDICT)).to_have_attribute("data-verdict", "follows")
    expect(page.locator("[data-do=echo_from]")).to_contain_text(re.compile(r"from epoch \d+ on"))
    assert page.locator(".answers [data-row=earlier] td").count() == 5
    page.wait_for_url(re.compile("tool=echo"))
    asked = read_query(page.url)
    assert asked | {"sequences": "64", "learning_rate": "0.01", "own": "0.8_0.6_0.4_0.2_0"} == asked
    page.reload()
    expect(page.locator(VERDICT)).to_have_attribute("data-verdict", "follows", timeout=60_000)


def test_a_link_with_impossible_tools_opens_and_says_what_was_corrected(page: Page, server: Server) -> None:
    open_when_ready(page, server, "framing=many-to-one&tool=echo&own=0,8;99;x&held=f-all-all-0&pulled=<b>")
    expect(page.locator(f"{STAGE}[data-tool=echo]")).to_be_visible()
    expect(page.locator(".answers input")).to_have_count(5)
    said = page.locator(".st-key-corrections")
    for label in ("Own numbers", "Held gates", "Pulled weights"):
        expect(said).to_contain_text(label)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
