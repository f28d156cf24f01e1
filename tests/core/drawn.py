"""Experiments drawn at random for property tests, always the same ones."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

from echoviz.core.experiment import Experiment, Framing

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
