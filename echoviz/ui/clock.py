"""Two to four trainings on one clock: losses, answers, weights, seconds; a slider moves them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import streamlit as st

from echoviz.core.catalog import text
from echoviz.core.course import Course
from echoviz.core.printing import print_count
from echoviz.core.theme import DARK, LIGHT

_FOLDER = Path(__file__).parent
_component = st.components.v2.component(
    "echoviz_clock",
    html='<div class="clock"></div>',
    css=(_FOLDER / "clock.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "clock.js").read_text(encoding="utf-8"),
)
_COLORS = tuple(zip(LIGHT.framings.values(), DARK.framings.values(), strict=True))
_DECIMALS = 5


class Track(NamedTuple):
    """One training by the name that it has here."""

    name: str
    course: Course


def show_clock(tracks: list[Track], language: str, key: str) -> None:
    """Draw up to four trainings; scrubbing and playing happen in the browser."""
    words = ("epoch", "loss", "over", "play", "pause", "axis")
    texts = {word: text(f"compare.clock.{word}", language) for word in words}
    texts["described"] = text(
        "compare.clock.described", language, names=", ".join(each.name for each in tracks)
    )
    drawn = [_write_track(track, colors, language) for track, colors in zip(tracks, _COLORS, strict=False)]
    # In a list: a dictionary is searched for data frames, and for that the server would load pandas.
    _component(data=[{"tracks": drawn, "texts": texts}], key=f"clock_{key}")


def describe_course(course: Course, language: str) -> str:
    """What of a training does not move with the epoch: its weights and its seconds."""
    elapsed = f"{course.elapsed_s * 1000:.0f} ms" if course.elapsed_s < 1 else f"{course.elapsed_s:.1f} s"
    weights = print_count(course.weight_count)
    return text("compare.clock.facts", language, weights=weights, elapsed=elapsed)


def _write_track(track: Track, colors: tuple[str, str], language: str) -> dict[str, object]:
    course = track.course
    return {
        "name": track.name,
        "colors": list(colors),
        "lossEpochs": course.loss_epochs.tolist(),
        "losses": [float(f"{loss:.4g}") for loss in course.losses],
        "epochs": course.epochs.tolist(),
        "answers": np.round(course.answers.astype(float), _DECIMALS).tolist(),
        "targets": np.round(course.targets.astype(float), _DECIMALS).tolist(),
        "facts": describe_course(course, language),
    }
