"""EchoViz in a notebook: the same experiments, runs and drawings as on the page.

    import echoviz as ev
    run = ev.train(ev.Experiment(framing="many-to-one"))
    ev.figures.draw_loss(ev.figures.loss_facts(run))
    ev.stage(run)

Nothing heavy is imported before it is used: TensorFlow with `train`, Plotly with `figures`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from echoviz.core.counts import ParameterCounts
from echoviz.core.counts import compute_parameter_counts as parameter_counts
from echoviz.core.experiment import Experiment, ExperimentError, Framing
from echoviz.core.forward import Trace
from echoviz.core.progress import Progress
from echoviz.core.run import Run
from echoviz.core.shapes import Tensor
from echoviz.core.shapes import compute_tensor_shapes as tensor_shapes

if TYPE_CHECKING:
    from echoviz import figures, stage

__all__ = [
    "Experiment",
    "ExperimentError",
    "Framing",
    "ParameterCounts",
    "Progress",
    "Run",
    "Tensor",
    "Trace",
    "figures",
    "parameter_counts",
    "stage",
    "tensor_shapes",
    "trace",
    "train",
]


def train(
    experiment: Experiment,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Run:
    """Train an experiment with Keras, in this process, and return its `Run`.

    `on_progress` is called with a `Progress` at most every 100 ms, and at the end unless the run ends
    early; it does, with what it has, once `should_stop()` is true. Raises `ExperimentError` for a choice
    out of bounds.

    The first call imports TensorFlow, which takes seconds. `keras.utils.set_random_seed` is called, which
    seeds Python, numpy and TensorFlow for the whole process. XLA keeps about 9 MB for each new
    combination of framing, length and neurons, as long as the process lives.
    """
    from echoviz.engine.training import train as train_in_process

    return train_in_process(experiment, on_progress=on_progress, should_stop=should_stop)


def trace(run: Run, sequence: Sequence[float] | np.ndarray | None = None, epoch: int | None = None) -> Trace:
    """One forward pass of a run's model with every gate: `.i .f .c_tilde .o .c .h` and `.y`.

    `sequence`: `length` finite numbers (default: the echo sequence), else `ValueError`. `epoch` (default:
    the last; 0: untrained): a run keeps the weights of about 100 epochs, and the nearest are used; the
    trace's `.epoch` says which.
    """
    return run.trace(sequence, epoch)


def __getattr__(name: str) -> Any:
    if name in ("figures", "stage"):
        return importlib.import_module(f"echoviz.{name}")
    raise AttributeError(f"module 'echoviz' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
