"""Choices that the page itself changes, kept against a browser that has not heard of them yet.

Each message of a browser carries the values of all its controls. One that it sent before it heard of a change
(a second click, a look at the training) brings the old values back, and to Streamlit they are the visitor's.
So a hidden number travels with the values, the revision: a message with an older one is older than they are.

A browser says nothing of controls whose script it is still loading. Hence a revision of each kind of control
that the page changes: it is said, and left out, together with their values. Controls inside a closed popover
hear of nothing until it is opened, and the browser goes on saying their old values: they have their own too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from echoviz.core.experiment import FIELDS

FOLDED = ("learning_rate", "seed")
"""The controls inside the popover."""
FOLDED_REVISION = "revision_of_folded"
OPEN_REVISIONS = ("revision_of_numbers", "revision_of_sliders")


@dataclass(frozen=True)
class Sent:
    """What the page last put into controls, by key, and what a browser may still say in its place."""

    revision: int = 0
    values: Mapping[str, object] = field(default_factory=dict)
    outdated: Mapping[str, frozenset[object]] = field(default_factory=dict)


def set_choices(values: Mapping[str, object]) -> None:
    """Put values into controls, by key. For callbacks only: later in a run a control's value is fixed.

    The others keep theirs, but are sent too: what changes the address, be it the language alone, writes it
    whole, and the browser may have put something newer there.
    """
    restore_choices()
    sent = _get_sent()
    chosen = {each.name: st.session_state[each.name] for each in FIELDS if each.name in st.session_state}
    chosen.update(values)
    outdated = {}
    for name, value in chosen.items():
        earlier = sent.outdated.get(name, frozenset()) if is_behind(name) else frozenset()
        outdated[name] = (earlier | {st.session_state[name]}) - {value}
    st.session_state.sent = Sent(sent.revision + 1, chosen, outdated)
    st.session_state.update(values)


def restore_choices() -> None:
    """Put back what a browser behind the last change has overwritten. First in every run and callback."""
    sent = _get_sent()
    for name, value in sent.values.items():
        if not is_behind(name):
            continue
        said = st.session_state[name]
        # What the visitor chose since then is set too: the browser is about to show the page's value instead,
        # and the address may lack it.
        st.session_state[name] = value if said in sent.outdated[name] else said


def is_page_choice(name: str) -> bool:
    """Whether a control still says what the page put there."""
    values = _get_sent().values
    return name in values and values[name] == st.session_state[name]


def show_revisions() -> None:
    """Draw the hidden numbers, after the controls: a browser that has them has the controls' values."""
    _bring_up_to_date(*OPEN_REVISIONS)
    with st.container(key="revisions"):
        st.number_input("revision", step=1, key="revision_of_numbers")
        st.slider("revision", 0, 1_000_000_000, key="revision_of_sliders")


def show_folded_revision() -> None:
    """Draw the hidden number of the controls in the popover, after them and in it."""
    _bring_up_to_date(FOLDED_REVISION)
    with st.container(key="folded_revisions"):
        st.number_input("revision", step=1, key=FOLDED_REVISION)


def _get_sent() -> Sent:
    sent: Sent = st.session_state.get("sent", Sent())
    return sent


def is_behind(name: str | None = None) -> bool:
    """Whether the browser had not heard of the last change when it asked for this run.

    Of a change to control `name`; without one, of a change to those outside the popover.
    """
    return any(map(_is_old, (FOLDED_REVISION,) if name in FOLDED else OPEN_REVISIONS))


def _is_old(revision: str) -> bool:
    return bool(st.session_state.get(revision, 0) != _get_sent().revision)


def _bring_up_to_date(*revisions: str) -> None:
    # Only those that are old: what is set is sent.
    st.session_state.update(dict.fromkeys(filter(_is_old, revisions), _get_sent().revision))
