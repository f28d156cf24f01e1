"""A model of somebody's own, unrolled: time runs left to right, data rises from the input to the output.

One standing SVG, all of it written here: no script, nothing fetched. A cell's colour is its value.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from echoviz.core.catalog import count_text, text
from echoviz.core.explanation import Explanation, Gates, OpenShape, Row
from echoviz.core.layers import Bidirectional, Recurrent, TimeDistributed, code_of, name_of
from echoviz.core.layers.shapes import print_shape
from echoviz.core.printing import print_count, print_short
from echoviz.core.theme import FONT_NUMBERS, FONT_TEXT, SIZES, Palette, color_of, ink_on

STEPS_MAX = 10
"""Timesteps that are drawn: of more, the first ones and the last."""
NUMBERS_MAX = 6
"""Cells of one timestep that are drawn; how many more there are is said."""
_STEP, _CELL, _WIDE, _TOP, _GAP, _GATE = 74.0, 18.0, 58.0, 64.0, 24.0, 11.0
_MARGIN, _LETTER, _GUTTER_MAX = 16.0, 7.6, 560.0
_GATE_NAMES = ("i", "f", "c̃", "o", "c")


class _Plan(NamedTuple):
    """What all parts of one drawing share: where columns begin, how many there are, colours and language."""

    left: float
    columns: int
    palette: Palette
    language: str


class _Tensor(NamedTuple):
    """What flows between two layers: its shape, and the numbers of the first sample if they are known."""

    shape: OpenShape
    values: np.ndarray | None

    @property
    def steps(self) -> int | None:
        """Timesteps; `None` if it is a vector. Three stand for any number of them."""
        return (self.shape[1] or 3) if len(self.shape) > 2 else None

    @property
    def shown(self) -> list[int]:
        """Places of the timesteps that are drawn; a vector has one column."""
        steps = self.steps or 1
        return [*range(min(steps, STEPS_MAX - 1)), *([steps - 1] if steps >= STEPS_MAX else [])]

    @property
    def cells(self) -> int:
        """Cells of one column; a timestep of more than one axis is one cell."""
        return min(self.shape[-1] or 1, NUMBERS_MAX) if len(self.shape) < 4 else 1

    @property
    def more(self) -> int:
        """Numbers of one column that are not drawn."""
        return (self.shape[-1] or 1) - self.cells if len(self.shape) < 4 else 0

    @property
    def height(self) -> float:
        return self.cells * _CELL + (14 if self.more else 0)

    def column(self, step: int) -> np.ndarray | None:
        """The numbers of one timestep; `None` where they are not known or are no vector."""
        if self.values is None or len(self.shape) > 3:
            return None
        return self.values if self.steps is None else self.values[step]

    def place(self, column: int, plan: _Plan) -> float:
        """The left edge of a column: timesteps from the left, a single column at the right."""
        return plan.left + (column if len(self.shown) > 1 else plan.columns - 1) * _STEP


def draw_unrolled(explanation: Explanation, palette: Palette, language: str) -> str:
    """The drawing as one SVG element, with a title and a description that say the same in words."""
    x, rows = explanation.x, explanation.rows
    tensors = [_Tensor(explanation.input_shape, None if x is None else x[0])]
    tensors += [_Tensor(row.after, None if row.output is None else row.output[0]) for row in rows]
    longest = max(
        (len(line) for row in rows for line in (code_of(row.layer), row.formula + 12 * " ")), default=0
    )
    left = min(max(220.0, _MARGIN + _LETTER * longest), _GUTTER_MAX)
    plan = _Plan(left, max(len(tensor.shown) for tensor in tensors), palette, language)
    heights = sum(tensor.height for tensor in tensors) + sum(_measure_card(row) + 2 * _GAP for row in rows)
    width, bottom = plan.left + plan.columns * _STEP + _MARGIN, _TOP + heights
    parts = list(_write_head(explanation, plan, (width, bottom + _MARGIN)))
    for place, tensor in enumerate(tensors):
        parts += [*_draw_tensor(tensor, bottom, plan), *_label_tensor(tensor, place == 0, bottom, plan)]
        bottom -= tensor.height
        if place < len(rows):
            parts += _draw_layer(rows[place], tensor, tensors[place + 1], bottom, plan)
            bottom -= _measure_card(rows[place]) + 2 * _GAP
    return "".join([*parts, "</svg>"])


def describe(explanation: Explanation, language: str) -> str:
    """The model in one line."""
    layers, weights = len(explanation.rows), print_count(explanation.count)
    return count_text(
        "explain.title", layers, language, name=explanation.name, layers=layers, weights=weights
    )


def _write_head(explanation: Explanation, plan: _Plan, size: tuple[float, float]) -> Iterator[str]:
    palette, title = plan.palette, describe(explanation, plan.language)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]:g} {size[1]:g}" width="{size[0]:g}" '
        f'role="img" font-family="{html.escape(FONT_TEXT)}">'
        f"<title>{html.escape(title)}</title><desc>{html.escape(str(explanation))}</desc>"
        f'<rect width="100%" height="100%" fill="{palette.background}"/>'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="5" markerHeight="5" '
        f'orient="auto"><path d="M0 0 8 4 0 8z" fill="{palette.ink_soft}"/></marker></defs>'
    )
    yield _write(_MARGIN, 26, title, palette.ink, SIZES.text_large)
    samples = 0 if explanation.x is None else len(explanation.x)
    said = "explain.sample" if samples else "explain.no_values"
    yield _write(_MARGIN, 46, count_text(said, samples, plan.language), palette.ink_soft)


def _draw_tensor(tensor: _Tensor, bottom: float, plan: _Plan) -> Iterator[str]:
    """A stack of cells for each timestep."""
    soft = plan.palette.ink_soft
    for column, step in enumerate(tensor.shown):
        left, numbers = tensor.place(column, plan) + 8, tensor.column(step)
        for cell in range(tensor.cells):
            value = None if numbers is None else float(numbers[cell])
            yield _draw_cell(left, bottom - (cell + 1) * _CELL, value, plan.palette)
        if len(tensor.shape) > 3:
            inner = " × ".join(str(size) if size else "?" for size in tensor.shape[2:])
            yield _write(left + _WIDE / 2, bottom - 5, inner, soft, SIZES.text_min, middle=True)
        if tensor.more:
            said = text("explain.shown_numbers", plan.language, count=print_count(tensor.more))
            top = bottom - tensor.cells * _CELL - 3
            yield _write(left + _WIDE / 2, top, said, soft, SIZES.text_min, middle=True)


def _draw_cell(left: float, top: float, value: float | None, palette: Palette) -> str:
    fill = palette.surface if value is None else color_of(value, palette)
    box = f'<rect x="{left:g}" y="{top:g}" width="{_WIDE:g}" height="{_CELL - 2:g}" rx="2" fill="{fill}"'
    if value is None:
        return f'{box} stroke="{palette.line}"/>'
    printed = print_short(value, 2)
    number = _write(left + _WIDE / 2, top + 12, printed, ink_on(fill), SIZES.text_min, middle=True, mono=True)
    return f"<g><title>{value:.6g}</title>{box}/>{number}</g>"


def _label_tensor(tensor: _Tensor, is_input: bool, bottom: float, plan: _Plan) -> Iterator[str]:
    """The shape as Keras prints it, and what of it is not drawn."""
    y = bottom - tensor.height / 2 + 4
    name = text("explain.input", plan.language) + " " if is_input else ""
    yield _write(_MARGIN, y, name + print_shape(tensor.shape), plan.palette.ink, mono=True)
    if tensor.steps is not None and tensor.steps > len(tensor.shown):
        shown, count = len(tensor.shown), print_count(tensor.steps)
        said = text("explain.shown_steps", plan.language, shown=shown, count=count)
        yield _write(_MARGIN, y + 15, said, plan.palette.ink_soft, SIZES.text_min)
        yield _write(tensor.place(shown - 1, plan), y, "…", plan.palette.ink, middle=True)


def _measure_card(row: Row) -> float:
    """The height of a layer's cards: those with gates inside are higher."""
    return 58 if row.gates is not None else 42


