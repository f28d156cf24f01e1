"""Experiments drawn at random for property tests, always the same ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from echoviz.core.blueprint import blueprint
from echoviz.core.experiment import Experiment
from echoviz.core.framing import CUTS, Framing
from echoviz.core.run import Run

PROFILE = settings(deadline=None, derandomize=True, database=None)
"""No clock and no memory: a test that fails, fails for everybody."""

KINDS = [(framing, head) for framing, cut in CUTS.items() for head in cut.heads]
"""Every framing with every head that it can have."""


@st.composite
def experiments(
    draw: st.DrawFn,
    length: int = 50,
    neurons: int = 64,
    sequences: int = 256,
) -> Experiment:
    """Any experiment that is within bounds, or within smaller ones."""
    framing, head = draw(st.sampled_from(KINDS))
    return Experiment(
        framing=framing,
        head=head,
        delay=draw(st.integers(0, 3)) if CUTS[Framing(framing)].has_delay else 0,
        sequences=draw(st.integers(1, sequences)),
        length=draw(st.integers(1, length)),
        neurons=draw(st.integers(1, neurons)),
        epochs=draw(st.integers(1, 10_000)),
        learning_rate=draw(st.floats(1e-5, 1.0)),
        seed=draw(st.integers(0, 2**31 - 1)),
    )


def random_run(experiment: Experiment, epochs: tuple[int, ...] = (0, 3), **changes: object) -> Run:
    """A run with random weights: no training needed."""
    random = np.random.default_rng(experiment.seed)
    rows = random.normal(size=(len(epochs), blueprint(experiment).weight_count)).astype(np.float32)
    losses = random.uniform(0.1, 1, epochs[-1]).astype(np.float32)
    return replace(Run(experiment, losses, epochs, rows, elapsed_s=1.5), **changes)
