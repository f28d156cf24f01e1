"""The operator's log of what was trained: a JSON line for each training that ended, nothing of who asked."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from queue import Full, Queue

MAX_WAITING = 1000
"""Lines that a slow disk may keep waiting; later ones are dropped and counted."""
_CLOSING_S = 5.0

_logger = logging.getLogger(__name__)


class RunLog:
    """Appends lines to a file, or to standard error for `-`, in a thread of its own.

    A disk that is full, slow or gone costs lines, never a training: `write` returns at once and raises
    nothing. The file is opened for each line, so it may be moved away while the server runs.
    """

    def __init__(self, target: str) -> None:
        self._path = None if target == "-" else Path(target)
        self._lines: Queue[str | None] = Queue(MAX_WAITING)
        self._lost = 0
        self._thread = threading.Thread(target=self._serve, name="echoviz-run-log", daemon=True)
        self._thread.start()

    def write(self, facts: Mapping[str, object]) -> None:
        """Append one line, with the time at which it was told; from any thread."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        try:
            self._lines.put_nowait(json.dumps({"at": at, **facts}, ensure_ascii=False))
        except Full:
            self._lost += 1

    def close(self) -> None:
        """Wait until what was told is written, or for five seconds."""
        try:
            self._lines.put(None, timeout=_CLOSING_S)
        except Full:
            return
        self._thread.join(_CLOSING_S)

    def _serve(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                self._append(line)
            except OSError as error:
                if not self._lost:  # said once, until it works again
                    _logger.error("the log of runs cannot be written: %s", error)
                self._lost += 1
                continue
            if self._lost:
                _logger.error("the log of runs is written again; lines lost: %d", self._lost)
                self._lost = 0

    def _append(self, line: str) -> None:
        if self._path is None:
            print(line, file=sys.stderr, flush=True)
            return
        with self._path.open("a", encoding="utf-8") as log:
            log.write(f"{line}\n")
