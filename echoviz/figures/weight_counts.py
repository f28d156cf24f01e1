"""Where the weights are: every matrix of every gate, drawn so that equal areas are equal counts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from echoviz.core.blueprint import blueprint
from echoviz.core.catalog import text
from echoviz.core.counts import ParameterCounts, compute_parameter_counts
from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing
from echoviz.core.layers import GATES, Weight, name_of
from echoviz.core.printing import print_count
from echoviz.core.theme import SIZES, Palette, ThemeName
from echoviz.figures.frame import Part, new_drawing, note, palette_of

_HEADING_PX, _LABEL_PX, _BLOCK_PX, _GAP_PX = 40, 18, 84, 14
_ROW_PX = _HEADING_PX + 2 * _LABEL_PX + _BLOCK_PX + _GAP_PX
_TOP_PX, _BOTTOM_PX, _AIR_PX = 162, 8, 4
_SQUARES_AT_MOST = 8  # beyond this many neurons, single weights are too small to outline
_SQUARES_SIDE_BY_SIDE = 120  # and beyond this many in a row
_FADED = 0.5
_DIGIT_SHARE = 0.02  # of the width of a phone


@dataclass(frozen=True)
class WeightCountFacts:
    """The weight blocks of one length and number of neurons in all framings.

    `counts` and `layers`, the layers' names in order of flow, have one entry a framing, in the enum's order.
    `framing` is the experiment's own: there they are of its own head.
    """

    framing: Framing
    length: int
    neurons: int
    counts: dict[Framing, ParameterCounts]
    layers: dict[Framing, tuple[str, ...]]


class _Block(NamedTuple):
    """One weight matrix on the sheet: x in weights, y in pixels from the bottom."""

    framing: Framing
    row: Weight
    left: float
    width: float
    bottom: float
    height: float


def weight_count_facts(experiment: Experiment) -> WeightCountFacts:
    """Counts of all framings at the experiment's length and neurons."""
    others = {framing: experiment.replace(framing=framing) for framing in Framing}
    return WeightCountFacts(
        framing=experiment.framing,
        length=experiment.length,
        neurons=experiment.neurons,
        counts={framing: compute_parameter_counts(other) for framing, other in others.items()},
        layers={framing: tuple(map(name_of, blueprint(other).layers)) for framing, other in others.items()},
    )


def parameter_table(counts: ParameterCounts, language: str = "en") -> list[dict[str, str | int]]:
    """One record a weight block, with headers in the page's language, and a last one with the total.

    Columns: layer, matrix, gate, shape, weights. The weights of all but the last record add up to it.
    """
    layer, matrix, gate, shape, weights = (
        text(f"figures.column_{column}", language)
        for column in ("layer", "matrix", "gate", "shape", "weights")
    )
    records: list[dict[str, str | int]] = [
        {
            layer: row.layer,
            matrix: _matrix_name(row.matrix, language),
            gate: row.gate or "",
            shape: str(row.shape),
            weights: row.count,
        }
        for row in counts
    ]
    total = text("figures.total", language)
    return [*records, {layer: total, matrix: "", gate: "", shape: "", weights: counts.total}]


def draw_weight_counts(
    facts: WeightCountFacts, *, language: str = "en", theme: ThemeName = "light"
) -> go.Figure:
    """The framings below each other on one scale: only what answers differs."""
    palette = palette_of(theme)
    sheet_px = len(Framing) * _ROW_PX
    lstm = facts.counts[facts.framing].formulas[0]
    drawing = new_drawing(
        palette,
        text("figures.weights_title", language),
        text("figures.weights_subtitle", language, totals=_write_totals(facts, language), formula=lstm),
        _TOP_PX + sheet_px + _BOTTOM_PX,
    )
    blocks = [block for framing in Framing for block in _place_blocks(facts, framing)]
    right = max(block.left + block.width for block in blocks)
    for matrix in dict.fromkeys(block.row.matrix for block in blocks):
        drawing.traces.append(_draw_matrix(facts, matrix, blocks, palette, language))
    if facts.neurons <= _SQUARES_AT_MOST and right <= _SQUARES_SIDE_BY_SIDE:
        drawing.traces.append(_draw_squares(blocks, palette))
    drawing.traces.append(_draw_labels(blocks, palette))
    drawing.layout.update(
        xaxis=dict(visible=False, range=[0, right * 1.04]),
        yaxis=dict(visible=False, range=[0, sheet_px]),
        barmode="overlay",
    )
    drawing.layout["legend"] |= {"orientation": "v", "traceorder": "normal"}
    drawing.layout["margin"] |= {"t": _TOP_PX, "b": _BOTTOM_PX}
    for framing in Framing:
        drawing.notes.extend(_write_headings(facts, framing, palette, language))
    return drawing.finish()


