"""A stage on the page asks for Adam's memory by itself: a worker answers, the page's script does not run."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from harness.server import Server
from tests.page.actions import train
from tests.page.test_stage_on_page import Traffic, open_when_ready


def test_a_step_that_a_worker_tells_leads_to_the_next_snapshot(page: Page, server: Server) -> None:
    """Of nine sequences: their gradient is nowhere but in a worker. The next epoch has that very weight."""
    traffic = Traffic(page)
    open_when_ready(page, server, "sequences=9&epochs=20&learning_rate=0.01")
    train(page)
    page.get_by_role("button", name="One step of learning").click()
    panel = page.locator(".st-key-stage .learning")
    expect(panel).to_contain_text("trained on 9 other sequences")
    traffic.wait_for_silence()
    page.locator(".st-key-stage .slider.epochs").press("Home")
    page.locator("[data-do=learn_next]").click()
    expect(panel).to_contain_text("Epoch 1 → 2")
    expect(panel).to_have_attribute("data-state", "known")
    told = float(panel.get_attribute("data-after") or "nan")
    page.locator("[data-do=learn_next]").click()
    expect(panel).to_contain_text("Epoch 2 → 3")
    sign, digits = re.findall(r"Dense W₁ = (−?)([\d.]+\d)", panel.inner_text())[0]
    assert abs(told - float(digits) * (-1 if sign else 1)) <= 0.6e-5
    assert traffic.frames == []
