"""The tray of this visit: what is put in, what leaves, and what is known of each run in it."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

import streamlit as st

from echoviz.core.catalog import text
from echoviz.core.course import Course, compute_course
from echoviz.core.experiment import Experiment
from echoviz.core.run import Provenance, Run
from echoviz.core.run_file import load_recordings
from echoviz.core.tray import Tray, read_tray
from echoviz.engine.views import TrainingView
from echoviz.ui.choices import LANGUAGE, choose_word, get_visit
from echoviz.ui.pages import TRAY
from echoviz.ui.press import show_button
from echoviz.ui.service import get_service, get_watcher


def get_tray() -> Tray:
    """What this visit has put in."""
    return read_tray(str(get_visit().known[TRAY]))


def put_tray(tray: Tray) -> None:
    """Change it; the address of the page Compare follows."""
    choose_word(TRAY, tray.write())


def add_to_tray(*experiments: Experiment) -> None:
    """Put experiments in and show them; what had to leave is said until the next is put in."""
    tray, gone = get_tray().add(*experiments)
    st.session_state.gone_from_tray = gone
    put_tray(tray)


def list_gone() -> tuple[Experiment, ...]:
    """What left when the latest was put in."""
    gone: tuple[Experiment, ...] = st.session_state.get("gone_from_tray", ())
    return gone


def ask_compare(experiment: Experiment, language: str) -> None:
    """One press puts what is on the stage into the tray."""
    tray = get_tray()
    is_in = experiment in tray.experiments
    with st.container(key="compare_add", width="content"):
        show_button(
            "add",
            language,
            partial(add_to_tray, experiment),
            icon=":material/done:" if is_in else ":material/add:",
            words="compare.added" if is_in else "compare.add",
            disabled=is_in,
        )


def find_training(experiment: Experiment) -> TrainingView | None:
    """The training of an experiment, watched by this session."""
    return get_service().find(experiment, get_watcher())


def find_course(experiment: Experiment, training: TrainingView | None) -> Course | None:
    """How an experiment's training went, if it is known, or was when this visit last looked.

    The server keeps the latest runs only, of all visitors; this visit keeps the courses in its tray.
    """
    kept: dict[str, Course] = st.session_state.setdefault("courses", {})
    run = training.run if training and not training.is_active else None
    run = run or load_recordings().get(experiment.key)
    if run is not None and run.provenance is not Provenance.UNTRAINED:
        kept[experiment.key] = _compute_course(run.identity, run)
    return kept.get(experiment.key)


def forget_courses(experiments: tuple[Experiment, ...]) -> None:
    """Keep the courses of these experiments and no others."""
    keys = {each.key for each in experiments}
    kept: dict[str, Course] = st.session_state.setdefault("courses", {})
    st.session_state.courses = {key: course for key, course in kept.items() if key in keys}


@st.cache_resource(show_spinner=False, max_entries=64)  # read-only arrays: all may share them
def _compute_course(identity: str, _run: Run) -> Course:
    return compute_course(_run)


def write_link(experiment: Experiment, language: str) -> str:
    """An experiment as a link of this page, to whatever path it has."""
    return "?" + urlencode({**experiment.to_link(), LANGUAGE: language})


def name_run(experiment: Experiment, language: str) -> str:
    """A run by what makes it differ from its framing's defaults."""
    parts = [text(f"page.framing_name.{experiment.framing}", language)]
    for name, value in experiment.to_link().items():
        match name:
            case "framing":
                continue
            case "head":
                parts.append(text(f"compare.head.{value}", language))
            case _:
                parts.append(text(f"compare.short.{name}", language, value=value))
    return " · ".join(parts)
