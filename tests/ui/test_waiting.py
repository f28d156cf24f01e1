"""How a page waits: what the route answers, without a run of the script."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from starlette.requests import Request
from streamlit.testing.v1 import AppTest

from echoviz.engine.views import TrainingState, Warmth, WarmthView
from echoviz.ui import waiting
from echoviz.ui.waiting import Questions, find_pace, read_version
from tests.ui.conftest import FakeService
from tests.ui.runs import live, progress_of, recording, view_of

RUN = recording()
SHOWN = RUN.experiment


def ask(query: str, questions: Questions | None = None) -> dict[str, object]:
    request = Request({"type": "http", "query_string": query.encode(), "headers": []})
    answer: dict[str, object] = json.loads(
        bytes(asyncio.run((questions or Questions()).answer(request)).body)
    )
    return answer


def test_the_answer_is_what_the_page_drew_until_something_changes(fake: FakeService) -> None:
    fake.views[SHOWN.key] = view_of(RUN, TrainingState.QUEUED)
    drawn = read_version(SHOWN)
    assert ask("")["version"] == drawn
    fake.views[SHOWN.key] = view_of(RUN, TrainingState.TRAINING)
    assert ask("")["version"] != drawn


@pytest.mark.parametrize("change", ["epoch", "restarts", "attempt", "ended", "answer"])
def test_every_change_is_told(fake: FakeService, change: str) -> None:
    run = live(RUN)
    view = view_of(RUN, TrainingState.TRAINING, run=None)
    changed = {
        "epoch": replace(view, progress=progress_of(RUN, 20)),
        "restarts": replace(view, restarts=1),
        "attempt": replace(view, attempt=view.attempt + 1),
        "ended": replace(view, state=TrainingState.FINISHED, run=run),
        "answer": replace(view, run=replace(run, keras_answer=None)),
    }[change]
    fake.views[SHOWN.key] = replace(view, run=run) if change == "answer" else view
    before = read_version(SHOWN)
    fake.views[SHOWN.key] = changed
    assert read_version(SHOWN) != before


def test_far_back_in_the_queue_not_every_step_runs_the_page(fake: FakeService) -> None:
    versions = []
    for place in range(200, -1, -1):
        fake.views[SHOWN.key] = replace(view_of(RUN, TrainingState.QUEUED), place=place)
        versions.append(read_version(SHOWN))
    assert len(set(versions)) <= 12
    assert len(set(versions[-4:])) == 4, "near its turn it counts every one"


def test_who_waits_long_asks_seldom(fake: FakeService) -> None:
    queued = view_of(RUN, TrainingState.QUEUED)
    paces = []
    for estimate_s in (0.1, 10.0, 1000.0):
        fake.views[SHOWN.key] = replace(queued, estimate_s=estimate_s)
        paces.append(find_pace(SHOWN))
    assert paces[0] == waiting.MOVING_S
    assert paces == sorted(set(paces))
    assert paces[-1] == waiting.SLOWEST_S


def test_many_pages_together_ask_more_seldom(fake: FakeService) -> None:
    questions = Questions()
    first = float(str(ask("", questions)["againS"]))
    for _ in range(int(waiting.QUESTIONS_PER_S * 4)):
        last = float(str(ask("", questions)["againS"]))
    assert last > first


@pytest.mark.parametrize(
    "query", ["", "length=x&seed=%00", "framing=%F0%28", "epochs=inf&length=nan"]
)
def test_any_question_is_answered(fake: FakeService, query: str) -> None:
    assert ask(query)["againS"]


def test_a_page_without_values_looks_again_by_itself(
    fake: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker may be lost together with the question for them."""
    before = read_version(SHOWN)
    now = waiting.time.monotonic()
    monkeypatch.setattr(waiting.time, "monotonic", lambda: now + 2 * waiting.LOOK_AGAIN_S)
    assert read_version(SHOWN) != before


def test_only_a_page_that_waits_asks(
    app: AppTest, fake: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "echoviz.ui.status.wait_for_change", lambda experiment, version: asked.append(version)
    )
    app.run()
    assert asked == []
    fake.warmth = WarmthView(Warmth.WARMING, 1.0)
    app.run()
    assert len(asked) == 1
