"""An explanation that shows itself: drawn in Jupyter, saved as HTML or SVG, printed as a table."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path

from echoviz.core import catalog
from echoviz.core.explanation import Explanation
from echoviz.core.theme import PALETTES, ThemeName
from echoviz.stage.unrolled import describe, draw_unrolled

_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 0; padding: 12px; background: {background}; }}
svg {{ max-width: 100%; height: auto; }}
</style>
</head>
<body>
{drawing}
</body>
</html>
"""


@dataclass(frozen=True, eq=False)
class Explained(Explanation):
    """An `Explanation` that draws itself, unrolled over time."""

    def to_svg(self, *, language: str = catalog.DEFAULT_LANGUAGE, theme: ThemeName = "light") -> str:
        """One SVG with the drawing and its numbers. Raises `ValueError` for an unknown language or theme."""
        if theme not in PALETTES:
            raise ValueError(f"theme was {theme!r}; expected one of {', '.join(PALETTES)}.")
        return draw_unrolled(self, PALETTES[theme], language)

    def to_html(self, *, language: str = catalog.DEFAULT_LANGUAGE, theme: ThemeName = "light") -> str:
        """One HTML page with the drawing inside; it fetches nothing and holds no script."""
        drawing = self.to_svg(language=language, theme=theme)
        title, background = html.escape(describe(self, language)), PALETTES[theme].background
        return _PAGE.format(language=language, title=title, background=background, drawing=drawing)

    def save(
        self, path: str | Path, *, language: str = catalog.DEFAULT_LANGUAGE, theme: ThemeName = "light"
    ) -> Path:
        """Write the drawing to a file, SVG or HTML by its ending, and return its path."""
        written = Path(path)
        if written.suffix not in (".svg", ".html"):
            raise ValueError(f"path was {written.name!r}; expected one that ends in .svg or .html.")
        draw = self.to_svg if written.suffix == ".svg" else self.to_html
        written.write_text(draw(language=language, theme=theme), encoding="utf-8")
        return written

    def _repr_html_(self) -> str:
        return f'<div style="overflow-x: auto">{self.to_svg()}</div>'
