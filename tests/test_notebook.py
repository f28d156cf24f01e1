"""The notebook API, as a reader of the example notebook meets it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

import echoviz as ev
from echoviz.core.run_file import load_recordings

NOTEBOOK = Path(__file__).parents[1] / "examples" / "echo.ipynb"
PLOTLY = "application/vnd.plotly.v1+json"


def test_notebook_is_kept_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_notebook_runs() -> None:
    """From its own folder, by this interpreter, as Jupyter does it."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    where = {"metadata": {"path": str(NOTEBOOK.parent)}}
    NotebookClient(notebook, timeout=180, kernel_name="python3", resources=where).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    printed = "".join(output.text for output in outputs if output.get("name") == "stdout")
    assert "length was 51; expected a whole number from 1 to 50." in printed
    assert "in all 146" in printed
    assert "0.0 0.2 0.4 0.6 0.8" in printed
    assert "0.8 0.6 0.4 0.2 0.0" in printed, "the rule, learned from many sequences"
    assert "TimeDistributed(Dense(1)),  # (None, 5, 1)" in printed
    assert "(1, 12, 8) True" in printed, "the gates of a Keras model that is not ours"
    shown = [output.data for output in outputs if "data" in output]
    assert sum(PLOTLY in data for data in shown) == 5
    assert "<iframe" in shown[-1]["text/html"]


def test_every_name_is_there_and_nothing_heavy_until_it_is_used() -> None:
    code = """
import sys, echoviz as ev
heavy = {"tensorflow", "keras", "dask", "distributed", "plotly", "streamlit"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
assert set(ev.__all__) <= set(dir(ev))
for name in ev.__all__:
    getattr(ev, name)
assert "plotly" in sys.modules
assert not {"tensorflow", "keras", "streamlit"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_interpreter_is_the_tests_own() -> None:
    """A kernel of another Python would test another EchoViz."""
    source = "import sys; print(sys.prefix)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    assert notebook.cells[0].outputs[0].text.strip() == sys.prefix


def test_design_examples() -> None:
    """Section by section what README promises, on a recorded run: no training needed."""
    experiment = ev.Experiment(
        framing="many-to-many", length=5, neurons=5, epochs=1000, learning_rate=0.001, seed=7
    )
    assert [tensor.name for tensor in ev.tensor_shapes(experiment)] == ["X", "h", "y"]
    counts = ev.parameter_counts(experiment)
    assert (counts.total, sum(counts.by_layer.values()), sum(row.count for row in counts)) == (146, 146, 146)
    assert issubclass(ev.ExperimentError, ValueError)
    run = load_recordings()[ev.Experiment().key]
    assert isinstance(run, ev.Run)
    trace = ev.trace(run, sequence=[0.1, 0.2, 0.3, 0.4, 0.5], epoch=0)
    assert isinstance(trace, ev.Trace)
    for gate in (trace.i, trace.f, trace.c_tilde, trace.o, trace.c, trace.h):
        assert gate.shape == (1, 5, 5)
    assert trace.y.shape == (1, 5, 1)
    data = ev.training_data(ev.Experiment(framing="one-to-many", sequences=3))
    assert [array.shape for array in data] == [(3, 1), (3, 5, 1), (3, 5, 1)]
    own = ev.trace(run.weights, np.zeros((2, 9, 1)), return_sequences=True)
    assert own.y.shape == (2, 9, 1)
    assert compile(ev.keras_code(experiment), "script.py", "exec")


def test_stage_can_be_called_again_and_again() -> None:
    """`echoviz.stage` is a package and a call in one: importing it must not take the call away."""
    run = load_recordings()[ev.Experiment(framing="one-to-one").key]
    from echoviz.stage import Stage

    for _ in range(2):
        stage = ev.stage(run, language="zh")
        assert isinstance(stage, Stage)
        assert "<iframe" in stage._repr_html_()


def test_unknown_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'model'"):
        ev.model  # noqa: B018
