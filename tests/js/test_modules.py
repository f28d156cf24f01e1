"""The stage's modules without a browser: `node --test` runs every `*.test.mjs` beside this file."""

import subprocess
from pathlib import Path

from tests.node import NODE

HERE = Path(__file__).parent


def test_the_modules_keep_their_word() -> None:
    files = sorted(HERE.glob("*.test.mjs"))
    assert len(files) >= 5
    done = subprocess.run([NODE, "--test", *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
