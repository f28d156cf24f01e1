"""Would a Dense have done? An LSTM beside a Dense layer alone, at once and one timestep late."""

from __future__ import annotations

import streamlit as st

from echoviz.core.catalog import text
from echoviz.core.experiment import Experiment
from echoviz.core.printing import print_loss, print_short
from echoviz.engine.questions import ask_dense_alone
from echoviz.ui.asking import begin_questions, find_courses, show_failures
from echoviz.ui.clock import Track, show_clock
from echoviz.ui.followed import list_delays
from echoviz.ui.press import show_button
from echoviz.ui.shown import begin_trainings
from echoviz.ui.tables import show_table
from echoviz.ui.tray import find_course, find_training


def ask_beside_dense(experiment: Experiment, language: str) -> None:
    """One press trains all four."""

    def begin() -> None:
        late = list_delays(experiment)
        begin_trainings(*late)
        begin_questions(*map(ask_dense_alone, late))

    show_button(
        "begin_dense", language, begin, words="compare.begin", icon=":material/play_arrow:", is_primary=True
    )


def show_beside_dense(experiment: Experiment, language: str) -> None:
    """The four on one clock, and how far each is from the echo."""
    tracks = []
    show_failures(language, *map(ask_dense_alone, list_delays(experiment)))
    for each in list_delays(experiment):
        course = find_course(each, find_training(each))
        alone = find_courses(ask_dense_alone(each))
        names = {
            name: text(f"compare.dense.{name}", language, delay=each.delay) for name in ("lstm", "alone")
        }
        tracks += [Track(names["lstm"], course)] if course else []
        tracks += [Track(names["alone"], alone.courses[0])] if alone else []
    if not tracks:
        st.info(text("compare.dense.waiting", language))
        return
    show_clock(tracks, language, "dense")
    show_table([_list_errors(track, language) for track in tracks])


def _list_errors(track: Track, language: str) -> dict[str, str | int | float]:
    values: dict[str, str | int | float] = {
        "run": track.name,
        "weights": track.course.weight_count,
        "loss": print_loss(float(track.course.losses[-1])),
        "error": print_short(track.course.echo_error, 3),
    }
    return {text(f"compare.column.{name}", language): value for name, value in values.items()}
