"""Every answer as a row: above all rows, the one row of numbers that they share, if they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from echoviz.core.catalog import text
from echoviz.core.theme import SIZES
from echoviz.figures.dense_sheet import DenseSheet
from echoviz.figures.frame import SELECTED_WIDTH_PX, Drawing, Part, draw_numbers, note
from echoviz.figures.time_distributed import NEURONS_AT_MOST

_NUMBERS_AT_MOST = 5  # neurons whose cells are wide enough for a number on a phone
_PRINTED_ROW_PX = 18  # rows at least this high hold a number


class _Cells(NamedTuple):
    """A rectangle of equal cells: `x` and `y` are the middle of the first one."""

    values: Sequence[Sequence[float]]
    x: float
    y: float
    width: float
    height: float
    printed: bool

    def middles(self) -> Iterator[tuple[float, float, float]]:
        """(x, y, value) of each cell."""
        for row, values in enumerate(self.values):
            for column, value in enumerate(values):
                yield self.x + column * self.width, self.y + row * self.height, value


def draw_dense_table(drawing: Drawing, sheet: DenseSheet) -> None:
    """Draw the upper panel on x and y: hidden numbers, bias and answer; frames; names."""
    *cells, answers = _arrange(sheet)
    drawing.traces.extend([_draw_cells(block) for block in cells])
    drawing.traces.append(_draw_cells(answers, _hovers(sheet)))
    printed = [middle for block in (*cells, answers) if block.printed for middle in block.middles()]
    drawing.traces.append(draw_numbers(sheet.palette, printed, 2, SIZES.text_small))
    _label(drawing, sheet)
    _frame(drawing, sheet)


def _columns(shown: int) -> tuple[float, float, float]:
    """The middles of the bias and the answer, and how wide both are; in cells from the first neuron."""
    gap, wide = max(0.4, shown * 0.06), max(1.0, shown * 0.2)
    bias_at = shown - 0.5 + gap + wide / 2
    return bias_at, bias_at + wide + gap, wide


def _arrange(sheet: DenseSheet) -> list[_Cells]:
    """The shared row, the rows of their own, the bias where it belongs, the answers.

    Where nothing is shared, each row holds an answer's own products.
    """
    steps, shown = sheet.facts.steps, sheet.shown
    bias_at, answer_at, wide = _columns(shown)
    few, tall = shown <= _NUMBERS_AT_MOST, sheet.row_px >= _PRINTED_ROW_PX
    bias = _Cells([[step.bias] for step in steps], bias_at, 0, wide, 1, tall)
    shared: tuple[float, ...] | None = None
    if sheet.facts.shares_weights:
        shared, own = steps[0].weights, [step.hidden for step in steps]
        bias = _Cells([[steps[0].bias]], bias_at, sheet.header_at, wide, sheet.header_height, True)
    elif sheet.facts.shares_hidden:
        shared, own = steps[0].hidden, [step.weights for step in steps]
    else:
        own = [step.products for step in steps]
    header = [_Cells([shared[:shown]], 0, sheet.header_at, 1, sheet.header_height, few)] if shared else []
    return [
        *header,
        _Cells([row[:shown] for row in own], 0, 0, 1, 1, few and tall),
        bias,
        _Cells([[step.prediction] for step in steps], answer_at, 0, wide, 1, tall),
    ]


def _hovers(sheet: DenseSheet) -> list[list[str]]:
    """Every answer's arithmetic, where it is short enough to be read."""
    written = sheet.facts.terms <= NEURONS_AT_MOST
    return [[step.write(2, 3, "<br>")] if written else [""] for step in sheet.facts.steps]


def _draw_cells(cells: _Cells, hovers: list[list[str]] | None = None) -> Part:
    # A single row or column has no neighbour to take its size from: edges say it.
    columns, rows = range(len(cells.values[0]) + 1), range(len(cells.values) + 1)
    return dict(
        type="heatmap",
        z=np.array(cells.values, dtype=np.float32),
        x=[cells.x + cells.width * (column - 0.5) for column in columns],
        y=[cells.y + cells.height * (row - 0.5) for row in rows],
        customdata=hovers,
        hovertemplate="%{z:.6g}" + ("<br>%{customdata}" if hovers else "") + "<extra></extra>",
        coloraxis="coloraxis",
        xgap=1,
        ygap=1,
    )


def _label(drawing: Drawing, sheet: DenseSheet) -> None:
    """Hidden numbers, bias and answer by name above; the shared row and each answer on the left."""
    shown, count = sheet.shown, len(sheet.facts.steps)
    bias_at, answer_at, wide = _columns(shown)
    neurons = range(0, shown, -(-shown // 8))
    named = range(0, count, -(-count // 12))
    drawing.layout.update(
        xaxis=dict(
            side="top",
            range=[-0.6, answer_at + wide / 2 + 0.1],
            tickvals=[*neurons, bias_at, answer_at],
            ticktext=[*(str(neuron + 1) for neuron in neurons), "b", "ŷ"],
            anchor="y",
            title=_name_columns(sheet),
        ),
        yaxis=dict(
            domain=[1 - sheet.table_px / sheet.height_px, 1],
            range=[count - 0.5, sheet.top],
            tickvals=[*([sheet.header_at] if sheet.has_header else ()), *named],
            ticktext=[
                *(["<b>w</b>" if sheet.facts.shares_weights else "<b>h</b>"] if sheet.has_header else ()),
                *(str(index + 1) for index in named),
            ],
            title=sheet.step_word,
        ),
    )
    to_answer = (bias_at + answer_at) / 2
    to_bias = to_answer - (answer_at - bias_at)
    signs = [(bias_at, "+ b =")] if sheet.facts.shares_weights else [(to_bias, "+"), (to_answer, "=")]
    for x, sign in signs:
        font = {"size": SIZES.text, "color": sheet.palette.ink}
        drawing.notes.append(note(sign, x=x, xref="x", y=(count - 1) / 2, yref="y", font=font))


def _name_columns(sheet: DenseSheet) -> str:
    """What the columns count, and how many of them are drawn."""
    what = text("figures.td_neuron" if sheet.facts.lanes_read == 1 else "figures.td_hidden", sheet.language)
    if sheet.shown == sheet.facts.terms:
        return what
    return text("figures.td_shown", sheet.language, what=what, shown=sheet.shown, terms=sheet.facts.terms)


def _frame(drawing: Drawing, sheet: DenseSheet) -> None:
    """One frame around what all answers share, if anything, and one around the answer taken apart."""
    bias_at, answer_at, wide = _columns(sheet.shown)
    top, bottom = (sheet.header_at + side * sheet.header_height / 2 for side in (-1, 1))
    neurons_end, bias_end = sheet.shown - 0.5, bias_at + wide / 2
    chosen = (answer_at + wide / 2, sheet.palette.accent)
    frames = [(*chosen, sheet.chosen - 0.5, sheet.chosen + 0.5)]
    if sheet.facts.shares_weights:
        frames.append((bias_end, sheet.palette.weights, top, bottom))
    elif sheet.facts.shares_hidden:
        frames.append((neurons_end, sheet.palette.state, top, bottom))
    for right, color, y0, y1 in frames:
        line = {"color": color, "width": SELECTED_WIDTH_PX}
        drawing.shapes.append(
            dict(type="rect", x0=-0.5, x1=right, y0=y0, y1=y1, xref="x", yref="y", line=line)
        )
