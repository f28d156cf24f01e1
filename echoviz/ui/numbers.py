"""Controls for numbers, drawn from their row of the table of choices."""

from __future__ import annotations

import streamlit as st

from echoviz.core.catalog import text
from echoviz.core.experiment import FIELD_BY_NAME, Number
from echoviz.ui.choices import get_visit


def ask_by_slider(name: str, language: str) -> None:
    """A number of which every value is worth a look."""
    visit, field = get_visit(), _find_number(name)
    low, high = field.bounds_for(visit.experiment.choices)
    with st.container(key=name, width=170):
        st.slider(
            text(f"page.{name}", language),
            low,
            high,
            visit.begin(name),
            key=visit.key_of(name),
            help=text(f"page.{name}_help", language),
        )


def ask_by_typing(name: str, language: str) -> None:
    """A number to be typed, without bounds: the browser would keep one that does not fit and train another.

    It is a float even where a whole one is meant: Streamlit fails on an infinite `int`.
    """
    visit, field = get_visit(), _find_number(name)
    with st.container(key=name, width=150):
        st.number_input(
            text(f"page.{name}", language),
            value=float(visit.begin(name)),
            step=1.0 if field.kind is int else 0.0005,
            format="%.0f" if field.kind is int else "%.5g",
            key=visit.key_of(name),
            help=text(f"page.{name}_help", language),
        )


def _find_number(name: str) -> Number:
    field = FIELD_BY_NAME[name]
    assert isinstance(field, Number), f"{name} is not a number"
    return field
