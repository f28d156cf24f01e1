"""What every page has: its head, its address, and the notices of what did not fit."""

from __future__ import annotations

import streamlit as st

from echoviz.core.catalog import text
from echoviz.core.experiment import Experiment
from echoviz.ui.address import show_address
from echoviz.ui.choices import Choices, get_visit, write_query
from echoviz.ui.controls import ask_language, ask_page, show_corrections


def show_head(language: str) -> None:
    """The name, one sentence, the pages and the languages."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="head"
    ):
        st.title(text("page.title", language), anchor=False, width="content")
        with st.container(key="tagline"):
            st.markdown(text("page.tagline", language))
        ask_page(language)
        ask_language(language)


def show_address_of(choices: Choices) -> None:
    """Bring the address up to date, and draw Reset and Copy. Reset keeps the seed: it is no other luck."""
    visit = get_visit()
    defaults = Experiment(framing=choices.experiment.framing, seed=choices.experiment.seed)
    show_address(
        write_query(),
        defaults.to_link(),
        choices.view or {},
        choices.language,
        adoptions=visit.adoptions,
        is_adopted=visit.is_adopted,
    )


def show_notices(choices: Choices) -> None:
    """What did not fit; the container is always there, so that what stands below it stays mounted."""
    with st.container(key="notices"):
        show_corrections(choices.corrections, choices.experiment, choices.language)
