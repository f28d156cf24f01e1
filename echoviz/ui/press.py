"""Buttons whose press is never lost."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from echoviz.core.catalog import text


def show_button(
    name: str,
    language: str,
    act: Callable[[], None],
    *,
    icon: str | None = None,
    has_help: bool = True,
    is_primary: bool = False,
    disabled: bool = False,
    words: str | None = None,
) -> None:
    """A button that calls `act`, once for each press; `name` is its key; its texts too, without `words`.

    It acts in a callback, before the page is drawn: a later message may stop the drawing before it comes to
    the button. But the first run of a session knows no callbacks, and a press may ask for it: the server was
    restarted under an open page. Then the drawn button tells of it.
    """
    words = words or f"page.{name}"
    is_pressed = st.button(
        text(words, language),
        key=name,
        type="primary" if is_primary else "secondary",
        icon=icon,
        help=text(f"{words}_help", language) if has_help else None,
        disabled=disabled,
        on_click=_act,
        args=(name, act),
    )
    if is_pressed and st.session_state.pop("acted", None) != name:
        act()
        st.rerun()


def _act(name: str, act: Callable[[], None]) -> None:
    act()
    st.session_state.acted = name
