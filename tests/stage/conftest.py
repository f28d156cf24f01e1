"""A page with nothing but the stage, into which any payload can be put."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Locator, Page

from echoviz.core.experiment import Experiment
from echoviz.core.progress import Progress
from echoviz.core.run import Run
from echoviz.stage import pack_live, pack_stage, stage_facts
from echoviz.stage.bundle import stage_function

_PAGE = """<!doctype html><meta charset="utf-8"><body style="margin: 16px"><div id="host"></div>
<script type="module">
{stage}
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const mount = echovizStage();
const parentElement = document.getElementById("host").attachShadow({{ mode: "open" }});
window.put = (text) => {{ window.unmount = mount({{ data: bytesOf(text), parentElement }}); }};
window.wear = (theme) => document.getElementById("host").setAttribute("data-theme", theme);
window.feed = (text) => window.dispatchEvent(new CustomEvent("echoviz:live", {{ detail: bytesOf(text) }}));
</script>"""


@dataclass
class Shown:
    """A stage in a browser, and what a visitor does to it."""

    page: Page
    troubles: list[str] = field(default_factory=list)

    @property
    def stage(self) -> Locator:
        return self.page.locator(".stage")

    def put(
        self,
        run: Run | None,
        experiment: Experiment | None = None,
        language: str = "en",
        view: dict[str, int | str] | None = None,
    ) -> None:
        """Hand over new data, as the page does; `view` is what a link asks to see."""
        chosen = experiment or (run.experiment if run else Experiment())
        payload = pack_stage(stage_facts(run, chosen), language, view)
        self.page.evaluate("(text) => window.put(text)", base64.b64encode(payload).decode())

    def feed(self, progress: Progress, experiment: Experiment) -> None:
        """Hand over a moment of a run that is training."""
        payload = base64.b64encode(pack_live(progress, experiment)).decode()
        self.page.evaluate("(text) => window.feed(text)", payload)

    @property
    def words(self) -> str:
        """All that is written on the drawing."""
        return " ".join(self.page.locator(".drawing text").all_text_contents())

    def data(self, name: str) -> str:
        return self.stage.get_attribute(f"data-{name}") or ""

    def cells(self, selector: str) -> list[dict[str, Any]]:
        """The data attributes of all cells that fit, in the order they are drawn in."""
        script = "(nodes) => nodes.map((node) => ({ ...node.dataset }))"
        found: list[dict[str, Any]] = self.page.locator(f".drawing {selector}").evaluate_all(script)
        return found

    def values(self, name: str, **where: int) -> list[float]:
        """The numbers of the cells of one name, at full precision."""
        places = "".join(f"[data-{key}='{value}']" for key, value in where.items())
        return [float(cell["value"]) for cell in self.cells(f"[data-name='{name}'][data-value]{places}")]

    def count_lit(self, selector: str) -> int:
        """How many cells wear the accent."""
        accent = self.stage.evaluate("(node) => getComputedStyle(node).getPropertyValue('--accent').trim()")
        return self.page.locator(f".drawing {selector} > rect[stroke='{accent}']").count()

    def press(self, track: str, *keys: str) -> None:
        """Press keys while a scrubber has the focus: "steps" or "epochs"."""
        slider = self.page.locator(f".slider.{track}")
        slider.focus()
        for key in keys:
            self.page.keyboard.press(key)


@pytest.fixture
def show_stage(browser: Browser) -> Iterator[Callable[..., Shown]]:
    """Open a stage in a window of its own; any console error or request fails the test."""
    opened: list[Shown] = []

    def open_stage(
        *, width: int = 1240, height: int = 800, still: bool = True, theme: str = "light"
    ) -> Shown:
        motion: Literal["reduce", "no-preference"] = "reduce" if still else "no-preference"
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion=motion)
        shown = Shown(context.new_page())
        shown.page.on("console", lambda m: shown.troubles.append(m.text) if m.type == "error" else None)
        shown.page.on("pageerror", lambda error: shown.troubles.append(str(error)))
        shown.page.on("request", lambda request: shown.troubles.append(request.url))
        shown.page.set_content(_PAGE.format(stage=stage_function()))
        shown.page.wait_for_function("() => window.feed")
        shown.page.evaluate("(theme) => window.wear(theme)", theme)
        opened.append(shown)
        return shown

    yield open_stage
    for shown in opened:
        shown.page.context.close()
        assert shown.troubles == []
