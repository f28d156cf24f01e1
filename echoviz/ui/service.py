"""The one training service of this server, and who is asking."""

from __future__ import annotations

from uuid import uuid4

import streamlit as st

from echoviz.engine.service import TrainingService


@st.cache_resource(show_spinner=False)
def get_service() -> TrainingService:
    """The service that all sessions share. It starts in the background; nothing waits for it here."""
    service = TrainingService()
    service.start()
    return service


def get_watcher() -> str:
    """This session's name as one who watches runs; it leaves them when its connection ends.

    A run goes on without its watchers, so a reloaded page finds it again and watches anew.
    """
    watcher: str = st.session_state.setdefault("watcher", uuid4().hex)  # outlives a lost connection
    return _watch(watcher)


def _leave(watcher: str) -> None:
    get_service().leave(watcher)


@st.cache_resource(scope="session", on_release=_leave, show_spinner=False)
def _watch(watcher: str) -> str:
    """Nothing but the end of its life, when the connection ends."""
    return watcher
