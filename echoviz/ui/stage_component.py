"""The stage on the page: one component that stays mounted, and a feed that moves it during a run."""

from __future__ import annotations

import streamlit as st

from echoviz.core.experiment import Experiment
from echoviz.core.progress import Progress
from echoviz.core.run import Run
from echoviz.stage import live_feed_source, pack_live, pack_stage, stage_facts, stage_source

_source = stage_source()
_stage = st.components.v2.component("echoviz_stage", html=_source.html, css=_source.css, js=_source.js)
_live_feed = st.components.v2.component("echoviz_live_feed", js=live_feed_source())


@st.cache_resource(show_spinner=False, max_entries=6)  # bytes: all may share them, none needs a copy
def _pack(run_key: str, _run: Run | None, _experiment: Experiment, language: str) -> bytes:
    return pack_stage(stage_facts(_run, _experiment), language)


def show_stage(run: Run | None, experiment: Experiment, language: str) -> None:
    """Mount the stage, or hand its new data to the mounted one.

    Its data changes only with the run, so a rerun of the page sends the browser nothing.
    """
    ended = (run.ending, run.epochs_done, run.recorded) if run else None
    _mount(_pack(f"{experiment.key}-{ended}", run, experiment, language), is_stage_drawn())


@st.fragment
def _mount(data: bytes, was_drawn: bool) -> None:
    """In a fragment, so that its word that it is drawn interrupts nothing.

    Of two messages for the whole page that arrive together the second stops the first one's run before its
    callbacks: whoever pressed Train at that moment would have pressed it in vain.
    """
    _stage(data=data, key="stage", on_drawn_change=assume_stage_drawn)
    if is_stage_drawn() and not was_drawn:
        st.rerun()


def is_stage_drawn() -> bool:
    """Whether the browser has shown the stage; what is heavy to load can wait for that."""
    return st.session_state.get("stage_is_drawn", False)


def assume_stage_drawn() -> None:
    """The stage says so itself; whoever has waited long enough goes on without its word."""
    st.session_state.stage_is_drawn = True


def show_live_feed(progress: Progress, experiment: Experiment) -> None:
    """Send the state of a run under way to the mounted stage."""
    _live_feed(data=pack_live(progress, experiment), key="live_feed", height=1)
