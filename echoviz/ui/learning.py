"""One step of learning, as a stage asks for it: Adam's memory at an epoch is in no run, so a worker tells it.

The page's component hears the stage's wish and asks a route of the server (`/echoviz/learning`), which waits
for the worker without holding a thread. It never trains for longer than a moment: what would is refused.
"""

from __future__ import annotations

import asyncio

import numpy as np
import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse

from echoviz.core.blueprint import blueprint
from echoviz.core.experiment import Experiment
from echoviz.engine.questions import STEP_AT_MOST_S, Answer, ask_learning_step
from echoviz.ui.following import find_bell
from echoviz.ui.scripts import read_script
from echoviz.ui.service import get_service

ROUTE = "echoviz/learning"
PATIENCE_S = 20.0
LOOK_EVERY_S = 1.0
"""A question that found no room is put again after so long, if nothing else has happened before."""
WAITING_AT_MOST = 64
"""Wishes that wait at a time; more are told to come back."""

_waiting = 0

_component = st.components.v2.component("echoviz_learning", js=read_script("learning"))


def show_learning() -> None:
    """Mount what asks for the stage; nothing of it is seen."""
    _component(key="learning")


async def answer_learning(request: Request) -> JSONResponse:
    """What the update after `epoch` epochs does to one weight.

    `state` is "known" with `before` and `after` (weight and Adam's two moments); "long" with the seconds that
    it would take; "none" where there is no such update; "late" without an answer yet.
    """
    asked = request.query_params
    experiment, _ = Experiment.from_query(asked)
    epoch = _read_whole(asked.get("epoch"), experiment.epochs)
    weight = _read_whole(asked.get("weight"), blueprint(experiment).weight_count)
    if epoch is None or weight is None:
        return _tell(state="none")
    needed_s = get_service().estimate_s(experiment.replace(epochs=epoch + 1))
    if needed_s > STEP_AT_MOST_S:
        return _tell(state="long", seconds=round(needed_s, 1))
    step = await _wait_for_step(experiment, epoch, weight)
    if step is None:
        return _tell(state="late")
    if not np.isfinite(step).all():
        return _tell(state="none")
    before, after = step.tolist()
    return _tell(state="known", before=before, after=after)


async def _wait_for_step(experiment: Experiment, epoch: int, weight: int) -> np.ndarray | None:
    global _waiting
    service, question = get_service(), ask_learning_step(experiment, epoch, weight)
    bell, loop = find_bell(service), asyncio.get_running_loop()
    until = loop.time() + PATIENCE_S
    step = service.ask(question)
    if step is not None or _waiting >= WAITING_AT_MOST:
        return _read_numbers(step)
    _waiting += 1
    try:
        while step is None and loop.time() < until:
            await bell.wait(LOOK_EVERY_S)
            step = service.ask(question)  # again: there may have been no room for it, or it was lost
    finally:
        _waiting -= 1
    return _read_numbers(step)


def _read_numbers(step: Answer | None) -> np.ndarray | None:
    return step if isinstance(step, np.ndarray) else None


def _read_whole(given: str | None, bound: int) -> int | None:
    """A whole number from 0 to below `bound`."""
    try:
        number = int(given or "") if len(given or "") < 20 else -1
    except ValueError:
        return None
    return number if 0 <= number < bound else None


def _tell(**told: object) -> JSONResponse:
    return JSONResponse(told, headers={"cache-control": "no-store"})
