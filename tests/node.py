"""JavaScript outside a browser, by the Node that the development requirements bring."""

import subprocess
import sys
from pathlib import Path

NODE = Path(sys.executable).with_name("node")


def run_node(code: str) -> str:
    """What a module's code prints; an exception in it fails the test."""
    done = subprocess.run([NODE, "--input-type=module"], input=code, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
