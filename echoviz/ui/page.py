"""The page from top to bottom: choices, what the training is doing, the stage, one thing below it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from echoviz.core.catalog import text
from echoviz.core.experiment import Experiment
from echoviz.ui.actions import ask_training
from echoviz.ui.address import show_address
from echoviz.ui.choices import Choices, get_visit, is_settled, settle_choices, write_query
from echoviz.ui.controls import ask_experiment, ask_language, ask_section, show_corrections, show_framing
from echoviz.ui.sections import show_section
from echoviz.ui.shown import find_shown, watch_shown
from echoviz.ui.stage_component import show_stage
from echoviz.ui.status import show_status

CSS = Path(__file__).parent / "page.css"


def show_page() -> None:
    """Draw the page. What is chosen is settled before anything is drawn: nothing on it disagrees."""
    choices = settle_choices()
    experiment, language = choices.experiment, choices.language
    st.set_page_config(page_title=text("page.window_title", language))
    st.html(CSS)
    _show_head(language)
    shown = find_shown(experiment)
    watch_shown(experiment, shown)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="controls"):
        ask_experiment(experiment, language)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="actions"):
        ask_training(experiment, language, shown)
        _show_address(choices)
        with st.container(gap="xxsmall", key="status"):
            show_framing(experiment, language)
            show_status(experiment, language, shown)
    with st.container(key="notices"):  # always there, so that the stage keeps its place and stays mounted
        show_corrections(choices.corrections, experiment, language)
    show_stage(shown.run, experiment, language, choices.view)
    ask_section(language)
    show_section(choices.section, shown.run, experiment, language)
    if not is_settled(choices):
        st.rerun()


def _show_head(language: str) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="head"
    ):
        st.title(text("page.title", language), anchor=False, width="content")
        with st.container(key="tagline"):
            st.markdown(text("page.tagline", language))
        ask_language(language)


def _show_address(choices: Choices) -> None:
    visit = get_visit()
    defaults = Experiment(framing=choices.experiment.framing)
    show_address(
        write_query(),
        defaults.to_link(),
        choices.view or {},
        choices.language,
        adoptions=visit.adoptions,
        is_adopted=visit.is_adopted,
    )
