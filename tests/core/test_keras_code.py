"""The script that the page shows is run as it stands: same counts, shapes, data and predictions."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from echoviz import keras_code, train
from echoviz.core.blueprint import blueprint
from echoviz.core.counts import compute_parameter_counts
from echoviz.core.data import make_data, make_shown
from echoviz.core.experiment import Experiment
from echoviz.core.forward import compute_trace
from echoviz.core.framing import CUTS, Framing
from tests.core.drawn import KINDS

SMALL = {"length": 3, "neurons": 2, "epochs": 4, "learning_rate": 0.01, "seed": 3}
EXPERIMENTS = [
    Experiment(framing=framing, head=head, delay=delay, sequences=sequences, **SMALL)
    for framing, head in KINDS
    for delay in ((0, 1) if CUTS[framing].has_delay else (0,))
    for sequences in (1, 4)
]


@cache
def run_script(experiment: Experiment) -> tuple[dict[str, Any], str]:
    """The names that the script leaves behind, and what it prints.

    Run eagerly: compiling `fit` for each of so many models would take a minute, and changes no number.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    tf.config.run_functions_eagerly(True)
    try:
        with redirect_stdout(io.StringIO()) as printed:
            exec(compile(keras_code(experiment), "script.py", "exec"), names)
    finally:
        tf.config.run_functions_eagerly(False)
    return names, printed.getvalue()


def describe(experiment: Experiment) -> str:
    return "&".join(experiment.to_query().values())


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=describe)
def test_the_script_does_what_the_page_does(experiment: Experiment) -> None:
    names, printed = run_script(experiment)
    model, answer = names["model"], names["answer"]
    data, plan = make_data(experiment), blueprint(experiment)
    np.testing.assert_array_equal(names["x"].astype(np.float32), data.x)
    np.testing.assert_array_equal(names["y"].astype(np.float32), data.y)
    assert model.count_params() == compute_parameter_counts(experiment).total
    assert [layer.output.shape for layer in model.layers] == [t.keras_shape for t in plan.tensors[1:]]
    shown = compute_trace(plan.layers, model.get_weights(), make_shown(experiment).x).y
    np.testing.assert_allclose(answer, shown, rtol=0, atol=1e-6)
    assert printed.split() == [f"{value:z.1f}" for value in answer.ravel()]


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=describe)
def test_it_trains_to_the_same_predictions(experiment: Experiment) -> None:
    names, _ = run_script(experiment)
    run = train(experiment)
    np.testing.assert_allclose(names["answer"], run.trace().y, rtol=0, atol=1e-5)
    for matrix, trained in zip(names["model"].get_weights(), run.weights, strict=True):
        np.testing.assert_allclose(matrix, trained, rtol=0, atol=1e-5)


def test_it_runs_as_a_script_and_echoes(tmp_path: Path) -> None:
    """`python script.py`, with nothing of EchoViz in reach: the tutorial's own numbers, one decimal."""
    script = tmp_path / "script.py"
    script.write_text(keras_code(Experiment(framing=Framing.ONE_TO_ONE, epochs=120, learning_rate=0.02)))
    ran = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["0.0", "0.2", "0.4", "0.6", "0.8"]


def test_shapes_stand_beside_their_lines() -> None:
    code = keras_code(Experiment(head="flatten", sequences=64, delay=2, length=4, neurons=3))
    lines = dict(line.strip().split("  # ") for line in code.splitlines() if "  # " in line)
    assert lines["Input((4, 1)),"] == "(None, 4, 1)"
    assert lines["LSTM(3, return_sequences=True),"] == "(None, 4, 3)"
    assert lines["Flatten(),"] == "(None, 12)"
    assert lines["Dense(4),"] == "(None, 4)"
    assert lines["x = numbers.reshape(-1, 4, 1)"] == "(64, 4, 1): samples, timesteps, features"
    assert lines["targets[..., 2:] = numbers[..., :-2]"] == "2 timesteps late"


def test_only_what_is_used_is_imported() -> None:
    for framing, head in KINDS:
        code = keras_code(Experiment(framing=framing, head=head))
        (line,) = (line for line in code.splitlines() if line.startswith("from keras.layers import "))
        names = line.removeprefix("from keras.layers import ").split(", ")
        assert all(hasattr(keras.layers, name) for name in names)
        assert all(code.count(f"{name}(") for name in names)


def test_numbers_are_written_as_the_link_has_them() -> None:
    assert "Adam(1e-05)" in keras_code(Experiment(learning_rate=1e-5))
    assert "Adam(0.0015)" in keras_code(Experiment(learning_rate=0.0015))
    long = keras_code(Experiment(length=11)).splitlines()
    assert any(line.endswith("# 0.0 0.1 0.2 0.3 0.4 0.5 0.5 0.6 0.7 0.8 …") for line in long)
