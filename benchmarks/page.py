"""First drawing of the stage against the first text of a bare Streamlit page, and how long neither answers.

Both are timed inside the page. What is asked from outside is answered only when the page has time for it.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import psutil
from playwright.sync_api import Browser

from benchmarks.watching import BARE_TEXT, SILENCE_UNTIL_MS, watched_page, write_bare_page
from harness.browser import opened_browser
from harness.server import Server

ROUNDS = 7
RATIO_AT_MOST = 1.6
SILENCE_S_AT_MOST = 0.2
FIRST_VALUE = "[data-name='h'][data-value]"
MEASURE = """
window.firstShown = watched.until(() => watched.find({selector!r}));
window.longestSilence = watched.findLongestSilence({silence_until_ms});
"""


class Visit(NamedTuple):
    """Seconds from navigation to the first value, and the longest time without an answer."""

    first_s: float
    silence_s: float


def measure_visit(browser: Browser, url: str, selector: str) -> Visit:
    """Open `url` with an empty cache; `selector` is what counts as the first thing shown."""
    script = MEASURE.format(selector=selector, silence_until_ms=SILENCE_UNTIL_MS)
    with watched_page(browser, script) as page:
        page.goto(url, wait_until="commit")
        first_ms, silence_ms = page.evaluate("Promise.all([firstShown, longestSilence])")
    return Visit(first_ms / 1000, silence_ms / 1000)


def measure_memory_mb(server: Server) -> float:
    """Resident memory of the Streamlit process itself, without its workers."""
    return psutil.Process(server.process.pid).memory_info().rss / 1e6


def compute_median(visits: list[Visit]) -> Visit:
    return Visit(*(statistics.median(side) for side in zip(*visits, strict=True)))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, opened_browser() as browser:
        bare_app = write_bare_page(Path(folder))
        with (
            Server(Path(folder) / "bare.log", app=bare_app) as bare,
            Server(Path(folder) / "echoviz.log") as echoviz,
        ):
            very_first = measure_visit(browser, echoviz.url, FIRST_VALUE)  # TensorFlow starts loading here
            measure_visit(browser, bare.url, BARE_TEXT)
            bare_visits, visits = [], []
            for _ in range(ROUNDS):
                bare_visits.append(measure_visit(browser, bare.url, BARE_TEXT))
                visits.append(measure_visit(browser, echoviz.url, FIRST_VALUE))
            memory_mb = measure_memory_mb(echoviz)
    yardstick, measured = compute_median(bare_visits), compute_median(visits)
    ratio = measured.first_s / yardstick.first_s
    print("\nFirst drawing, browser cache cold (median of", ROUNDS, "visits, turn by turn)")
    print(f"  first text of a bare Streamlit page         {yardstick.first_s:6.2f} s")
    print(f"  first drawing of the stage, real values     {measured.first_s:6.2f} s")
    print(f"  ratio                                       {ratio:6.2f}  (at most {RATIO_AT_MOST})")
    print(f"  the server's very first visitor             {very_first.first_s:6.2f} s")
    print("Longest time without an answer in the first 3 s (median of the same visits)")
    print(f"  bare Streamlit page                         {yardstick.silence_s:6.2f} s")
    print(f"  EchoViz                                     {measured.silence_s:6.2f} s", end="")
    print(f"  (at most {SILENCE_S_AT_MOST}; worst {max(visit.silence_s for visit in visits):.2f})")
    print(f"Memory of the Streamlit process               {memory_mb:6.0f} MB")
    return int(ratio > RATIO_AT_MOST or measured.silence_s > SILENCE_S_AT_MOST)


if __name__ == "__main__":
    sys.exit(main())
