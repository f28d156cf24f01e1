"""core, lessons and `import echoviz` stay light: what is in `sys.modules` afterwards, not the clock."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {"tensorflow", "keras", "dask", "distributed", "plotly", "streamlit", "pandas"}


def modules_after(code: str) -> set[str]:
    """Top-level names of the modules that a fresh interpreter holds after running `code`."""
    code += "\nimport json, sys; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return set(json.loads(printed.splitlines()[-1]))


def test_core_needs_numpy_and_the_standard_library_only() -> None:
    code = """
import importlib, pkgutil, echoviz.core
for module in pkgutil.walk_packages(echoviz.core.__path__, "echoviz.core."):
    importlib.import_module(module.name)
"""
    with_numpy = modules_after("import numpy")
    foreign = modules_after(code) - with_numpy - set(sys.stdlib_module_names) - {"echoviz"}
    assert foreign == set()


@pytest.mark.parametrize("module", ["echoviz", "echoviz.lessons"])
def test_light_modules_import_nothing_heavy(module: str) -> None:
    assert modules_after(f"import {module}") & HEAVY == set()


def test_figures_come_with_plotly_and_without_tensorflow() -> None:
    loaded = modules_after("import echoviz as ev; ev.figures.draw_loss")
    assert "plotly" in loaded
    assert loaded & {"tensorflow", "keras", "dask", "streamlit"} == set()
