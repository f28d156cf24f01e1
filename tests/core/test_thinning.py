"""Thinned values keep every extreme, wherever it stands."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from echoviz.core.thinning import thin
from tests.core.drawn import PROFILE


@PROFILE
@given(st.integers(0, 10_000), st.integers(10, 1200), st.booleans(), st.integers(0, 2**32 - 1))
def test_thinning_loses_no_extreme(count: int, at_most: int, log_spaced: bool, seed: int) -> None:
    values = np.random.default_rng(seed).exponential(size=count)
    kept = thin(values, at_most, log_spaced=log_spaced)
    assert len(kept) == count if count <= at_most else 4 <= len(kept) <= at_most
    assert (np.diff(kept) > 0).all()
    if count:
        assert (kept[0], kept[-1]) == (0, count - 1)
        assert values[kept].min() == values.min()
        assert values[kept].max() == values.max()


def test_log_spaced_stretches_keep_more_of_the_beginning() -> None:
    falling = np.geomspace(1, 1e-6, 10_000)
    evenly, by_logarithm = (thin(falling, 100, log_spaced=spaced) for spaced in (False, True))
    assert np.median(by_logarithm) < 500 < np.median(evenly)
