"""The empty sheet that every figure is drawn on: fonts, colours and axes of the theme, nothing else.

Plotly's own template weighs 6.5 kB in each figure and paints a background; this one is empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from echoviz.core.printing import THOUSANDS, print_short
from echoviz.core.theme import FONT_TEXT, PALETTES, SIZES, VALUE_LIMIT, Palette, ThemeName, color_of, ink_on

MARGIN_PX = {"l": 8, "r": 8, "t": 60, "b": 8}
_TITLE_PX = 16
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
    """A transparent sheet with a heading, as wide as its place and `height_px` high.

    Dragging is left to the page, so that a finger can scroll past; the modebar still zooms.
    """
    return Drawing(
        {
            "template": go.layout.Template(),
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT_TEXT, "size": SIZES.text_small, "color": palette.ink},
            "title": {
                "text": title,
                "subtitle": {"text": subtitle, "font": _font(palette.ink_soft, SIZES.text_small)},
                "font": _font(palette.ink, _TITLE_PX),
                "x": 0,
                "xref": "container",
                "y": 1,
                "yref": "container",
                "yanchor": "top",
                "pad": {"t": 8, "l": MARGIN_PX["l"]},
            },
            "margin": dict(MARGIN_PX),
            "separators": f".{THOUSANDS}",
            "height": height_px,
            "dragmode": False,
            "hoverlabel": {
                "bgcolor": palette.surface,
                "bordercolor": palette.line,
                "font": _font(palette.ink, SIZES.text_small),
            },
            "legend": _legend(palette),
        }
    )


def _legend(palette: Palette) -> dict[str, Any]:
    """In a line above the plot, for reading only: a click hides nothing."""
    return {
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "y": 1,
        "yanchor": "bottom",
        "font": _font(palette.ink, SIZES.text_small),
        "itemclick": False,
        "itemdoubleclick": False,
    }


def axis(palette: Palette, **changes: Any) -> dict[str, Any]:
    """A quiet axis: labels that make their own room, no grid unless asked for."""
    return {
        "showgrid": False,
        "gridcolor": palette.line,
        "zeroline": False,
        "ticks": "",
        "tickfont": _font(palette.ink_soft, SIZES.text_small),
        "title": {"font": _font(palette.ink_soft, SIZES.text_small), "standoff": 8},
        "automargin": True,
        **changes,
    }


def axis_title(palette: Palette, text: str) -> dict[str, Any]:
    """An axis' name in the soft ink."""
    return {"text": text, "font": _font(palette.ink_soft, SIZES.text_small), "standoff": 8}


def value_axis(palette: Palette) -> dict[str, Any]:
    """The colour axis of all cells of a figure: hue is sign, lightness is magnitude up to `VALUE_LIMIT`."""
    ramp = [*reversed(palette.negative), *palette.positive[1:]]
    scale = [[index / (len(ramp) - 1), color] for index, color in enumerate(ramp)]
    return {"colorscale": scale, "cmin": -VALUE_LIMIT, "cmax": VALUE_LIMIT, "showscale": False}


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


def note(palette: Palette, text: str, **place: Any) -> Part:
    """A line of text in a figure, placed in shares of the plot unless told otherwise."""
    return {
        "text": text,
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "align": "left",
        "font": _font(palette.ink_soft, SIZES.text_small),
        **place,
    }


def _font(color: str, size: float) -> dict[str, Any]:
    return {"color": color, "size": size, "family": FONT_TEXT}
