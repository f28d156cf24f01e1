"""The server around the page: its gate, its answer about its health, and what happens as it starts and ends.

`app.py` hands these to Streamlit's `App`; nothing here runs in a visitor's script.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit import config

from echoviz.engine.views import Warmth
from echoviz.hosting.gate import Gate
from echoviz.hosting.scratch import Scratch
from echoviz.hosting.settings import Settings, read_settings
from echoviz.hosting.sockets import send_without_delay
from echoviz.ui import following, learning
from echoviz.ui.messages import PageMessages
from echoviz.ui.service import get_service


def make_middleware() -> list[Middleware]:
    """The gate, as Streamlit's `App` takes it."""
    fields_by_key: dict[str, tuple[str, ...]] = {}
    return [
        Middleware(
            Gate,
            settings=read_server_settings(),
            make_inspector=lambda: PageMessages(fields_by_key),
        )
    ]


def read_server_settings() -> Settings:
    """Our own variables, and what Streamlit's settings say of hosts and foreign pages."""
    named = (
        [config.get_option("browser.serverAddress")]
        if config.is_manually_set("browser.serverAddress")
        else []
    )
    return read_settings(
        os.environ,
        hosts=[*config.get_option("server.allowedHosts"), *named],
        origins=config.get_option("server.corsAllowedOrigins"),
    )


def make_routes() -> list[Route]:
    """`/healthz`, and what pages and stages ask; also under the base path that a proxy may keep."""
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    places = {"", f"/{base}" if base else ""}
    answers = {
        "healthz": answer_health,
        following.ROUTE: following.answer_following,
        learning.ROUTE: learning.answer_learning,
    }
    return [Route(f"{place}/{name}", answer) for place in sorted(places) for name, answer in answers.items()]


async def answer_health(_: Request) -> JSONResponse:
    """Whether training works: 200 once it does; 503 while it warms up, and when it cannot."""
    warmth = get_service().warmth
    is_ready = warmth.state is Warmth.READY
    return JSONResponse(
        {"training": str(warmth.state), "since_s": round(warmth.elapsed_s, 1)},
        status_code=200 if is_ready else 503,
        headers={"cache-control": "no-store"},
    )


@asynccontextmanager
async def live(_: Any) -> AsyncIterator[None]:
    """From the server's first moment to its last: training warms up before the first visitor comes."""
    send_without_delay()
    with Scratch() as scratch:
        os.environ["DASK_TEMPORARY_DIRECTORY"] = str(scratch)
        # New processes execute what `__main__` was made from. Streamlit puts the page's file there at each
        # run; before the first one it would be Streamlit itself, which takes a worker a second to import.
        sys.modules["__main__"] = sys.modules["app"]
        service = get_service()
        try:
            yield
        finally:
            service.close()
