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
    ramp = list(palette.framings.values())
    for step in range(timesteps):
        drawing.traces.append(
            dict(
                type="scatter",
                x=facts.epochs,
                y=[line[step] for line in facts.distances],
                mode="lines",
                name=text("figures.drift_step", language, step=step),
                line={"color": ramp[step % len(ramp)], "width": 2, "dash": _dash_of(step // len(ramp))},
                hovertemplate=text("figures.drift_step", language, step=step)
                + "<br>%{x:,d}: %{y:.3f}<extra></extra>",
            )
        )
    drawing.layout.update(
        xaxis=dict(title=text("figures.epoch", language), tickformat=",d", nticks=6, showline=True),
        yaxis=dict(showgrid=True, nticks=5, rangemode="tozero"),
        showlegend=timesteps <= 8,
    )
    drawing.layout["margin"]["t"] = 90
    return drawing.finish()


def _dash_of(turn: int) -> str:
    return ("solid", "dash", "dot", "dashdot")[turn % 4]
