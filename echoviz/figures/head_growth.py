"""What each way of answering costs as the sequence grows: one shared neuron never grows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import plotly.graph_objects as go

from echoviz.core.catalog import count_text, text
from echoviz.core.counts import LayerFormula
from echoviz.core.experiment import FIELD_BY_NAME, Experiment, Framing
from echoviz.core.printing import print_count
from echoviz.core.theme import SIZES, Palette, ThemeName
from echoviz.figures.frame import Part, axis, axis_title, new_drawing, palette_of, vertical_line

_HEIGHT_PX, _TOP_PX = 360, 130  # three lines of legend above the plot


class Head(StrEnum):
    """The layers that can turn hidden states into `length` numbers, dearest first."""

    FLATTEN = "Flatten + Dense(length)"
    DENSE = "Dense(length)"
    TIME_DISTRIBUTED = "TimeDistributed(Dense(1))"


@dataclass(frozen=True)
class HeadGrowth:
    """One head's weights in all, the LSTM's included: `totals[k]` at length `lengths[k]`."""

    head: Head
    totals: tuple[int, ...]
    total_now: int


@dataclass(frozen=True)
class HeadGrowthFacts:
    """Total weights against length for each head, and where the experiment stands."""

    neurons: int
    length: int
    lengths: tuple[int, ...]
    heads: tuple[HeadGrowth, ...]


def compute_head_total(head: Head, neurons: int, length: int) -> int:
    """All weights of LSTM(neurons) and this head for sequences of `length`.

    TimeDistributed(Dense(1)) sees one hidden state at a time, Dense(length) the last one, Flatten +
    Dense(length) all of them side by side: its inputs and its outputs both grow with length.
    """
    match head:
        case Head.TIME_DISTRIBUTED:
            inputs, units = neurons, 1
        case Head.DENSE:
            inputs, units = neurons, length
        case Head.FLATTEN:
            inputs, units = neurons * length, length
        case _:
            assert_never(head)
    lstm = LayerFormula("LSTM", 1, neurons, recurrent=True)
    return lstm.count + LayerFormula(head, inputs, units, recurrent=False).count


def head_growth_facts(experiment: Experiment) -> HeadGrowthFacts:
    """Totals of the three heads at every length that an experiment may have."""
    bounds = FIELD_BY_NAME["length"]
    assert bounds.minimum is not None
    assert bounds.maximum is not None
    lengths = tuple(range(int(bounds.minimum), int(bounds.maximum) + 1))
    neurons = experiment.neurons
    return HeadGrowthFacts(
        neurons=neurons,
        length=experiment.length,
        lengths=lengths,
        heads=tuple(
            HeadGrowth(
                head,
                totals=tuple(compute_head_total(head, neurons, length) for length in lengths),
                total_now=compute_head_total(head, neurons, experiment.length),
            )
            for head in Head
        ),
    )


def draw_head_growth(
    facts: HeadGrowthFacts, *, language: str = "en", theme: ThemeName = "light"
) -> go.Figure:
    """Three lines on a logarithmic axis; the legend gives the totals at the current length."""
    palette = palette_of(theme)
    drawing = new_drawing(
        palette,
        text("figures.growth_title", language),
        count_text("figures.growth_subtitle", facts.neurons, language, length=facts.length),
        _HEIGHT_PX,
    )
    for growth in facts.heads:
        drawing.traces.extend(_draw_line(facts, growth, palette, language))
    drawing.layout.update(
        xaxis=axis(
            palette,
            title=axis_title(palette, text("figures.length", language)),
            range=[facts.lengths[0] - 1, facts.lengths[-1] + 1],
            tickvals=[1, *range(10, facts.lengths[-1] + 1, 10)],
            showline=True,
            linecolor=palette.line,
        ),
        yaxis=axis(palette, **_total_scale(facts)),
    )
    drawing.layout["legend"] |= {"orientation": "v", "y": 1.02, "traceorder": "normal"}
    drawing.layout["margin"]["t"] = _TOP_PX
    drawing.shapes.append(vertical_line(facts.length, palette.accent, "dot"))
    return drawing.finish()


def _total_scale(facts: HeadGrowthFacts) -> dict[str, object]:
    totals = [total for growth in facts.heads for total in growth.totals]
    decades = math.log10(max(totals) / min(totals))
    return {
        "type": "log",
        "showgrid": True,
        "dtick": "D2" if decades < 1.5 else 1,
        "tickformat": ",d",
    }


def _draw_line(facts: HeadGrowthFacts, growth: HeadGrowth, palette: Palette, language: str) -> list[Part]:
    color = _color(growth.head, palette)
    label = text("figures.growth_entry", language, head=str(growth.head), total=print_count(growth.total_now))
    line = dict(
        type="scatter",
        x=facts.lengths,
        y=growth.totals,
        mode="lines",
        name=label,
        line={"color": color, "width": SIZES.line_strong},
        hovertemplate=text("figures.length", language)
        + " %{x}<br>%{y:,d} "
        + text("figures.weights", language)
        + f"<extra>{growth.head}</extra>",
    )
    here = dict(
        type="scatter",
        x=[facts.length],
        y=[growth.total_now],
        mode="markers",
        marker={"color": color, "size": 9, "line": {"color": palette.background, "width": 2}},
        showlegend=False,
        hoverinfo="skip",
    )
    return [line, here]


def _color(head: Head, palette: Palette) -> str:
    match head:
        case Head.FLATTEN:
            return palette.ink_soft
        case Head.DENSE:
            return palette.framings[Framing.MANY_TO_ONE]
        case Head.TIME_DISTRIBUTED:
            return palette.framings[Framing.MANY_TO_MANY]
        case _:
            assert_never(head)
