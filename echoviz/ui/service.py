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
    """This session's name as one who watches runs."""
    return st.session_state.setdefault("watcher", uuid4().hex)
