"""Questions that a visitor puts by a press, and the word when no answer came."""

from __future__ import annotations

import streamlit as st

from echoviz.core.catalog import text
from echoviz.core.course import Courses
from echoviz.engine.questions import Question
from echoviz.ui.service import get_service
from echoviz.ui.shown import WAIT_S


def begin_questions(*questions: Question) -> None:
    """Have Keras answer, and wait a moment for what is nearly there."""
    asked: set[str] = st.session_state.setdefault("asked", set())
    asked.update(question.task for question in questions)
    for question in questions:
        get_service().ask(question)
    get_service().ask(questions[-1], WAIT_S)


def find_courses(question: Question) -> Courses | None:
    """The answer, if it is remembered; never asks."""
    answer, _ = get_service().find_answer(question)
    return answer if isinstance(answer, Courses) else None


def show_failures(language: str, *questions: Question) -> None:
    """Say it where a press was answered by nothing: its worker was lost, or failed."""
    asked: set[str] = st.session_state.get("asked", set())
    for question in questions:
        answer, is_pending = get_service().find_answer(question)
        if question.task in asked and answer is None and not is_pending:
            st.error(text("compare.failed", language), icon=":material/error:")
            return
