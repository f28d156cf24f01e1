"""What stands below the stage, each part with its lesson and its figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from echoviz.core.catalog import text
from echoviz.core.counts import compute_parameter_counts
from echoviz.core.experiment import Experiment
from echoviz.core.run import Run
from echoviz.lessons import load_lesson

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from echoviz.core.theme import ThemeName


def show_sections(run: Run | None, experiment: Experiment, language: str) -> None:
    """Predictions, loss, weights, TimeDistributed and sources, in this order."""
    _show_predictions(run, language)
    _show_loss(run, language)
    _show_weights(experiment, language)
    _show_time_distributed(run, language)
    _show_lesson("credits", language)


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
        st.table(parameter_table(compute_parameter_counts(experiment), language))
    growth = head_growth_facts(experiment)
    _show_figure(draw_head_growth(growth, language=language, theme=_theme()), "head_growth")


def _show_time_distributed(run: Run | None, language: str) -> None:
    from echoviz.figures import draw_time_distributed, time_distributed_facts

    _show_lesson("time_distributed", language)
    if run is None:
        st.info(text("page.predictions.none", language))
        return
    facts = time_distributed_facts(run)
    _show_figure(draw_time_distributed(facts, language=language, theme=_theme()), "time_distributed")


def _show_lesson(name: str, language: str) -> None:
    lesson = load_lesson(name, language)
    st.subheader(lesson.title, anchor=name)
    st.markdown(lesson.body, width=760)


def _show_figure(figure: Figure, key: str) -> None:
    st.plotly_chart(figure, key=f"figure_{key}", theme=None, config={"displayModeBar": False})


def _theme() -> ThemeName:
    return "dark" if st.context.theme.type == "dark" else "light"
