"""What runs inside a training worker: TensorFlow warms up, programs compile, experiments train.

A worker tells the server what it is doing by events under one topic. TensorFlow is imported when it is
used, never with this module: the server imports it too, to name these functions.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

from distributed import Event, get_worker

from echoviz.core.progress import Progress, pack_progress
from echoviz.core.survey import Survey, SurveyProgress
from echoviz.engine.programs import give_way
from echoviz.engine.questions import ANSWERS, Answer
from echoviz.engine.sizes import LARGEST, SIZES, Size
from echoviz.engine.training import get_programs, train, train_survey
from echoviz.engine.views import Outcome, Subject

TOPIC = "echoviz"
ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",  # models this small train faster without a GPU
    "OMP_NUM_THREADS": "1",
}

_BROKEN = ("ResourceExhaustedError", "AbortedError", "InternalError", "XlaRuntimeError")
_NO_THREAD = "can't start new thread"
_configuring = threading.Lock()


@contextmanager
def ends_when_broken() -> Iterator[None]:
    """Without memory a process lives on and fails in everything: it is better replaced, its work redone."""
    try:
        yield
    except Exception as error:
        if isinstance(error, MemoryError) or type(error).__name__ in _BROKEN or _NO_THREAD in str(error):
            print(f"this worker ends: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        raise


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


@ends_when_broken()
def warm_up(*, gives_way: bool) -> list[Size]:
    """Import TensorFlow and compile the largest programs; the smaller ones follow behind. Returns the sizes.

    `gives_way`: the page of this machine answers first; importing and compiling must not delay anybody.
    """
    worker = get_worker()
    get_programs().on_ready = lambda size: worker.log_event(TOPIC, {"what": "compiled", "size": [*size]})
    with ThreadPoolExecutor(1, initializer=give_way if gives_way else None) as executor:
        executor.submit(_warm_up).result()
    return [*get_programs().sizes]


def _warm_up() -> None:
    configure_tensorflow()
    for size in LARGEST:
        get_programs().compile(size)
    get_programs().compile_behind(SIZES)


@ends_when_broken()
def run_question(name: str, *arguments: Any) -> Answer:
    """The answer of one of `ANSWERS`."""
    configure_tensorflow()
    return ANSWERS[name](*arguments)


@ends_when_broken()
def run_training(task: str, subject: Subject) -> Outcome:
    """Train and report on the way; ends early once the event named like the task is set."""
    reports = _Reports(task)
    configure_tensorflow()
    subject = subject.checked()
    experiment = subject.experiment if isinstance(subject, Survey) else subject
    reports.send("training", is_compiled=get_programs().find(experiment) is not None)
    if isinstance(subject, Survey):
        return train_survey(subject, on_progress=reports.report, should_stop=reports.should_stop)
    run = train(experiment, on_progress=reports.report, should_stop=reports.should_stop, asks_keras=False)
    return run.with_unseen_error().thinned()  # here, since the server is one process for everybody


class _Reports:
    """The events of one task."""

    def __init__(self, task: str) -> None:
        self._worker, self._task = get_worker(), task
        self._stop = Event(task)
        self._chunks = 0

    def should_stop(self) -> bool:
        """The scheduler is asked from the second chunk on: most runs take less time than asking."""
        self._chunks += 1
        return self._chunks > 1 and bool(self._stop.is_set())

    def report(self, progress: Progress | SurveyProgress) -> None:
        if isinstance(progress, SurveyProgress):
            self.send("surveyed", progress=vars(progress))
        else:
            self.send("progress", progress=pack_progress(progress))

    def send(self, what: str, **facts: Any) -> None:
        self._worker.log_event(TOPIC, {"what": what, "task": self._task, **facts})
