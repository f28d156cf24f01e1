"""Runs of this visit side by side: the tray, and two to four of them on one clock."""

from __future__ import annotations

from functools import partial

import streamlit as st

from echoviz.core.catalog import count_text, text
from echoviz.core.course import Course
from echoviz.core.experiment import Experiment
from echoviz.core.framing import CUTS, Framing
from echoviz.core.printing import print_loss, print_short
from echoviz.core.tray import RUNS_AT_MOST, Tray
from echoviz.engine.views import TrainingState, TrainingView
from echoviz.ui.choices import choose_experiment, choose_word
from echoviz.ui.clock import Track, show_clock
from echoviz.ui.pages import FREE, ORDER, PAGE, REVERSED
from echoviz.ui.press import show_button
from echoviz.ui.shown import begin_trainings
from echoviz.ui.tables import show_numbers
from echoviz.ui.tray import (
    add_to_tray,
    find_course,
    find_training,
    forget_courses,
    get_tray,
    list_gone,
    name_run,
    put_tray,
    write_link,
)


def list_framings() -> tuple[Experiment, ...]:
    """The tutorial's three framings: those in which every number of the sequence goes in."""
    return tuple(Experiment(framing=framing) for framing in Framing if not CUTS[framing].repeats)


def list_memorised() -> tuple[Experiment, ...]:
    """One sequence, which can be memorised, and 64, of which only the rule can be."""
    return Experiment(learning_rate=0.01), Experiment(learning_rate=0.01, sequences=64)


PRESETS = {"framings": list_framings, "memorised": list_memorised}


def ask_side_by_side(order: str, language: str) -> None:
    """Each preset is one press: its runs come into the tray, alone on the clock, and are trained."""
    for name, list_experiments in PRESETS.items():
        act = partial(compare_preset, list_experiments(), REVERSED if name == "memorised" else "")
        show_button(f"preset_{name}", language, act, words=f"compare.preset.{name}", icon=":material/bolt:")
    words, other = ("compare.forwards", "") if order else ("compare.backwards", REVERSED)
    show_button(
        "turn", language, partial(choose_word, ORDER, other), words=words, icon=":material/swap_horiz:"
    )


def compare_preset(experiments: tuple[Experiment, ...], order: str) -> None:
    """Show these and no others, and train those of which nothing is known.

    Who is shown its own sequence only cannot tell what was learned from what was memorised.
    """
    choose_word(ORDER, order)
    add_to_tray(*experiments)
    put_tray(get_tray().show(*experiments))
    train_in_tray(*(each for each in experiments if find_course(each, find_training(each)) is None))


def train_in_tray(*experiments: Experiment) -> None:
    """Train these beside what is under way in the tray, which would be left otherwise."""
    under_way = (each for each in get_tray().experiments if _is_active(find_training(each)))
    wanted = dict.fromkeys((*under_way, *experiments))
    if experiments:
        begin_trainings(*wanted)


def show_side_by_side(order: str, language: str) -> None:
    """The clock of what is shown, then the tray; `order` says which way round the sequence goes in."""
    tray = get_tray()
    forget_courses(tray.experiments)
    for gone in list_gone():
        words = {"most": RUNS_AT_MOST, "name": name_run(gone, language)}
        st.info(text("compare.gone", language, **words), icon=":material/logout:")
    trainings = {each: find_training(each) for each in tray.experiments}
    courses = {each: find_course(each, training) for each, training in trainings.items()}
    tracks = [
        Track(name_run(each, language), course.turn() if order else course)
        for each in tray.shown
        if (course := courses[each])
    ]
    if not tray.experiments:
        st.info(text("compare.empty", language))
        return
    if tracks:
        st.markdown(text("compare.is_backwards" if order else "compare.is_forwards", language))
        show_clock(tracks, language, "runs")
        show_numbers([_list_numbers(track, language) for track in tracks], language)
    else:
        st.info(text("compare.nothing_shown", language))
    lost = [each for each in tray.shown if courses[each] is None and not _is_active(trainings[each])]
    if lost:
        act = partial(train_in_tray, *lost)
        show_button("train_shown", language, act, words="compare.train_shown", icon=":material/play_arrow:")
    st.subheader(count_text("compare.tray", len(tray.experiments), language, most=RUNS_AT_MOST), anchor=False)
    for each in reversed(tray.experiments):
        _show_run(each, tray, trainings[each], courses[each], language)


def _show_run(
    experiment: Experiment, tray: Tray, training: TrainingView | None, course: Course | None, language: str
) -> None:
    """A line of the tray: its link, how it stands, and what can be done with it."""
    key, is_shown = experiment.key, experiment in tray.shown
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"run_{key}"):
        words = "compare.hide" if is_shown else "compare.show"
        icon = ":material/visibility:" if is_shown else ":material/visibility_off:"
        _show_action(f"show_{key}", words, language, lambda: put_tray(get_tray().toggle(experiment)), icon)
        with st.container(width="stretch", key=f"name_{key}"):
            st.markdown(f"[{name_run(experiment, language)}]({write_link(experiment, language)})")
            st.caption(_describe(training, course, language))
        if course is None and not _is_active(training):
            begin = partial(train_in_tray, experiment)
            _show_action(f"train_{key}", "compare.train", language, begin, ":material/play_arrow:")
        _show_action(f"open_{key}", "compare.open", language, partial(open_on_stage, experiment))
        remove = lambda: put_tray(get_tray().remove(experiment))  # noqa: E731
        _show_action(f"remove_{key}", "compare.remove", language, remove, ":material/close:")


def _is_active(training: TrainingView | None) -> bool:
    return training is not None and training.is_active


def _show_action(key: str, words: str, language: str, act: object, icon: str | None = None) -> None:
    assert callable(act)
    show_button(key, language, act, words=words, icon=icon, has_help=False)


def open_on_stage(experiment: Experiment) -> None:
    """Go to the free page with these settings."""
    choose_experiment(experiment)
    choose_word(PAGE, FREE)


def _describe(training: TrainingView | None, course: Course | None, language: str) -> str:
    if training is not None and training.is_active:
        return text("compare.state.active", language)
    if course is not None:
        loss = print_loss(float(course.losses[-1]))
        return text("compare.state.trained", language, loss=loss, error=print_short(course.echo_error, 3))
    if training is not None and training.state is TrainingState.FAILED:
        return text("page.state.failed", language)
    return text("compare.state.lost", language)


def _list_numbers(track: Track, language: str) -> dict[str, str | int | float]:
    course = track.course
    values: dict[str, str | int | float] = {
        "run": track.name,
        "weights": course.weight_count,
        "epochs": int(course.loss_epochs[-1]),
        "seconds": f"{course.elapsed_s:.3f}",
        "loss": print_loss(float(course.losses[-1])),
        "error": print_short(course.echo_error, 4),
        "unseen": "–" if course.unseen_error is None else print_short(course.unseen_error, 4),
    }
    return {text(f"compare.column.{name}", language): value for name, value in values.items()}
