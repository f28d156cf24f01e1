"""Many who open the page at once on a server that has just started."""

from __future__ import annotations

import subprocess
import sys

from tests.server import ROOT

VISITORS = """
import sys, threading
import streamlit  # as on a server; it has not imported pandas yet
from echoviz.ui.sections import _load_figures

assert "pandas" not in sys.modules, "then nothing is tried here"
together = threading.Barrier(6)
failures = []

def visit():
    together.wait()
    try:
        _load_figures()
        sys.modules["pandas"].Series
        from echoviz.figures import draw_head_growth, head_growth_facts
        from echoviz.core.experiment import Experiment
        draw_head_growth(head_growth_facts(Experiment()))
    except Exception as error:
        failures.append(repr(error))

def show_a_table():
    together.wait()
    import pandas

threads = [threading.Thread(target=target) for target in (show_a_table, visit, visit, visit, visit, visit)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(failures)
"""


def test_nobody_meets_a_half_loaded_library() -> None:
    done = subprocess.run(
        [sys.executable, "-c", VISITORS], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"
