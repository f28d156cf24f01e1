"""Hidden states in rows under one shared row of weights, and one step's sum as a staircase."""

from __future__ import annotations

from typing import NamedTuple, assert_never

import plotly.graph_objects as go

from echoviz.core.catalog import text
from echoviz.core.experiment import Framing
from echoviz.core.theme import SIZES, Palette, ThemeName
from echoviz.figures.frame import (
    SELECTED_WIDTH_PX,
    axis,
    axis_title,
    new_figure,
    note,
    palette_of,
    value_scale,
)
from echoviz.figures.numbers import print_short
from echoviz.figures.time_distributed import DenseStep, TimeDistributedFacts

NEURONS_AT_MOST = 16
_NUMBERS_AT_MOST = 6  # neurons whose cells are wide enough for a number on a phone
_TOP_PX, _BOTTOM_PX, _BETWEEN_PX, _TERM_PX = 96, 34, 64, 25
_HEADER_ROWS = 1.6  # the shared row and the air below it, in rows


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
    row_px = min(max(320 / len(facts.steps), 8), 30)
    table_px = row_px * len(facts.steps) + 30 * _HEADER_ROWS
    terms = shown + 2 + (facts.neurons > shown)
    sheet = _Sheet(shown, row_px, table_px, terms * _TERM_PX)
    figure = new_figure(
        palette,
        text("figures.td_title", language),
        _subtitle(facts, language),
        sheet.height_px + _TOP_PX + _BOTTOM_PX,
        margin={"l": 8, "r": 8, "t": _TOP_PX, "b": _BOTTOM_PX},
        showlegend=False,
    )
    _draw_table(figure, facts, sheet, palette, language)
    _outline(figure, facts, sheet, chosen, palette)
    _draw_terms(figure, facts, sheet, chosen, palette, language)
    figure.add_annotation(
        note(palette, _difference(facts, language), x=0, y=0, yshift=-8, xanchor="left", yanchor="top")
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


def _subtitle(facts: TimeDistributedFacts, language: str) -> str:
    key = f"figures.td_subtitle_{facts.framing.replace('-', '_')}"
    return text(key, language, neurons=facts.neurons, length=len(facts.steps), epoch=facts.epoch)


def _difference(facts: TimeDistributedFacts, language: str) -> str:
    if facts.greatest_difference is None:
        return text("figures.td_difference_unknown", language)
    return text("figures.td_difference", language, difference=f"{facts.greatest_difference:.0e}")


def _draw_table(
    figure: go.Figure, facts: TimeDistributedFacts, sheet: _Sheet, palette: Palette, language: str
) -> None:
    shown, steps = sheet.shown, facts.steps
    first = steps[0]
    header, rows = (first.weights, [step.hidden for step in steps])
    if not facts.shares_weights:
        header, rows = (first.hidden, [step.weights for step in steps])
    bias_at, answer_at = _columns(shown)
    numbers = shown <= _NUMBERS_AT_MOST
    tall = sheet.row_px >= 18
    header_at = _header_at(sheet)
    cells = [
        ([header[:shown]], 0.0, header_at, _header_height(sheet), numbers),
        ([row[:shown] for row in rows], 0.0, 0.0, 1.0, numbers and tall),
        ([[step.prediction] for step in steps], answer_at, 0.0, 1.0, tall),
    ]
    if facts.shares_weights:
        cells.append(([[first.bias]], bias_at, header_at, _header_height(sheet), True))
    else:
        cells.append(([[step.bias] for step in steps], bias_at, 0.0, 1.0, tall))
    hovers = [[step.write(2, 3, "<br>")] if facts.neurons <= NEURONS_AT_MOST else [""] for step in steps]
    for z, x0, y0, dy, printed in cells:
        figure.add_trace(_draw_cells(z, x0, y0, dy, printed, palette, hovers if x0 == answer_at else None))
    _label_table(figure, facts, sheet, palette, language)


def _columns(shown: int) -> tuple[float, float]:
    """Where the bias and the answer stand, in cells from the first neuron."""
    gap = max(0.5, shown * 0.08)
    return shown + gap, shown + 1 + 2 * gap


def _header_height(sheet: _Sheet) -> float:
    """The shared row is 30 px high whatever the others are; in rows."""
    return 30 / sheet.row_px


def _header_at(sheet: _Sheet) -> float:
    """The middle of the shared row, in rows above the first (whose middle is 0)."""
    return -0.5 - (_HEADER_ROWS - 0.5) * _header_height(sheet)


def _draw_cells(
    z: list, x0: float, y0: float, dy: float, printed: bool, palette: Palette, hovers: list | None
) -> go.Heatmap:
    # A single row or column has no neighbour to take its size from: edges say it.
    columns, rows = len(z[0]), len(z)
    return go.Heatmap(
        z=z,
        x=[x0 - 0.5 + column for column in range(columns + 1)],
        y=[y0 - dy / 2 + dy * row for row in range(rows + 1)],
        text=[[print_short(value, 2) if printed else "" for value in row] for row in z],
        texttemplate="%{text}",
        textfont={"size": SIZES.text_small},
        customdata=hovers,
        hovertemplate="%{z:.6g}" + ("<br>%{customdata}" if hovers else "") + "<extra></extra>",
        colorscale=value_scale(palette),
        zmin=-1,
        zmax=1,
        showscale=False,
        xgap=1,
        ygap=1,
    )


def _label_table(
    figure: go.Figure, facts: TimeDistributedFacts, sheet: _Sheet, palette: Palette, language: str
) -> None:
    shown, count = sheet.shown, len(facts.steps)
    bias_at, answer_at = _columns(shown)
    shared = "w" if facts.shares_weights else "h"
    stride = -(-count // 12)
    named = list(range(0, count, stride))
    neuron_stride = -(-shown // 8)
    neurons = list(range(0, shown, neuron_stride))
    figure.update_layout(
        xaxis=axis(
            palette,
            side="top",
            range=[-0.6, answer_at + 0.6],
            tickvals=[*neurons, bias_at, answer_at],
            ticktext=[*(str(neuron + 1) for neuron in neurons), "b", "ŷ"],
            anchor="y",
            title=axis_title(
                palette, text("figures.td_neurons", language, shown=shown, neurons=facts.neurons)
            ),
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
    for x, sign in (((shown - 1 + bias_at) / 2, "+"), ((bias_at + answer_at) / 2, "=")):
        figure.add_annotation(
            note(palette, sign, x=x, xref="x", y=(count - 1) / 2, yref="y", font={"size": SIZES.text})
        )


def _outline(
    figure: go.Figure, facts: TimeDistributedFacts, sheet: _Sheet, chosen: int, palette: Palette
) -> None:
    """A frame around what all answers share, and one around the answer that is taken apart."""
    bias_at, answer_at = _columns(sheet.shown)
    middle, half = _header_at(sheet), _header_height(sheet) / 2
    shared_to = bias_at if facts.shares_weights else sheet.shown - 1
    shared_color = palette.weights if facts.shares_weights else palette.state
    frames = (
        (shared_to + 0.5, middle - half, middle + half, shared_color),
        (answer_at + 0.5, chosen - 0.5, chosen + 0.5, palette.accent),
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
            text=[_signed(value) for value in values] + [f"<b>{print_short(step.prediction, 3)}</b>"],
            textposition="outside",
            textfont={"size": SIZES.text_small, "color": palette.ink},
            cliponaxis=False,
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
        xaxis2=axis(palette, anchor="y2", visible=False, range=reach),
        yaxis2=axis(
            palette,
            domain=[0, domain_top],
            anchor="x2",
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
            y=domain_top,
            yanchor="bottom",
            yshift=8,
            font={"size": SIZES.text, "color": palette.accent},
        )
    )


def _terms(step: DenseStep, shown: int, language: str) -> tuple[list[str], list[float]]:
    """Row labels and addends: each shown product, what is left of them, the bias; and the label of ŷ."""
    labels = [
        f"{print_short(h, 2)} · {print_short(w, 2)}"
        for h, w in zip(step.hidden[:shown], step.weights[:shown], strict=True)
    ]
    values = list(step.products[:shown])
    if len(step.products) > shown:
        labels.append(text("figures.td_others", language, count=len(step.products) - shown))
        values.append(sum(step.products[shown:]))
    return [*labels, "b", "<b>ŷ</b>"], [*values, step.bias]


def _reach(values: list[float], step: DenseStep) -> list[float]:
    """From the lowest to the highest point of the staircase, with room for the numbers beside it."""
    levels = [0.0, step.target, step.prediction]
    level = 0.0
    for value in values:
        level += value
        levels.append(level)
    low, high = min(levels), max(levels)
    room = 0.28 * max(high - low, 1e-9)
    return [low - room, high + room]


def _signed(value: float) -> str:
    printed = print_short(value, 3)
    return printed if printed.startswith("−") else f"+{printed}"
