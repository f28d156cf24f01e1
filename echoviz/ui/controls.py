"""The controls: one for each row of core's table of fields, bound to the address."""

from __future__ import annotations

import streamlit as st

from echoviz.core.catalog import count_text, text
from echoviz.core.experiment import (
    FIELD_BY_NAME,
    FIELDS,
    Correction,
    Experiment,
    ExperimentError,
    Framing,
)
from echoviz.ui.choices import (
    FOLDED,
    is_page_choice,
    restore_choices,
    set_choices,
    show_folded_revision,
    show_revisions,
)


def ask_experiment(language: str) -> Experiment:
    """Show every control and return the experiment they describe; always a valid one."""
    if "corrections" not in st.session_state:
        _adopt_link()
    restore_choices()
    _ask_framing(language)
    _ask_whole("length", language)
    _ask_whole("neurons", language)
    _ask_number("epochs", language)
    with st.popover(text("page.more", language), icon=":material/tune:"):
        for name in FOLDED:
            _ask_number(name, language)
        show_folded_revision()
    show_revisions()
    st.session_state.framing_before = st.session_state.framing
    return read_experiment()


def read_experiment() -> Experiment:
    """What the controls say now. A callback asks here: what was drawn may be older than what was typed."""
    restore_choices()
    chosen = {field.name: str(st.session_state[field.name]) for field in FIELDS}
    return Experiment.from_query(chosen)[0]


def show_framing(experiment: Experiment, language: str) -> None:
    """One sentence that says what the chosen framing does."""
    st.markdown(count_text(f"page.framing.{experiment.framing}", experiment.length, language))


def show_corrections(language: str) -> None:
    """Say which values of the link did not fit and what is used instead."""
    corrections: tuple[Correction, ...] = st.session_state.corrections
    if not corrections:
        return
    lines = [text("page.corrected", language)]
    lines += [f"- {_describe(correction, language)}" for correction in corrections]
    with st.container(key="corrections"):
        st.warning("\n".join(lines), icon=":material/edit:")
        st.button(text("page.dismiss", language), key="dismiss", on_click=_forget_corrections)


def reset_experiment() -> None:
    """All choices but the framing back to the table's defaults; `undo_reset` brings them back."""
    experiment = read_experiment()
    _forget_corrections()
    defaults = Experiment(framing=experiment.framing)
    if experiment == defaults:  # a browser sends one press twice when it falls together with a poll
        return
    st.session_state.before_reset = {field.name: st.session_state[field.name] for field in FIELDS}
    set_choices({field.name: getattr(defaults, field.name) for field in FIELDS if field.kind is not Framing})


def undo_reset() -> None:
    """The choices as they were before the last reset."""
    before = st.session_state.pop("before_reset", {})  # pressed twice: undone once
    set_choices({name: value for name, value in before.items() if name != "framing"})


def can_undo_reset(experiment: Experiment) -> bool:
    """Whether the last thing that changed a choice was a reset that changed something."""
    before = st.session_state.get("before_reset")
    if before is None:
        return False
    is_still_reset = experiment == Experiment(framing=experiment.framing)
    is_other_framing = before["framing"] != experiment.framing
    if not is_still_reset or is_other_framing:
        del st.session_state.before_reset
        return False
    return before != {field.name: st.session_state[field.name] for field in FIELDS}


def _adopt_link() -> None:
    """Correct the address once, before any widget is bound to it.

    Bound widgets drop a value that does not fit, or stands there twice, without a word; from a corrected
    address they take the nearest one, or the last.
    """
    experiment, corrections = Experiment.from_query(st.query_params)
    corrected = {correction.field for correction in corrections}
    st.session_state.corrections = corrections + tuple(
        Correction(name, " & ".join(st.query_params.get_all(name))[:32], getattr(experiment, name))
        for name in FIELD_BY_NAME
        if len(st.query_params.get_all(name)) > 1 and name not in corrected
    )
    if st.session_state.corrections:
        st.query_params.update(
            {c.field: FIELD_BY_NAME[c.field].format(c.used) for c in st.session_state.corrections}
        )
        st.rerun()


def _ask_framing(language: str) -> None:
    st.segmented_control(
        text("page.framing", language),
        FIELD_BY_NAME["framing"].options,  # the address holds the label, so it is the same in every language
        default=str(FIELD_BY_NAME["framing"].default_for(Framing.MANY_TO_MANY)),
        key="framing",
        required=True,
        help=text("page.framing_help", language),
        on_change=_follow_framing,
        bind="query-params",
    )


def _follow_framing() -> None:
    """Epochs that were the old framing's default become the new one's."""
    restore_choices()
    epochs = FIELD_BY_NAME["epochs"]
    before, now = Framing(st.session_state.framing_before), Framing(st.session_state.framing)
    if st.session_state.epochs == epochs.default_for(before):
        set_choices({"epochs": epochs.default_for(now)})
    st.session_state.framing_before = st.session_state.framing


def _ask_whole(name: str, language: str) -> None:
    field = FIELD_BY_NAME[name]
    st.slider(
        text(f"page.{name}", language),
        field.minimum,
        field.maximum,
        field.default_for(Framing(st.session_state.framing)),
        key=name,
        help=text(f"page.{name}_help", language),
        width=170,
        bind="query-params",
    )


def _ask_number(name: str, language: str) -> None:
    field = FIELD_BY_NAME[name]
    st.number_input(  # without bounds: the browser would keep a number that does not fit and train another
        text(f"page.{name}", language),
        value=field.default_for(Framing(st.session_state.framing)),
        step=1 if field.kind is int else 0.0005,
        format="%d" if field.kind is int else "%.5g",
        key=name,
        help=text(f"page.{name}_help", language),
        on_change=_correct,
        args=(name,),
        width=150,
        bind="query-params",
    )


def _correct(name: str) -> None:
    """A typed number that does not fit becomes the nearest that does, and the page says so."""
    restore_choices()
    if is_page_choice(name):  # a browser that has only now heard of it says it as if it were typed
        return
    field, given = FIELD_BY_NAME[name], st.session_state[name]
    others = tuple(c for c in st.session_state.corrections if c.field != name)
    try:
        field.coerce(given)
    except ExperimentError as error:
        set_choices({name: error.nearest})
        others += (Correction(name, field.format(given)[:32], error.nearest),)
    st.session_state.corrections = others


def _describe(correction: Correction, language: str) -> str:
    field = FIELD_BY_NAME[correction.field]
    if field.options:
        expected = text("page.expected_option", language, options=", ".join(field.options))
    else:
        expected = text(
            "page.expected_range",
            language,
            minimum=field.format(field.minimum),
            maximum=field.format(field.maximum),
        )
    return text(
        "page.corrected_line",
        language,
        label=text(f"page.{correction.field}", language),
        given=_quote(correction.given),
        used=field.format(correction.used),
        expected=expected,
    )


def _quote(given: str) -> str:
    """Text from a link as inert Markdown: inside a code span nothing is a link, an image or HTML."""
    printable = "".join(character for character in given if character.isprintable() and character != "`")
    return f"`{printable}`" if printable.strip() else "` `"


def _forget_corrections() -> None:
    st.session_state.corrections = ()
