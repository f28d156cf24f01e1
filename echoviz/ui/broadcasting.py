"""Silently wrong: targets of another shape, what the loss then subtracts, and both trainings live."""

from __future__ import annotations

from functools import partial

import streamlit as st

from echoviz.core.broadcast import CASES, EPOCHS, BroadcastCase, compute_pairs
from echoviz.core.catalog import text
from echoviz.core.course import Courses
from echoviz.core.layers import code_of
from echoviz.core.layers.shapes import print_shape
from echoviz.core.printing import print_count, print_loss, print_short
from echoviz.engine.questions import ask_broadcast
from echoviz.ui.asking import begin_questions, find_courses, show_failures
from echoviz.ui.choices import get_visit
from echoviz.ui.clock import Track, show_clock
from echoviz.ui.pages import CASE
from echoviz.ui.press import show_button
from echoviz.ui.tables import get_theme, show_figure, show_table


def ask_broadcast_case(chosen: str, language: str) -> None:
    """The shapes of y, and one press that trains the right one and the chosen one."""
    visit, name = get_visit(), chosen or next(iter(CASES))
    with st.container(key="case_choice", width=380):
        st.selectbox(
            text("page.case", language),
            list(CASES),
            index=list(CASES).index(visit.begin(CASE) or name),
            format_func=lambda case: text(f"compare.case.{case}", language),
            key=visit.key_of(CASE),
        )
    act = partial(begin_questions, ask_broadcast(name))
    words = "compare.ask_keras" if CASES[name].is_refused else "compare.begin_both"
    show_button("begin_broadcast", language, act, words=words, icon=":material/play_arrow:", is_primary=True)


def show_broadcast(chosen: str, language: str) -> None:
    """The shapes, the grid of pairs, and what came of the trainings."""
    name = chosen or next(iter(CASES))
    case = CASES[name]
    courses = find_courses(ask_broadcast(name))
    show_failures(language, ask_broadcast(name))
    st.markdown(text(f"compare.case.{name}.said", language), width=760)
    st.markdown(_describe_shapes(case, language))
    if courses is not None and courses.refusal:
        st.error(text("compare.refused", language), icon=":material/block:")
        st.code(courses.refusal, language=None, wrap_lines=True)
    _show_grids(case, courses, language)
    if courses is None or not courses.courses:
        if not case.is_refused:
            st.info(text("compare.broadcast.waiting", language, epochs=print_count(EPOCHS)))
        return
    names = [text(f"compare.broadcast.{which}", language) for which in ("right", "wrong")]
    tracks = [Track(name, course) for name, course in zip(names, courses.courses, strict=True)]
    show_clock(tracks, language, "broadcast")
    show_table([_list_errors(track, language) for track in tracks])


def _describe_shapes(case: BroadcastCase, language: str) -> str:
    layers = " → ".join(f"`{code_of(layer)}`" for layer in case.layers)
    shapes = {name: f"`{print_shape(getattr(case, f'{name}_shape'))}`" for name in ("x", "output", "y")}
    return text("compare.broadcast.shapes", language, layers=layers, **shapes)


def _show_grids(case: BroadcastCase, courses: Courses | None, language: str) -> None:
    """What was meant and what Keras compares, beside each other; on a phone one above the other."""
    if case.is_refused:
        return
    both = ((case.right, "right"), (case, "wrong"))
    for column, (place, (each, which)) in zip(st.columns(2), enumerate(both), strict=True):
        with column:
            st.markdown(f"**{text(f'compare.broadcast.{which}', language)}**")
            _show_grid(each, place, courses, language)


def _show_grid(case: BroadcastCase, place: int, courses: Courses | None, language: str) -> None:
    from echoviz.figures import draw_pairs, pair_facts

    pairs = compute_pairs(case.output_shape, case.y_shape)
    assert pairs is not None, "these shapes go together"
    trained = courses.courses if courses is not None else ()
    answers = tuple(trained[place].answers[-1].tolist()) if trained else None
    facts = pair_facts(pairs, answers, tuple(case.y.ravel().tolist()))
    figure = draw_pairs(facts, language=language, theme=get_theme())
    show_figure(figure, f"pairs_{place}")


def _list_errors(track: Track, language: str) -> dict[str, str | int | float]:
    course = track.course
    values: dict[str, str | int | float] = {
        "run": track.name,
        "first_loss": print_loss(float(course.losses[0])),
        "loss": print_loss(float(course.losses[-1])),
        "answers": f"`{' '.join(print_short(value, 1) for value in course.answers[-1][:10])}`",
        "error": print_short(course.echo_error, 3),
    }
    return {text(f"compare.column.{name}", language): value for name, value in values.items()}
