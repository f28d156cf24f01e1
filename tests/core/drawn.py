"""Experiments drawn at random for property tests, always the same ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from echoviz.core.experiment import Experiment, Framing
from echoviz.core.run import Run, Snapshot, compute_weight_shapes

PROFILE = settings(deadline=None, derandomize=True, database=None)
"""No clock and no memory: a test that fails, fails for everybody."""


def experiments() -> st.SearchStrategy[Experiment]:
    """Any experiment that is within bounds."""
    return st.builds(
        Experiment,
        framing=st.sampled_from(Framing),
        length=st.integers(1, 50),
        neurons=st.integers(1, 64),
        epochs=st.integers(1, 10_000),
        learning_rate=st.floats(1e-5, 1.0),
        seed=st.integers(0, 2**31 - 1),
    )


def random_run(experiment: Experiment, epochs: tuple[int, ...] = (0, 3), **changes: object) -> Run:
    """A run with random weights: no training needed."""
    random = np.random.default_rng(experiment.seed)
    shapes = compute_weight_shapes(experiment.architecture)
    snapshots = tuple(
        Snapshot(epoch, tuple(random.normal(size=shape).astype(np.float32) for shape in shapes))
        for epoch in epochs
    )
    losses = random.uniform(0.1, 1, epochs[-1]).astype(np.float32)
    return replace(Run(experiment, losses, snapshots, elapsed_s=1.5, compile_s=0.25), **changes)
