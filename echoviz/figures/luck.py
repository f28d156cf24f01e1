"""The same settings with many seeds: how far the losses are apart, and when each seed begins to echo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from echoviz.core.catalog import count_text, text
from echoviz.core.loss import LEARNED_WITHIN
from echoviz.core.printing import print_count, print_loss
from echoviz.core.survey import NEVER, SurveyOutcome
from echoviz.core.theme import Palette, ThemeName
from echoviz.figures.frame import Part, new_drawing, palette_of

_HEIGHT_PX = 380
_LEAST_LOSS = 1e-16


@dataclass(frozen=True)
class LuckFacts:
    """One entry for each seed that was trained, in order; `NEVER` stands for no epoch of success.

    `echoes` says whether the answers are off by less than `LEARNED_WITHIN` at the end.
    """

    seeds: tuple[int, ...]
    losses: tuple[float, ...]
    errors: tuple[float, ...]
    learned_epochs: tuple[int, ...]
    echoes: tuple[bool, ...]

    @property
    def best(self) -> int:
        """The place of the seed whose answers are nearest to the echo."""
        return int(np.argmin(self.errors))

    @property
    def worst(self) -> int:
        """The place of the seed whose answers are farthest from it."""
        return int(np.argmax(self.errors))


def luck_facts(outcome: SurveyOutcome) -> LuckFacts:
    """What came of each seed, of those that were trained before it was stopped."""
    return LuckFacts(
        outcome.seeds,
        tuple(outcome.final_losses.tolist()),
        tuple(outcome.echo_errors.tolist()),
        tuple(outcome.learned_epochs.tolist()),
        tuple((outcome.echo_errors < LEARNED_WITHIN).tolist()),
    )


def draw_luck(facts: LuckFacts, *, language: str = "en", theme: ThemeName = "light") -> go.Figure:
    """A dot for each seed: its final loss, and below it the epoch from which on it echoes."""
    palette = palette_of(theme)
    title = text(
        "figures.luck_title", language, echoing=sum(facts.echoes), count=print_count(len(facts.seeds))
    )
    subtitle = count_text("figures.luck_subtitle", len(facts.seeds), language)
    drawing = new_drawing(palette, title, subtitle, _HEIGHT_PX)
    places = list(range(len(facts.seeds)))
    learned = [place for place in places if facts.learned_epochs[place] != NEVER]
    losses = [max(loss, _LEAST_LOSS) for loss in facts.losses]
    drawing.traces.append(_draw_dots(facts, places, losses, "", palette, language))
    epochs = [facts.learned_epochs[place] for place in learned]
    drawing.traces.append(_draw_dots(facts, learned, epochs, "2", palette, language))
    hidden = {"showticklabels": False, "range": [-0.12, 1.12], "fixedrange": True}
    drawing.layout.update(
        xaxis=dict(title=text("figures.luck_loss", language), type="log", tickformat="~g")
        | {"dtick": _choose_tick(losses)}
        | {"showline": True, "showgrid": True, "anchor": "y"},
        yaxis=hidden | {"domain": [0.62, 1]},
        xaxis2=dict(title=text("figures.luck_epoch", language), tickformat=",d", rangemode="tozero", nticks=6)
        | {"showline": True, "showgrid": True, "anchor": "y2"},
        yaxis2=hidden | {"domain": [0, 0.38]},
        showlegend=False,
    )
    return drawing.finish()


def _choose_tick(losses: list[float]) -> str | int:
    """Every 1, 2 and 5, or whole decades where there are many."""
    decades = float(np.log10(max(losses) / min(losses)))
    return "D2" if decades < 2 else max(1, round(decades / 6))


def _draw_dots(
    facts: LuckFacts,
    places: list[int],
    values: list[float] | list[int],
    axis: str,
    palette: Palette,
    language: str,
) -> Part:
    """Spread in height by the golden ratio, so that neighbours do not cover each other."""
    seed = text("figures.luck_seed", language)
    words = [
        f"{seed} {facts.seeds[place]}<br>{text('figures.loss', language)} {print_loss(facts.losses[place])}"
        for place in places
    ]
    colors = [palette.weights if facts.echoes[place] else palette.wrong for place in places]
    symbols = ["circle" if facts.echoes[place] else "x" for place in places]
    return dict(
        type="scatter",
        x=values,
        y=[(place * 0.618034) % 1 for place in places],
        mode="markers",
        marker={"color": colors, "symbol": symbols, "size": 8, "opacity": 0.8},
        text=words,
        hovertemplate="%{text}<br>%{x}<extra></extra>",
        xaxis=f"x{axis}",
        yaxis=f"y{axis}",
    )
