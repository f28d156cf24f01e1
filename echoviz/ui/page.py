"""The page from top to bottom: choices, the stage, predictions, loss, weights, TimeDistributed."""

from __future__ import annotations

import time
from pathlib import Path

import streamlit as st

from echoviz.core.catalog import text
from echoviz.ui.controls import ask_experiment, show_corrections, show_framing
from echoviz.ui.language import ask_language
from echoviz.ui.sections import show_sections
from echoviz.ui.service import get_service, get_watcher
from echoviz.ui.stage_component import assume_stage_drawn, is_stage_drawn, show_stage
from echoviz.ui.training import ask_training, find_shown, show_status

CSS = Path(__file__).parent / "page.css"
PATIENCE_S = 5.0


def show_page() -> None:
    """Draw the page. The stage comes before anything that needs Plotly or a training process."""
    st.html(CSS)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="head"
    ):
        st.title(text("page.title"), anchor=False, width="content")
        tagline = st.container(key="tagline")
        language = ask_language()
        tagline.markdown(text("page.tagline", language))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="controls"):
        experiment = ask_experiment(language)
        shown = find_shown(experiment)
        ask_training(experiment, language, shown)
    show_corrections(language)
    with st.container(gap="xxsmall", key="status"):
        show_framing(experiment, language)
        show_status(experiment, language, shown)
    show_stage(shown.run, experiment, language)
    get_service().prepare(experiment, get_watcher())
    if is_stage_drawn():
        show_sections(shown.run, experiment, language)
    else:
        _wait_for_stage()


def _wait_for_stage() -> None:
    """Keep Plotly's megabytes out of the browser's way until the stage is there, or for `PATIENCE_S`."""
    started = time.monotonic()

    @st.fragment(run_every=PATIENCE_S)
    def look() -> None:
        if time.monotonic() - started >= PATIENCE_S:
            assume_stage_drawn()
            st.rerun()

    look()
