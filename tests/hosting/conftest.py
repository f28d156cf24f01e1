"""A server whose every question to the network is written down, and visitors who speak to it directly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.loop import Loop
from harness.server import Server

OPERATOR_KEY = "an operator's key"
WATCH = """
import os, sys

def note(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        with open(os.environ["CALLS"], "a") as calls:
            print(event, arguments[1 if event in ("socket.connect", "socket.sendto") else 0], file=calls)

sys.addaudithook(note)
"""
"""Python reads a module of this name before anything else, in the server and in its workers."""


class WatchedServer(Server):
    """A server that notes whom it, or one of its workers, asked or called."""

    def __init__(self, folder: Path, **environment: str) -> None:
        (folder / "sitecustomize.py").write_text(WATCH)
        self.calls = folder / "calls.txt"
        self.calls.touch()
        super().__init__(
            folder / "log.txt",
            CALLS=str(self.calls),
            PYTHONPATH=str(folder),
            TMPDIR=str(folder),
            **environment,
        )

    def outside_calls(self) -> list[str]:
        """Every call but those to this machine itself."""
        own = ("127.0.0.1", "localhost", "::1", "None", "/")
        return [line for line in self.calls.read_text().splitlines() if not any(name in line for name in own)]


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedServer]:
    """A server without workers: its scheduler does not exist, and it says so."""
    environment = {
        "ECHOVIZ_SCHEDULER": "tcp://127.0.0.1:9",
        "ECHOVIZ_MESSAGES_PER_S": "2000",
        "ECHOVIZ_OPERATOR_KEY": OPERATOR_KEY,
    }
    with WatchedServer(tmp_path_factory.mktemp("gated"), **environment) as server:
        yield server


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    with Loop() as loop:
        yield loop
