"""The empty sheet that every figure is drawn on, and the parts that several of them have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from echoviz.core.printing import print_short
from echoviz.core.theme import PALETTES, SIZES, VALUE_LIMIT, Palette, ThemeName, color_of, ink_on
from echoviz.figures.template import MARGIN_PX, make_template

SELECTED_WIDTH_PX = 2.5

Part = dict[str, Any]
"""A trace, a shape or a note, in Plotly's own words."""


def palette_of(theme: ThemeName) -> Palette:
    """The colours of a theme. Raises `ValueError` for a name that is not one."""
    if theme not in PALETTES:
        raise ValueError(f"theme was {theme!r}; expected one of {', '.join(PALETTES)}.")
    return PALETTES[theme]


@dataclass
class Drawing:
    """A figure in the making: plain parts, handed over once, since Plotly checks all of it each time."""

    layout: dict[str, Any]
    traces: list[Part] = field(default_factory=list)
    shapes: list[Part] = field(default_factory=list)
    notes: list[Part] = field(default_factory=list)

    def finish(self) -> go.Figure:
        """The figure itself."""
        return go.Figure(self.traces, {**self.layout, "shapes": self.shapes, "annotations": self.notes})


def new_drawing(palette: Palette, title: str, subtitle: str, height_px: float) -> Drawing:
    """A transparent sheet with a heading, as wide as its place and `height_px` high."""
    return Drawing(
        {
            "template": make_template(palette),
            "title": {"text": title, "subtitle": {"text": subtitle}},
            "margin": dict(MARGIN_PX),
            "legend": {},
            "coloraxis": {"cmin": -VALUE_LIMIT, "cmax": VALUE_LIMIT},  # of a template Plotly takes no bounds
            "height": height_px,
        }
    )


def draw_numbers(
    palette: Palette, cells: Iterable[tuple[float, float, float]], decimals: int, size_px: float, **place: Any
) -> Part:
    """The numbers of cells (x, y, value), each in the ink that reads best on its cell's colour."""
    rows = list(cells)
    return dict(
        type="scatter",
        x=[x for x, _, _ in rows],
        y=[y for _, y, _ in rows],
        mode="text",
        text=[print_short(value, decimals) for _, _, value in rows],
        textfont={"size": size_px, "color": [ink_on(color_of(value, palette)) for _, _, value in rows]},
        hoverinfo="skip",
        **place,
    )


def vertical_line(x: float, color: str, dash: str, axes: tuple[str, str] = ("x", "y")) -> Part:
    """A thin line through the whole height of a panel."""
    x_axis, y_axis = axes
    line = {"color": color, "width": SIZES.line, "dash": dash}
    place = {"x0": x, "x1": x, "xref": x_axis, "y0": 0, "y1": 1, "yref": f"{y_axis} domain"}
    return {"type": "line", "line": line, **place}


def note(text: str, **place: Any) -> Part:
    """A line of text in a figure, placed in shares of the plot unless told otherwise."""
    return {"text": text, "xref": "paper", "yref": "paper", **place}
