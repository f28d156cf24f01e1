"""What stands below the stage, each part with its lesson and its figure."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
import streamlit as st

from echoviz.core.catalog import text
from echoviz.core.counts import compute_parameter_counts
from echoviz.core.data import compute_sequence, count_inputs, make_shown
from echoviz.core.experiment import Experiment
from echoviz.core.printing import print_count, print_loss, print_short
from echoviz.core.run import Run
from echoviz.lessons import load_lesson
from echoviz.ui.service import get_service
from echoviz.ui.status import describe_unseen
from echoviz.ui.tables import get_theme, show_figure, show_numbers

KERAS_WAIT_S = 0.5
"""How long the page waits for Keras' own answer, which takes a tenth of a second at most."""
LOSS_ROWS = 20
"""Lines of the table that says the loss in numbers."""


def show_section(section: str, run: Run | None, experiment: Experiment, language: str) -> None:
    """The one thing that is shown below the stage: what draws a plot is loaded when one is looked at."""
    match section:
        case "predictions":
            _show_predictions(run, language)
        case "loss":
            _show_loss(run, language)
        case "weights":
            _show_weights(experiment, language)
        case "time-distributed":
            _show_time_distributed(run, experiment, language)
        case "code":
            _show_code(experiment, language)
        case _:
            _show_reading(language)


def _show_reading(language: str) -> None:
    for name, column in zip(("intro", "stage", "shapes"), st.columns(3, gap="large"), strict=True):
        lesson = load_lesson(name, language)
        column.header(lesson.title, anchor=name)
        column.markdown(lesson.body)
    _show_lesson("credits", language)


def _show_predictions(run: Run | None, language: str) -> None:
    from echoviz.figures import draw_predictions, prediction_facts

    _show_lesson("predictions", language)
    if run is None:
        _show_waiting(language)
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
    show_figure(draw_predictions(facts, language=language, theme=get_theme()), "predictions")
    show_numbers(_list_predictions(run, language), language)
    _show_memorising(run, language)


def _list_predictions(run: Run, language: str) -> list[dict[str, str | int | float]]:
    shown = make_shown(run.experiment)
    names = [text(f"page.column.{name}", language) for name in ("step", "target", "answer")]
    rows = zip(shown.targets.ravel().tolist(), run.trace().y.ravel().tolist(), strict=True)
    return [dict(zip(names, (step, *row), strict=True)) for step, row in enumerate(rows)]


def _show_memorising(run: Run, language: str) -> None:
    """What the model answers to other sequences than its own: an echo, or a memory."""
    lesson = load_lesson("memorising", language)
    with st.expander(lesson.title):
        st.markdown(describe_unseen(run, language))
        if count_inputs(run.experiment) == run.experiment.length:  # else there is no sequence to reverse
            reversed_sequence = compute_sequence(run.experiment.length)[::-1]
            line = text(
                "page.predictions.reversed",
                language,
                given=_print_numbers(reversed_sequence),
                answered=_print_numbers(run.trace(reversed_sequence).y.ravel()),
            )
            st.markdown(line)
        st.markdown(lesson.body, width=760)


def _print_numbers(values: np.ndarray) -> str:
    return f"`{' '.join(print_short(value, 1) for value in values)}`"


def _show_loss(run: Run | None, language: str) -> None:
    from echoviz.figures import draw_loss, loss_facts

    _show_lesson("loss", language)
    if run is None:
        _show_waiting(language)
        return
    show_figure(draw_loss(loss_facts(run), language=language, theme=get_theme()), "loss")
    show_numbers(_list_losses(run, language), language)


def _list_losses(run: Run, language: str) -> list[dict[str, str | int | float]]:
    """The loss at the epochs whose weights were kept, at most `LOSS_ROWS` of them."""
    epochs = np.array(run.snapshot_epochs)
    chosen = epochs[np.unique(np.linspace(0, len(epochs) - 1, LOSS_ROWS).round().astype(int))]
    names = [text(f"page.column.{name}", language) for name in ("epoch", "loss")]
    losses = run.loss_by_epoch
    return [dict(zip(names, (int(epoch), print_loss(losses[epoch])), strict=True)) for epoch in chosen]


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
    show_figure(draw_weight_counts(facts, language=language, theme=get_theme()), "weights")
    show_numbers(parameter_table(compute_parameter_counts(experiment), language), language)
    growth = head_growth_facts(experiment)
    show_figure(draw_head_growth(growth, language=language, theme=get_theme()), "head_growth")


def _describe_dense(experiment: Experiment, language: str) -> str:
    """What reads the hidden states here, with its own numbers."""
    counts = compute_parameter_counts(experiment)
    return text(
        f"page.here.{experiment.framing}.{experiment.head}",
        language,
        length=experiment.length,
        neurons=experiment.neurons,
        weights=print_count(counts.total - counts.by_layer["LSTM"]),
    )


def _show_time_distributed(run: Run | None, experiment: Experiment, language: str) -> None:
    from echoviz.figures import arithmetic_table, draw_time_distributed, time_distributed_facts

    _show_lesson("time_distributed", language)
    st.markdown(_describe_dense(experiment, language), width=760)
    if run is None:
        _show_waiting(language)
        return
    facts = time_distributed_facts(run, keras_answer=_ask_keras(run))
    show_figure(draw_time_distributed(facts, language=language, theme=get_theme()), "time_distributed")
    show_numbers(arithmetic_table(facts, language), language)


def _ask_keras(run: Run) -> np.ndarray | None:
    """Keras' own answer, to hold our arithmetic against."""
    return get_service().ask_keras(run, KERAS_WAIT_S) if run.keras_answer is None else run.keras_answer


def _show_code(experiment: Experiment, language: str) -> None:
    from echoviz.core.keras_code import keras_code

    st.header(text("page.code.title", language), anchor="code")
    versions = {name: version(name) for name in ("keras", "tensorflow")}
    st.markdown(text("page.code.body", language, **versions), width=760)
    with st.container(key="code"):
        st.code(keras_code(experiment), language="python")


def _show_lesson(name: str, language: str) -> None:
    lesson = load_lesson(name, language)
    st.header(lesson.title, anchor=name)
    st.markdown(lesson.body, width=760)


def _show_waiting(language: str) -> None:
    st.info(text("page.predictions.none", language))
