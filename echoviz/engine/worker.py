"""What runs inside a training worker: TensorFlow warms up, shapes compile, experiments train.

A worker tells the server what it is doing by events under one topic. TensorFlow is imported when it is
used, never with this module: the server imports it too, to name these functions.
"""

from __future__ import annotations

import os
import threading
import uuid
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from distributed import Event, Worker, get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from echoviz.core.experiment import Experiment
from echoviz.core.progress import Progress
from echoviz.core.run import Run
from echoviz.engine.training import count_compilations, is_compiled, prepare, train
from echoviz.engine.views import pack_progress

TOPIC = "echoviz"
ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",  # models this small train faster without a GPU
    "OMP_NUM_THREADS": "1",
}

_configuring = threading.Lock()
_configured = False


def configure_tensorflow() -> None:
    """Import TensorFlow with one thread of each kind: XLA compiles up to twice as fast as with two."""
    global _configured
    with _configuring:
        if _configured:
            return
        for name, value in ENVIRONMENT.items():
            os.environ.setdefault(name, value)
        import tensorflow as tf

        with suppress(RuntimeError):  # others have used TensorFlow in this process: it works all the same
            tf.config.threading.set_inter_op_parallelism_threads(1)
            tf.config.threading.set_intra_op_parallelism_threads(1)
        import echoviz.engine.model  # noqa: F401  (Keras, and what we build with it)

        _configured = True


class WarmUp(WorkerPlugin):
    """Each worker, a restarted one too, imports TensorFlow at once, beside its event loop."""

    name = "echoviz-warm-up"

    def __init__(self, *, shares_machine: bool) -> None:
        self._shares_machine = shares_machine

    def setup(self, worker: Worker) -> None:
        if self._shares_machine and hasattr(os, "nice"):
            os.nice(10)  # the page answers first: importing TensorFlow must not delay anybody's first look
        threading.Thread(target=configure_tensorflow, name=self.name, daemon=True).start()


def run_preparation(task: str, experiment: Experiment, after: object = None) -> Run:
    """Compile the experiment's shape; returns its untrained run.

    `after` is only there to be waited for: Dask then works where its result lies, the shape compiled.
    """
    with _Reports(task, experiment, "preparing"):
        configure_tensorflow()
        return prepare(experiment)


def run_training(task: str, experiment: Experiment, after: object = None) -> Run:
    """Train and report on the way; ends early once the event named like the task is set.

    `after` is as for `run_preparation`.
    """
    with _Reports(task, experiment, "training") as reports:
        configure_tensorflow()
        return train(experiment, on_progress=reports.report_progress, should_stop=Event(task).is_set)


class _Reports:
    """The events of one execution of a task. A restarted task has another `execution`."""

    def __init__(self, task: str, experiment: Experiment, doing: str) -> None:
        self._worker = get_worker()
        self._architecture = experiment.architecture
        self._doing = doing
        self._facts = {
            "task": task,
            "execution": uuid.uuid4().hex,
            "worker": self._worker.address,
            "architecture": [str(self._architecture.framing), *self._architecture[1:]],
        }

    def __enter__(self) -> Self:
        self._send(self._doing, is_compiled=is_compiled(self._architecture))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._send("ended", compilations=count_compilations())

    def report_progress(self, progress: Progress) -> None:
        self._send("progress", progress=pack_progress(progress))

    def _send(self, what: str, **facts: Any) -> None:
        self._worker.log_event(TOPIC, {"what": what, **self._facts, **facts})
