"""Which language the page speaks: the link's, else the browser's, else English."""

from __future__ import annotations

import streamlit as st

from echoviz.core.catalog import DEFAULT_LANGUAGE, LANGUAGES, text
from echoviz.ui.choices import is_behind, set_choices

PARAMETER = "lang"


def ask_language() -> str:
    """Show the language switch and return the chosen language's code."""
    found = _find_language()
    if st.session_state.get("language", found) != found:
        if is_behind():  # a message older than the switch has brought the old address back
            st.query_params[PARAMETER] = found = st.session_state.language
        else:  # the visitor went back
            st.session_state.language = found
    chosen = st.segmented_control(
        text("page.language", found),
        list(LANGUAGES),
        default=found,
        format_func=LANGUAGES.__getitem__,
        key="language",
        required=True,
        label_visibility="collapsed",
        on_change=_remember_language,
    )
    return chosen or found


def _find_language() -> str:
    asked = st.query_params.get(PARAMETER, "")
    if asked in LANGUAGES:
        return asked
    spoken = (st.context.locale or DEFAULT_LANGUAGE).split("-")[0]
    return spoken if spoken in LANGUAGES else DEFAULT_LANGUAGE


def _remember_language() -> None:
    if st.session_state.language in LANGUAGES:
        st.query_params[PARAMETER] = st.session_state.language
        set_choices({})
