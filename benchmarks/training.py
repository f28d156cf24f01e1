"""`python -m benchmarks.training`: EchoViz' training against the tutorial's `model.fit`, in one run.

For each framing fresh processes import TensorFlow, then train the default experiment: EchoViz cold (the
first training of the process) and warm (again), and in some of them by `fit`, which is as slow cold as warm.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from echoviz.core.data import make_data
from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing
from echoviz.core.run import Run

C_LOOP_US = {(5, 5): 0.8, (20, 16): 4.0, (50, 64): 110.0}
"""A tuned C loop of the same many-to-many training on one such core, microseconds an epoch."""
SHAPES = ((1, 5), (5, 5), (5, 16), (5, 64), (10, 5), (20, 16), (20, 64), (50, 5), (50, 16), (50, 64))
QUICK_SHAPES = ((5, 5), (20, 16), (50, 64))
WARM_REPEATS = 9
COLD_RATIO_AT_LEAST, WARM_RATIO_AT_LEAST = 15, 2000
LOSS_DIFFERENCE_AT_MOST = 1e-3


@dataclass(frozen=True)
class Start:
    """One fresh process's trainings of a framing by EchoViz, in seconds for the whole call."""

    framing: str
    cold_s: float
    warm_s: float


@dataclass(frozen=True)
class Comparison(Start):
    """The same with `fit` in the same process, and the greatest differences between both runs."""

    fit_s: float
    loss_difference_100: float
    loss_difference: float
    weight_difference: float
    fit_printed: str
    echoviz_printed: str


def print_numbers(values: np.ndarray) -> str:
    """As the page prints predictions: one decimal, and no minus before a zero."""
    return " ".join(f"{value:z.1f}" for value in values.ravel())


