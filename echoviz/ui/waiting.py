"""How a page waits: its browser asks a route that answers without a run of the page.

A run of the script takes milliseconds of the one Python process that serves everybody, an answer of this
route a twentieth of that. Only where something has changed is the page run again.
"""

from __future__ import annotations

import time
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse

from echoviz.core.experiment import Experiment
from echoviz.engine.views import TrainingState, TrainingView, Warmth
from echoviz.ui.service import get_service

MOVING_S = 0.25
SLOWEST_S = 3.0
WARMING_S = 1.0
LOOK_AGAIN_S = 5.0
"""A page that waits for nothing in particular is run again now and then."""
QUESTIONS_PER_S = 200.0
"""More of them, from all pages together, and each waits longer for its next one."""
_SMALL_PLACE = 4
_SHARE_OF_ESTIMATE = 0.1

_component = st.components.v2.component(
    "echoviz_waiting", js=(Path(__file__).parent / "waiting.js").read_text(encoding="utf-8")
)


def read_version(experiment: Experiment) -> str:
    """Another text when a page of this experiment has something else to draw.

    Read it before what is drawn: then what changes in between is drawn once more, and never missed.
    """
    service = get_service()
    warmth, training = service.warmth, service.find(experiment)
    facts = [str(warmth.state)]
    if warmth.state in (Warmth.STARTING, Warmth.WARMING):
        facts.append(str(int(warmth.elapsed_s // LOOK_AGAIN_S)))  # the page says how long it has been
    if training is not None:
        facts.append(_describe(training))
    elif service.untrained(experiment) is None:
        facts.append(str(int(time.monotonic() // LOOK_AGAIN_S)))  # a question that was lost is asked again
    return " ".join(facts)


def _describe(training: TrainingView) -> str:
    run = training.run
    facts = (
        training.attempt,
        training.state,
        training.restarts,
        training.progress.epoch if training.progress else None,
        _round_place(training.place),
        run and (run.identity, run.keras_answer is None),
    )
    return " ".join(map(str, facts))


def _round_place(place: int | None) -> int | None:
    """Far back in a queue not every step is worth a run of the page."""
    return place if place is None or place <= _SMALL_PLACE else 1 << place.bit_length()


def find_pace(experiment: Experiment) -> float:
    """Seconds until it is worth asking again: soon while numbers move or the turn comes, later far back."""
    service = get_service()
    training = service.find(experiment)
    if training is None or not training.is_active:
        is_soon = service.warmth.state is Warmth.READY
        return MOVING_S if is_soon else WARMING_S
    if training.state is not TrainingState.QUEUED or training.estimate_s is None:
        return MOVING_S
    return min(SLOWEST_S, max(MOVING_S, training.estimate_s * _SHARE_OF_ESTIMATE))


def wait_for_change(experiment: Experiment, version: str) -> None:
    """Have this fragment run again once the experiment has another version than the one drawn."""
    query = "&".join(f"{name}={value}" for name, value in experiment.to_query().items())
    data = {"query": query, "version": version, "againS": find_pace(experiment)}
    _component(data=data, key="waiting", on_changed_change=_run_again, height=1)


def _run_again() -> None:
    """A change was told: the run that comes with it is all that is needed."""


class Questions:
    """The route's answers, and how many were asked for of late."""

    def __init__(self) -> None:
        self._per_s = 0.0
        self._asked_at = time.monotonic()

    async def answer(self, request: Request) -> JSONResponse:
        """`version` as `read_version` has it, and the seconds after which to ask again."""
        experiment, _ = Experiment.from_query(dict(request.query_params))
        again_s = find_pace(experiment) * self._measure_load()
        answer = {"version": read_version(experiment), "againS": round(again_s, 2)}
        return JSONResponse(answer, headers={"cache-control": "no-store"})

    def _measure_load(self) -> float:
        """1 on a quiet server, more in proportion to the questions of the last second."""
        now = time.monotonic()
        self._per_s *= max(0.0, 1 - (now - self._asked_at))
        self._per_s += 1
        self._asked_at = now
        return max(1.0, self._per_s / QUESTIONS_PER_S)
