"""The stage outside the page: in a notebook, and as one file that plays with no network."""

from __future__ import annotations

import base64
import html
from pathlib import Path
from typing import Any

from echoviz.core import catalog
from echoviz.core.run import Run
from echoviz.core.theme import PALETTES, ThemeName
from echoviz.stage.bundle import stage_function
from echoviz.stage.facts import stage_facts
from echoviz.stage.payload import pack_stage

_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body {{ margin: 0; padding: 12px; background: {background}; }}</style>
</head>
<body>
<div class="echoviz-stage" data-theme="{theme}"></div>
<script type="module">
{function}
const bytes = Uint8Array.from(atob("{payload}"), (letter) => letter.charCodeAt(0));
const host = document.querySelector(".echoviz-stage");
echovizStage()({{ data: bytes, parentElement: host.attachShadow({{ mode: "open" }}) }});
</script>
</body>
</html>
"""
_FRAME = (
    '<iframe srcdoc="{page}" sandbox="allow-scripts allow-downloads" title="{title}" '
    'style="width: 100%; height: {height}px; border: 0;"></iframe>'
)
_FRAME_HEIGHT_PX = 840


class Stage:
    """A run that shows itself: animated in Jupyter, or as a self-contained HTML file.

    Every number on it is computed in the browser from the run's own weights; nothing is fetched.
    """

    def __init__(
        self, run: Run, language: str = catalog.DEFAULT_LANGUAGE, theme: ThemeName = "light"
    ) -> None:
        """Raises `ValueError` for a language or theme that EchoViz does not have."""
        if theme not in PALETTES:
            raise ValueError(f"theme was {theme!r}; expected one of {', '.join(PALETTES)}.")
        self.run = run
        self.language = language
        self.theme: ThemeName = theme
        self._payload = pack_stage(stage_facts(run, run.experiment), language)

    @property
    def title(self) -> str:
        framing = catalog.text(f"stage.name_{self.run.experiment.framing}", self.language)
        return catalog.text("stage.title", self.language, framing=framing)

    def to_html(self) -> str:
        """One HTML page with the drawing, its script and its numbers inside."""
        return _PAGE.format(
            language=self.language,
            title=html.escape(self.title),
            background=PALETTES[self.theme].background,
            theme=self.theme,
            function=stage_function(),
            payload=base64.b64encode(self._payload).decode(),
        )

    def save(self, path: str | Path) -> Path:
        """Write `to_html()` to a file and return its path."""
        written = Path(path)
        written.write_text(self.to_html(), encoding="utf-8")
        return written

    def _repr_html_(self) -> str:
        # A frame of its own, without the notebook's origin: the script can reach nothing of the notebook.
        page: dict[str, Any] = {"page": html.escape(self.to_html()), "title": html.escape(self.title)}
        return _FRAME.format(height=_FRAME_HEIGHT_PX, **page)
