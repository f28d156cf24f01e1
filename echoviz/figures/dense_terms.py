"""One answer of Dense as a staircase: each product is a step up or down, the last stair is ŷ."""

from __future__ import annotations

from itertools import accumulate

from echoviz.core.catalog import text
from echoviz.core.printing import print_factor, print_short
from echoviz.core.theme import SIZES
from echoviz.figures.dense_sheet import LEFT_PX, DenseSheet
from echoviz.figures.frame import MARGIN_PX, Drawing, Part, note, vertical_line

_BARS_FROM = 0.5  # the share of the width that the numbers of a term take


def draw_dense_terms(drawing: Drawing, sheet: DenseSheet) -> None:
    """Draw the lower panel on x2 and y2: a line of numbers a term, its stair beside it."""
    palette, step = sheet.palette, sheet.step
    labels, values = _terms(sheet)
    drawing.traces.append(_draw_stairs(values, sheet))
    low, high = -0.5, len(labels) - 0.5
    top = sheet.terms_px / sheet.height_px
    drawing.layout.update(
        xaxis2=dict(anchor="y2", visible=False, range=_reach(values, step.target), domain=[_BARS_FROM, 1]),
        yaxis2=dict(
            domain=[0, top],
            anchor="free",
            position=_BARS_FROM,
            automargin=False,
            range=[high, low],
            tickvals=list(range(len(labels))),
            ticktext=labels,
            tickfont={"size": SIZES.text_small, "color": palette.ink},
        ),
    )
    drawing.shapes.append(vertical_line(step.target, palette.target, "dash", ("x2", "y2")))
    drawing.notes.append(_heading(sheet, top))


def _draw_stairs(values: list[float], sheet: DenseSheet) -> Part:
    palette, step = sheet.palette, sheet.step
    return dict(
        type="waterfall",
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


def _heading(sheet: DenseSheet, top: float) -> Part:
    words = text(
        "figures.td_step",
        sheet.language,
        step=sheet.step_word,
        number=sheet.chosen + 1,
        target=print_short(sheet.step.target, 3),
    )
    font = {"size": SIZES.text, "color": sheet.palette.accent}
    place = {"x": 0, "xanchor": "left", "xshift": MARGIN_PX["l"] - LEFT_PX}
    return note(words, y=top, yanchor="bottom", yshift=8, font=font, **place)


def _terms(sheet: DenseSheet) -> tuple[list[str], list[float]]:
    """The line of each stair, ŷ's last, and the addends: products, what is left of them, the bias."""
    step, shown = sheet.step, sheet.shown
    products = zip(step.hidden[:shown], step.weights[:shown], step.products[:shown], strict=True)
    labels = [
        f"{print_factor(h, 2)} · {print_factor(w, 2)} ≈ {_signed(product)}" for h, w, product in products
    ]
    values = list(step.products[:shown])
    if len(step.products) > shown:
        rest = sum(step.products[shown:])
        others = text("figures.td_others", sheet.language, count=len(step.products) - shown)
        labels.append(f"{others} ≈ {_signed(rest)}")
        values.append(rest)
    answer = f"<b>ŷ ≈ {print_short(step.prediction, 3)}</b>"
    return [*labels, f"b ≈ {_signed(step.bias)}", answer], [*values, step.bias]


def _reach(values: list[float], target: float) -> list[float]:
    """From the lowest to the highest point of the staircase and the target, with a little air."""
    levels = [0.0, target, *accumulate(values)]
    room = 0.05 * max(max(levels) - min(levels), 1e-9)
    return [min(levels) - room, max(levels) + room]


def _signed(value: float) -> str:
    printed = print_short(value, 3)
    return printed if printed.startswith("−") else f"+{printed}"
