"""What goes in, what Keras is given as the target, what ought to come out: the one source of all three."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from echoviz.core.blueprint import blueprint
from echoviz.core.experiment import Experiment
from echoviz.core.framing import CUTS

UNSEEN_COUNT = 500


class Data(NamedTuple):
    """Arrays for one model, float32, batch axis first.

    `x` goes in, `y` is what Keras is told to answer, `targets` what ought to come out: always of the shape of
    the model's output.
    """

    x: np.ndarray
    y: np.ndarray
    targets: np.ndarray


@lru_cache(maxsize=16)
def make_data(experiment: Experiment) -> Data:
    """What a model is trained on: all samples in one batch; the arrays are read-only."""
    return arrange(experiment, _draw_numbers(experiment))


@lru_cache(maxsize=64)
def make_shown(experiment: Experiment) -> Data:
    """The tutorial's own sequence, `0/length, 1/length, …`: what is drawn; read-only.

    With `sequences` above 1 the model was not trained on it.
    """
    return arrange(experiment, _make_own(experiment)[np.newaxis])


@lru_cache(maxsize=16)
def make_unseen(experiment: Experiment, count: int = UNSEEN_COUNT) -> Data:
    """So many random sequences of another seed than the training's; read-only."""
    return arrange(experiment, _draw(experiment, count, (experiment.seed, 1)))


def arrange(experiment: Experiment, numbers: np.ndarray) -> Data:
    """Numbers that go in, as the experiment's model takes them.

    `numbers` is (sequences, length), or (sequences, 1) where one number goes in: the step of 0, s, 2s, …
    """
    shape = blueprint(experiment)
    targets = _compute_targets(experiment, numbers).astype(np.float32)
    x = np.asarray(numbers, dtype=np.float32).reshape(-1, *shape.input_shape)
    targets = targets.reshape(-1, *shape.tensors[-1].shape[1:])
    for array in (x, targets):
        array.flags.writeable = False
    return Data(x, targets, targets)


def count_inputs(experiment: Experiment) -> int:
    """How many numbers go in for one sequence: `length`, or 1 where one is copied to every timestep."""
    return 1 + max(lane.input for lane in blueprint(experiment).lanes)


def compute_sequence(length: int) -> np.ndarray:
    """The tutorial's numbers, `0/length, 1/length, …`: float64 (length,)."""
    return np.arange(length) / length


def _compute_targets(experiment: Experiment, numbers: np.ndarray) -> np.ndarray:
    """(sequences, length): what went in, `delay` timesteps later; or its multiples 0, s, 2s, …"""
    if CUTS[experiment.framing].repeats:
        return numbers * np.arange(experiment.length)
    late = np.zeros_like(numbers, dtype=np.float64)
    delay = min(experiment.delay, experiment.length)
    late[:, delay:] = numbers[:, : experiment.length - delay]
    return late


def _make_own(experiment: Experiment) -> np.ndarray:
    is_one_number = CUTS[experiment.framing].repeats
    return np.array([1 / experiment.length]) if is_one_number else compute_sequence(experiment.length)


def _draw_numbers(experiment: Experiment) -> np.ndarray:
    if experiment.sequences == 1:
        return _make_own(experiment)[np.newaxis]
    return _draw(experiment, experiment.sequences, experiment.seed)


def _draw(experiment: Experiment, count: int, seed: int | tuple[int, ...]) -> np.ndarray:
    """Random numbers from 0 to 1, (count, length); or steps, (count, 1), that end at 1 at the most."""
    random = np.random.default_rng(seed)
    if CUTS[experiment.framing].repeats:
        return random.random((count, 1)) / max(experiment.length - 1, 1)
    return random.random((count, experiment.length))
