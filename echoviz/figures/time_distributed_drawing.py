"""Hidden states in rows under one shared row of weights, and one step's sum as a staircase."""

from __future__ import annotations

import plotly.graph_objects as go

from echoviz.core.catalog import text
from echoviz.core.printing import print_bound, print_count
from echoviz.core.theme import ThemeName
from echoviz.figures.dense_sheet import BOTTOM_PX, LEFT_PX, TOP_PX, DenseSheet
from echoviz.figures.dense_table import draw_dense_table
from echoviz.figures.dense_terms import draw_dense_terms
from echoviz.figures.frame import MARGIN_PX, new_drawing, note, palette_of
from echoviz.figures.time_distributed import TimeDistributedFacts


def draw_time_distributed(
    facts: TimeDistributedFacts, *, step: int | None = None, language: str = "en", theme: ThemeName = "light"
) -> go.Figure:
    """Above, what all answers share over what each has of its own; below, one answer's arithmetic.

    `step` counts from 0 and picks the answer that is taken apart (default: the last). Of more than 16
    products the first 16 are drawn and the rest are summed up. Raises `ValueError` for a step that is
    not there.
    """
    chosen = len(facts.steps) - 1 if step is None else step
    if not 0 <= chosen < len(facts.steps):
        raise ValueError(f"step was {step}; expected 0 to {len(facts.steps) - 1}.")
    palette = palette_of(theme)
    sheet = DenseSheet(facts, chosen, palette, language)
    drawing = new_drawing(
        palette,
        *_headings(facts, language),
        sheet.height_px + TOP_PX + BOTTOM_PX,
    )
    drawing.layout["margin"] |= {"l": LEFT_PX, "t": TOP_PX, "b": BOTTOM_PX}
    drawing.layout.update(showlegend=False)
    draw_dense_table(drawing, sheet)
    draw_dense_terms(drawing, sheet)
    below = {"x": 0, "y": 0, "xshift": MARGIN_PX["l"] - LEFT_PX, "yshift": -8}
    drawing.notes.append(note(_difference(facts, language), xanchor="left", yanchor="top", **below))
    return drawing.finish()


def _headings(facts: TimeDistributedFacts, language: str) -> tuple[str, str]:
    """What is shared and how often, and by which layer."""
    sharing = "weights" if facts.shares_weights else "hidden" if facts.shares_hidden else "nothing"
    title = text(f"figures.td_title_{sharing}", language, terms=facts.terms, length=len(facts.steps))
    which = text(f"figures.td_{facts.which}", language)
    return title, text(f"figures.td_subtitle_{sharing}", language, layer=facts.layer, which=which)


def _difference(facts: TimeDistributedFacts, language: str) -> str:
    epoch = print_count(facts.epoch)
    if facts.greatest_difference is None:
        return text("figures.td_difference_unknown", language, epoch=epoch)
    return text(
        "figures.td_difference", language, epoch=epoch, difference=print_bound(facts.greatest_difference)
    )
