"""The server around the page: its gate, its answer about its health, and what happens as it starts and ends.

`app.py` hands these to Streamlit's `App`; nothing here runs in a visitor's script.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from functools import cache
from typing import Any

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit import config

from echoviz.engine.views import Warmth
from echoviz.hosting.gate import Gate, make_clients
from echoviz.hosting.limits import Clients
from echoviz.hosting.operators import Operators
from echoviz.hosting.run_log import RunLog
from echoviz.hosting.scratch import Scratch
from echoviz.hosting.settings import Settings, read_settings
from echoviz.hosting.sockets import send_without_delay
from echoviz.ui import following, learning
from echoviz.ui.messages import PageMessages
from echoviz.ui.operator_view import OPERATOR_ROUTE, OperatorView, make_plain
from echoviz.ui.service import get_service


def make_middleware() -> list[Middleware]:
    """The gate, as Streamlit's `App` takes it."""
    fields_by_key: dict[str, tuple[str, ...]] = {}
    return [
        Middleware(
            Gate,
            settings=read_server_settings(),
            make_inspector=lambda: PageMessages(fields_by_key),
            clients=_get_clients(),
        )
    ]


@cache
def _get_clients() -> Clients:
    """Those of this server: the gate counts them, the operator sees how many."""
    return make_clients(read_server_settings())


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
    """`/healthz`, what pages and stages ask, the operator's view; also under the base path of a proxy."""
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    places = {"", f"/{base}" if base else ""}
    view = OperatorView(
        Operators(read_server_settings().operator_key),
        lambda: get_service().report(),
        lambda: _get_clients().open,
    )
    answers = {
        "healthz": answer_health,
        following.ROUTE: following.answer_following,
        learning.ROUTE: learning.answer_learning,
        OPERATOR_ROUTE: view.answer,
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
    _quieten_streamlit()
    run_log = read_server_settings().run_log
    with ExitStack() as stack:
        scratch = stack.enter_context(Scratch())
        if scratch is not None:
            os.environ["DASK_TEMPORARY_DIRECTORY"] = str(scratch)
        # New processes execute what `__main__` was made from. Streamlit puts the page's file there at each
        # run; before the first one it would be Streamlit itself, which takes a worker a second to import.
        sys.modules["__main__"] = sys.modules["app"]
        if run_log:
            log = RunLog(run_log)
            stack.callback(log.close)
            get_service().listen_ended(lambda ended: log.write(make_plain(ended)))
        stack.callback(get_service().close)
        yield


def _quieten_streamlit() -> None:
    """A page that was drawn anew while its component told of something is nothing to act on."""
    runner = logging.getLogger("streamlit.runtime.scriptrunner.script_runner")
    runner.addFilter(lambda record: not str(record.msg).startswith("Couldn't find fragment"))
