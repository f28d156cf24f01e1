"""The stage in a browser: frames a second while it plays and is scrubbed, bytes, first drawing.

Frames are counted by requestAnimationFrame in headless Chromium, on a page with nothing but the stage.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page

from echoviz.core.blueprint import blueprint
from echoviz.core.experiment import Experiment
from echoviz.core.framing import CUTS, Framing, Head
from echoviz.core.run import Run, compute_snapshot_epochs
from echoviz.stage import Stage, pack_stage, stage_facts, stage_source
from harness.browser import opened_browser

KIB = 1024
WATCHED_MS = 1500
DRAWN = ".drawing [data-name='h'][data-value]"
COUNT_FRAMES = """([act, watched_ms]) => new Promise((done) => {
    const root = document.querySelector(".echoviz-stage").shadowRoot;
    const track = root.querySelector(".slider.epochs");
    const press = (key) => track.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    if (act === "scrub") press("Home");
    else root.querySelector(`[data-do=${act}]`).click();
    const start = performance.now();
    let frames = 0;
    let longest = 0;
    let last = start;
    const turn = (now) => {
        frames += 1;
        longest = Math.max(longest, now - last);
        last = now;
        if (act === "scrub") press(frames % 40 < 20 ? "ArrowRight" : "ArrowLeft");
        if (now - start < watched_ms) requestAnimationFrame(turn);
        else done([(1000 * frames) / (now - start), longest]);
    };
    requestAnimationFrame(turn);
})"""


def make_run(framing: Framing, head: Head, length: int, neurons: int) -> Run:
    """A run of 10 000 epochs with random weights: drawing does not care how they were found."""
    experiment = Experiment(framing=framing, head=head, length=length, neurons=neurons, epochs=10_000)
    count = blueprint(experiment).weight_count
    epochs = compute_snapshot_epochs(experiment.epochs, count)
    row = np.random.default_rng(experiment.seed).normal(0, 0.2, count)
    return Run(
        experiment=experiment,
        losses=np.geomspace(1, 1e-5, experiment.epochs).astype(np.float32),
        snapshot_epochs=tuple(epochs.tolist()),
        rows=np.outer(0.5 + epochs / 20_000, row).astype(np.float32),
        elapsed_s=1.0,
    )


def open_run(browser: Browser, run: Run, folder: Path) -> tuple[Page, float]:
    """A page with the run's stage, and milliseconds from navigation to its first drawn hidden state."""
    path = Stage(run).save(folder / f"{run.experiment.key}.html")
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.goto(path.as_uri(), wait_until="commit")
    page.locator(DRAWN).first.wait_for()
    return page, page.evaluate("performance.now()")


def measure(browser: Browser, name: str, run: Run, folder: Path, least: float) -> bool:
    """Print one run's line; whether every kind of movement keeps the least frames a second."""
    payload_kib = len(pack_stage(stage_facts(run, run.experiment), "en")) / KIB
    firsts = []
    for _ in range(3):
        page, first_ms = open_run(browser, run, folder)
        firsts.append(first_ms)
    fps = {}
    for act in ("playSteps", "playEpochs", "scrub"):
        fps[act], longest = page.evaluate(COUNT_FRAMES, [act, WATCHED_MS])
    page.context.close()
    print(
        f"{name:38s} {payload_kib:8.0f} KiB  first drawing {statistics.median(firsts):5.0f} ms  frames/s: "
        f"steps {fps['playSteps']:.0f}, training {fps['playEpochs']:.0f}, scrubbing {fps['scrub']:.0f}  "
        f"(wanted {least:.0f}; longest frame {longest:.0f} ms)"
    )
    return min(fps.values()) >= least


def main() -> int:
    print(f"The stage: script {len(stage_source().js.encode()) / KIB:.0f} KiB, sent once")
    kept = True
    with tempfile.TemporaryDirectory() as folder, opened_browser() as browser:
        for framing, cut in CUTS.items():
            for head in cut.heads:
                for length, neurons, least in ((5, 5, 50), (50, 64, 30)):
                    run = make_run(framing, head, length, neurons)
                    name = f"{framing} {head} {length} × {neurons}"
                    kept &= measure(browser, name, run, Path(folder), least)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
