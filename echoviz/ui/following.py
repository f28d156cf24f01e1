"""Whoever waits is told by the server, without a run of the page's script.

A hundred pages that each run the script four times a second to look whether something has changed are more
than one Python process can do; past that point it never recovers. So the page's component asks a route of the
server (`/echoviz/training`), which answers once there is something new: that costs a fiftieth of a run. Only
when the page has something else to draw does the component ask for a run.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse

from echoviz.core.catalog import DEFAULT_LANGUAGE, LANGUAGES
from echoviz.core.experiment import Experiment
from echoviz.core.progress import Progress
from echoviz.core.tray import read_tray
from echoviz.engine.service import TrainingService
from echoviz.engine.views import TrainingView
from echoviz.stage import pack_live
from echoviz.ui.followed import list_followed, tell_followed
from echoviz.ui.pages import CASE, TRAY
from echoviz.ui.scripts import read_script
from echoviz.ui.service import get_service, get_watcher
from echoviz.ui.shown import find_run
from echoviz.ui.turns import need_turn
from echoviz.ui.words import NO_BAR, Told, tell

ROUTE = "echoviz/training"
PATIENCE_S = 20.0
"""An unanswered question is answered after so long: proxies end what is silent for a minute."""
LOOK_EVERY_S = 1.0
"""Words that count seconds change by themselves."""
PAUSE_S = 0.2
PAUSE_FOR_EACH_S = 0.004
"""After each answer a page rests so long, and so much longer for each page that waits: all together they may
ask 250 times a second."""

_FOLDER = Path(__file__).parent
_component = st.components.v2.component(
    "echoviz_following",
    html='<div class="following"><div class="bar" role="progressbar" aria-valuemin="0" aria-valuemax="100">'
    '</div><p class="words"></p></div>',
    css=(_FOLDER / "following.css").read_text(encoding="utf-8"),
    js=read_script("following"),
)


def show_following(told: Told, about: Mapping[str, str], language: str, *, is_quiet: bool = False) -> None:
    """Show what is told, and follow it in the browser.

    `about` is what the server is asked about, as `tell_asked` reads it. `is_quiet`: only until there is
    something to draw.
    """
    question = {**about, "watcher": get_watcher(), "language": language, "quiet": int(is_quiet)}
    _mount({"question": urlencode(question), "seen": told.seen, "words": told.words, "share": told.share})


@st.fragment
def _mount(data: dict[str, object]) -> None:
    """In a fragment, so that its word that something has changed stops nothing that is under way."""
    # In a list: a dictionary is searched for data frames, and for that the server would load pandas.
    _component(data=[data], key="following", on_changed_change=_note_change)
    if st.session_state.pop("has_changed", False):
        st.rerun()


def _note_change() -> None:
    st.session_state.has_changed = True
    need_turn()


class Bell:
    """Wakes those who wait in the server's event loop when the service has news; any thread may ring it."""

    def __init__(self, listen: Callable[[Callable[[], None]], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()
        self._is_ringing = False
        self.waiting = 0
        listen(self._ring)

    async def wait(self, timeout_s: float) -> None:
        """Until it rings, or for so long."""
        self.waiting += 1
        try:
            await asyncio.wait_for(self._rung.wait(), timeout_s)
        except TimeoutError:
            pass
        finally:
            self.waiting -= 1

    def _ring(self) -> None:
        if not self._is_ringing:  # one ring wakes all, however much is new
            self._is_ringing = True
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self._is_ringing = False
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()


_bells: list[Bell] = []  # one, once somebody has asked


def find_bell(service: TrainingService) -> Bell:
    """The one bell of this server; to be asked for in its event loop."""
    if not _bells:
        _bells.append(Bell(service.listen))
    return _bells[0]


async def answer_following(request: Request) -> JSONResponse:
    """What there is to tell of what is asked about, as soon as it is not what the page knows already."""
    asked = request.query_params
    is_quiet = asked.get("quiet") == "1"
    known = (asked.get("seen"), asked.get("words"))
    bell, loop = find_bell(get_service()), asyncio.get_running_loop()
    until = loop.time() + PATIENCE_S
    while True:
        told, training = tell_asked(asked)
        if is_quiet:
            told = told._replace(words="", share=NO_BAR)
        if (told.seen, told.words) != known or loop.time() >= until:
            break
        await bell.wait(LOOK_EVERY_S)
    live = None if is_quiet else _pack(training)
    pause_s = PAUSE_S + PAUSE_FOR_EACH_S * bell.waiting
    answer = {"seen": told.seen, "words": told.words, "share": told.share, "live": live, "pause_s": pause_s}
    return JSONResponse(answer, headers={"cache-control": "no-store"})


def tell_asked(asked: Mapping[str, str]) -> tuple[Told, TrainingView | None]:
    """What is told to a page that asks, and the training whose moments the stage draws, if it is about one.

    A page that compares says `about`, the section that it shows; the free page asks for its experiment.
    """
    experiment, _ = Experiment.from_query(asked)
    watcher = asked.get("watcher", "")[:64]
    language = asked["language"] if asked.get("language") in LANGUAGES else DEFAULT_LANGUAGE
    service = get_service()
    if "about" in asked:
        tray, case = read_tray(asked.get(TRAY, "")), asked.get(CASE, "")
        followed = list_followed(asked["about"], experiment, tray, case)
        return tell_followed(followed, service, watcher, language), None
    training = service.find(experiment, watcher)
    run = find_run(experiment, training)
    if run is None:
        service.ask_untrained(experiment)  # again: a question may have been lost
    return tell(training, run, service.warmth, language), training


def _pack(training: TrainingView | None) -> str | None:
    if training is None or not training.is_active or not isinstance(training.progress, Progress):
        return None
    assert isinstance(training.subject, Experiment), "a survey's progress is another"
    return base64.b64encode(pack_live(training.progress, training.subject)).decode()
