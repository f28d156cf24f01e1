"""The loss, epoch by epoch: how far training has come, and where it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

import numpy as np
import plotly.graph_objects as go

from echoviz.core.catalog import count_text, text
from echoviz.core.printing import print_count, print_loss
from echoviz.core.run import Ending, Run
from echoviz.core.theme import SIZES, Palette, ThemeName
from echoviz.core.thinning import thin
from echoviz.figures.frame import (
    Drawing,
    Part,
    new_drawing,
    note,
    palette_of,
    vertical_line,
)

POINTS_AT_MOST = 1000
_HEIGHT_PX = 320
_TICKS_AT_MOST = 6


@dataclass(frozen=True)
class LossFacts:
    """The losses worth drawing.

    `losses[k]` is the mean squared error of the weights after `epochs[k]` epochs, 0 being untrained. Keras'
    `fit` reports it one epoch later, since it measures before each update. `epochs_asked` is what the
    experiment wanted and `epochs_done` what it got, `ending` why it ended (`None`: it is under way).
    The mean is over all `sequences` that the model is trained on.
    """

    epochs: tuple[int, ...]
    losses: tuple[float, ...]
    epochs_asked: int
    epochs_done: int
    ending: Ending | None = None
    sequences: int = 1

    @property
    def has_log_axis(self) -> bool:
        """A logarithm shows every loss except zero."""
        return all(loss > 0 for loss in self.losses)


def loss_facts(run: Run) -> LossFacts:
    """A run's losses, thinned to about `POINTS_AT_MOST` without losing a peak or a valley."""
    losses = run.loss_by_epoch
    finite = np.flatnonzero(np.isfinite(losses))
    kept = finite[thin(losses[finite], POINTS_AT_MOST)]
    return LossFacts(
        epochs=tuple(kept.tolist()),
        losses=tuple(losses[kept].tolist()),
        epochs_asked=run.experiment.epochs,
        epochs_done=run.epochs_done,
        ending=run.ending,
        sequences=run.experiment.sequences,
    )


def draw_loss(facts: LossFacts, *, language: str = "en", theme: ThemeName = "light") -> go.Figure:
    """The loss by epoch on a logarithmic axis, with the end of a stopped or diverged run marked."""
    palette = palette_of(theme)
    last = {"loss": print_loss(facts.losses[-1]), "epoch": print_count(facts.epochs[-1])}
    title = text("figures.loss_title", language, **last)
    subtitle = count_text("figures.loss_subtitle", facts.sequences, language)
    drawing = new_drawing(palette, title, subtitle, _HEIGHT_PX)
    drawing.layout.update(
        xaxis=dict(
            title=text("figures.epoch", language),
            range=[-0.015 * facts.epochs_asked, 1.015 * facts.epochs_asked],
            tickformat=",d",
            **({"dtick": 1} if facts.epochs_asked <= _TICKS_AT_MOST else {"nticks": _TICKS_AT_MOST}),
            showline=True,
        ),
        yaxis=_loss_scale(facts),
        showlegend=False,
    )
    drawing.traces.append(_draw_curve(facts, palette, language))
    _mark_ending(drawing, facts, palette, language)
    return drawing.finish()


def _loss_scale(facts: LossFacts) -> dict[str, object]:
    if facts.has_log_axis:
        low, high = np.log10(min(facts.losses)), np.log10(max(facts.losses))
        room = max(0.12 * (high - low), (1 - (high - low)) / 2)  # a decade at least, so that a tick is in
        return {
            "type": "log",
            "range": [low - room, high + room],
            "dtick": "D2" if high - low < 1.5 else max(1, round((high - low) / 5)),
            "tickformat": "~g",
            "showgrid": True,
        }
    top = max(facts.losses) or 1.0
    return {"range": [-0.06 * top, 1.15 * top], "showgrid": True, "nticks": 5}  # room for a dot at zero


def _draw_curve(facts: LossFacts, palette: Palette, language: str) -> Part:
    return dict(
        type="scatter",
        x=np.array(facts.epochs, dtype=np.int32),
        y=np.array(facts.losses, dtype=np.float32),
        mode="lines" if len(facts.losses) > 1 else "markers",
        line={"color": palette.accent, "width": 2},
        marker={"color": palette.accent, "size": 9},
        hovertemplate=text("figures.epoch", language)
        + " %{x:,d}<br>"
        + text("figures.loss", language)
        + " %{y:.4g}<extra></extra>",
    )


def _mark_ending(drawing: Drawing, facts: LossFacts, palette: Palette, language: str) -> None:
    if not facts.epochs_done:  # nothing was begun that could have ended early
        return
    match facts.ending:
        case None | Ending.FINISHED:
            return
        case Ending.STOPPED:
            color, key = palette.ink_soft, "figures.loss_stopped"
        case Ending.DIVERGED:
            color, key = palette.wrong, "figures.loss_diverged"
        case _:
            assert_never(facts.ending)
    done, asked = facts.epochs_done, facts.epochs_asked
    drawing.shapes.append(vertical_line(done, color, "dash"))
    drawing.notes.append(
        note(
            text(key, language, epoch=print_count(done)),
            x=done,
            y=1,
            xref="x",
            xanchor="right" if done > asked / 2 else "left",
            xshift=-5 if done > asked / 2 else 5,
            yanchor="top",
            font={"color": color, "size": SIZES.text_small},
        )
    )
