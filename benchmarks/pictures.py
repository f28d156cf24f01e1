"""`make pictures`: the stage as README shows it, light and dark."""

from __future__ import annotations

import sys
from pathlib import Path

from echoviz.core.experiment import Experiment
from echoviz.core.run_file import load_recordings
from echoviz.core.theme import PALETTES
from echoviz.stage import Stage
from harness.browser import opened_browser

DOCS = Path(__file__).parents[1] / "docs"
STEP = 2
PIXELS_PER_POINT = 1.5


def main() -> int:
    """Write docs/stage-light.png and docs/stage-dark.png: many-to-many at its third timestep."""
    run = load_recordings()[Experiment().key]
    DOCS.mkdir(exist_ok=True)
    with opened_browser() as browser:
        for theme in PALETTES:
            context = browser.new_context(
                viewport={"width": 1240, "height": 800},
                device_scale_factor=PIXELS_PER_POINT,
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.set_content(Stage(run, theme=theme).to_html())
            page.locator(".slider.steps").focus()
            page.keyboard.press("Home")
            for _ in range(STEP):
                page.keyboard.press("ArrowRight")
            page.locator(".slider.steps").blur()
            page.locator(".drawing [data-name='W'][data-neuron='1']").first.hover()
            page.locator("body").screenshot(path=DOCS / f"stage-{theme}.png", animations="disabled")
            context.close()
    print(
        f"wrote {', '.join(str(file.relative_to(DOCS.parent)) for file in sorted(DOCS.glob('stage-*.png')))}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
