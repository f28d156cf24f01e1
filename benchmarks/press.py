"""From a press on Train to its result, against a bare Streamlit page whose button writes a text.

Each press has a page of its own. Some are at the defaults with a new seed, once the page rests; the others on
a shape that nobody has tried, as soon as the stage stands for it. The result is there when the stage has the
run's own numbers and the status says that it was trained.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

from benchmarks.watching import BARE_TEXT, watched_page, write_bare_page
from echoviz.core.catalog import count_text
from echoviz.core.experiment import Experiment, Framing
from harness.browser import IDLE, opened_browser, wait_until
from harness.server import Server

ROUNDS = 10
SEED_RATIO_AT_MOST, SHAPE_RATIO_AT_MOST = 3, 4
SHAPES = tuple(zip([*Framing] * 4, range(3, 33, 3), (4, 13, 7, 22, 31, 10, 16, 40, 25, 9), strict=False))
"""Framing, length and neurons of the presses on new shapes: no two alike, small and middling ones."""
STAGE = ".stage[data-key]"
TRAIN = ".st-key-train button:visible"
LENGTH = ".st-key-length :is([role=slider], input)"
REST_MS = 300
HELD_MS = 40
"""How long the mouse button is down, by a quick finger: the page acts on its release."""
WARM_UP_S = 180
BARE_RESULT = "watched.find({selector!r}).textContent.includes('pressed 1')"
RESULT = """(() => {{
    const stage = watched.find({stage!r});
    const {{ key, digest, live }} = stage?.dataset ?? {{}};
    const status = watched.find(".st-key-status")?.textContent ?? "";
    return key === {key!r} && digest !== window.digestBefore && live !== "true"
        && {words}.every((words) => status.includes(words));
}})()"""


def measure_press(page: Page, button: str, result: str) -> float:
    """Seconds from the press on `button` until the change with which `result` becomes true is painted."""
    page.evaluate(f"window.measured = watched.fromPressUntil(() => {result}), 0")
    page.locator(button).click(delay=HELD_MS)
    elapsed_ms: float = page.evaluate("window.measured")
    return elapsed_ms / 1000


def rest(page: Page) -> None:
    """Wait until the page's script has run and nothing moves any more."""
    page.wait_for_selector(IDLE)
    page.evaluate(f"watched.untilRests({REST_MS})")


def press_bare(browser: Browser, url: str) -> float:
    """The yardstick: one press on the bare page."""
    with watched_page(browser) as page:
        page.goto(url)
        rest(page)
        return measure_press(page, "button:visible", BARE_RESULT.format(selector=BARE_TEXT))


def press_train(
    browser: Browser, url: str, experiment: Experiment, comes_from_shorter: bool = False
) -> float:
    """Press Train for an experiment; seconds until its result is shown.

    `comes_from_shorter`: the visitor lengthens the sequence by one and presses as soon as the stage follows.
    """
    opened = experiment.replace(length=experiment.length - 1) if comes_from_shorter else experiment
    with watched_page(browser) as page:
        page.goto(f"{url}/?{urlencode(opened.to_query())}")
        page.wait_for_selector(f"{STAGE}[data-key='{opened.key}'] [data-name='h'][data-value]")
        rest(page)
        if comes_from_shorter:
            page.locator(LENGTH).press("ArrowRight")
            page.wait_for_selector(f"{STAGE}[data-key='{experiment.key}']")
        page.evaluate(f"window.digestBefore = watched.find({STAGE!r}).dataset.digest")
        return measure_press(page, TRAIN, describe_result(experiment))


def describe_result(experiment: Experiment) -> str:
    """What holds, in JavaScript, when the page shows the experiment's own run."""
    said = count_text("page.state.finished", experiment.epochs, "en", elapsed="|", loss="|")
    words = json.dumps([part for part in said.replace("*", "").split("|") if part.strip()])
    return RESULT.format(stage=STAGE, key=experiment.key, words=words)


def warm_up(browser: Browser, url: str) -> None:
    """Until training is ready: a run at the defaults is done, and nothing is loading any more."""
    with watched_page(browser) as page:
        page.set_default_timeout(WARM_UP_S * 1000)
        page.goto(f"{url}/?seed=1")
        page.locator(TRAIN).click()
        wait_until(page, f"() => {describe_result(Experiment(seed=1))}", timeout_s=WARM_UP_S)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, opened_browser() as browser:
        bare_app = write_bare_page(Path(folder))
        with (
            Server(Path(folder) / "bare.log", app=bare_app) as bare,
            Server(Path(folder) / "echoviz.log") as echoviz,
        ):
            press_bare(browser, bare.url)
            warm_up(browser, echoviz.url)
            yardsticks, seeds, shapes = [], [], []
            for number, (framing, length, neurons) in zip(range(ROUNDS), SHAPES, strict=True):
                yardsticks.append(press_bare(browser, bare.url))
                seeds.append(press_train(browser, echoviz.url, Experiment(seed=100 + number)))
                shape = Experiment(framing=framing, length=length + 1, neurons=neurons)
                shapes.append(press_train(browser, echoviz.url, shape, comes_from_shorter=True))
    return print_ratios(yardsticks, seeds, shapes)


def print_ratios(yardsticks: list[float], seeds: list[float], shapes: list[float]) -> int:
    """Print each median beside the bare page's; 1 when a ratio is beyond its limit."""
    bare_s = statistics.median(yardsticks)
    print(f"\nFrom the press to its result (medians of {ROUNDS} presses, turn by turn)")
    print(f"  a bare Streamlit page writes a text         {bare_s * 1000:6.0f} ms")
    kept = True
    for name, presses, limit in (
        ("Train at the defaults, a new seed", seeds, SEED_RATIO_AT_MOST),
        ("Train on a shape never seen, at once", shapes, SHAPE_RATIO_AT_MOST),
    ):
        median_s = statistics.median(presses)
        ratio = median_s / bare_s
        kept &= ratio <= limit
        print(
            f"  {name:43s} {median_s * 1000:6.0f} ms, {ratio:4.1f} times (at most {limit}; "
            f"{min(presses) * 1000:.0f} to {max(presses) * 1000:.0f} ms)"
        )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