def _write_totals(facts: WeightCountFacts, language: str) -> str:
    """Which framing has how many weights in all, in two lines: as wide as a phone."""
    totals = [
        f"{_framing_name(framing, language)} {print_count(counts.total)}"
        for framing, counts in facts.counts.items()
    ]
    half = len(totals) // 2
    return f"{' · '.join(totals[:half])}<br>{' · '.join(totals[half:])}"


def _framing_name(framing: Framing, language: str) -> str:
    return text(f"figures.framing_{framing}", language)


def _top_of(framing: Framing) -> float:
    """The upper edge of a framing's row, in pixels from the bottom."""
    return (len(Framing) - list(Framing).index(framing)) * _ROW_PX


def _place_blocks(facts: WeightCountFacts, framing: Framing) -> Iterator[_Block]:
    """LSTM gates side by side, each kernel over recurrent kernel over bias; then the layer that answers.

    One weight is as wide and as high everywhere, so areas compare. The answering kernel is as high as there
    are neurons: where an answer reads several hidden states, their columns stand side by side.
    """
    neurons = facts.neurons
    widest = 4 * neurons + max(_measure(row, neurons)[0] for each in facts.counts.values() for row in each)
    gate_gap, layer_gap = max(1.0, 0.03 * widest), max(2.0, 0.08 * widest)
    unit_px = _BLOCK_PX / (neurons + 2)
    left = {gate: index * (neurons + gate_gap) for index, gate in enumerate(GATES)}
    dense_left = 4 * neurons + 3 * gate_gap + layer_gap
    top = {gate: _top_of(framing) - _HEADING_PX - _LABEL_PX for gate in (*GATES, None)}
    for row in facts.counts[framing]:
        width, tall = _measure(row, neurons)
        top[row.gate] -= unit_px * tall
        x = dense_left if row.gate is None else left[row.gate]
        yield _Block(framing, row, x, width, top[row.gate], unit_px * tall)


def _measure(row: Weight, neurons: int) -> tuple[int, int]:
    """A block's width and height in weights."""
    is_tall = row.matrix == "recurrent kernel" or (row.gate is None and row.matrix == "kernel")
    tall = neurons if is_tall else 1
    return row.count // tall, tall


def _matrix_name(matrix: str, language: str) -> str:
    return text(f"figures.matrix_{matrix.replace(' ', '_')}", language)


