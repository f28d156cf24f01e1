"""What runs inside a training worker: TensorFlow warms up, programs compile, experiments train.

A worker tells the server what it is doing by events under one topic. TensorFlow is imported when it is
used, never with this module: the server imports it too, to name these functions.
"""

from __future__ import annotations

import os
import threading
import uuid
from contextlib import suppress
from typing import Any

from distributed import Event, Worker, get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from echoviz.core.experiment import Experiment
from echoviz.core.progress import pack_progress
from echoviz.core.run import Run
from echoviz.engine.programs import give_way
from echoviz.engine.questions import ANSWERS, Answer
from echoviz.engine.sizes import LARGEST, SIZES
from echoviz.engine.training import get_programs, train

TOPIC = "echoviz"
ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",  # models this small train faster without a GPU
    "OMP_NUM_THREADS": "1",
}

_configuring = threading.Lock()


def configure_tensorflow() -> None:
    """Import TensorFlow with one thread of each kind: XLA compiles up to twice as fast as with two."""
    with _configuring:  # whoever comes second waits for the first
        for name, value in ENVIRONMENT.items():
            os.environ.setdefault(name, value)
        import tensorflow as tf

        tf.get_logger().setLevel("ERROR")  # it warns of each program after the fifth
        with suppress(RuntimeError):  # others have used TensorFlow in this process: it works all the same
            tf.config.threading.set_inter_op_parallelism_threads(1)
            tf.config.threading.set_intra_op_parallelism_threads(1)
        import echoviz.engine.keras_layers  # noqa: F401  (Keras, and what we build with it)


class WarmUp(WorkerPlugin):
    """Each worker, a restarted one too, imports TensorFlow and compiles at once, beside its event loop."""

    name = "echoviz-warm-up"

    def __init__(self, *, shares_machine: bool) -> None:
        self._shares_machine = shares_machine

    def setup(self, worker: Worker) -> None:
        get_programs().on_ready = lambda size: worker.log_event(TOPIC, {"what": "compiled", "size": [*size]})
        threading.Thread(target=self._warm_up, name=self.name, daemon=True).start()

    def _warm_up(self) -> None:
        """The page answers first: importing and compiling must not delay anybody's first look."""
        if self._shares_machine:
            give_way()
        warm_up()


def warm_up() -> None:
    """Compile the largest programs; the smaller ones follow behind."""
    configure_tensorflow()
    for size in LARGEST:
        get_programs().compile(size)
    get_programs().compile_behind(SIZES)


def run_question(name: str, *arguments: Any) -> Answer:
    """The answer of one of `ANSWERS`."""
    configure_tensorflow()
    return ANSWERS[name](*arguments)


def run_training(task: str, experiment: Experiment) -> Run:
    """Train and report on the way; ends early once the event named like the task is set."""
    reports = _Reports(task)
    configure_tensorflow()
    reports.send("training", is_compiled=get_programs().find(experiment.checked()) is not None)
    report = lambda progress: reports.send("progress", progress=pack_progress(progress))  # noqa: E731
    run = train(experiment, on_progress=report, should_stop=reports.should_stop, asks_keras=False)
    return run.with_unseen_error().thinned()  # here, since the server is one process for everybody


class _Reports:
    """The events of one execution of a task. A restarted task has another `execution`."""

    def __init__(self, task: str) -> None:
        self._worker = get_worker()
        self._facts = {"task": task, "execution": uuid.uuid4().hex}
        self._stop = Event(task)
        self._chunks = 0

    def should_stop(self) -> bool:
        """The scheduler is asked from the second chunk on: most runs take less time than asking."""
        self._chunks += 1
        return self._chunks > 1 and bool(self._stop.is_set())

    def send(self, what: str, **facts: Any) -> None:
        self._worker.log_event(TOPIC, {"what": what, **self._facts, **facts})
