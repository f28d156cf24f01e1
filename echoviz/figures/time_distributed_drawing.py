"""Hidden states in rows under one shared row of weights, and one step's sum as a staircase."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, assert_never

import numpy as np
import plotly.graph_objects as go

from echoviz.core.catalog import text
from echoviz.core.experiment import Framing
from echoviz.core.theme import SIZES, Palette, ThemeName
from echoviz.figures.frame import (
    MARGIN_PX,
    SELECTED_WIDTH_PX,
    axis,
    axis_title,
    new_figure,
    note,
    palette_of,
    value_axis,
)
from echoviz.figures.numbers import print_short
from echoviz.figures.time_distributed import DenseStep, TimeDistributedFacts

NEURONS_AT_MOST = 16
_NUMBERS_AT_MOST = 5  # neurons whose cells are wide enough for a number on a phone
_TOP_PX, _BOTTOM_PX, _LEFT_PX, _BETWEEN_PX, _TERM_PX = 106, 34, 48, 64, 24
_BARS_FROM = 0.5  # the share of the width that the numbers of a term take
_HEADER_PX, _HEADER_ROWS = 30, 1.6  # the shared row, and how much it takes with the air below it
_ROW_PX_RANGE = (8, 30)
_ROWS_PX = 320  # what all rows together take, as far as the range allows
_PRINTED_ROW_PX = 18  # rows at least this high hold a number


class _Sheet(NamedTuple):
    """Sizes of the two panels in pixels, and what is shown."""

    shown: int
    row_px: float
    table_px: float
    terms_px: float

    @property
    def height_px(self) -> float:
        return self.table_px + _BETWEEN_PX + self.terms_px


def draw_time_distributed(
    facts: TimeDistributedFacts, *, step: int | None = None, language: str = "en", theme: ThemeName = "light"
) -> go.Figure:
    """Above, what all answers share over what each has of its own; below, one answer's arithmetic.

    `step` counts from 0 and picks the answer that is taken apart (default: the last). Of more than
    `NEURONS_AT_MOST` neurons the first ones are drawn and the rest are summed up. Raises `ValueError`
    for a step that is not there.
    """
    chosen = len(facts.steps) - 1 if step is None else step
    if not 0 <= chosen < len(facts.steps):
        raise ValueError(f"step was {step}; expected 0 to {len(facts.steps) - 1}.")
    palette = palette_of(theme)
    shown = min(facts.neurons, NEURONS_AT_MOST)
    low_px, high_px = _ROW_PX_RANGE
    row_px = min(max(_ROWS_PX / len(facts.steps), low_px), high_px)
    table_px = row_px * len(facts.steps) + _HEADER_PX * _HEADER_ROWS
    terms = shown + 2 + (facts.neurons > shown)
    sheet = _Sheet(shown, row_px, table_px, terms * _TERM_PX)
    figure = new_figure(
        palette,
        *_headings(facts, language),
        sheet.height_px + _TOP_PX + _BOTTOM_PX,
        margin={"l": _LEFT_PX, "r": 8, "t": _TOP_PX, "b": _BOTTOM_PX},
        showlegend=False,
        coloraxis=value_axis(palette),
    )
    _draw_table(figure, facts, sheet, palette, language)
    _outline(figure, facts, sheet, chosen, palette)
    _draw_terms(figure, facts, sheet, chosen, palette, language)
    figure.add_annotation(
        note(
            palette,
            _difference(facts, language),
            x=0,
            y=0,
            xshift=MARGIN_PX["l"] - _LEFT_PX,
            yshift=-8,
            xanchor="left",
            yanchor="top",
        )
    )
    return figure


def _step_word(framing: Framing, language: str) -> str:
    match framing:
        case Framing.MANY_TO_MANY:
            return text("figures.td_timestep", language)
        case Framing.ONE_TO_ONE:
            return text("figures.td_sample", language)
        case Framing.MANY_TO_ONE:
            return text("figures.td_output", language)
        case _:
            assert_never(framing)


def _headings(facts: TimeDistributedFacts, language: str) -> tuple[str, str]:
    """What is shared and how often, and by which layer."""
    values = {"neurons": facts.neurons, "length": len(facts.steps)}
    title = "td_title_shared" if facts.shares_weights else "td_title_own"
    subtitle = f"td_subtitle_{facts.framing.replace('-', '_')}"
    return text(f"figures.{title}", language, **values), text(f"figures.{subtitle}", language, **values)


def _difference(facts: TimeDistributedFacts, language: str) -> str:
    if facts.greatest_difference is None:
        return text("figures.td_difference_unknown", language, epoch=facts.epoch)
    difference = f"{facts.greatest_difference:.0e}"
    return text("figures.td_difference", language, epoch=facts.epoch, difference=difference)


def _draw_table(
    figure: go.Figure, facts: TimeDistributedFacts, sheet: _Sheet, palette: Palette, language: str
) -> None:
    shown, steps = sheet.shown, facts.steps
    first = steps[0]
    header, rows = first.weights, [step.hidden for step in steps]
    if not facts.shares_weights:
        header, rows = first.hidden, [step.weights for step in steps]
    bias_at, answer_at, wide = _columns(shown)
    few = shown <= _NUMBERS_AT_MOST
    tall = sheet.row_px >= _PRINTED_ROW_PX
    above = (_header_at(sheet), _header_height(sheet))
    below = (0.0, 1.0)
    figure.add_traces(
        [
            _draw_cells([header[:shown]], 0, 1, above, few),
            _draw_cells([row[:shown] for row in rows], 0, 1, below, few and tall),
            _draw_cells([[first.bias]], bias_at, wide, above, True)
            if facts.shares_weights
            else _draw_cells([[step.bias] for step in steps], bias_at, wide, below, tall),
            _draw_cells([[step.prediction] for step in steps], answer_at, wide, below, tall, _hovers(facts)),
        ]
    )
    _label_table(figure, facts, sheet, palette, language)


def _hovers(facts: TimeDistributedFacts) -> list[list[str]]:
    """Every answer's arithmetic, where it is short enough to be read."""
    written = facts.neurons <= NEURONS_AT_MOST
    return [[step.write(2, 3, "<br>")] if written else [""] for step in facts.steps]