def _draw_matrix(
    facts: WeightCountFacts, matrix: str, blocks: list[_Block], palette: Palette, language: str
) -> Part:
    colors = {"kernel": palette.weights, "recurrent kernel": palette.state, "bias": palette.ink_soft}
    own = [block for block in blocks if block.row.matrix == matrix]
    name = _matrix_name(matrix, language)
    return dict(
        type="bar",
        name=_write_sizes(facts.counts[facts.framing], matrix, language),
        x=[block.left + block.width / 2 for block in own],
        y=[block.height for block in own],
        base=[block.bottom for block in own],
        width=[block.width for block in own],
        marker={
            "color": colors[matrix],
            "opacity": [1 if block.framing is facts.framing else _FADED for block in own],
            "line": {"width": 0},
        },
        hovertext=[_describe(block, name, language) for block in own],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _write_sizes(counts: ParameterCounts, matrix: str, language: str) -> str:
    """What there is of a matrix in the chosen framing: shape and count, four times for the LSTM's gates."""
    gates = [row for row in counts if row.matrix == matrix and row.gate]
    sizes = [f"{len(gates)} × {gates[0].shape} = {print_count(sum(row.count for row in gates))}"]
    sizes += [
        f"Dense {row.shape} = {print_count(row.count)}"
        for row in counts
        if row.matrix == matrix and not row.gate
    ]
    entry = {"matrix": _matrix_name(matrix, language), "sizes": ", ".join(sizes)}
    return text("figures.weights_entry", language, **entry)


def _describe(block: _Block, matrix: str, language: str) -> str:
    row = block.row
    place = f"{row.layer} · {matrix}" + (f" · {row.gate}" if row.gate else "")
    return f"{place}<br>{row.shape}: {print_count(row.count)} {text('figures.weights', language)}"


def _draw_squares(blocks: list[_Block], palette: Palette) -> Part:
    """Thin lines between neighbouring weights, so that they can be counted."""
    lines: list[tuple[float, float, float, float]] = []
    for block in blocks:
        right, top = block.left + block.width, block.bottom + block.height
        rows = round(block.row.count / block.width)
        columns = np.linspace(block.left, right, round(block.width) + 1)[1:-1]
        levels = np.linspace(block.bottom, top, rows + 1)[1:]
        lines += [(x, x, block.bottom, top) for x in columns]
        lines += [(block.left, right, y, y) for y in levels]
    return dict(
        type="scatter",
        x=np.array([(a, b, math.nan) for a, b, _, _ in lines], dtype=np.float32).ravel(),
        y=np.array([(a, b, math.nan) for _, _, a, b in lines], dtype=np.float32).ravel(),
        mode="lines",
        line={"color": palette.background, "width": 1},
        hoverinfo="skip",
        showlegend=False,
    )


def _write_headings(
    facts: WeightCountFacts, framing: Framing, palette: Palette, language: str
) -> Iterator[Part]:
    """A row's name and layers, and its sum with the numbers of the formulas put in."""
    counts = facts.counts[framing]
    chosen = framing is facts.framing
    name, layers = _framing_name(framing, language), " + ".join(facts.layers[framing])
    lstm, dense = counts.formulas
    arithmetic, _, _ = str(dense).rpartition(" = ")
    lines = (
        f'<b>{name}</b>  <span style="font-size:{SIZES.text_small}px">{layers}</span>',
        f"{print_count(lstm.count)} + {arithmetic} = <b>{print_count(counts.total)}</b>",
    )
    for line, words in enumerate(lines):
        yield note(
            words,
            x=0,
            xref="x",
            xanchor="left",
            y=_top_of(framing) - line * _HEADING_PX / 2,
            yref="y",
            yanchor="top",
            font={"color": palette.ink if chosen else palette.ink_soft, "size": SIZES.text},
        )


def _draw_labels(blocks: list[_Block], palette: Palette) -> Part:
    """Each gate's letter above it and its count below it; those of Dense end where its block does.

    Where the gates are too narrow for their counts, the first one's stands for all.
    """
    widest = max(block.left + block.width for block in blocks)
    labels: list[tuple[float, float, str, str, str]] = []
    for framing in Framing:
        for gate in (*GATES, None):
            own = [block for block in blocks if (block.framing, block.row.gate) == (framing, gate)]
            top, bottom = own[0].bottom + own[0].height, own[-1].bottom
            right = own[0].left + own[0].width
            x, side = (own[0].left + own[0].width / 2, "center") if gate else (right, "left")
            color = palette.gates[gate] if gate else palette.ink_soft
            count = sum(block.row.count for block in own)
            labels.append((x, top + _AIR_PX, gate or "Dense", f"top {side}", color))
            printed = print_count(count)
            if gate and own[0].width / widest < len(printed) * _DIGIT_SHARE:
                printed = f"{len(GATES)} × {printed}" if gate == GATES[0] else ""
                x, side = own[0].left, "right"
            labels.append((x, bottom - _AIR_PX, printed, f"bottom {side}", palette.ink_soft))
    x_of, y_of, words, positions, colors = zip(*labels, strict=True)
    return dict(
        type="scatter",
        x=x_of,
        y=y_of,
        mode="text",
        text=words,
        textposition=positions,
        textfont={"size": SIZES.text_small, "color": colors},
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )
