"""The page's address: it always says what the controls say.

- A change of a choice is one history entry; Streamlit makes it when the script writes `st.query_params`.
- Back, Forward and links of the page itself come as a run that moves through the history: the choices are
  then read from the address. They get no new entry, whatever had to be corrected.
- `address.js` does what Streamlit cannot: it corrects an entry in place, follows the stage's view, copies the
  link, goes to the defaults and back, and names the page's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from echoviz.core.catalog import text
from echoviz.core.experiment import FIELD_BY_NAME
from echoviz.ui.pages import DETAILS, PAGE, SHOW
from echoviz.ui.view import VIEW_NAMES

_FOLDER = Path(__file__).parent
_component = st.components.v2.component(
    "echoviz_address",
    html='<div class="echoviz-address"></div>',
    css=(_FOLDER / "address.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "address.js").read_text(encoding="utf-8"),
)
EXPERIMENT_NAMES = tuple(FIELD_BY_NAME)
CHOICE_NAMES = (*EXPERIMENT_NAMES, "lang", PAGE, SHOW, *DETAILS)


@dataclass
class _Written:
    """What this session last made of the address."""

    session: str = field(default_factory=lambda: uuid4().hex)
    query: Mapping[str, str] = field(default_factory=dict)
    reason: object = None
    entry: int = 0
    """counts the times at which the browser has something to look after"""


def is_history_move() -> bool:
    """Whether this run was asked for by Back, Forward or a link of the page itself."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def read_address() -> dict[str, tuple[str, ...]]:
    """Every value of every name in the address that the browser sent with this run."""
    return {name: tuple(st.query_params.get_all(name)) for name in st.query_params}


def show_address(
    query: Mapping[str, str],
    defaults: Mapping[str, str],
    view: Mapping[str, int | str],
    language: str,
    *,
    adoptions: int,
    is_adopted: bool,
) -> None:
    """Bring the address up to date and draw the buttons that go to one or copy it.

    `query` is what the address has to say, `defaults` what it says of the experiment after Reset, `view` what
    the stage begins with. `adoptions` counts how often the choices were read from the address; while they
    still come from there (`is_adopted`) it is corrected and gets no new entry.
    """
    written: _Written = st.session_state.setdefault("address_written", _Written())
    _write(written, query, adoptions, is_adopted)
    words = ("reset", "reset_help", "undo", "copy", "copy_help", "copied", "copy_by_hand")
    data = {
        "entry": f"{written.session}-{written.entry}",
        "query": urlencode(query),
        "view": urlencode(view),
        "isAdopted": is_adopted,
        "choiceNames": CHOICE_NAMES,
        "experimentNames": EXPERIMENT_NAMES,
        "viewNames": VIEW_NAMES,
        "defaults": urlencode(defaults),
        "language": language,
        "htmlLanguage": text("page.html_language", language),
        "texts": {word: text(f"page.{word}", language) for word in words},
    }
    # In a list: a dictionary is searched for data frames, and for that the server would load pandas.
    _component(key="address", width="content", data=[data])


def _write(written: _Written, query: Mapping[str, str], adoptions: int, is_adopted: bool) -> None:
    address = read_address()
    if written.entry and not is_adopted and query != written.query:
        others = {name: address[name] for name in address if name not in (*CHOICE_NAMES, *VIEW_NAMES)}
        st.query_params.from_dict({**others, **query})
    # The browser's own choices count too: a run that Back asked for may have been cut short by a click, and
    # then the address says something else than the controls.
    asked = {name: address[name] for name in address if name in CHOICE_NAMES}
    reason = (query, asked, adoptions)
    if reason != written.reason:
        written.entry += 1
    written.query, written.reason = query, reason