def _columns(shown: int) -> tuple[float, float, float]:
    """The middles of the bias and the answer, and how wide both are; in cells from the first neuron."""
    gap, wide = max(0.4, shown * 0.06), max(1.0, shown * 0.2)
    bias_at = shown - 0.5 + gap + wide / 2
    return bias_at, bias_at + wide + gap, wide


def _header_height(sheet: _Sheet) -> float:
    """The shared row is as high whatever the others are; in rows."""
    return _HEADER_PX / sheet.row_px


def _header_at(sheet: _Sheet) -> float:
    """The middle of the shared row, in rows above the first (whose middle is 0)."""
    return -0.5 - (_HEADER_ROWS - 0.5) * _header_height(sheet)


def _draw_cells(
    z: Sequence[Sequence[float]],
    x0: float,
    width: float,
    y: tuple[float, float],
    printed: bool,
    hovers: list[list[str]] | None = None,
) -> go.Heatmap:
    """Cells from the first one's middle `x0` on; `y` is the first row's middle and height."""
    y0, height = y
    # A single row or column has no neighbour to take its size from: edges say it.
    return go.Heatmap(
        z=np.array(z, dtype=np.float32),
        x=[x0 + width * (column - 0.5) for column in range(len(z[0]) + 1)],
        y=[y0 + height * (row - 0.5) for row in range(len(z) + 1)],
        text=[[print_short(value, 2) for value in row] for row in z] if printed else None,
        texttemplate="%{text}" if printed else None,
        textfont={"size": SIZES.text_small},
        customdata=hovers,
        hovertemplate="%{z:.6g}" + ("<br>%{customdata}" if hovers else "") + "<extra></extra>",
        coloraxis="coloraxis",
        xgap=1,
        ygap=1,
    )


