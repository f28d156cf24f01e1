"""The stage on the page: one component that stays mounted."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from echoviz.core.experiment import Experiment
from echoviz.core.run import Run
from echoviz.stage import pack_stage, stage_facts, stage_source
from echoviz.ui.choices import choose_experiment, read_experiment
from echoviz.ui.shown import begin_training

_source = stage_source()
_stage = st.components.v2.component("echoviz_stage", html=_source.html, css=_source.css, js=_source.js)
View = Mapping[str, int | str] | None
MANY = 64
"""So many sequences teach the rule, since no single one can be memorised; with this learning rate."""
MANY_LEARNING_RATE = 0.01


@st.cache_resource(show_spinner=False, max_entries=12)  # a megabyte each; all share them
def _pack(identity: str, language: str, view: View, _run: Run | None, _experiment: Experiment) -> bytes:
    return pack_stage(stage_facts(_run, _experiment), language, view=view)


def show_stage(run: Run | None, experiment: Experiment, language: str, view: View) -> None:
    """Mount the stage, or hand its new data to the mounted one; `view` is what a link asks it to show first.

    Its data changes only with the run, so a rerun of the page sends the browser nothing.
    """
    identity = run.identity if run else experiment.key
    asked = _stage(
        data=_pack(identity, language, view, run, experiment), key="stage", on_train_many_change=_train_many
    )
    # The first run of a session knows no callbacks, and a press may ask for it: the server was restarted.
    if asked.train_many and not st.session_state.pop("has_trained_many", False):
        _train_many()
        st.session_state.has_trained_many = False
        st.rerun()


def _train_many() -> None:
    """The same settings on many random sequences, trained at once; what the browser sent says no more."""
    experiment = read_experiment()
    if experiment.sequences == 1:
        experiment = experiment.replace(sequences=MANY, learning_rate=MANY_LEARNING_RATE)
        choose_experiment(experiment)
        begin_training(experiment)
    st.session_state.has_trained_many = True
