"""The log of runs: a line for each, and a disk that fails costs lines only."""

from __future__ import annotations

import json
import logging
import threading
from datetime import datetime
from pathlib import Path

import pytest

from echoviz.hosting.run_log import RunLog


def test_each_run_leaves_a_line(tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    path.write_text("what was there\n")
    log = RunLog(str(path))
    log.write({"state": "finished", "epochs_done": 1000})
    log.write({"state": "failed", "error": "a\nb"})
    log.close()
    first, *lines = path.read_text().splitlines()
    assert first == "what was there"
    told = [json.loads(line) for line in lines]
    assert [each["state"] for each in told] == ["finished", "failed"]
    assert told[1]["error"] == "a\nb"
    assert datetime.fromisoformat(told[0]["at"]).tzinfo is not None


def test_a_hyphen_is_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    log = RunLog("-")
    log.write({"state": "stopped"})
    log.close()
    assert json.loads(capsys.readouterr().err)["state"] == "stopped"


def test_a_full_disk_costs_lines_and_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    log = RunLog("/dev/full")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            log.write({"state": "finished"})
        log.close()
    assert len(caplog.records) == 1
    assert "No space left" in caplog.text


def test_a_disk_that_is_back_is_written_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, failed = tmp_path / "gone", threading.Event()
    listener = logging.Handler()
    monkeypatch.setattr(listener, "emit", lambda _: failed.set())
    monkeypatch.setattr(logging.getLogger("echoviz.hosting.run_log"), "handlers", [listener])
    log = RunLog(str(folder / "runs.jsonl"))
    log.write({"number": 1})
    assert failed.wait(10)
    folder.mkdir()
    log.write({"number": 2})
    log.close()
    assert json.loads((folder / "runs.jsonl").read_text())["number"] == 2
    assert "lines lost: 1" in caplog.text
