"""The controls: one for each row of core's table of choices."""

from __future__ import annotations

import secrets

import streamlit as st

from echoviz.core.broadcast import CASES
from echoviz.core.catalog import LANGUAGES, count_text, text
from echoviz.core.experiment import FIELD_BY_NAME, Choice, Correction, Experiment, Number
from echoviz.core.framing import Framing
from echoviz.core.tray import RUNS_AT_MOST, read_tray
from echoviz.ui.choices import LANGUAGE, choose_experiment, forget_corrections, get_visit, read_experiment
from echoviz.ui.harder import ask_harder
from echoviz.ui.numbers import ask_by_slider, ask_by_typing
from echoviz.ui.pages import CASE, FORWARD, ORDER, PAGE, PAGES, REVERSED, SHOW, TRAY
from echoviz.ui.press import show_button
from echoviz.ui.tools import STATE_OF_TOOL, TOOLS
from echoviz.ui.view import PANELS, compute_view_bounds

SEEDS = 10_000
"""A seed that was drawn has four digits at most: it can be said aloud."""


def ask_language(language: str) -> None:
    """The language switch."""
    visit = get_visit()
    with st.container(key="language", width="content"):
        st.segmented_control(
            text("page.language", language),
            list(LANGUAGES),
            default=visit.begin(LANGUAGE),
            format_func=LANGUAGES.__getitem__,
            key=visit.key_of(LANGUAGE),
            required=True,
            label_visibility="collapsed",
        )


def ask_experiment(experiment: Experiment, language: str) -> None:
    """The framing, the four numbers that everybody needs, and the rest one press away."""
    _ask_framing(language)
    ask_by_slider("length", language)
    ask_by_slider("neurons", language)
    ask_by_typing("epochs", language)
    with st.popover(text("page.more", language), icon=":material/tune:", key="more"):
        ask_by_typing("learning_rate", language)
        ask_by_typing("seed", language)
        show_button("new_weights", language, draw_weights, icon=":material/casino:")
    ask_harder(experiment, language)


def ask_page(language: str) -> None:
    """The pages, of which one is shown."""
    visit = get_visit()
    with st.container(key="pages", width="content"):
        st.segmented_control(
            text("page.view", language),
            list(PAGES),
            default=visit.begin(PAGE),
            format_func=lambda page: text(f"page.view.{page}", language),
            key=visit.key_of(PAGE),
            required=True,
            label_visibility="collapsed",
        )


def draw_weights() -> None:
    """Another seed, and with it other initial weights; everything else stays."""
    experiment = read_experiment()
    seed = (experiment.seed % SEEDS + 1 + secrets.randbelow(SEEDS - 1)) % SEEDS  # never the same
    choose_experiment(experiment.replace(seed=seed))


def ask_section(language: str) -> None:
    """What the page shows of its sections: one thing at a time."""
    visit = get_visit()
    with st.container(key="sections"):
        st.segmented_control(
            text("page.show", language),
            PAGES[visit.page],
            default=visit.begin(SHOW),
            format_func=lambda section: text(f"page.show.{section}", language),
            key=visit.key_of(SHOW),
            required=True,
            label_visibility="collapsed",
        )


def show_framing(experiment: Experiment, language: str) -> None:
    """What the chosen framing and head do, and what is asked beyond the tutorial."""
    head = text(f"page.framing_head.{experiment.head}", language)
    said = [count_text(f"page.framing.{experiment.framing}", experiment.length, language, head=head)]
    if experiment.delay:
        said.append(text("page.framing_delay", language, delay=experiment.delay))
    if experiment.sequences > 1:
        said.append(text("page.framing_sequences", language, count=experiment.sequences))
    st.markdown(" ".join(said))


def show_corrections(corrections: tuple[Correction, ...], experiment: Experiment, language: str) -> None:
    """Say which values did not fit and what is used instead."""
    if not corrections:
        return
    lines = [text("page.corrected", language)]
    lines += [f"- {_describe(correction, experiment, language)}" for correction in corrections]
    with st.container(key="corrections"):
        st.warning("\n".join(lines), icon=":material/edit:")
        show_button("dismiss", language, forget_corrections, has_help=False)


def _ask_framing(language: str) -> None:
    visit = get_visit()
    with st.container(key="framing", width="content"):
        st.segmented_control(
            text("page.framing", language),
            list(map(str, Framing)),
            default=str(visit.begin("framing")),
            format_func=lambda framing: text(f"page.framing_name.{framing}", language),
            key=visit.key_of("framing"),
            required=True,
            help=text("page.framing_help", language),
        )


def _describe(correction: Correction, experiment: Experiment, language: str) -> str:
    return text(
        "page.corrected_line",
        language,
        label=text(f"page.{correction.field}", language),
        given=_quote(correction.given),
        used=_write_used(correction),
        expected=_describe_expected(correction, experiment, language),
    )


def _write_used(correction: Correction) -> str:
    field = FIELD_BY_NAME.get(correction.field)
    if field:
        return field.format(correction.used)
    if correction.field == TRAY:
        return str(len(read_tray(correction.used).experiments))
    without_a_word = {CASE: next(iter(CASES)), ORDER: FORWARD}
    return str(correction.used) or without_a_word[correction.field]


def _describe_expected(correction: Correction, experiment: Experiment, language: str) -> str:
    if correction.field in STATE_OF_TOOL.values():
        return text(f"page.expected_{correction.field}", language)
    if correction.field == TRAY:
        return text("page.expected_runs", language, most=RUNS_AT_MOST)
    options, bounds = _find_expected(correction.field, experiment)
    if options:
        return text("page.expected_option", language, options=", ".join(options))
    low, high = bounds
    if low == high:
        return text("page.expected_only", language, value=low)
    return text("page.expected_range", language, minimum=low, maximum=high)


def _find_expected(name: str, experiment: Experiment) -> tuple[tuple[str, ...], tuple[str, str]]:
    """What could have been given: words, or a least and a greatest number."""
    words = {
        PAGE: tuple(PAGES),
        SHOW: PAGES[get_visit().page],
        CASE: tuple(CASES),
        ORDER: (REVERSED,),
        "panel": PANELS,
        "tool": TOOLS,
    }
    if name in words:
        return words[name], ("", "")
    if name not in FIELD_BY_NAME:
        least, greatest = compute_view_bounds(experiment)[name]
        return (), (str(least), str(greatest))
    match FIELD_BY_NAME[name]:
        case Choice() as choice:
            return tuple(map(str, choice.options_for(experiment.choices))), ("", "")
        case Number() as number:
            low, high = map(number.format, number.bounds_for(experiment.choices))
            return (), (low, high)


def _quote(given: str) -> str:
    """Text from a link as inert Markdown: inside a code span nothing is a link, an image or HTML."""
    printable = "".join(character for character in given if character.isprintable() and character != "`")
    return f"`{printable}`" if printable.strip() else "` `"
