"""What Keras answers once a hand has changed something; held gates are numpy's, since Keras holds none."""

from __future__ import annotations

from typing import Any

import numpy as np

from echoviz.core.blueprint import blueprint
from echoviz.core.data import arrange, count_inputs, make_shown
from echoviz.core.experiment import Experiment
from echoviz.core.framing import Head
from echoviz.core.loss import compute_loss
from echoviz.core.run import Run
from echoviz.ui.tools import can_change_length
from tests.core.keras_oracle import build_oracle

CASES = 4


def describe_changes(run: Run) -> list[dict[str, Any]]:
    """Drawn changes of the run's last weights, as `Changes` of the stage, with what comes out."""
    random = np.random.default_rng(run.experiment.seed)
    cases = [case for _ in range(CASES) for case in _draw_cases(run, random)]
    return [{**case, "targets": case["targets"].ravel().tolist(), "y": case["y"].tolist()} for case in cases]


def _draw_cases(run: Run, random: np.random.Generator) -> list[dict[str, Any]]:
    experiment, row = run.experiment, run.rows[-1]
    shown = make_shown(experiment)
    at, value = int(random.integers(row.size)), float(random.uniform(-3, 3).__round__(4))
    pulled = row.copy()
    pulled[at] = value
    case = {"own": None, "unglued": False, "pulled": [], "held": []}
    numbers = random.uniform(-3, 3, count_inputs(experiment)).round(4)
    cases = [
        case | _feed(experiment, row, numbers),
        case
        | {"pulled": [{"at": at, "step": None, "value": value}]}
        | _answer(experiment, pulled, shown.x, shown.targets),
        case | _hold(run, random),
    ]
    if can_change_length(experiment):
        longer = experiment.replace(length=int(random.integers(1, 12)))
        cases.append(case | _feed(longer, row, random.uniform(-1, 1, longer.length).round(4)))
    if can_change_length(experiment) and len(blueprint(experiment).tensors[1].shape) == 3:
        cases.append(case | _pull_apart(experiment, row, random))
    return cases


def _feed(experiment: Experiment, row: np.ndarray, numbers: np.ndarray) -> dict[str, Any]:
    data = arrange(experiment, numbers[np.newaxis])
    return {"own": numbers.tolist()} | _answer(experiment, row, data.x, data.targets)


def _answer(experiment: Experiment, row: np.ndarray, x: np.ndarray, targets: np.ndarray) -> dict[str, Any]:
    """Keras' own answer with `set_weights`."""
    oracle = build_oracle(experiment)
    shapes = [weights.shape for weights in oracle.model.get_weights()]
    cuts = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
    parts = np.split(row, cuts)
    oracle.model.set_weights([part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)])
    _, y = oracle.answer(x)
    return {"targets": targets, "y": y.ravel(), "loss": compute_loss(y, targets)}


def _pull_apart(experiment: Experiment, row: np.ndarray, random: np.random.Generator) -> dict[str, Any]:
    """One timestep's own copy is pulled: the same as Keras' Dense for each timestep."""
    apart, neurons = experiment.replace(head=Head.UNSHARED), experiment.neurons
    kernel, bias = row[-neurons - 1 : -1], row[-1]
    step, place, value = int(random.integers(experiment.length)), int(random.integers(neurons + 1)), 1.25
    kernels = np.tile(kernel, (experiment.length, 1))
    biases = np.full(experiment.length, bias)
    if place < neurons:
        kernels[step, place] = value
    else:
        biases[step] = value
    spread = np.concatenate([row[: -neurons - 1], kernels.ravel(), biases]).astype(np.float32)
    shown = make_shown(apart)
    at = row.size - neurons - 1 + place
    pull = {"at": at, "step": step, "value": value}
    return {"unglued": True, "pulled": [pull]} | _answer(apart, spread, shown.x, shown.targets)


def _hold(run: Run, random: np.random.Generator) -> dict[str, Any]:
    experiment = run.experiment
    length, neurons = experiment.length, experiment.neurons
    gate, at = str(random.choice(list("ifo"))), str(random.choice(["0", "1", "mean"]))
    neuron = None if random.random() < 0.5 else int(random.integers(neurons))
    lane = None if random.random() < 0.5 else int(random.integers(length))
    trace = run.trace(epoch=experiment.epochs)
    free = {"i": trace.i, "f": trace.f, "o": trace.o}[gate].reshape(length, neurons)
    levels = np.full((length, neurons), np.nan)
    lanes = slice(None) if lane is None else slice(lane, lane + 1)
    chosen = slice(None) if neuron is None else slice(neuron, neuron + 1)
    levels[lanes, chosen] = (free.mean(axis=0) if at == "mean" else np.full(neurons, float(at)))[chosen]
    h = _run_held(run, gate, levels)
    y, targets = _read_answers(run, h), make_shown(experiment).targets
    hold = {"gate": gate, "neuron": neuron, "lane": lane, "at": at}
    return {"held": [hold], "targets": targets, "y": y, "loss": compute_loss(y, targets.ravel())}


def _run_held(run: Run, held: str, levels: np.ndarray) -> np.ndarray:
    """A hand-written LSTM: h of each lane, (lanes, neurons); one gate is held where `levels` are numbers."""
    experiment = run.experiment
    weights = run.snapshot_at(experiment.epochs).weights
    kernel, recurrent, bias = (np.asarray(part, np.float64) for part in weights[:3])
    x = make_shown(experiment).x.ravel()
    h, c = np.zeros_like(levels), np.zeros_like(levels)
    for place, lane in enumerate(blueprint(experiment).lanes):
        z = x[lane.input] * kernel[0] + bias + (0 if lane.is_fresh else h[place - 1] @ recurrent)
        z_i, z_f, z_c, z_o = np.split(z, 4)
        gates = {name: 1 / (1 + np.exp(-value)) for name, value in {"i": z_i, "f": z_f, "o": z_o}.items()}
        gates[held] = np.where(np.isnan(levels[place]), gates[held], levels[place])
        c[place] = gates["i"] * np.tanh(z_c) + (0 if lane.is_fresh else gates["f"] * c[place - 1])
        h[place] = gates["o"] * np.tanh(c[place])
    return h


def _read_answers(run: Run, h: np.ndarray) -> np.ndarray:
    """What the head answers to hidden states, (answers,)."""
    plan = blueprint(run.experiment)
    kernel, bias = (part.ravel() for part in run.snapshot_at(run.experiment.epochs).weights[3:])
    rows = np.arange(plan.rows) * plan.row_stride
    columns = [kernel[rows + answer.column * plan.column_stride] for answer in plan.answers]
    read = [h[answer.first : answer.last + 1].ravel() for answer in plan.answers]
    biases = [bias[answer.column] for answer in plan.answers]
    return np.array([values @ column for values, column in zip(read, columns, strict=True)]) + biases
