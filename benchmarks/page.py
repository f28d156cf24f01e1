"""First drawing of the stage against the first text of an empty Streamlit page; memory of the server."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import psutil
from playwright.sync_api import Browser, sync_playwright

from tests.browser import QUIET_ARGUMENTS, find_browser
from tests.server import Server

ROUNDS = 7
RATIO_AT_MOST = 1.6
EMPTY_PAGE = 'import streamlit as st\n\nif __name__ == "__main__":\n    st.write("empty")\n'
FIRST_TEXT = "[data-testid='stMarkdown'] p"
FIRST_VALUE = ".st-key-stage [data-name='h'][data-value]"


def measure_first(browser: Browser, url: str, selector: str) -> float:
    """Seconds from navigation to the first visible `selector`, with an empty browser cache."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(url, wait_until="commit")
    page.locator(selector).first.wait_for(timeout=60_000)
    elapsed_ms: float = page.evaluate("performance.now()")
    context.close()
    return elapsed_ms / 1000


def measure_memory_mb(server: Server) -> float:
    """Resident memory of the Streamlit process itself, without its workers."""
    return psutil.Process(server.process.pid).memory_info().rss / 1e6


def main() -> int:
    path = find_browser()
    if path is None:
        sys.exit("no Chromium: run `make browser` first")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        empty_app = Path(folder) / "empty.py"
        empty_app.write_text(EMPTY_PAGE)
        with (
            Server(Path(folder) / "empty.log", app=empty_app) as empty,
            Server(Path(folder) / "echoviz.log") as page,
        ):
            browser = playwright.chromium.launch(executable_path=path, args=QUIET_ARGUMENTS)
            first_visit = measure_first(browser, page.url, FIRST_VALUE)  # TensorFlow starts loading here
            measure_first(browser, empty.url, FIRST_TEXT)
            pairs = [
                (measure_first(browser, empty.url, FIRST_TEXT), measure_first(browser, page.url, FIRST_VALUE))
                for _ in range(ROUNDS)
            ]
            browser.close()
            empty_s, page_s = (statistics.median(side) for side in zip(*pairs, strict=True))
            print("\nFirst drawing, browser cache cold (median of", ROUNDS, "visits, turn by turn)")
            print(f"  first text of an empty Streamlit page       {empty_s:6.2f} s")
            print(f"  first drawing of the stage, real values     {page_s:6.2f} s")
            ratio = page_s / empty_s
            print(f"  ratio                                       {ratio:6.2f}  (at most {RATIO_AT_MOST})")
            print(f"  the server's very first visitor             {first_visit:6.2f} s")
            print(f"  memory of the Streamlit process             {measure_memory_mb(page):6.0f} MB")
    return 1 if ratio > RATIO_AT_MOST else 0


if __name__ == "__main__":
    sys.exit(main())
