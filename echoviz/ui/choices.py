"""What a visitor has chosen: read from the controls or from the address, before anything is drawn.

Each message of a browser carries the values of all its controls. One that it sent before it heard that the
page had set a control (a click right after Back) brings the old value, and to Streamlit that is what the
visitor chose. Therefore a control that the page sets becomes a new control: its key has a generation, and a
value that comes under an older key belongs to a control that is no longer there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import streamlit as st

from echoviz.core.catalog import DEFAULT_LANGUAGE, LANGUAGES
from echoviz.core.experiment import FIELD_BY_NAME, FIELDS, Correction, Experiment
from echoviz.core.fields import shorten
from echoviz.ui.address import is_history_move, read_address
from echoviz.ui.pages import DETAILS, FREE, PAGE, PAGES, SHOW
from echoviz.ui.view import read_view

LANGUAGE = "lang"


class Choices(NamedTuple):
    """All that one run of the page draws.

    Attributes
    ----------
    experiment : always a valid one
    language, page : keys of `LANGUAGES` and of `PAGES`
    section : one of the page's
    details : what else the page has in its link, by name; see `DETAILS`
    corrections : what did not fit and was changed, as long as that is true
    view : what a link asks the stage to show first; `None` for its own beginning
    """

    experiment: Experiment
    language: str
    page: str
    section: str
    details: Mapping[str, str]
    corrections: tuple[Correction, ...]
    view: Mapping[str, int | str] | None


@dataclass
class Visit:
    """What this session remembers from one run of the page to the next."""

    known: dict[str, object] = field(default_factory=dict)
    """the value of each control, as the last run left it"""
    beginnings: dict[str, object] = field(default_factory=dict)
    """the value that each control was first drawn with"""
    generations: dict[str, int] = field(default_factory=dict)
    experiment: Experiment = field(default_factory=Experiment)
    language: str = DEFAULT_LANGUAGE
    page: str = FREE
    section: str = PAGES[FREE][0]
    details: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(DETAILS, ""))
    is_language_chosen: bool = False
    """whether the address names it: else the browser's own language is spoken"""
    corrections: tuple[Correction, ...] = ()
    view: Mapping[str, int | str] | None = None
    adoptions: int = 0
    """how often everything was read from the address"""
    is_adopted: bool = True
    """whether the choices still come from there: then it gets no new history entry"""

    def key_of(self, name: str) -> str:
        """The key of a control's widget."""
        return f"{name}-{self.generations.get(name, 0)}"

    def begin(self, name: str) -> Any:
        """The value that a control begins with; one that was away for a while begins anew."""
        if self.key_of(name) not in st.session_state:
            self.beginnings[name] = self.known[name]
        return self.beginnings[name]

    def said(self, name: str) -> Any:
        """What a control says now: what this run's message brought, or what is known of it."""
        return st.session_state.get(self.key_of(name), self.known[name])

    def put(self, name: str, value: object) -> None:
        """Set a control. One that says something else is replaced by a new one."""
        if name in self.known and self.said(name) != value:
            self.generations[name] = self.generations.get(name, 0) + 1
        self.known[name] = value


def settle_choices() -> Choices:
    """Read what is chosen, correct what does not fit, and set the controls that have to say something else.

    First in every run of the page.
    """
    visit: Visit | None = st.session_state.get("visit")
    if visit is None or is_history_move():
        visit = st.session_state.visit = visit or Visit()
        _adopt_address(visit)
    else:
        _read_controls(visit)
    return _sum_up(visit)


def read_experiment() -> Experiment:
    """What the controls say at this moment: a callback may know more than what was drawn before it."""
    visit = get_visit()
    return Experiment.nearest(_follow_framing(visit, _say_all(visit)))[0]


def get_visit() -> Visit:
    """What is remembered; only after `settle_choices` was called once in this session."""
    visit: Visit = st.session_state.visit
    return visit


def forget_corrections() -> None:
    """The visitor has read them."""
    get_visit().corrections = ()


def choose_experiment(experiment: Experiment) -> None:
    """Set the controls to another experiment, as if the visitor had."""
    for name, value in experiment.choices.items():
        get_visit().put(name, value)


def choose_word(name: str, word: str) -> None:
    """Set a word of the address, `PAGE`, `SHOW` or a detail, as if the visitor had."""
    get_visit().put(name, word)


def is_settled(choices: Choices) -> bool:
    """Whether the drawn controls say what was read before they were drawn.

    In the first run of a session the browser may know better: it was open while the server was restarted.
    """
    visit = get_visit()
    said = (read_experiment(), visit.said(LANGUAGE), visit.said(PAGE), visit.said(SHOW))
    return said == (choices.experiment, choices.language, choices.page, choices.section)


def write_query() -> dict[str, str]:
    """What stands in the address: all that is not as it would be without a word."""
    visit = get_visit()
    query = visit.experiment.to_link()
    if visit.is_language_chosen:
        query[LANGUAGE] = visit.language
    if visit.page != FREE:
        query[PAGE] = visit.page
    if visit.section != PAGES[visit.page][0]:
        query[SHOW] = visit.section
    told = {name: visit.details[name] for name, detail in DETAILS.items() if detail.page == visit.page}
    return query | {name: word for name, word in told.items() if word}


