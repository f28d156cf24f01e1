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

from echoviz.core.blueprint import Tensor, blueprint
from echoviz.core.counts import ParameterCounts
from echoviz.core.counts import compute_parameter_counts as parameter_counts
from echoviz.core.data import Data
from echoviz.core.data import make_data as training_data
from echoviz.core.experiment import Experiment, ExperimentError
from echoviz.core.forward import Trace, compute_own_trace
from echoviz.core.framing import Framing, Head
from echoviz.core.keras_code import keras_code
from echoviz.core.progress import Progress
from echoviz.core.run import Run

if TYPE_CHECKING:
    from echoviz import figures, stage
    from echoviz.stage.explained import Explained

__all__ = [
    "Data",
    "Experiment",
    "ExperimentError",
    "Framing",
    "Head",
    "ParameterCounts",
    "Progress",
    "Run",
    "Tensor",
    "Trace",
    "explain",
    "figures",
    "keras_code",
    "parameter_counts",
    "stage",
    "tensor_shapes",
    "trace",
    "train",
    "training_data",
]


def train(
    experiment: Experiment,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Run:
    """Train an experiment with Keras, in this process, and return its `Run`.

    `on_progress` is called with a `Progress` every 100 ms or so while it trains, from 50 ms on; most runs
    take less. The run ends early, with what it has, once `should_stop()` is true. Raises `ExperimentError`
    for a choice out of bounds.

    The first call imports TensorFlow, which takes seconds.
    """
    from echoviz.engine.training import train as train_in_process

    return train_in_process(experiment, on_progress=on_progress, should_stop=should_stop)


def tensor_shapes(experiment: Experiment) -> list[Tensor]:
    """The tensors of an experiment in order of flow, from X to the output y; no TensorFlow.

    `return_sequences=False` drops the timestep axis of h: only the last hidden state goes on.
    Source: Keras documentation of each layer.
    """
    return list(blueprint(experiment).tensors)


def trace(
    source: Run | Sequence[np.ndarray],
    sequence: Sequence[float] | np.ndarray | None = None,
    epoch: int | None = None,
    *,
    return_sequences: bool = False,
) -> Trace:
    """One forward pass with every gate: `.i .f .c_tilde .o .c .h` and `.y`; numpy only.

    Of a run: `sequence` holds the finite numbers that go in (default: the tutorial's own). `epoch` (default:
    the last; 0: untrained): a run keeps the weights of about 100 epochs, and the nearest are used; the
    trace's `.epoch` says which.

    Of an LSTM of your own: `source` is `get_weights()` of a model of one LSTM and one Dense layer, with or
    without TimeDistributed, `sequence` an x of shape (samples, timesteps, features), of any length;
    `return_sequences` as that LSTM has it.

    Raises `ValueError` for numbers or weights that do not fit.
    """
    if isinstance(source, Run):
        return source.trace(sequence, epoch)
    if sequence is None:
        raise ValueError("x is missing; expected an array of shape (samples, timesteps, features).")
    return compute_own_trace(source, np.asarray(sequence), return_sequences=return_sequences)


def explain(model: Any, x: Any = None) -> Explained:
    """A built Keras model of your own: each layer's shapes, weights in numbers, and for an `x` every value.

    Shows itself in Jupyter, drawn unrolled; `.save("model.svg")` or `.html` writes the drawing. Prints as a
    table whose counts add up to `model.count_params()`. With an `x` of shape (samples, …),
    `.rows[k].output` is what layer k made of it, `.rows[k].gates` what happened inside an LSTM (`.i .f
    .c_tilde .o .c .h`), and `.y` what `model.predict(x)` answers. The model is read and called, not changed.

    Raises `ValueError` that names the first layer that cannot be drawn.
    """
    from echoviz.engine.shapes.explain import explain as explain_model
    from echoviz.stage.explained import Explained

    return Explained(**vars(explain_model(model, x)))


def __getattr__(name: str) -> Any:
    if name in ("figures", "stage"):
        return importlib.import_module(f"echoviz.{name}")
    raise AttributeError(f"module 'echoviz' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
