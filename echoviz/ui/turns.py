"""Whoever trains waits for a turn, so that whoever only looks is served at once.

A run of the page's script takes the one Python process 25 ms. Three hundred presses within five seconds are
fifteen seconds of work; all at once they would let a visitor who changes a control wait for as long.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

AT_A_TIME = 1
PATIENCE_S = 60.0
"""Nobody waits for longer, whatever has become of the others."""

_turns = threading.BoundedSemaphore(AT_A_TIME)


def need_turn() -> None:
    """The next run of the page's script draws what came of a training, or its beginning."""
    st.session_state.needs_turn = True


@contextmanager
def take_turn() -> Iterator[None]:
    """Draw the page, in its turn if it needs one."""
    needs = st.session_state.pop("needs_turn", False)
    has_turn = needs and _turns.acquire(timeout=PATIENCE_S)
    try:
        yield
    finally:
        if has_turn:
            _turns.release()
