"""The operator's view: a route that shows queue, workers and what went wrong, to whoever has the key.

HTML that refreshes itself without a script, or JSON for a program that accepts that; read only.
"""

from __future__ import annotations

import dataclasses
import math
import os
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from echoviz.core.catalog import DEFAULT_LANGUAGE, LANGUAGES, text
from echoviz.core.experiment import Experiment
from echoviz.engine.reports import ServiceReport
from echoviz.hosting.operators import Operators
from echoviz.ui.operator_page import ServerFacts, draw_page, list_facts, make_tables

OPERATOR_ROUTE = "echoviz/operator"
_HEADERS = {"cache-control": "no-store"}
_CHALLENGE = {"www-authenticate": 'Basic realm="EchoViz", charset="UTF-8"'}
_STATM = Path("/proc/self/statm")


class OperatorView:
    """Answers the route.

    Parameters
    ----------
    operators : who may see it
    read_report : how training stands; returns at once
    count_sessions : how many pages are open
    """

    def __init__(
        self,
        operators: Operators,
        read_report: Callable[[], ServiceReport],
        count_sessions: Callable[[], int],
    ) -> None:
        self._operators, self._read_report, self._count_sessions = operators, read_report, count_sessions
        self._started = time.monotonic()

    async def answer(self, request: Request) -> Response:
        client = request.client.host if request.client else ""
        language = find_language(request)
        match self._operators.judge(request.headers.get("authorization"), client):
            case HTTPStatus.OK:
                return self._show(request, language)
            case HTTPStatus.UNAUTHORIZED:
                refusal = text("operator.answer.unauthorized", language)
                return PlainTextResponse(refusal, 401, headers=_HEADERS | _CHALLENGE)
            case HTTPStatus.TOO_MANY_REQUESTS:
                return PlainTextResponse(text("operator.answer.too_many", language), 429, headers=_HEADERS)
            case _:
                return PlainTextResponse("404 Not Found\n", 404, headers=_HEADERS)

    def _show(self, request: Request, language: str) -> Response:
        report = self._read_report()
        server = ServerFacts(self._count_sessions(), time.monotonic() - self._started, read_memory_mb())
        if "application/json" in request.headers.get("accept", ""):
            facts = {"server": make_plain(server), **make_plain(report)}
            return JSONResponse(facts, headers=_HEADERS)
        page = draw_page(list_facts(report, server, language), make_tables(report, language), language)
        return HTMLResponse(page, headers=_HEADERS)


def find_language(request: Request) -> str:
    """The language that the address names, else the first one that the browser asks for and we speak."""
    asked = [request.query_params.get("lang", ""), *request.headers.get("accept-language", "").split(",")]
    spoken = (each.partition(";")[0].strip().partition("-")[0].lower() for each in asked)
    return next((each for each in spoken if each in LANGUAGES), DEFAULT_LANGUAGE)


def read_memory_mb(statm: Path = _STATM) -> float | None:
    """MB that this process holds; `None` where the system does not tell."""
    try:
        pages = int(statm.read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def make_plain(value: Any) -> Any:
    """A report as JSON holds it: experiments as their choices, seconds to a hundredth, never infinite."""
    match value:
        case Experiment():
            return dict(value.choices)
        case float():
            return round(value, 5) if math.isfinite(value) else None
        case tuple() | list():
            return [make_plain(each) for each in value]
        case _ if dataclasses.is_dataclass(value):
            return {field.name: make_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        case _:
            return value
