"""Is the wrapper needed? Every head from weights that answer the same, and where each goes from there."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from echoviz.core.catalog import text
from echoviz.core.course import Courses
from echoviz.core.experiment import Experiment
from echoviz.core.framing import CUTS
from echoviz.core.printing import print_loss, print_short
from echoviz.engine.questions import ask_heads, bound_heads
from echoviz.ui.asking import begin_questions, find_courses, show_failures
from echoviz.ui.clock import Track, show_clock
from echoviz.ui.press import show_button
from echoviz.ui.tables import get_theme, show_figure, show_numbers, show_table


def ask_compared_heads(experiment: Experiment, language: str) -> None:
    """One press trains all of them."""
    act = partial(begin_questions, ask_heads(experiment))
    show_button(
        "begin_heads", language, act, words="compare.begin", icon=":material/play_arrow:", is_primary=True
    )


def show_compared_heads(experiment: Experiment, language: str) -> None:
    """The four on one clock, how far their answers are apart, and what each costs as the sequence grows."""
    from echoviz.figures import draw_head_growth, head_growth_facts

    answer = find_courses(ask_heads(experiment))
    show_failures(language, ask_heads(experiment))
    start = bound_heads(experiment)
    if answer is not None:
        _show_courses(answer, start, language)
    else:
        st.info(text("compare.wrapper.waiting", language))
    show_figure(
        draw_head_growth(head_growth_facts(start), language=language, theme=get_theme()), "head_growth"
    )


def _show_courses(answer: Courses, start: Experiment, language: str) -> None:
    from echoviz.figures import draw_drift, drift_facts

    names = [text(f"compare.head.{head}", language) for head in CUTS[start.framing].heads]
    tracks = [Track(name, course) for name, course in zip(names, answer.courses, strict=True)]
    show_clock(tracks, language, "heads")
    show_table([_list_differences(track, tracks[0], language) for track in tracks])
    if answer.spread.size:
        facts = drift_facts(answer.courses[-1].epochs, answer.spread)
        show_figure(draw_drift(facts, language=language, theme=get_theme()), "drift")
        show_numbers(_list_drift(facts.epochs, facts.distances, language), language)


def measure_difference(one: Track, other: Track) -> float:
    """The greatest difference of two models' answers at any epoch that both have kept."""
    _, of_one, of_other = np.intersect1d(one.course.epochs, other.course.epochs, return_indices=True)
    return float(np.abs(one.course.answers[of_one] - other.course.answers[of_other]).max())


def _list_differences(track: Track, first: Track, language: str) -> dict[str, str | int | float]:
    difference = measure_difference(track, first)
    values: dict[str, str | int | float] = {
        "head": track.name,
        "weights": track.course.weight_count,
        "loss": print_loss(float(track.course.losses[-1])),
        "difference": print_loss(difference) if difference else "0",
    }
    return {
        text(f"compare.column.{name}", language, first=first.name): value for name, value in values.items()
    }


def _list_drift(
    epochs: tuple[int, ...], distances: tuple[tuple[float, ...], ...], language: str
) -> list[dict[str, str | int | float]]:
    chosen = np.unique(np.linspace(0, len(epochs) - 1, 12).round().astype(int))
    name = text("compare.column.epoch", language)
    step = text("page.column.step", language)
    return [
        {
            name: epochs[at],
            **{f"{step} {k}": print_short(distance, 3) for k, distance in enumerate(distances[at])},
        }
        for at in chosen.tolist()
    ]
