"""The page Compare: one question at a time, each answered by real trainings side by side."""

from __future__ import annotations

import streamlit as st

from echoviz.core.catalog import text
from echoviz.engine.views import Subject
from echoviz.ui.beside_dense import ask_beside_dense, show_beside_dense
from echoviz.ui.broadcasting import ask_broadcast_case, show_broadcast
from echoviz.ui.choices import Choices
from echoviz.ui.compared_heads import ask_compared_heads, show_compared_heads
from echoviz.ui.controls import ask_experiment, ask_section
from echoviz.ui.followed import Followed, list_followed, tell_followed
from echoviz.ui.following import show_following
from echoviz.ui.frame import show_address_of, show_notices
from echoviz.ui.luck import ask_luck, show_luck
from echoviz.ui.pages import CASE, ORDER, TRAY
from echoviz.ui.press import show_button
from echoviz.ui.service import get_service, get_watcher
from echoviz.ui.side_by_side import ask_side_by_side, show_side_by_side
from echoviz.ui.tray import get_tray

_OF_THE_SETTINGS = ("wrapper", "dense", "luck")
"""Sections that ask about the present settings, which can be changed here too."""


def show_compare(choices: Choices) -> None:
    """One section: its question in a sentence, its buttons, what is under way, and what came of it."""
    section, experiment, language = choices.section, choices.experiment, choices.language
    followed = list_followed(section, experiment, get_tray(), choices.details[CASE])
    ask_section(language)
    if section in _OF_THE_SETTINGS:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="controls"):
            ask_experiment(experiment, language)
    st.header(text(f"compare.{section}.title", language), anchor=section)
    st.markdown(text(f"compare.{section}.body", language), width=760)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="actions"):
        _ask(choices)
        _ask_stop(followed, choices.language)
        show_address_of(choices)
        with st.container(gap="xxsmall", key="status"):
            _show_status(choices, followed)
    show_notices(choices)
    with st.container(key=f"compare_{section}"):
        _show(choices)


def _ask(choices: Choices) -> None:
    match choices.section:
        case "wrapper":
            ask_compared_heads(choices.experiment, choices.language)
        case "dense":
            ask_beside_dense(choices.experiment, choices.language)
        case "luck":
            ask_luck(choices.experiment, choices.language)
        case "broadcast":
            ask_broadcast_case(choices.details[CASE], choices.language)
        case _:
            ask_side_by_side(choices.details[ORDER], choices.language)


def _show(choices: Choices) -> None:
    match choices.section:
        case "wrapper":
            show_compared_heads(choices.experiment, choices.language)
        case "dense":
            show_beside_dense(choices.experiment, choices.language)
        case "luck":
            show_luck(choices.experiment, choices.language)
        case "broadcast":
            show_broadcast(choices.details[CASE], choices.language)
        case _:
            show_side_by_side(choices.details[ORDER], choices.language)


def _list_active(followed: Followed) -> list[Subject]:
    service, watcher = get_service(), get_watcher()
    views = ((each, service.find(each, watcher)) for each in followed.subjects)
    return [each for each, view in views if view is not None and view.is_active]


def _ask_stop(followed: Followed, language: str) -> None:
    """Stop all that is under way here; questions are too short for it."""
    if not followed.subjects:
        return

    def stop() -> None:
        for each in _list_active(followed):
            get_service().stop(each, get_watcher())

    is_idle = not _list_active(followed)
    show_button("stop_all", language, stop, words="page.stop", icon=":material/stop:", disabled=is_idle)


def _show_status(choices: Choices, followed: Followed) -> None:
    """What is under way is followed in the browser; the page is drawn anew when something has ended."""
    service, tray = get_service(), get_tray()
    for each in _list_active(followed):
        service.join(each, get_watcher())
    told = tell_followed(followed, service, get_watcher(), choices.language)
    if told.is_moving:
        about = {"about": choices.section, TRAY: tray.write(), CASE: choices.details[CASE]}
        show_following(told, {**choices.experiment.to_query(), **about}, choices.language)
