"""What the loss subtracts from what: a grid of answers and targets, a cell for each pair."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from echoviz.core.broadcast import Pairs
from echoviz.core.catalog import count_text, text
from echoviz.core.printing import print_short
from echoviz.core.theme import SIZES, Palette, ThemeName
from echoviz.figures.frame import Part, new_drawing, palette_of

_CELL_PX, _FRAME_PX, _LEAST_PX = 34, 120, 170


@dataclass(frozen=True)
class PairFacts:
    """`pairs[k]` is an answer's and a target's place; the loss is the mean of their squared differences.

    `answers` and `targets` are the numbers in the order of their arrays, no answers before a training;
    `shape` is that of the differences.
    """

    answers: tuple[float, ...] | None
    targets: tuple[float, ...]
    pairs: tuple[tuple[int, int], ...]
    shape: tuple[int, ...]
    is_meant: bool


def pair_facts(pairs: Pairs, answers: tuple[float, ...] | None, targets: tuple[float, ...]) -> PairFacts:
    """The pairs of a grid with the numbers that stand there; as many as it has rows and columns."""
    given = (len(pairs.grid) if answers is None else len(answers), len(targets))
    if pairs.grid.shape != given:
        raise ValueError(f"the grid is {pairs.grid.shape}; expected {given}, answers × targets.")
    places = tuple((int(row), int(column)) for row, column in zip(*pairs.grid.nonzero(), strict=True))
    return PairFacts(answers, targets, places, pairs.shape, pairs.is_meant)


def draw_pairs(facts: PairFacts, *, language: str = "en", theme: ThemeName = "light") -> go.Figure:
    """Rows are answers, columns targets; a pair's cell says the difference, whose square counts."""
    palette = palette_of(theme)
    rows, columns = 1 + max(row for row, _ in facts.pairs), len(facts.targets)
    drawing = new_drawing(
        palette,
        count_text("figures.pairs_title", len(facts.pairs), language),
        text("figures.pairs_subtitle", language, shape=str(facts.shape)),
        max(_LEAST_PX, _FRAME_PX + _CELL_PX * rows),
    )
    drawing.traces.append(_draw_cells(facts, rows, palette.weights if facts.is_meant else palette.wrong))
    if facts.answers is not None:
        drawing.traces.append(_print_differences(facts, facts.answers, palette))
    drawing.layout.update(
        xaxis=_name_axis("target", "y", facts.targets, columns, language) | {"range": [-0.5, columns - 0.5]},
        yaxis=_name_axis("prediction", "ŷ", facts.answers, rows, language) | {"range": [rows - 0.5, -0.5]},
        showlegend=False,
    )
    return drawing.finish()


def _draw_cells(facts: PairFacts, rows: int, color: str) -> Part:
    z: list[list[int | None]] = [[None] * len(facts.targets) for _ in range(rows)]
    for row, column in facts.pairs:
        z[row][column] = 1
    return dict(
        type="heatmap",
        z=z,
        colorscale=[[0, color], [1, color]],
        opacity=0.22,
        showscale=False,
        xgap=2,
        ygap=2,
        hoverinfo="skip",
    )


def _print_differences(facts: PairFacts, answers: tuple[float, ...], palette: Palette) -> Part:
    differences = [answers[row] - facts.targets[column] for row, column in facts.pairs]
    return dict(
        type="scatter",
        mode="text",
        x=[column for _, column in facts.pairs],
        y=[row for row, _ in facts.pairs],
        text=[print_short(value, 2) for value in differences],
        textfont={"size": SIZES.text_small, "color": palette.ink},
        hoverinfo="skip",
    )


def _name_axis(
    name: str, letter: str, values: tuple[float, ...] | None, count: int, language: str
) -> dict[str, object]:
    """At most ten ticks, with the numbers that stand there or, without any, their places."""
    places = list(range(0, count, max(1, -(-count // 10))))
    return {
        "title": text(f"figures.{name}", language),
        "tickvals": places,
        "ticktext": [
            f"{letter}[{place}]" if values is None else print_short(values[place], 2) for place in places
        ],
    }
