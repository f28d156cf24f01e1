"""The doctor: Keras' own words at test time, and no mend is offered that Keras did not run."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest

from echoviz.core.breaks import BREAKS
from echoviz.core.case import SILENT, Case, CaseError, TroubleKind, find_trouble, script_of
from echoviz.core.layers import LSTM, Dense, code_of
from echoviz.core.mends import propose_mends
from echoviz.engine.shapes.diagnosis import MENDS_MAX, diagnose, has_mended, run_case
from echoviz.engine.shapes.layer_making import make_layer
from tests.core.broken import make_break
from tests.core.layers.drawn import make_stack
from tests.core.layers.keras_layers import write_keras_layer

pytestmark = pytest.mark.usefixtures("tensorflow")
CASES = [
    pytest.param(case, id=f"{each.name} {place}") for each in BREAKS for place, case in enumerate(each.cases)
]
BROKEN = 60
"""Of the 300 that the law is asked about: Keras takes a tenth of a second for each."""


@pytest.fixture(scope="module", autouse=True)
def _forget_models():
    yield
    keras.backend.clear_session()


def run_script(case: Case) -> str | None:
    """What a script says when somebody runs it; names of layers are counted through a session."""
    random = np.random.default_rng(1)
    x = random.random(case.x_shape).astype("float32")
    y = None if case.y_shape is None else random.random(case.y_shape).astype("float32")
    script = script_of(case).replace("fit(X, y)", "fit(X, y, verbose=0, batch_size=len(X))")
    script = script.replace('optimizer="adam"', 'optimizer="adam", run_eagerly=True')
    try:
        exec(script, {"X": x, "y": y})  # the doctor's own text, written from layer values
    except Exception as error:
        return forget_names(str(error))
    return None


def forget_names(message: str) -> str:
    """Keras' words without its running numbers, colours, and the arguments of the calls around them."""
    message = re.sub(r"\x1b\[\d*m", "", message).split("\n\nArguments received")[0]
    return re.sub(r"_\d+\b", "", message)


@pytest.mark.parametrize("case", CASES)
def test_words_are_those_of_the_script(case: Case) -> None:
    message = run_case(case).message
    assert (None if message is None else forget_names(message)) == run_script(case)


@pytest.mark.parametrize("case", CASES)
def test_every_mend_that_is_offered_ran(case: Case) -> None:
    diagnosis = diagnose(case)
    assert (diagnosis.outcome.message is None) == (diagnosis.trouble.kind in SILENT)
    assert 1 <= len(diagnosis.mends) <= MENDS_MAX
    for tried in diagnosis.mends:
        assert has_mended(tried.mend.case, tried.outcome)
        assert tried.outcome.output_shape == tried.mend.case.y_shape
        assert np.isfinite(tried.outcome.loss)
        assert run_script(tried.mend.case) is None


def test_silent_breaks_show_what_happened() -> None:
    broadcast = next(each for each in BREAKS if each.name == "target-of-two-axes").cases[1]
    assert run_case(broadcast).output_shape == (8, 10, 1) != broadcast.y_shape
    masked = next(each for each in BREAKS if each.name == "masked-zero").cases[0]
    assert run_case(masked).mask == (False, True, True, True, True)


def test_keras_agrees_on_all_drawn_breaks() -> None:
    """Keras refuses what the law refuses, says nothing where the law says so, and runs the first mend."""
    for seed in range(BROKEN):
        if seed % 50 == 0:
            keras.backend.clear_session()
        _, broken, _ = make_break(seed)
        trouble, outcome = find_trouble(broken), run_case(broken)
        assert (outcome.message is None) == (trouble.kind in SILENT), (seed, trouble, outcome)
        first = propose_mends(broken)[0]
        assert has_mended(first.case, run_case(first.case)), (seed, first)


def test_too_large_a_case_is_refused_in_words() -> None:
    with pytest.raises(CaseError, match="expected a smaller model"):
        diagnose(Case((8, 10, 1), (8, 1), (LSTM(4096), Dense(1))))
    with pytest.raises(CaseError, match="expected a smaller model"):
        run_case(Case((10_000, 100, 1), (10_000, 1), (LSTM(4), Dense(1))))


def test_right_case_needs_no_mend() -> None:
    diagnosis = diagnose(Case((8, 10, 1), (8, 1), (LSTM(4), Dense(1))))
    assert (diagnosis.trouble, diagnosis.mends, diagnosis.outcome.message) == (None, (), None)


def test_case_without_y_is_only_called() -> None:
    outcome = run_case(Case((8, 10, 1), None, (LSTM(4), Dense(1))))
    assert (outcome.output_shape, outcome.loss) == ((8, 1), None)
    assert diagnose(Case((8, 10), None, (LSTM(4), Dense(1)))).trouble.kind is TroubleKind.LAYER


def test_keras_layers_are_those_of_the_oracle() -> None:
    """The engine writes each layer as the tests' own spelling does."""
    for seed in range(60):
        for layer in make_stack(seed).layers:
            ours, theirs = make_layer(layer).get_config(), write_keras_layer(layer).get_config()
            assert strip_names(ours) == strip_names(theirs), code_of(layer)


def strip_names(config: object) -> object:
    """A configuration without the running numbers in its names."""
    if isinstance(config, dict):
        return {key: strip_names(value) for key, value in config.items() if key != "name"}
    return config
