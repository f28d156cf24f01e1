"""The stage on the page: one component that stays mounted."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from echoviz.core.experiment import Experiment
from echoviz.core.run import Run
from echoviz.stage import pack_stage, stage_facts, stage_source

_source = stage_source()
_stage = st.components.v2.component("echoviz_stage", html=_source.html, css=_source.css, js=_source.js)
View = Mapping[str, int | str] | None


@st.cache_resource(show_spinner=False, max_entries=6)  # bytes: all may share them, none needs a copy
def _pack(identity: str, language: str, view: View, _run: Run | None, _experiment: Experiment) -> bytes:
    return pack_stage(stage_facts(_run, _experiment), language, view=view)


def show_stage(run: Run | None, experiment: Experiment, language: str, view: View) -> None:
    """Mount the stage, or hand its new data to the mounted one; `view` is what a link asks it to show first.

    Its data changes only with the run, so a rerun of the page sends the browser nothing.
    """
    identity = run.identity if run else experiment.key
    _stage(data=_pack(identity, language, view, run, experiment), key="stage")
