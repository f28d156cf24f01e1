"""What each way of answering costs as the sequence grows: shared weights never grow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import plotly.graph_objects as go

from echoviz.core.blueprint import blueprint
from echoviz.core.catalog import count_text, text
from echoviz.core.experiment import FIELD_BY_NAME, Experiment, Number
from echoviz.core.framing import CUTS, Framing, Head
from echoviz.core.layers import LSTM, Dense, Flatten, Layer, RepeatVector, Unshared, code_of, name_of
from echoviz.core.printing import print_count
from echoviz.core.theme import SIZES, Palette, ThemeName
from echoviz.figures.frame import Part, new_drawing, palette_of, vertical_line

_HEIGHT_PX, _TOP_PX = 360, 130  # three lines of legend above the plot


@dataclass(frozen=True)
class HeadGrowth:
    """Models that cost the same at every length: `totals[k]` weights in all at length `lengths[k]`.

    `kinds` names them by framing and head.
    """

    kinds: tuple[tuple[Framing, Head], ...]
    totals: tuple[int, ...]
    total_now: int


@dataclass(frozen=True)
class HeadGrowthFacts:
    """Total weights against length, dearest first, and where the experiment stands."""

    neurons: int
    length: int
    lengths: tuple[int, ...]
    growths: tuple[HeadGrowth, ...]


def head_growth_facts(experiment: Experiment) -> HeadGrowthFacts:
    """Totals of every framing with every head, at every length that an experiment may have.

    TimeDistributed(Dense(1)) sees one hidden state at a time, Dense(length) the last one, a Dense(1) for each
    timestep its own with weights of its own, and Flatten + Dense(length) all of them side by side: its inputs
    and its outputs both grow with length.
    """
    lengths = _list_lengths()
    growths = (
        HeadGrowth(kinds, totals, total_now=totals[lengths.index(experiment.length)])
        for totals, kinds in _compute_totals(experiment.neurons)
    )
    return HeadGrowthFacts(experiment.neurons, experiment.length, lengths, tuple(growths))


def _list_lengths() -> tuple[int, ...]:
    bounds = FIELD_BY_NAME["length"]
    assert isinstance(bounds, Number)
    return tuple(range(int(bounds.minimum), int(bounds.maximum) + 1))


@cache
def _compute_totals(
    neurons: int,
) -> tuple[tuple[tuple[int, ...], tuple[tuple[Framing, Head], ...]], ...]:
    """Each course of totals over all lengths, dearest first, with the kinds of model that have it."""
    courses: dict[tuple[int, ...], tuple[tuple[Framing, Head], ...]] = {}
    for framing, cut in CUTS.items():
        for head in cut.heads:
            totals = tuple(
                blueprint(Experiment(framing=framing, head=head, length=length, neurons=neurons)).weight_count
                for length in _list_lengths()
            )
            courses[totals] = (*courses.get(totals, ()), (framing, head))
    return tuple(sorted(courses.items(), reverse=True))


def draw_head_growth(
    facts: HeadGrowthFacts, *, language: str = "en", theme: ThemeName = "light"
) -> go.Figure:
    """Lines on a logarithmic axis; the legend gives the totals at the current length."""
    palette = palette_of(theme)
    drawing = new_drawing(
        palette,
        text("figures.growth_title", language),
        count_text("figures.growth_subtitle", facts.neurons, language, length=facts.length),
        _HEIGHT_PX,
    )
    colors = (palette.ink_soft, palette.state, palette.weights)
    for growth, color in zip(facts.growths, colors, strict=True):
        drawing.traces.extend(_draw_line(facts, growth, color, palette, language))
    drawing.layout.update(
        xaxis=dict(
            title=text("figures.length", language),
            range=[facts.lengths[0] - 1, facts.lengths[-1] + 1],
            tickvals=[1, *range(10, facts.lengths[-1] + 1, 10)],
            showline=True,
        ),
        yaxis=_total_scale(facts),
    )
    drawing.layout["legend"] |= {"orientation": "v", "y": 1.02, "traceorder": "normal"}
    drawing.layout["margin"]["t"] = _TOP_PX
    drawing.shapes.append(vertical_line(facts.length, palette.accent, "dot"))
    return drawing.finish()


def _total_scale(facts: HeadGrowthFacts) -> dict[str, object]:
    totals = [total for growth in facts.growths for total in growth.totals]
    decades = math.log10(max(totals) / min(totals))
    return {
        "type": "log",
        "showgrid": True,
        "dtick": "D2" if decades < 1.5 else 1,
        "tickformat": ",d",
    }


def _name(growth: HeadGrowth, language: str) -> str:
    """What answers in these models, each once: Dense(length), a Dense(1) for each timestep."""
    return ", ".join(dict.fromkeys(_name_head(framing, head, language) for framing, head in growth.kinds))


def _name_head(framing: Framing, head: Head, language: str) -> str:
    layers = blueprint(Experiment(framing=framing, head=head, length=2)).layers
    return " + ".join(
        _name_layer(layer, language) for layer in layers if not isinstance(layer, LSTM | RepeatVector)
    )


def _name_layer(layer: Layer, language: str) -> str:
    """A layer as code, with `length` in place of a number that is the length."""
    match layer:
        case Dense(units) if units > 1:
            return "Dense(length)"
        case Unshared():
            return text("figures.growth_unshared", language)
        case Flatten():
            return name_of(layer)
        case _:
            return code_of(layer)


def _draw_line(
    facts: HeadGrowthFacts, growth: HeadGrowth, color: str, palette: Palette, language: str
) -> list[Part]:
    name = _name(growth, language)
    line = dict(
        type="scatter",
        x=facts.lengths,
        y=growth.totals,
        mode="lines",
        name=text("figures.growth_entry", language, head=name, total=print_count(growth.total_now)),
        line={"color": color, "width": SIZES.line_strong},
        hovertemplate=text("figures.length", language)
        + " %{x}<br>%{y:,d} "
        + text("figures.weights", language)
        + f"<extra>{name}</extra>",
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