def _label_table(
    figure: go.Figure, facts: TimeDistributedFacts, sheet: _Sheet, palette: Palette, language: str
) -> None:
    shown, count = sheet.shown, len(facts.steps)
    bias_at, answer_at, wide = _columns(shown)
    shared = "w" if facts.shares_weights else "h"
    stride = -(-count // 12)
    named = list(range(0, count, stride))
    neuron_stride = -(-shown // 8)
    neurons = list(range(0, shown, neuron_stride))
    figure.update_layout(
        xaxis=axis(
            palette,
            side="top",
            range=[-0.6, answer_at + wide / 2 + 0.1],
            tickvals=[*neurons, bias_at, answer_at],
            ticktext=[*(str(neuron + 1) for neuron in neurons), "b", "ŷ"],
            anchor="y",
            title=axis_title(palette, _neurons_shown(facts, shown, language)),
        ),
        yaxis=axis(
            palette,
            domain=[1 - sheet.table_px / sheet.height_px, 1],
            range=[count - 0.5, _header_at(sheet) - _header_height(sheet) / 2],
            tickvals=[_header_at(sheet), *named],
            ticktext=[f"<b>{shared}</b>", *(str(index + 1) for index in named)],
            title=axis_title(palette, _step_word(facts.framing, language)),
        ),
    )
    to_answer = (bias_at + answer_at) / 2
    to_bias = to_answer - (answer_at - bias_at)
    signs = [(bias_at, "+ b =")] if facts.shares_weights else [(to_bias, "+"), (to_answer, "=")]
    for x, sign in signs:
        figure.add_annotation(
            note(palette, sign, x=x, xref="x", y=(count - 1) / 2, yref="y", font={"size": SIZES.text})
        )


def _neurons_shown(facts: TimeDistributedFacts, shown: int, language: str) -> str:
    if shown == facts.neurons:
        return text("figures.td_neuron", language)
    return text("figures.td_neurons", language, shown=shown, neurons=facts.neurons)


def _outline(
    figure: go.Figure, facts: TimeDistributedFacts, sheet: _Sheet, chosen: int, palette: Palette
) -> None:
    """A frame around what all answers share, and one around the answer that is taken apart."""
    bias_at, answer_at, wide = _columns(sheet.shown)
    middle, half = _header_at(sheet), _header_height(sheet) / 2
    shared_to = bias_at + wide / 2 if facts.shares_weights else sheet.shown - 0.5
    shared_color = palette.weights if facts.shares_weights else palette.state
    frames = (
        (shared_to, middle - half, middle + half, shared_color),
        (answer_at + wide / 2, chosen - 0.5, chosen + 0.5, palette.accent),
    )
    for right, top, bottom, color in frames:
        figure.add_shape(
            type="rect",
            x0=-0.5,
            x1=right,
            y0=top,
            y1=bottom,
            xref="x",
            yref="y",
            line={"color": color, "width": SELECTED_WIDTH_PX},
        )


def _draw_terms(
    figure: go.Figure,
    facts: TimeDistributedFacts,
    sheet: _Sheet,
    chosen: int,
    palette: Palette,
    language: str,
) -> None:
    step = facts.steps[chosen]
    labels, values = _terms(step, sheet.shown, language)
    reach = _reach(values, step)
    figure.add_trace(
        go.Waterfall(
            orientation="h",
            x=[*values, step.prediction],
            y=list(range(len(values) + 1)),
            measure=["relative"] * len(values) + ["total"],
            increasing={"marker": {"color": palette.positive[3]}},
            decreasing={"marker": {"color": palette.negative[3]}},
            totals={"marker": {"color": palette.accent}},
            connector={"line": {"color": palette.line, "width": 1}},
            hoverinfo="skip",
            xaxis="x2",
            yaxis="y2",
        )
    )
    domain_top = sheet.terms_px / sheet.height_px
    figure.update_layout(
        xaxis2=axis(palette, anchor="y2", visible=False, range=reach, domain=[_BARS_FROM, 1]),
        yaxis2=axis(
            palette,
            domain=[0, domain_top],
            anchor="free",
            position=_BARS_FROM,
            automargin=False,
            range=[len(values) + 0.5, -0.5],
            tickvals=list(range(len(labels))),
            ticktext=labels,
            tickfont={"size": SIZES.text_small, "color": palette.ink},
        ),
    )
    figure.add_shape(
        type="line",
        x0=step.target,
        x1=step.target,
        y0=-0.5,
        y1=len(values) + 0.5,
        xref="x2",
        yref="y2",
        line={"color": palette.target, "width": SIZES.line, "dash": "dash"},
    )
    heading = text(
        "figures.td_step",
        language,
        step=_step_word(facts.framing, language),
        number=chosen + 1,
        target=print_short(step.target, 3),
    )
    figure.add_annotation(
        note(
            palette,
            heading,
            x=0,
            xanchor="left",
            xshift=MARGIN_PX["l"] - _LEFT_PX,
            y=domain_top,
            yanchor="bottom",
            yshift=8,
            font={"size": SIZES.text, "color": palette.accent},
        )
    )


def _terms(step: DenseStep, shown: int, language: str) -> tuple[list[str], list[float]]:
    """Row labels and addends: each shown product, what is left of them, the bias; and the label of ŷ."""
    labels = [
        f"{print_short(h, 2)} · {print_short(w, 2)} = {_signed(product)}"
        for h, w, product in zip(step.hidden[:shown], step.weights[:shown], step.products, strict=False)
    ]
    values = list(step.products[:shown])
    if len(step.products) > shown:
        rest = sum(step.products[shown:])
        others = text("figures.td_others", language, count=len(step.products) - shown)
        labels.append(f"{others} = {_signed(rest)}")
        values.append(rest)
    answer = f"<b>ŷ = {print_short(step.prediction, 3)}</b>"
    return [*labels, f"b = {_signed(step.bias)}", answer], [*values, step.bias]


def _reach(values: list[float], step: DenseStep) -> list[float]:
    """From the lowest to the highest point of the staircase, with a little air."""
    levels = [0.0, step.target, step.prediction]
    level = 0.0
    for value in values:
        level += value
        levels.append(level)
    low, high = min(levels), max(levels)
    room = 0.05 * max(high - low, 1e-9)
    return [low - room, high + room]


def _signed(value: float) -> str:
    printed = print_short(value, 3)
    return printed if printed.startswith("−") else f"+{printed}"
