"""Who sees the operator's view, and what it shows of whatever happened."""

from __future__ import annotations

import base64
import json
from html.parser import HTMLParser
from http import HTTPStatus

import pytest
from starlette.requests import Request
from starlette.responses import Response

from echoviz.core.catalog import LANGUAGES, load_section
from echoviz.core.experiment import Experiment
from echoviz.engine.reports import ActiveReport, Ended, Incident, ServiceReport, WorkerReport
from echoviz.engine.views import TrainingState, Warmth, WarmthView
from echoviz.hosting.operators import ATTEMPTS, Operators
from echoviz.hosting.settings import read_settings
from echoviz.ui.operator_page import describe_duration
from echoviz.ui.operator_view import OperatorView, make_plain, read_memory_mb
from harness.loop import run_apart

KEY = "correct horse battery: staple"
EVIL = "<script>alert('&')</script>"
EXPERIMENT = Experiment(length=7, neurons=3)
REPORT = ServiceReport(
    WarmthView(Warmth.READY, 4.0),
    active=(
        ActiveReport(EXPERIMENT, TrainingState.TRAINING, None, 3.5, watchers=2, restarts=1, worker="0"),
        ActiveReport(Experiment(length=9), TrainingState.QUEUED, 0, 61.0, watchers=1),
    ),
    workers=(
        WorkerReport("0", True, 1, 8, 0.4, 700.2),
        WorkerReport(EVIL, False, 0, 8, float("inf")),
    ),
    incidents=(Incident("failed", 3700.0, EVIL, EXPERIMENT), Incident("replaced", 7.0)),
    ended=1234,
)


def authorize(key: str, user: str = "anybody") -> str:
    return "Basic " + base64.b64encode(f"{user}:{key}".encode()).decode()


def ask(view: OperatorView, *, query: str = "", **headers: str) -> Response:
    named = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {"type": "http", "headers": named, "query_string": query.encode(), "client": ("10.0.0.1", 5)}
    return run_apart(view.answer(Request(scope)))


@pytest.fixture
def view() -> OperatorView:
    return OperatorView(Operators(KEY), lambda: REPORT, lambda: 3)


@pytest.mark.parametrize(
    "authorization",
    [
        authorize(""),
        authorize(KEY[:-1]),
        authorize(KEY + "x"),
        f"Bearer {KEY}",
        KEY,
        "Basic",
        "Basic !!!",
        "Basic é",
        "",
    ],
)
def test_nothing_but_the_key_opens(view: OperatorView, authorization: str) -> None:
    answer = ask(view, authorization=authorization)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic")
    assert b"length" not in bytes(answer.body)


def test_without_a_key_there_is_no_view() -> None:
    """Not even for an empty password."""
    view = OperatorView(Operators(""), lambda: REPORT, lambda: 3)
    assert [ask(view).status_code, ask(view, authorization=authorize("")).status_code] == [404, 404]


def test_who_tries_often_waits_and_nobody_else() -> None:
    now = [0.0]
    operators = Operators(KEY, clock=lambda: now[0])
    wrong, right = authorize("wrong"), authorize(KEY)
    tried = [operators.judge(wrong, "evil") for _ in range(ATTEMPTS + 1)]
    assert tried == [HTTPStatus.UNAUTHORIZED] * ATTEMPTS + [HTTPStatus.TOO_MANY_REQUESTS]
    assert operators.judge(right, "evil") is HTTPStatus.TOO_MANY_REQUESTS
    assert operators.judge(right, "operator") is HTTPStatus.OK
    now[0] = 31.0
    assert operators.judge(right, "evil") is HTTPStatus.OK


class Reader(HTMLParser):
    """Which elements a page has, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_all_and_runs_nothing(view: OperatorView, language: str) -> None:
    """Reasons and names come from elsewhere: they are texts, whatever they hold."""
    answer = ask(view, authorization=authorize(KEY), accept_language=f"fr, {language}-XX;q=0.8, en")
    page = Reader(bytes(answer.body).decode())
    texts = load_section("operator", language)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "script" not in page.tags
    assert page.texts.count(EVIL) == 2
    said = ("heading", "training.ready", "state.queued", "what.failed")
    settings = "framing=many-to-many length=7 neurons=3 epochs=1000 learning_rate=0.001 seed=55"
    assert {*(texts[name] for name in said), settings, "1\u202f234"} <= {*page.texts}


def test_programs_read_json(view: OperatorView) -> None:
    answer = ask(view, authorization=authorize(KEY), accept="application/json")
    told = json.loads(bytes(answer.body))
    assert told["server"]["sessions"] == 3
    assert [each["place"] for each in told["active"]] == [None, 0]
    assert told["active"][0]["experiment"] == EXPERIMENT.choices
    assert [each["heard_s"] for each in told["workers"]] == [0.4, None]
    assert told["warmth"]["state"] == "ready"


def test_every_state_and_incident_has_its_words() -> None:
    for language in LANGUAGES:
        texts = load_section("operator", language)
        assert {f"training.{state}" for state in Warmth} <= texts.keys()
        assert {f"state.{state}" for state in TrainingState if state.is_active} <= texts.keys()


def test_a_line_of_the_log_names_no_visitor() -> None:
    told = make_plain(Ended(EXPERIMENT, 1, TrainingState.DIVERGED, waited_s=0.25, epochs_done=3, watchers=2))
    assert json.loads(json.dumps(told))["experiment"]["length"] == 7
    assert {"state", "cause", "waited_s", "trained_s", "epochs_done", "restarts", "watchers"} <= told.keys()
    assert not {"watcher", "session", "client", "address"} & told.keys()


@pytest.mark.parametrize(
    ("seconds", "said"), [(-1, "0 s"), (59.9, "59 s"), (61, "1 min 1 s"), (3660 * 24, "24 h 24 min")]
)
def test_durations_are_said_in_two_units(seconds: float, said: str) -> None:
    assert describe_duration(seconds, "en") == said


def test_memory_is_that_of_this_process() -> None:
    assert 10 < (read_memory_mb() or 0) < 100_000


@pytest.mark.parametrize(
    ("name", "value"),
    [("ECHOVIZ_OPERATOR_KEY", "short"), ("ECHOVIZ_RUN_LOG", "/nowhere/runs"), ("ECHOVIZ_RUN_LOG", "/tmp")],
)
def test_what_cannot_be_kept_ends_the_start(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"{name}.*expected"):
        read_settings({name: value})


def test_the_key_is_in_no_print() -> None:
    assert KEY not in repr(read_settings({"ECHOVIZ_OPERATOR_KEY": KEY}))
