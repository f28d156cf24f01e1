"""Our own small Plotly template: fonts, colours and quiet axes, once a theme.

Plotly's own weighs 6.5 kB in each figure and paints a background.
"""

from __future__ import annotations

from typing import Any

from echoviz.core.printing import THOUSANDS
from echoviz.core.theme import FONT_TEXT, SIZES, Palette

MARGIN_PX = {"l": 8, "r": 8, "t": 60, "b": 8}
_TITLE_PX = 16


def make_template(palette: Palette) -> dict[str, Any]:
    """The look of every figure in one theme; a figure itself holds only what is its own.

    Dragging is left to the page, so that a finger can scroll past. A click on the legend hides nothing.
    """
    soft = {"color": palette.ink_soft}
    axis = _make_axis(palette)
    return {
        "layout": {
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT_TEXT, "size": SIZES.text_small, "color": palette.ink},
            "title": {
                "subtitle": {"font": {"size": SIZES.text_small, **soft}},
                "font": {"size": _TITLE_PX},
                "x": 0,
                "xref": "container",
                "y": 1,
                "yref": "container",
                "yanchor": "top",
                "pad": {"t": 8, "l": MARGIN_PX["l"]},
            },
            "separators": f".{THOUSANDS}",
            "dragmode": False,
            "hoverlabel": {
                "bgcolor": palette.surface,
                "bordercolor": palette.line,
                "font": {"size": SIZES.text_small, "color": palette.ink},
            },
            "legend": {
                "orientation": "h",
                "x": 0,
                "xanchor": "left",
                "y": 1,
                "yanchor": "bottom",
                "itemclick": False,
                "itemdoubleclick": False,
            },
            "xaxis": axis,
            "yaxis": axis,
            "coloraxis": _make_value_axis(palette),
            "annotationdefaults": {"showarrow": False, "align": "left", "font": soft},
        }
    }


def _make_axis(palette: Palette) -> dict[str, Any]:
    """Labels that make their own room, no grid and no line unless asked for."""
    soft = {"color": palette.ink_soft, "size": SIZES.text_small}
    return {
        "showgrid": False,
        "gridcolor": palette.line,
        "linecolor": palette.line,
        "zeroline": False,
        "ticks": "",
        "tickfont": soft,
        "title": {"font": soft, "standoff": 8},
        "automargin": True,
    }


def _make_value_axis(palette: Palette) -> dict[str, Any]:
    """The colour axis of all cells: hue is sign, lightness is magnitude."""
    ramp = [*reversed(palette.negative), *palette.positive[1:]]
    scale = [[index / (len(ramp) - 1), color] for index, color in enumerate(ramp)]
    return {"colorscale": scale, "showscale": False}
