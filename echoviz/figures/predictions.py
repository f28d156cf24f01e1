"""Predictions beside targets: the tutorial's 0.0 0.2 0.4 0.6 0.8, and how far each one is off."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from echoviz.core.catalog import text
from echoviz.core.data import make_shown
from echoviz.core.printing import print_count, print_short
from echoviz.core.run import Run
from echoviz.core.theme import SIZES, Palette, ThemeName
from echoviz.figures.frame import Part, draw_numbers, new_drawing, palette_of

_HEIGHT_PX = 360
_PRINTED_AT_MOST = 10  # as many numbers as stand side by side on a phone
_TICKS_AT_MOST = 10
_ROW_EDGES = (0.0, 1.0, 1.6, 2.6)  # predictions, the air between, targets
_ROW_MIDDLES = (0.5, 2.1)


@dataclass(frozen=True)
class PredictionFacts:
    """What should come out and what came out, one of each for every place in the sequence.

    `epoch` is the number of epochs the answering weights were trained for. `targets` and
    `predictions` hold `length` numbers each, of the tutorial's own sequence; `is_unseen` when the model was
    trained on others.
    """

    epoch: int
    targets: tuple[float, ...]
    predictions: tuple[float, ...]
    is_unseen: bool = False

    @property
    def printed_targets(self) -> tuple[str, ...]:
        """Targets to one decimal, as the tutorial prints them."""
        return tuple(print_short(value, 1) for value in self.targets)

    @property
    def printed_predictions(self) -> tuple[str, ...]:
        """Predictions to one decimal."""
        return tuple(print_short(value, 1) for value in self.predictions)

    @property
    def agreements(self) -> tuple[bool, ...]:
        """Whether target and prediction are printed alike, place by place."""
        return tuple(a == b for a, b in zip(self.printed_targets, self.printed_predictions, strict=True))


def prediction_facts(run: Run, epoch: int | None = None) -> PredictionFacts:
    """Targets and predictions of the snapshot nearest to `epoch` (default: the last)."""
    return PredictionFacts(
        epoch=run.snapshot_at(epoch).epoch,
        targets=tuple(make_shown(run.experiment).targets.ravel().tolist()),
        predictions=tuple(run.trace(epoch=epoch).y.ravel().tolist()),
        is_unseen=run.experiment.sequences > 1,
    )


def draw_predictions(
    facts: PredictionFacts, *, language: str = "en", theme: ThemeName = "light"
) -> go.Figure:
    """Two rows of cells with the printed numbers, and below them the same values as heights."""
    palette = palette_of(theme)
    length = len(facts.targets)
    matching = sum(facts.agreements)
    title = text("figures.predictions_title", language, matching=matching, length=length)
    subtitle = text(
        "figures.predictions_subtitle_unseen" if facts.is_unseen else "figures.predictions_subtitle",
        language,
        epoch=print_count(facts.epoch),
    )
    drawing = new_drawing(palette, title, subtitle, _HEIGHT_PX)
    target, prediction = text("figures.target", language), text("figures.prediction", language)
    drawing.traces.append(_draw_cells(facts, target, prediction))
    if length <= _PRINTED_AT_MOST:
        drawing.traces.append(_print_numbers(facts, palette))
    drawing.traces.extend(_draw_heights(facts, palette, target, prediction))
    ticks = _spread(length, _TICKS_AT_MOST)
    place = text("figures.place", language)
    drawing.layout.update(
        xaxis=dict(
            title=place,
            range=[0.5, length + 0.5],
            tickvals=[tick + 1 for tick in ticks],
            anchor="y2",
        ),
        yaxis=dict(
            domain=[0.74, 1],
            tickvals=_ROW_MIDDLES,
            ticktext=[prediction, target],
            tickfont={"size": SIZES.text_small, "color": palette.ink},
        ),
        yaxis2=dict(domain=[0, 0.68], showgrid=True, nticks=6, range=_reach(facts)),
        showlegend=False,
    )
    drawing.traces.append(_draw_disagreements(facts, palette))
    return drawing.finish()


def _spread(length: int, at_most: int) -> list[int]:
    """Evenly spaced places, the first always in: every place when there are few."""
    stride = -(-length // at_most)
    return list(range(0, length, stride))


def _reach(facts: PredictionFacts) -> list[float]:
    """From below the lowest to above the highest value, zero included."""
    values = (0.0, *facts.targets, *facts.predictions)
    room = 0.08 * max(max(values) - min(values), 0.1)
    return [min(values) - room, max(values) + room]


def _draw_cells(facts: PredictionFacts, target: str, prediction: str) -> Part:
    length = len(facts.targets)
    between = [None] * length
    return dict(
        type="heatmap",
        z=[facts.predictions, between, facts.targets],
        x=[place + 0.5 for place in range(length + 1)],
        y=_ROW_EDGES,
        customdata=[[prediction] * length, between, [target] * length],
        hoverongaps=False,
        hovertemplate="%{customdata}<br>%{z:.6g}<extra></extra>",
        coloraxis="coloraxis",
        xgap=1,
    )


def _print_numbers(facts: PredictionFacts, palette: Palette) -> Part:
    rows = zip(_ROW_MIDDLES, (facts.predictions, facts.targets), strict=True)
    cells = ((place + 1, y, value) for y, values in rows for place, value in enumerate(values))
    return draw_numbers(palette, cells, 1, SIZES.text)


def _draw_disagreements(facts: PredictionFacts, palette: Palette) -> Part:
    """A sign between the two rows wherever they are printed differently."""
    places = [index + 1 for index, agrees in enumerate(facts.agreements) if not agrees]
    return dict(
        type="scatter",
        x=places,
        y=[(_ROW_EDGES[1] + _ROW_EDGES[2]) / 2] * len(places),
        mode="text",
        text="≠" if len(facts.targets) <= _PRINTED_AT_MOST else "·",
        textfont={"color": palette.wrong, "size": SIZES.text},
        hoverinfo="skip",
    )


def _draw_heights(facts: PredictionFacts, palette: Palette, target: str, prediction: str) -> list[Part]:
    places = list(range(1, len(facts.targets) + 1))
    size_px = 13 if len(places) <= 20 else 7
    ring = {"symbol": "circle-open", "size": size_px, "line": {"width": 2}, "color": palette.target}
    dot = {"symbol": "circle", "size": size_px * 0.6, "color": palette.accent}
    gaps_x = [value for place in places for value in (place, place, None)]
    gaps_y = [value for pair in zip(facts.targets, facts.predictions, strict=True) for value in (*pair, None)]
    hover = "<br>%{y:.6g}<extra></extra>"
    points = {"type": "scatter", "x": places, "yaxis": "y2", "mode": "markers", "cliponaxis": False}
    gaps = {"type": "scatter", "x": gaps_x, "y": gaps_y, "yaxis": "y2", "mode": "lines", "hoverinfo": "skip"}
    return [
        gaps | {"line": {"color": palette.wrong, "width": SIZES.line_strong}},
        points | {"y": facts.targets, "marker": ring, "name": target, "hovertemplate": target + hover},
        points
        | {"y": facts.predictions, "marker": dot, "name": prediction, "hovertemplate": prediction + hover},
    ]