def _draw_layer(row: Row, before: _Tensor, after: _Tensor, below: float, plan: _Plan) -> Iterator[str]:
    """A card wherever the layer works, arrows in and out, and its weights in numbers."""
    palette, height = plan.palette, _measure_card(row)
    top = below - _GAP - height
    yield _write(_MARGIN, top + 17, code_of(row.layer), palette.weights, SIZES.text)
    arithmetic, _, count = row.formula.rpartition(" = ")
    if count:
        said = text("explain.weights", plan.language, count=count)
        yield _write(_MARGIN, top + 34, f"{said} = {arithmetic}", palette.ink_soft, mono=True)
    if row.gates is not None:
        yield _write(
            _MARGIN, top + 51, text("explain.gates", plan.language), palette.ink_soft, SIZES.text_min
        )
    is_recurrent = isinstance(row.layer, Recurrent | Bidirectional)
    works = before if is_recurrent or isinstance(row.layer, TimeDistributed) else after
    for column, step in enumerate(works.shown):
        left = works.place(column, plan)
        yield (
            f'<rect x="{left + 3:g}" y="{top:g}" width="{_STEP - 6:g}" height="{height:g}" rx="6" '
            f'fill="{palette.surface}" stroke="{palette.weights if count else palette.line}"/>'
        )
        if row.gates is not None:
            yield from _draw_gates(row.gates, step, left + 8, top + 4, palette)
        else:
            yield _write_stamp(row, left + _STEP / 2, top + height / 2 + 4, palette)
        if is_recurrent and column:
            yield _arrow(left - 4, top + height / 2, left + 4, top + height / 2, palette)
    yield from _draw_arrows(before, works, below, plan, joins=True)
    yield from _draw_arrows(works, after, top, plan, joins=False)