def _adopt_address(visit: Visit) -> None:
    """Take everything from the address: a link, Back or Forward."""
    address = read_address()
    query = {name: values[-1] for name, values in address.items()}
    experiment, corrections = Experiment.nearest(query)
    corrected = {correction.field for correction in corrections}
    twice = tuple(
        Correction(name, shorten(" & ".join(address[name])), getattr(experiment, name))
        for name in FIELD_BY_NAME
        if len(address.get(name, ())) > 1 and name not in corrected
    )
    asked = query.get(LANGUAGE)
    visit.is_language_chosen = asked in LANGUAGES
    language = asked if asked in LANGUAGES else _find_spoken_language()
    page, section, details, doubts = _read_words(visit, query)
    view, doubtful = read_view(query, experiment)
    if not visit.adoptions or experiment != visit.experiment:
        visit.view = view  # else the stage has the run already, and hears of the view in the browser
    _set_controls(visit, experiment, language, page, section, details)
    visit.corrections = (*corrections, *twice, *doubts, *doubtful)
    visit.adoptions += 1
    visit.is_adopted = True


def _read_words(
    visit: Visit, query: Mapping[str, str]
) -> tuple[str, str, dict[str, str], tuple[Correction, ...]]:
    """Page, section and details that a link asks for, and what of them did not fit."""
    page = query.get(PAGE, FREE)
    doubts = [] if page in PAGES else [Correction(PAGE, shorten(page), FREE)]
    page = page if page in PAGES else FREE
    section = query.get(SHOW, PAGES[page][0])
    if section not in PAGES[page]:
        doubts.append(Correction(SHOW, shorten(section), PAGES[page][0]))
        section = PAGES[page][0]
    details = dict(visit.details)
    for name, detail in DETAILS.items():
        if detail.page == page:
            given = query.get(name, "")
            details[name] = detail.mend(given)
            if details[name] != given:
                doubts.append(Correction(name, shorten(given), details[name]))
            if visit.adoptions and visit.page != page:
                details[name] = detail.bring(visit.details[name], details[name])
    return page, section, details, tuple(doubts)


def _read_controls(visit: Visit) -> None:
    values = _say_all(visit)
    experiment, corrections = Experiment.nearest(_follow_framing(visit, values))
    language = _say_one_of(LANGUAGES, visit, LANGUAGE)
    page = _say_one_of(PAGES, visit, PAGE)
    section = _say_one_of(PAGES[page], visit, SHOW)
    section = section if section in PAGES[page] else PAGES[page][0]
    details = {name: detail.mend(str(visit.said(name))) for name, detail in DETAILS.items()}
    is_same_experiment = experiment == visit.experiment
    said = (language, page, section, details)
    is_same = is_same_experiment and said == (visit.language, visit.page, visit.section, visit.details)
    visit.is_language_chosen |= language != visit.language
    visit.view = visit.view if is_same_experiment else None
    visit.is_adopted = visit.is_adopted and is_same
    _set_controls(visit, experiment, language, page, section, details)
    still_true = (each for each in visit.corrections if _is_true(each, visit, is_same_experiment))
    visit.corrections = (*still_true, *corrections)


def _set_controls(
    visit: Visit,
    experiment: Experiment,
    language: str,
    page: str,
    section: str,
    details: Mapping[str, str],
) -> None:
    words = {LANGUAGE: language, PAGE: page, SHOW: section, **details}
    for name, value in {**experiment.choices, **words}.items():
        visit.put(name, value)
    visit.experiment, visit.language = experiment, language
    visit.page, visit.section, visit.details = page, section, details


def _say_one_of(words: Iterable[str], visit: Visit, name: str) -> Any:
    said = visit.said(name)
    return said if said in words else visit.known[name]


def _say_all(visit: Visit) -> dict[str, object]:
    return {each.name: _tidy(visit.said(each.name)) for each in FIELDS}


def _tidy(said: Any) -> Any:
    """A typed whole number as what it is; it comes as a float."""
    return int(said) if isinstance(said, float) and said.is_integer() else said


def _follow_framing(visit: Visit, values: dict[str, object]) -> dict[str, object]:
    """Choices that are as they were by default follow the framing to its own default.

    So do those that the new framing does not have.
    """
    framing = values["framing"]
    if framing == visit.experiment.framing:
        return values
    before = visit.experiment.choices
    chosen, _ = Experiment.nearest({"framing": framing})
    return {
        each.name: values[each.name]
        for each in FIELDS
        if each.name == "framing"
        or (each.applies(chosen.choices) and values[each.name] != each.default_for(before))
    }


def _is_true(correction: Correction, visit: Visit, is_same_experiment: bool) -> bool:
    words = {PAGE: visit.page, SHOW: visit.section, **visit.details}
    if correction.field in words:
        return bool(words[correction.field] == correction.used)
    if correction.field in FIELD_BY_NAME:
        return bool(getattr(visit.experiment, correction.field) == correction.used)
    return is_same_experiment  # of the stage's view, which is another one for another experiment


def _sum_up(visit: Visit) -> Choices:
    return Choices(
        visit.experiment,
        visit.language,
        visit.page,
        visit.section,
        visit.details,
        visit.corrections,
        visit.view,
    )


def _find_spoken_language() -> str:
    spoken = (st.context.locale or DEFAULT_LANGUAGE).split("-")[0]
    return spoken if spoken in LANGUAGES else DEFAULT_LANGUAGE
