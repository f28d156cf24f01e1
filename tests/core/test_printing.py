"""Numbers are printed in one way, in Python as in the browser."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from echoviz.core.printing import print_bound, print_count, print_factor, print_loss, print_short
from tests.core.drawn import PROFILE
from tests.node import run_node

WORDS = Path(__file__).parents[2] / "echoviz" / "stage" / "js" / "words" / "numbers.js"


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (-0.04, 1, "0.0"),
        (0.25, 1, "0.2"),
        (-1.26, 1, "−1.3"),
        (12.345, 2, "12.3"),
        (99.96, 2, "100"),
        (-123.4, 1, "−123"),
        (999.6, 2, "1.0e3"),
        (12345.6, 1, "1.2e4"),
        (-2e9, 2, "−2.0e9"),
    ],
)
def test_print_short(value: float, decimals: int, printed: str) -> None:
    assert print_short(value, decimals) == printed


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_what_is_no_number_is_printed_too(value: float) -> None:
    assert print_short(value, 2) in ("inf", "−inf", "nan")
    assert print_loss(value) == "NaN"


def test_print_count_and_factor() -> None:
    assert [print_count(count) for count in (0, 999, 1000, 12_690)] == [
        "0",
        "999",
        "1\u202f000",
        "12\u202f690",
    ]
    assert [print_factor(value, 1) for value in (-0.5, -0.01, 0.5)] == ["(−0.5)", "0.0", "0.5"]


@pytest.mark.parametrize(
    ("loss", "printed"),
    [
        (0.0, "0.00"),
        (2.24e-4, "2.2e−4"),
        (0.001, "0.00100"),
        (0.5, "0.500"),
        (123.4, "123"),
        (999.9, "1.0e3"),
    ],
)
def test_print_loss(loss: float, printed: str) -> None:
    assert print_loss(loss) == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [(0.0, "0"), (3e-7, "3e−7"), (3.2e-7, "4e−7"), (9.5e-7, "1e−6"), (0.5, "0.5"), (0.41, "0.5")],
)
def test_print_bound(value: float, printed: str) -> None:
    assert print_bound(value) == printed


@PROFILE
@given(st.floats(0, 1e6))
def test_a_bound_is_never_too_low(value: float) -> None:
    assert float(print_bound(value).replace("−", "-")) >= value


def ask_browser(call: str, values: list[float]) -> list[str]:
    """What the stage's own module makes of numbers."""
    code = (
        f"import * as words from {json.dumps(WORDS.as_uri())};"
        f"console.log(JSON.stringify({json.dumps(values)}.map((value) => {call})));"
    )
    return json.loads(run_node(code))


def draw_sizes() -> list[float]:
    """Numbers of every size, those halfway between two printed ones, and those where the rule changes."""
    random = np.random.default_rng(1)
    everywhere = 10 ** random.uniform(-5, 5, 2000)
    far = 10 ** random.uniform(-300, 300, 200)
    halves = random.integers(0, 64_000, 1500) / np.repeat([2, 8, 16, 32, 64], 300)
    large = random.integers(20, 200, 200) * 5.0 * 10.0 ** random.integers(1, 8, 200)
    turns = [0.001, 1.0, 9.995, 10.0, 99.95, 100.0, 999.5, 1000.0]
    near = [float(np.nextafter(turn, to)) for turn in turns for to in (0, np.inf)]
    return [0.0, *everywhere.tolist(), *far.tolist(), *halves.tolist(), *large.tolist(), *turns, *near]


def test_the_stage_prints_the_same() -> None:
    sizes = draw_sizes()
    assert ask_browser("words.formatLoss(value)", sizes) == [print_loss(size) for size in sizes]
    values = sizes + [-size for size in sizes]
    assert ask_browser("words.formatNumber(value)", values) == [print_short(value, 2) for value in values]
    counts = [0, 12, 999, 1000, 12_690, 1_000_000]
    assert ask_browser("words.formatCount(value)", counts) == [print_count(count) for count in counts]
