"""Choices for those who ask for more than the one sequence of the tutorial, named by what they answer."""

from __future__ import annotations

from functools import partial

import streamlit as st

from echoviz.core.catalog import text
from echoviz.core.experiment import FIELD_BY_NAME, Choice, Experiment
from echoviz.ui.choices import choose_experiment, get_visit
from echoviz.ui.numbers import ask_by_slider, ask_by_typing
from echoviz.ui.press import show_button

NAMES = ("sequences", "delay", "head")


def ask_harder(experiment: Experiment, language: str) -> None:
    """The popover; its name says how many of its choices are made."""
    chosen = experiment.choices
    made = sum(chosen[name] != FIELD_BY_NAME[name].default_for(chosen) for name in NAMES)
    label = text("page.harder", language) + (f" · {made}" if made else "")
    with st.popover(label, icon=":material/exercise:", key="harder"):
        st.markdown(text("page.harder.rule", language))
        ask_by_typing("sequences", language)
        show_button("propose_rule", language, partial(choose_experiment, propose_rule(experiment)))
        if FIELD_BY_NAME["delay"].applies(chosen):
            st.markdown(text("page.harder.memory", language))
            ask_by_slider("delay", language)
            show_button("propose_memory", language, partial(choose_experiment, propose_memory(experiment)))
        head = FIELD_BY_NAME["head"]
        if isinstance(head, Choice) and head.applies(chosen):
            st.markdown(text("page.harder.head", language))
            _ask_head(head, experiment, language)


def propose_rule(experiment: Experiment) -> Experiment:
    """Settings with which the rule is learned: 64 sequences, so that no single one can be memorised."""
    return experiment.replace(sequences=64, delay=0, neurons=5, learning_rate=0.01, epochs=1000)


def propose_memory(experiment: Experiment) -> Experiment:
    """Settings with which an answer two timesteps late is learned."""
    return experiment.replace(sequences=64, delay=2, neurons=16, learning_rate=0.01, epochs=3000)


def _ask_head(head: Choice, experiment: Experiment, language: str) -> None:
    visit = get_visit()
    options = list(map(str, head.options_for(experiment.choices)))
    with st.container(key="head_choice"):
        st.radio(
            text("page.head", language),
            options,
            index=options.index(visit.begin("head")),
            format_func=lambda option: text(f"page.head_name.{option}", language),
            key=visit.key_of("head"),
            help=text("page.head_help", language),
        )
