"""What the page Compare draws with Plotly: kernels that drift, pairs that the loss subtracts, many seeds."""

from __future__ import annotations

import json

import numpy as np
import pytest

from echoviz import figures
from echoviz.core.broadcast import CASES, compute_pairs
from echoviz.core.experiment import Experiment
from echoviz.core.survey import NEVER, count_seeds, sum_up_runs
from echoviz.figures import DriftFacts, LuckFacts, PairFacts


def make_drift(timesteps: int) -> DriftFacts:
    spread = np.linspace(0, 1, 100)[:, np.newaxis] * np.arange(1, timesteps + 1)
    return figures.drift_facts(np.arange(100), spread)


def make_luck(count: int) -> LuckFacts:
    runs = [(10.0 ** -(seed % 5), 0.02 * (seed % 5), NEVER if seed % 5 > 2 else 100) for seed in range(count)]
    return figures.luck_facts(sum_up_runs(count_seeds(Experiment(), count), runs, elapsed_s=1.0))


def make_pairs(name: str) -> PairFacts:
    case = CASES[name]
    pairs = compute_pairs(case.output_shape, case.y_shape)
    assert pairs is not None
    answers = np.linspace(0, 1, len(pairs.grid))
    return figures.pair_facts(pairs, tuple(answers.tolist()), tuple(case.y.ravel().tolist()))


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh", "dark")])
def test_they_are_small_and_speak(language: str, theme: str) -> None:
    look = {"language": language, "theme": theme}
    drawn = [figures.draw_drift(make_drift(steps), **look) for steps in (1, 5, 50)]  # type: ignore[arg-type]
    drawn += [figures.draw_luck(make_luck(count), **look) for count in (1, 99)]  # type: ignore[arg-type]
    drawn += [figures.draw_pairs(make_pairs(name), **look) for name in ("wide", "swapped")]  # type: ignore[arg-type]
    for figure in drawn:
        spec = json.loads(figure.to_json())
        assert len(figure.to_json()) < 28_000
        title = spec["layout"]["title"]["text"] + spec["layout"]["title"]["subtitle"]["text"]
        assert any("\u4e00" <= character <= "\u9fff" for character in title) == (language == "zh")
        assert "{" not in title


def test_each_timestep_has_its_line() -> None:
    figure = figures.draw_drift(make_drift(3))
    assert [trace.name for trace in figure.data] == ["timestep 0", "timestep 1", "timestep 2"]
    np.testing.assert_allclose([trace.y[-1] for trace in figure.data], [1, 2, 3])
    assert all(trace.y[0] == 0 for trace in figure.data)


@pytest.mark.parametrize(
    ("name", "pairs", "shape", "is_meant"),
    [
        ("right", 5, (1, 5, 1), True),
        ("no-last-axis", 5, (1, 5), True),
        ("swapped", 25, (1, 5, 5), False),
        ("one-target", 5, (1, 5), False),
        ("last-only", 5, (1, 5), False),
        ("wide", 25, (5, 5), False),
    ],
)
def test_pairs_of_every_case(name: str, pairs: int, shape: tuple[int, ...], is_meant: bool) -> None:
    facts = make_pairs(name)
    assert (len(facts.pairs), facts.shape, facts.is_meant) == (pairs, shape, is_meant)
    figure = figures.draw_pairs(facts)
    printed = next(figure.select_traces({"mode": "text"}))
    assert facts.answers is not None
    differences = [facts.answers[row] - facts.targets[column] for row, column in facts.pairs]
    said = [float(word.replace("−", "-")) for word in printed.text]
    np.testing.assert_allclose(said, differences, atol=0.0051)


def test_before_a_training_no_difference_is_told() -> None:
    pairs = compute_pairs((1, 5, 1), (1, 5, 1))
    assert pairs is not None
    figure = figures.draw_pairs(figures.pair_facts(pairs, None, (0.0, 0.2, 0.4, 0.6, 0.8)))
    assert len(figure.data) == 1
    with pytest.raises(ValueError, match="answers × targets"):
        figures.pair_facts(pairs, (1.0,), (0.0,) * 5)
    assert compute_pairs((100, 32, 1), (100, 24)) is None


def test_a_seed_is_a_dot_and_one_that_never_echoes_has_no_epoch() -> None:
    facts = make_luck(10)
    assert (facts.best, facts.worst) == (0, 4)
    assert sum(facts.echoes) == 6
    losses, epochs = figures.draw_luck(facts).data
    assert len(losses.x) == 10
    assert list(epochs.x) == [100] * 6
    assert "6 of 10 seeds echo" in figures.draw_luck(facts).layout.title.text
