"""Who waits is told what is new, and asks for a run of the page only to draw something else."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from echoviz.core.experiment import FIELD_BY_NAME, Experiment
from echoviz.engine.views import TrainingState, Warmth, WarmthView
from echoviz.stage import pack_live
from echoviz.ui import following
from harness.loop import run_apart
from tests.core.drawn import PROFILE
from tests.ui.conftest import FakeService, pretend_service
from tests.ui.runs import live, progress_of, recording, view_of


@pytest.fixture(autouse=True)
def _forget_bells() -> Iterator[None]:
    yield
    following._bells.clear()


async def ask(**query: object) -> dict[str, Any]:
    scope = {"type": "http", "query_string": urlencode(query).encode(), "headers": []}
    answer = await following.answer_following(Request(scope))
    told: dict[str, Any] = json.loads(bytes(answer.body))
    return told


def test_what_is_new_is_told_at_once(fake: FakeService) -> None:
    run = recording()
    view = view_of(run, TrainingState.TRAINING, progress=progress_of(run, 250), outcome=None)
    fake.views[run.experiment.key] = view
    told = run_apart(ask(**run.experiment.to_query(), seen="", words=""))
    assert told["words"] == "Epoch 250 of 1\u202f000 · loss 0.0123 · 6 s left"
    assert told["share"] == 0.25
    assert view.progress is not None
    assert base64.b64decode(told["live"]) == pack_live(view.progress, run.experiment)


def test_what_is_known_is_not_told_again(fake: FakeService, monkeypatch: pytest.MonkeyPatch) -> None:
    """The question waits; the service's bell wakes it, from another thread."""
    monkeypatch.setattr(following, "LOOK_EVERY_S", 60.0)
    run = recording()
    key, progress = run.experiment.key, progress_of(run, 250)
    fake.views[key] = view_of(run, TrainingState.TRAINING, progress=progress, outcome=None)

    async def wait_for_the_end() -> tuple[dict[str, Any], dict[str, Any]]:
        query = run.experiment.to_query()
        first = await ask(**query, seen="", words="")
        question = asyncio.create_task(ask(**query, seen=first["seen"], words=first["words"]))
        await asyncio.sleep(0)
        assert not question.done()
        fake.views[key] = view_of(live(run), TrainingState.FINISHED)
        (ring,) = fake.listeners
        await asyncio.to_thread(ring)
        return first, await asyncio.wait_for(question, 30)

    first, last = run_apart(wait_for_the_end())
    assert last["seen"] != first["seen"], "there is something else to draw"
    assert (last["live"], last["words"]) == (None, "")


def test_a_quiet_question_is_answered_at_the_end_only(
    fake: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PATIENCE_S", 0.0)
    run = recording()
    fake.views[run.experiment.key] = view_of(
        run, TrainingState.TRAINING, progress=progress_of(run, 250), outcome=None
    )
    told = run_apart(ask(**run.experiment.to_query(), quiet="1"))
    assert (told["words"], told["live"]) == ("", None)


def test_words_move_without_anything_to_draw(fake: FakeService) -> None:
    """Each epoch is told; the page itself is drawn anew when the training begins, restarts or ends."""
    run = recording()
    key = run.experiment.key

    def look(state: TrainingState, epoch: int = 0, **changes: object) -> str:
        progress = progress_of(run, epoch) if epoch else None
        fake.views[key] = view_of(run, state, progress=progress, outcome=None, **changes)
        return str(run_apart(ask(**run.experiment.to_query()))["seen"])

    queued = look(TrainingState.QUEUED, place=3)
    assert queued == look(TrainingState.TRAINING, 1) == look(TrainingState.TRAINING, 900)
    assert queued != look(TrainingState.TRAINING, 1, restarts=1)
    assert queued != look(TrainingState.STOPPED)
    fake.warmth = WarmthView(Warmth.WARMING, 1.0)
    assert queued != look(TrainingState.QUEUED)


def test_a_lost_question_is_asked_again(fake: FakeService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "PATIENCE_S", 0.0)
    run_apart(ask(length=7))
    run_apart(ask(length=7))
    assert fake.asked == [Experiment(length=7)] * 2


def test_many_who_wait_ask_less_often(fake: FakeService) -> None:
    async def measure(waiting: int) -> float:
        following._bells[:] = [following.Bell(fake.listen)]
        following._bells[0].waiting = waiting
        return float((await ask())["pause_s"])

    few, many = run_apart(measure(1)), run_apart(measure(300))
    assert few < 0.3
    assert 300 / many < 300


@settings(PROFILE, max_examples=100)
@given(
    st.dictionaries(
        st.sampled_from([*FIELD_BY_NAME, "watcher", "language", "seen", "words", "quiet"]), st.text()
    )
)
def test_any_question_is_answered(query: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        pretend_service(patch)
        patch.setattr(following, "PATIENCE_S", 0.0)
        told = run_apart(ask(**query))
    assert set(told) == {"seen", "words", "share", "live", "pause_s"}
    assert Experiment.from_query(query)[0]
    following._bells.clear()
