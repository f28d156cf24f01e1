"""What stands below the stage, each part with its lesson and its figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, assert_never

import numpy as np
import streamlit as st

from echoviz.core.catalog import text
from echoviz.core.counts import compute_parameter_counts
from echoviz.core.echo import compute_sequence
from echoviz.core.experiment import Experiment
from echoviz.core.printing import print_count, print_short
from echoviz.core.run import Run
from echoviz.lessons import load_lesson

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from echoviz.core.theme import ThemeName


def show_sections(run: Run | None, experiment: Experiment, language: str) -> None:
    """How to read the stage, then predictions, loss, weights, TimeDistributed and sources, in this order."""
    _show_reading(language)
    _show_predictions(run, language)
    _show_loss(run, language)
    _show_weights(experiment, language)
    _show_time_distributed(run, experiment, language)
    _show_lesson("credits", language)


def _show_reading(language: str) -> None:
    for name, column in zip(("intro", "stage", "shapes"), st.columns(3, gap="large"), strict=True):
        lesson = load_lesson(name, language)
        column.subheader(lesson.title, anchor=name)
        column.markdown(lesson.body)


def _show_predictions(run: Run | None, language: str) -> None:
    from echoviz.figures import draw_predictions, prediction_facts

    _show_lesson("predictions", language)
    if run is None:
        st.info(text("page.predictions.none", language))
        return
    facts = prediction_facts(run)
    line = text(
        "page.predictions.line",
        language,
        targets=f"`{' '.join(facts.printed_targets)}`",
        predictions=f"`{' '.join(facts.printed_predictions)}`",
    )
    with st.container(key="printed"):
        st.markdown(line)
    _show_figure(draw_predictions(facts, language=language, theme=_theme()), "predictions")
    _show_memorising(run, language)


def _show_memorising(run: Run, language: str) -> None:
    """What the model on the page answers to its own sequence in reverse: an echo, or a memory."""
    reversed_sequence = compute_sequence(run.experiment.length)[::-1]
    line = text(
        "page.predictions.reversed",
        language,
        given=_print_numbers(reversed_sequence),
        answered=_print_numbers(run.trace(reversed_sequence).y.ravel()),
    )
    lesson = load_lesson("memorising", language)
    with st.expander(lesson.title):
        st.markdown(line)
        st.markdown(lesson.body, width=760)


def _print_numbers(values: np.ndarray) -> str:
    return f"`{' '.join(print_short(value, 1) for value in values)}`"


def _show_loss(run: Run | None, language: str) -> None:
    from echoviz.figures import draw_loss, loss_facts

    _show_lesson("loss", language)
    if run is None:
        st.info(text("page.predictions.none", language))
        return
    _show_figure(draw_loss(loss_facts(run), language=language, theme=_theme()), "loss")


def _show_weights(experiment: Experiment, language: str) -> None:
    from echoviz.figures import (
        draw_head_growth,
        draw_weight_counts,
        head_growth_facts,
        parameter_table,
        weight_count_facts,
    )

    _show_lesson("weights", language)
    facts = weight_count_facts(experiment)
    _show_figure(draw_weight_counts(facts, language=language, theme=_theme()), "weights")
    with st.expander(text("page.weights.table", language)):
        _show_table(parameter_table(compute_parameter_counts(experiment), language))
    growth = head_growth_facts(experiment)
    _show_figure(draw_head_growth(growth, language=language, theme=_theme()), "head_growth")


def _describe_dense(experiment: Experiment, language: str) -> str:
    """What Dense does in the chosen framing, with its own numbers."""
    _, dense = compute_parameter_counts(experiment).by_layer.values()
    return text(
        f"page.time_distributed.{experiment.framing}",
        language,
        length=experiment.length,
        neurons=experiment.neurons,
        weights=print_count(dense),
    )


def _show_time_distributed(run: Run | None, experiment: Experiment, language: str) -> None:
    from echoviz.figures import arithmetic_table, draw_time_distributed, time_distributed_facts

    _show_lesson("time_distributed", language)
    st.markdown(_describe_dense(experiment, language), width=760)
    if run is None:
        st.info(text("page.predictions.none", language))
        return
    facts = time_distributed_facts(run)
    _show_figure(draw_time_distributed(facts, language=language, theme=_theme()), "time_distributed")
    with st.expander(text("page.time_distributed.table", language)):
        _show_table(arithmetic_table(facts, language))


def _show_lesson(name: str, language: str) -> None:
    lesson = load_lesson(name, language)
    st.subheader(lesson.title, anchor=name)
    st.markdown(lesson.body, width=760)


def _show_table(records: Sequence[Mapping[str, str | int | float]]) -> None:
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


def _show_figure(figure: Figure, key: str) -> None:
    st.plotly_chart(figure, key=f"figure_{key}", theme=None, config={"displayModeBar": False})


def _theme() -> ThemeName:
    return "dark" if st.context.theme.type == "dark" else "light"
