"""A stage's wish for one step of learning is answered within bounds, or with a word why not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from echoviz.core.experiment import FIELD_BY_NAME, Experiment
from echoviz.engine.questions import ask_learning_step
from echoviz.ui import following, learning
from harness.loop import run_apart
from tests.core.drawn import PROFILE
from tests.ui.conftest import FakeService, pretend_service

STEP = np.array([[0.5, 0.25, 0.125], [0.4375, -0.25, 0.0625]], np.float32)


@pytest.fixture(autouse=True)
def _forget_bells() -> Iterator[None]:
    yield
    following._bells.clear()


async def ask(**query: object) -> dict[str, Any]:
    scope = {"type": "http", "query_string": urlencode(query).encode(), "headers": []}
    answer = await learning.answer_learning(Request(scope))
    told: dict[str, Any] = json.loads(bytes(answer.body))
    return told


def test_a_known_step_is_told_at_once(fake: FakeService) -> None:
    experiment = Experiment(learning_rate=0.01)
    fake.answers[ask_learning_step(experiment, 20, 3).task] = STEP
    told = run_apart(ask(**experiment.to_query(), epoch=20, weight=3))
    before, after = STEP.tolist()
    assert told == {"state": "known", "before": before, "after": after}


def test_a_worker_is_waited_for(fake: FakeService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "LOOK_EVERY_S", 60.0)
    question = ask_learning_step(Experiment(), 0, 0)

    async def wait() -> dict[str, Any]:
        wish = asyncio.create_task(ask(epoch=0, weight=0))
        await asyncio.sleep(0)
        (ring,) = fake.listeners
        await asyncio.to_thread(ring)  # news of somebody else
        await asyncio.sleep(0)
        assert not wish.done()
        fake.answers[question.task] = STEP
        await asyncio.to_thread(ring)
        return await asyncio.wait_for(wish, 30)

    assert run_apart(wait())["state"] == "known"
    assert set(map(str, fake.questions)) == {str(question)}


def test_what_would_train_for_long_is_not_asked(fake: FakeService) -> None:
    fake.estimates_s[Experiment(epochs=901).key] = 3.14
    assert run_apart(ask(epoch=900, weight=0)) == {"state": "long", "seconds": 3.1}
    assert fake.questions == []


@pytest.mark.parametrize("query", [{"epoch": 1000}, {"epoch": -1}, {"weight": 146}, {"weight": "x"}])
def test_there_is_no_such_step(query: dict[str, object], fake: FakeService) -> None:
    assert run_apart(ask(**{"epoch": 0, "weight": 0} | query)) == {"state": "none"}
    assert fake.questions == []


def test_weights_that_are_no_numbers_have_no_step(fake: FakeService) -> None:
    fake.answers[ask_learning_step(Experiment(), 1, 0).task] = STEP * np.nan
    assert run_apart(ask(epoch=1, weight=0)) == {"state": "none"}


def test_too_many_who_wait_are_told_to_come_back(fake: FakeService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "_waiting", learning.WAITING_AT_MOST)
    assert run_apart(ask(epoch=1, weight=0)) == {"state": "late"}
    assert learning._waiting == learning.WAITING_AT_MOST


@settings(PROFILE, max_examples=60)
@given(st.dictionaries(st.sampled_from([*FIELD_BY_NAME, "epoch", "weight"]), st.text()))
def test_any_wish_is_answered(query: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fake = pretend_service(patch)
        patch.setattr(learning, "PATIENCE_S", 0.0)
        told = run_apart(ask(**query))
    assert told["state"] in ("none", "late")
    assert [question.name for question in fake.questions] == ["learning-step"] * (told["state"] == "late")
    following._bells.clear()
