"""Kernels that were equal drift apart once each timestep has one of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from echoviz.core.catalog import count_text, text
from echoviz.core.printing import print_short
from echoviz.core.theme import ThemeName
from echoviz.figures.frame import new_drawing, palette_of

_HEIGHT_PX = 300
_POINTS = 25
"""Points of a line: the kept epochs lie closest at first, where the lines bend."""
_DASHES = ("solid", "dash", "dot", "dashdot")


@dataclass(frozen=True)
class DriftFacts:
    """How far each timestep's kernel is from the mean of all: `distances[k][t]` after `epochs[k]` epochs."""

    epochs: tuple[int, ...]
    distances: tuple[tuple[float, ...], ...]


def drift_facts(epochs: np.ndarray, spread: np.ndarray) -> DriftFacts:
    """`spread` is (epochs, timesteps), each the Euclidean length of a difference of kernels."""
    return DriftFacts(tuple(epochs.tolist()), tuple(map(tuple, spread.astype(float).tolist())))


def draw_drift(facts: DriftFacts, *, language: str = "en", theme: ThemeName = "light") -> go.Figure:
    """A line for each timestep; all begin at zero."""
    palette = palette_of(theme)
    timesteps = len(facts.distances[0])
    farthest = max(facts.distances[-1])
    title = text("figures.drift_title", language, distance=print_short(farthest, 3))
    subtitle = count_text("figures.drift_subtitle", timesteps, language)
    drawing = new_drawing(palette, title, subtitle, _HEIGHT_PX)
    colors = list(palette.framings.values())
    chosen = np.unique(np.linspace(0, len(facts.epochs) - 1, _POINTS).round().astype(int))
    epochs = np.array(facts.epochs, np.int32)[chosen]
    heights = np.array(facts.distances, np.float32)[chosen]
    for step in range(timesteps):
        turn, place = divmod(step, len(colors))
        drawing.traces.append(
            dict(
                type="scatter",
                x=epochs,
                y=heights[:, step],
                mode="lines",
                name=text("figures.drift_step", language, step=step),
                line={"color": colors[place], "width": 2, "dash": _DASHES[turn % len(_DASHES)]},
                hovertemplate="%{x:,d}: %{y:.3f}",
            )
        )
    drawing.layout.update(
        xaxis=dict(title=text("figures.epoch", language), tickformat=",d", nticks=6, showline=True),
        yaxis=dict(showgrid=True, nticks=5, rangemode="tozero"),
        showlegend=timesteps <= 8,
    )
    drawing.layout["margin"]["t"] = 90
    return drawing.finish()
