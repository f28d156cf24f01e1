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

from echoviz.core.experiment import Experiment, Framing
from echoviz.core.run import Run, Snapshot, compute_snapshot_epochs, compute_weight_shapes, load_recording
from echoviz.stage import Stage, pack_stage, stage_facts, stage_source
from harness.browser import opened_browser

KIB = 1024
WATCHED_MS = 3000
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


def make_largest(framing: Framing) -> Run:
    """A run of the largest experiment, with random weights: drawing does not care how they were found."""
    experiment = Experiment(framing=framing, length=50, neurons=64, epochs=10_000)
    random = np.random.default_rng(experiment.seed)
    weights = [random.normal(0, 0.2, shape) for shape in compute_weight_shapes(experiment.architecture)]
    snapshots = tuple(
        Snapshot(
            int(epoch), tuple((matrix * (0.5 + epoch / 20_000)).astype(np.float32) for matrix in weights)
        )
        for epoch in compute_snapshot_epochs(experiment.epochs)
    )
    losses = np.geomspace(1, 1e-5, experiment.epochs).astype(np.float32)
    return Run(experiment=experiment, losses=losses, snapshots=snapshots, elapsed_s=1.0)


def load_default(framing: Framing) -> Run:
    """The recorded run of a framing's default experiment."""
    run = load_recording(framing)
    if run is None:
        raise SystemExit("no recordings yet: run `make recording`")
    return run


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
        f"{name:22s} {payload_kib:8.0f} KiB  first drawing {statistics.median(firsts):5.0f} ms  frames/s: "
        f"steps {fps['playSteps']:.0f}, training {fps['playEpochs']:.0f}, scrubbing {fps['scrub']:.0f}  "
        f"(wanted {least:.0f}; longest frame {longest:.0f} ms)"
    )
    return min(fps.values()) >= least


def main() -> int:
    print(f"The stage: script {len(stage_source().js.encode()) / KIB:.0f} KiB, sent once")
    kept = True
    with tempfile.TemporaryDirectory() as folder, opened_browser() as browser:
        for framing in Framing:
            kept &= measure(browser, f"{framing} 5 × 5", load_default(framing), Path(folder), 50)
        for framing in Framing:
            kept &= measure(browser, f"{framing} 50 × 64", make_largest(framing), Path(folder), 30)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