def _write_stamp(row: Row, x: float, y: float, palette: Palette) -> str:
    """The name of the layer that works in a card: what a wrapper holds stands in each."""
    inner = row.layer.layer if isinstance(row.layer, TimeDistributed) else row.layer
    name = name_of(inner).removesuffix(")").split("(")[-1]
    return _write(
        x, y, name if len(name) < 10 else name[:8] + "…", palette.ink_soft, SIZES.text_min, middle=True
    )


def _draw_gates(gates: Gates, step: int, left: float, top: float, palette: Palette) -> Iterator[str]:
    """One column for each gate and the cell state, one row for each of the first units."""
    values_by_gate = (gates.i, gates.f, gates.c_tilde, gates.o, gates.c)
    for column, (name, values) in enumerate(zip(_GATE_NAMES, values_by_gate, strict=True)):
        x = left + column * (_GATE + 1)
        color = palette.gates.get(name, palette.state)
        yield _write(x + _GATE / 2, top + 9, name, color, SIZES.text_min, middle=True)
        for unit, value in enumerate(values[0, step, :4].tolist()):
            yield (
                f'<g><title>{name} {value:.6g}</title><rect x="{x:g}" y="{top + 12 + unit * 10:g}" '
                f'width="{_GATE:g}" height="9" fill="{color_of(value, palette)}"/></g>'
            )


def _draw_arrows(lower: _Tensor, upper: _Tensor, bottom: float, plan: _Plan, *, joins: bool) -> Iterator[str]:
    """Up to where it goes on: each to its own, one to all, all to one (`joins`) or only the last to one.

    Where a layer makes other timesteps of them, as a convolution does, one arrow stands for all.
    """
    below, above = range(len(lower.shown)), range(len(upper.shown))
    xs = [lower.place(column, plan) + _STEP / 2 for column in below]
    tos = [upper.place(column, plan) + _STEP / 2 for column in above]
    if lower.steps == upper.steps:
        pairs = list(zip(xs, tos, strict=True))
    elif len(tos) == 1:
        pairs = [(x, tos[0]) for x in (xs if joins else xs[-1:])]
    elif len(xs) == 1:
        pairs = [(xs[0], to) for to in tos]
    else:
        pairs = [(sum(xs) / len(xs), sum(tos) / len(tos))]
    for x, to in pairs:
        yield _arrow(x, bottom - 3, to, bottom - _GAP + 3, plan.palette)


def _arrow(x: float, y: float, to_x: float, to_y: float, palette: Palette) -> str:
    return (
        f'<path d="M{x:g} {y:g}L{to_x:g} {to_y:g}" stroke="{palette.ink_soft}" '
        f'stroke-width="{SIZES.line:g}" fill="none" marker-end="url(#tip)"/>'
    )


def _write(
    x: float,
    y: float,
    said: str,
    color: str,
    size: float = SIZES.text_small,
    *,
    middle: bool = False,
    mono: bool = False,
) -> str:
    font = f' font-family="{html.escape(FONT_NUMBERS)}"' if mono else ""
    anchor = ' text-anchor="middle"' if middle else ""
    place = f'x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{color}"{font}{anchor}'
    return f"<text {place}>{html.escape(said)}</text>"