def _flatten(weights: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([matrix.ravel() for matrix in weights])


def run_fit(experiment: Experiment) -> tuple[float, np.ndarray, list[np.ndarray], np.ndarray]:
    """The tutorial's training: seconds, loss of each epoch, final weights, predictions."""
    import keras

    data = make_data(experiment)
    keras.utils.set_random_seed(experiment.seed)
    layers = keras.layers
    started = time.perf_counter()
    match experiment.framing:
        case Framing.ONE_TO_ONE:
            stack = [layers.LSTM(experiment.neurons), layers.Dense(1)]
        case Framing.ONE_TO_MANY:
            lstm = layers.LSTM(experiment.neurons, return_sequences=True)
            repeat = layers.RepeatVector(experiment.length)
            stack = [repeat, lstm, layers.TimeDistributed(layers.Dense(1))]
        case Framing.MANY_TO_ONE:
            stack = [layers.LSTM(experiment.neurons), layers.Dense(experiment.length)]
        case Framing.MANY_TO_MANY:
            lstm = layers.LSTM(experiment.neurons, return_sequences=True)
            stack = [lstm, layers.TimeDistributed(layers.Dense(1))]
    model = keras.Sequential([keras.Input(data.x.shape[1:]), *stack])
    model.compile(loss="mean_squared_error", optimizer=keras.optimizers.Adam(experiment.learning_rate))
    history = model.fit(data.x, data.y, epochs=experiment.epochs, batch_size=len(data.x), verbose=0)
    took_s = time.perf_counter() - started
    predictions = model.predict(data.x, batch_size=len(data.x), verbose=0)
    return took_s, np.array(history.history["loss"]), model.get_weights(), predictions


def train_timed(experiment: Experiment) -> tuple[float, Run]:
    """EchoViz' training as a worker does it: seconds for the whole call, and its run.

    Keras' own answer is not asked for: neither does `fit` give one.
    """
    from echoviz.engine import train

    started = time.perf_counter()
    run = train(experiment, asks_keras=False)
    return time.perf_counter() - started, run


def start(framing: Framing) -> tuple[Start, Run]:
    """EchoViz' trainings of a framing's default experiment in this process, TensorFlow imported before."""
    import keras  # noqa: F401  (imported before the clock starts)
    import tensorflow  # noqa: F401

    experiment = Experiment(framing=framing)
    cold_s, run = train_timed(experiment)
    warm_s = statistics.median(train_timed(experiment)[0] for _ in range(WARM_REPEATS))
    return Start(str(framing), cold_s, warm_s), run


def compare(framing: Framing) -> Comparison:
    """Both trainings of a framing's default experiment in this process."""
    started, run = start(framing)
    fit_s, fit_losses, fit_weights, fit_predictions = run_fit(run.experiment)
    return Comparison(
        **asdict(started),
        fit_s=fit_s,
        loss_difference_100=float((np.abs(run.losses - fit_losses) / fit_losses)[:100].max()),
        loss_difference=float(np.abs(run.losses - fit_losses).max()),
        weight_difference=float(np.abs(_flatten(run.weights) - _flatten(fit_weights)).max()),
        fit_printed=print_numbers(fit_predictions),
        echoviz_printed=print_numbers(run.predictions),
    )


def measure_epoch_us(length: int, neurons: int, epochs: int) -> tuple[float, float]:
    """Many-to-many of a shape: seconds of the first call, and warm microseconds an epoch.

    Warm: once what is compiled behind a first call is ready.
    """
    from echoviz.engine.sizes import SIZES, choose_size
    from echoviz.engine.training import get_programs

    experiment = Experiment(framing=Framing.MANY_TO_MANY, length=length, neurons=neurons, epochs=epochs)
    cold_s, _ = train_timed(experiment)
    if best := choose_size(experiment, SIZES):
        get_programs().compile(best)
    fastest_s = min(train_timed(experiment)[1].elapsed_s for _ in range(3))
    return cold_s, fastest_s / epochs * 1e6


def print_ratios(starts: list[Start], comparisons: list[Comparison]) -> bool:
    """The medians over processes, and their ratios; whether all ratios are as high as wanted."""
    kept = True
    print(f"\nDefault experiments, whole call, medians ({len(starts)} starts, {len(comparisons)} fits)")
    print(f"{'framing':14}{'fit':>9}{'cold':>8}{'warm':>9}{'fit/cold':>10}{'fit/warm':>10}")
    for framing in Framing:
        mine = [row for row in [*starts, *comparisons] if row.framing == framing]
        cold_s = statistics.median(row.cold_s for row in mine)
        warm_s = statistics.median(row.warm_s for row in mine)
        fit_s = statistics.median(row.fit_s for row in comparisons if row.framing == framing)
        print(
            f"{framing:14}{fit_s:8.1f}s{cold_s:7.2f}s{warm_s * 1000:7.1f}ms"
            f"{fit_s / cold_s:9.0f}×{fit_s / warm_s:9.0f}×"
        )
        kept &= fit_s / cold_s >= COLD_RATIO_AT_LEAST and fit_s / warm_s >= WARM_RATIO_AT_LEAST
    print(f"wanted: at least {COLD_RATIO_AT_LEAST}× cold and {WARM_RATIO_AT_LEAST}× warm")
    return kept


def print_differences(comparisons: list[Comparison]) -> bool:
    """How far EchoViz' runs are from those of `fit`; whether that is near enough."""
    kept = True
    print("\nGreatest differences from fit")
    print(f"{'framing':14}{'loss, first 100':>18}{'loss, all':>12}{'weights':>10}  printed predictions")
    for framing in Framing:
        rows = [row for row in comparisons if row.framing == framing]
        worst_100, worst_loss, worst_weight = (
            max(getattr(row, name) for row in rows)
            for name in ("loss_difference_100", "loss_difference", "weight_difference")
        )
        is_same = all(row.fit_printed == row.echoviz_printed for row in rows)
        verdict = "the same" if is_same else f"NOT THE SAME: fit {rows[0].fit_printed}"
        print(
            f"{framing:14}{worst_100:13.1e} rel.{worst_loss:12.1e}{worst_weight:10.1e}"
            f"  {rows[0].echoviz_printed} ({verdict})"
        )
        kept &= is_same and worst_loss <= LOSS_DIFFERENCE_AT_MOST
    print(f"wanted: losses at most {LOSS_DIFFERENCE_AT_MOST:g} apart, and the same printed predictions")
    return kept


def print_shapes(shapes: tuple[tuple[int, int], ...]) -> None:
    """Warm microseconds an epoch over length × neurons, many-to-many, TensorFlow imported before."""
    import keras  # noqa: F401
    import tensorflow  # noqa: F401

    print("\nMany-to-many, warm, microseconds an epoch (first call of the shape in seconds)")
    print(f"{'length × neurons':18}{'EchoViz':>9}{'tuned C loop, elsewhere':>25}{'first call':>12}")
    for length, neurons in shapes:
        cold_s, epoch_us = measure_epoch_us(length, neurons, 1000 if length * neurons < 1000 else 300)
        c_loop = f"{C_LOOP_US[length, neurons]:g}" if (length, neurons) in C_LOOP_US else "–"
        print(f"{f'{length} × {neurons}':18}{epoch_us:9.1f}{c_loop:>25}{cold_s:11.2f}s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one fit and one start a framing")
    parser.add_argument("--fits", type=int, default=2, help="processes with fit, a framing")
    parser.add_argument("--starts", type=int, default=5, help="processes without fit, a framing")
    parser.add_argument("--only", choices=("fit", "shapes"), help="one part only")
    parser.add_argument("--compare", type=Framing, help=argparse.SUPPRESS)  # what a fresh process measures
    parser.add_argument("--start", type=Framing, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.compare or arguments.start:
        measured = compare(arguments.compare) if arguments.compare else start(arguments.start)[0]
        print(json.dumps(asdict(measured)))
        return 0
    os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    kept = True
    fits, starts = (1, 1) if arguments.quick else (arguments.fits, arguments.starts)
    if arguments.only != "shapes":
        comparisons = [Comparison(**row) for row in _measure_in_fresh_processes("--compare", fits)]
        more_starts = [Start(**row) for row in _measure_in_fresh_processes("--start", starts)]
        kept &= print_ratios(more_starts, comparisons)
        kept &= print_differences(comparisons)
    if arguments.only != "fit":
        print_shapes(QUICK_SHAPES if arguments.quick else SHAPES)
    return 0 if kept else 1


def _measure_in_fresh_processes(option: str, repeats: int) -> list[dict[str, Any]]:
    rows = []
    for framing in [*Framing] * repeats:
        command = [sys.executable, "-m", "benchmarks.training", option, framing]
        measured = subprocess.run(command, capture_output=True, text=True)
        if measured.returncode:
            raise RuntimeError(measured.stderr)
        rows.append(json.loads(measured.stdout.splitlines()[-1]))
    return rows


if __name__ == "__main__":
    sys.exit(main())
