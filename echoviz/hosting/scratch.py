"""Where a server's workers keep what they need for a moment: a folder of its own that does not outlive it."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

_logger = logging.getLogger(__name__)


class Scratch:
    """A temporary folder that goes with its owner: at its end, or at the next one's start if it was killed.

    Its owner holds a lock, which the kernel lets go however the process ends. On a disk that is full or
    read-only there is no folder: the page is served all the same, and says that nothing can be trained.
    """

    def __init__(self, parent: Path | None = None) -> None:
        self._parent = parent
        self._lock: IO[bytes] | None = None
        self._folder: Path | None = None

    def __enter__(self) -> Path | None:
        try:
            self._make_folder(self._parent or Path(tempfile.gettempdir()) / f"echoviz-{os.getuid()}")
        except OSError as error:
            _logger.error("no folder for temporary files: %s", error)
        return self._folder

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()

    def _make_folder(self, parent: Path) -> None:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_orphans(parent)
        self._folder = Path(tempfile.mkdtemp(prefix="server-", dir=parent))
        self._lock = _try_lock(self._folder)


def _remove_orphans(parent: Path) -> None:
    for folder in parent.glob("server-*"):
        lock = _try_lock(folder)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            lock.close()


def _try_lock(folder: Path) -> IO[bytes] | None:
    """The folder's lock, or `None` when somebody alive holds it."""
    try:
        lock = (folder / "owner").open("wb")
    except OSError:  # it has just been removed, or is not ours
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock
