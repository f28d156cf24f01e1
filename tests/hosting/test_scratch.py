"""Nothing stays in the temporary folder, and nothing goes that somebody uses."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from echoviz.hosting.scratch import Scratch
from echoviz.hosting.sockets import send_without_delay

HOLD = """
import sys, time
from pathlib import Path
from echoviz.hosting.scratch import Scratch
with Scratch(Path(sys.argv[1])) as folder:
    (folder / "work").mkdir()
    print(folder, flush=True)
    time.sleep(600)
"""


def hold(parent: Path) -> tuple[subprocess.Popen[str], Path]:
    """Another server with a folder of its own."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(parent)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_disk_that_takes_nothing_keeps_no_server_from_starting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with Scratch(tmp_path / "file" / "scratch") as folder:
        assert folder is None


def test_a_folder_goes_with_its_owner(tmp_path: Path) -> None:
    with Scratch(tmp_path / "scratch") as folder:
        assert folder is not None
        (folder / "left").write_text("x")
        assert folder.stat().st_mode & 0o077 == 0
    assert list((tmp_path / "scratch").iterdir()) == []


def test_what_a_killed_server_left_goes_at_the_next_start(tmp_path: Path) -> None:
    process, orphan = hold(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert (orphan / "work").is_dir()
    with Scratch(tmp_path) as folder:
        assert [path for path in tmp_path.iterdir() if path.is_dir()] == [folder]


def test_a_server_beside_this_one_keeps_its_folder(tmp_path: Path) -> None:
    process, neighbour = hold(tmp_path)
    try:
        with Scratch(tmp_path):
            assert (neighbour / "work").is_dir()
    finally:
        process.kill()
        process.wait(10)


def test_listening_sockets_send_at_once() -> None:
    """As Streamlit opens them, without TCP's protocol number; a connection inherits it."""
    with socket.socket(socket.AF_INET) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert send_without_delay() >= 1
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_no_file_stays_open() -> None:
    """A second end of somebody's pipe would keep its reader waiting for ever."""
    reader, writer = os.pipe()
    send_without_delay()
    os.close(writer)
    os.set_blocking(reader, False)
    assert os.read(reader, 1) == b"", "the only writer is gone"
    os.close(reader)


def test_without_proc_nothing_is_changed(tmp_path: Path) -> None:
    assert send_without_delay(tmp_path / "absent") == 0
