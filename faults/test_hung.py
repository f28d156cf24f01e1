"""A worker that hangs in a run: its visitor waits a quarter of a minute at most, and nobody else."""

from __future__ import annotations

import json
import time
import urllib.request
from base64 import b64encode
from pathlib import Path

from faults.classroom import LONG, RESTARTED, Classroom
from faults.test_workers import find_busiest
from harness.loop import Loop
from harness.server import Server

KEY = "a key of these tests"
HUNG_AT_MOST_S, OTHERS_AT_MOST_S = 15, 5
RUN_S = 6
"""What the run itself takes at most, from its beginning."""


def read_report(server: Server) -> dict[str, list[dict[str, object]]]:
    """The operator's view."""
    secret = b64encode(f"operator:{KEY}".encode()).decode()
    headers = {"Authorization": f"Basic {secret}", "Accept": "application/json"}
    request = urllib.request.Request(f"{server.url}/echoviz/operator", headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        report: dict[str, list[dict[str, object]]] = json.load(answer)
    return report


def wait_for_spare(server: Server) -> None:
    """Until the worker that stands by is warm too."""
    deadline = time.monotonic() + 120
    while sum(bool(worker["is_ready"]) for worker in read_report(server)["workers"]) < 2:
        assert time.monotonic() < deadline, read_report(server)
        time.sleep(0.5)


def test_a_worker_that_hangs(tmp_path: Path, loop: Loop) -> None:
    settings = {"ECHOVIZ_WORKERS": "1", "ECHOVIZ_SPARES": "1", "ECHOVIZ_OPERATOR_KEY": KEY}
    with Server(tmp_path / "log.txt", **settings) as server:
        classroom = Classroom(server, loop)
        classroom.wait_until_warm()
        wait_for_spare(server)
        visitor = classroom.begin(LONG)
        find_busiest(classroom.find_workers()).suspend()
        hung = time.monotonic()
        waited_s = []
        while time.monotonic() < hung + HUNG_AT_MOST_S:
            pressed = time.monotonic()
            classroom.train(f"length=6&seed={len(waited_s)}")
            waited_s.append(time.monotonic() - pressed)
        classroom.expect_words(visitor, RESTARTED)
        classroom.expect_result(visitor)
        took_s = time.monotonic() - hung
        print(f"hung: its run ended after {took_s:.1f} s; others pressed {len(waited_s)} times, ", end="")
        print(f"each had its run after {max(waited_s):.1f} s at most")
        assert took_s < HUNG_AT_MOST_S + RUN_S
        assert max(waited_s) < OTHERS_AT_MOST_S
        assert "replaced" in [incident["what"] for incident in read_report(server)["incidents"]]
        classroom.close()
