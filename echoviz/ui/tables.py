"""Numbers as a table, and plots as Streamlit shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, assert_never

import streamlit as st

from echoviz.core.catalog import text
from echoviz.core.printing import print_count, print_short

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from echoviz.core.theme import ThemeName

Records = Sequence[Mapping[str, str | int | float]]


def show_numbers(records: Records, language: str) -> None:
    """The numbers of a plot as a table: a plot cannot be read by keyboard, nor by a screen reader."""
    with st.expander(text("page.numbers", language)):
        show_table(records)


def show_table(records: Records) -> None:
    """A table of our own words and numbers, as Markdown.

    `st.dataframe` would have the server load pandas and Arrow: 65 MB and a second. And Plotly, which looks
    for pandas, finds it half imported when many arrive at once.
    """
    head = list(records[0])
    body = [[_write_cell(value) for value in record.values()] for record in records]
    st.markdown("\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body)))


def _write_cell(value: str | float) -> str:
    match value:
        case int():
            return print_count(value)
        case float():
            return print_short(value, 4)
        case str():
            return value
        case _:
            assert_never(value)


def show_figure(figure: Figure, key: str) -> None:
    """A Plotly figure in the page's own theme."""
    st.plotly_chart(figure, key=f"figure_{key}", theme=None, config={"displayModeBar": False})


def get_theme() -> ThemeName:
    """The theme that the visitor sees."""
    return "dark" if st.context.theme.type == "dark" else "light"
