"""The page that is asked for, from top to bottom."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from echoviz.core.catalog import text
from echoviz.ui import pages
from echoviz.ui.actions import ask_training
from echoviz.ui.choices import Choices, is_settled, settle_choices
from echoviz.ui.compare import show_compare
from echoviz.ui.controls import ask_experiment, ask_section, show_framing
from echoviz.ui.frame import show_address_of, show_head, show_notices
from echoviz.ui.learning import show_learning
from echoviz.ui.sections import show_section
from echoviz.ui.shown import find_shown, watch_shown
from echoviz.ui.stage_component import show_stage
from echoviz.ui.status import show_status
from echoviz.ui.tray import ask_compare
from echoviz.ui.turns import take_turn

CSS = Path(__file__).parent / "page.css"


def show_page() -> None:
    """Draw the page; whoever trains does so in turn."""
    with take_turn():
        _show_page()


def _show_page() -> None:
    """What is chosen is settled before anything is drawn: nothing on the page disagrees."""
    choices = settle_choices()
    st.set_page_config(page_title=text("page.window_title", choices.language))
    st.html(CSS)
    show_head(choices.language)
    match choices.page:
        case pages.COMPARE:
            show_compare(choices)
        case _:
            _show_free(choices)
    if not is_settled(choices):
        st.rerun()


def _show_free(choices: Choices) -> None:
    """One model on the stage, and one thing below it."""
    experiment, language = choices.experiment, choices.language
    shown = find_shown(experiment)
    watch_shown(experiment, shown)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="controls"):
        ask_experiment(experiment, language)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="actions"):
        ask_training(experiment, language, shown)
        show_address_of(choices)
        ask_compare(experiment, language)
        show_learning()
        with st.container(gap="xxsmall", key="status"):
            show_framing(experiment, language)
            show_status(experiment, language, shown)
    show_notices(choices)
    show_stage(shown.run, experiment, language, choices.view)
    ask_section(language)
    show_section(choices.section, shown.run, experiment, language)
