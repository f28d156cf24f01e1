"""Every choice has bounds, an error that teaches, and a way through the query string."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echoviz.core.experiment import FIELD_BY_NAME, FIELDS, Experiment, ExperimentError, Framing
from tests.core.drawn import PROFILE, experiments

BOUNDS = {
    "length": (1, 50),
    "neurons": (1, 64),
    "epochs": (1, 10_000),
    "learning_rate": (1e-5, 1.0),
    "seed": (0, 2**31 - 1),
}


def test_defaults_are_the_tutorials() -> None:
    assert [Experiment(framing=framing).epochs for framing in Framing] == [1000, 500, 1000]
    experiment = Experiment()
    assert (experiment.length, experiment.neurons, experiment.learning_rate) == (5, 5, 0.001)


@pytest.mark.parametrize("framing", Framing)
def test_table_and_value_have_the_same_defaults(framing: Framing) -> None:
    """They stand in `FIELDS` for the page and in `Experiment` for a reader of its signature."""
    assert Experiment().framing is FIELD_BY_NAME["framing"].default_for(framing)
    experiment = Experiment(framing=framing)
    for field in FIELDS[1:]:
        assert getattr(experiment, field.name) == field.default_for(framing)


@pytest.mark.parametrize(("name", "bounds"), BOUNDS.items())
def test_bounds_are_inclusive(name: str, bounds: tuple[float, float]) -> None:
    for value in bounds:
        assert getattr(Experiment(**{name: value}), name) == value
    for value in (bounds[0] - 1, bounds[1] + 1):
        with pytest.raises(ExperimentError):
            Experiment(**{name: value})


def test_every_field_but_framing_has_bounds_here() -> None:
    assert set(BOUNDS) | {"framing"} == set(FIELD_BY_NAME)


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("given_value", ["", "abc", None, True, math.nan, math.inf, [], "9" * 40, 1 + 2j])
def test_what_is_not_a_number_is_refused(name: str, given_value: object) -> None:
    with pytest.raises(ExperimentError):
        FIELD_BY_NAME[name].coerce(given_value)


@pytest.mark.parametrize("name", ["length", "neurons", "epochs", "seed"])
def test_whole_numbers_only(name: str) -> None:
    with pytest.raises(ExperimentError):
        Experiment(**{name: 2.5})
    assert getattr(Experiment(**{name: 2.0}), name) == 2
    assert isinstance(getattr(Experiment(**{name: 2.0}), name), int)


def test_framing_is_one_of_three() -> None:
    assert Experiment(framing="many-to-one").framing is Framing.MANY_TO_ONE
    for wrong in ("one-to-many", "", None, 3):
        with pytest.raises(ExperimentError) as caught:
            FIELD_BY_NAME["framing"].coerce(wrong)
        assert "one-to-one, many-to-one, many-to-many" in str(caught.value)


def test_error_teaches() -> None:
    with pytest.raises(
        ValueError, match=r"length was -3; expected a whole number from 1 to 50.*length=1"
    ) as caught:
        Experiment(length=-3)
    assert isinstance(caught.value, ExperimentError)
    assert (caught.value.field, caught.value.given, caught.value.nearest) == ("length", -3, 1)
    assert (caught.value.minimum, caught.value.maximum) == (1, 50)


@PROFILE
@given(experiments())
def test_query_round_trip(experiment: Experiment) -> None:
    again, corrections = Experiment.from_query(experiment.to_query())
    assert corrections == ()
    assert again == experiment
    assert again.key == experiment.key


@PROFILE
@given(st.dictionaries(st.sampled_from([*FIELD_BY_NAME, "other"]), st.text()))
def test_any_query_gives_a_valid_experiment(query: dict[str, str]) -> None:
    experiment, corrections = Experiment.from_query(query)
    assert Experiment.from_query(experiment.to_query()) == (experiment, ())
    corrected = {correction.field: correction for correction in corrections}
    assert len(corrected) == len(corrections)
    for field in FIELDS:
        if field.name in corrected:
            assert corrected[field.name].used == getattr(experiment, field.name)
            assert query[field.name].startswith(corrected[field.name].given)
        elif field.name in query:
            assert getattr(experiment, field.name) == field.coerce(query[field.name])
        else:
            assert getattr(experiment, field.name) == field.default_for(experiment.framing)


@pytest.mark.parametrize(
    ("name", "given_text", "used"),
    [
        ("length", "-3", 1),
        ("length", "1e9", 50),
        ("epochs", "1e9", 10_000),
        ("epochs", "inf", 10_000),
        ("neurons", "abc", 5),
        ("neurons", "nan", 5),
        ("neurons", "2.4", 2),
        ("learning_rate", "0", 1e-5),
        ("learning_rate", "5", 1.0),
        ("seed", "-1", 0),
        ("framing", "zzz", Framing.MANY_TO_MANY),
        ("framing", "MANY-TO-ONE", Framing.MANY_TO_ONE),
        ("framing", "one2one", Framing.ONE_TO_ONE),
    ],
)
def test_nearest_value_is_used_and_said(name: str, given_text: str, used: object) -> None:
    experiment, (correction,) = Experiment.from_query({name: given_text})
    assert getattr(experiment, name) == used
    assert (correction.field, correction.given, correction.used) == (name, given_text, used)


def test_the_whole_bad_link_at_once() -> None:
    query = {"length": "-3", "neurons": "abc", "epochs": "1e9", "framing": "zzz"}
    experiment, corrections = Experiment.from_query(query)
    assert experiment == Experiment(length=1, epochs=10_000)
    assert {correction.field for correction in corrections} == set(query)


def test_unreadable_epochs_fall_back_to_the_framings_default() -> None:
    experiment, _ = Experiment.from_query({"framing": "many-to-one", "epochs": "many"})
    assert experiment.epochs == 500


@PROFILE
@given(experiments(), experiments())
def test_keys_are_equal_exactly_when_experiments_are(one: Experiment, other: Experiment) -> None:
    assert (one.key == other.key) == (one == other)
    assert one.key == one.replace().key


def test_learning_rates_that_print_alike_are_alike() -> None:
    close = Experiment(learning_rate=0.1 + 0.2), Experiment(learning_rate=0.3)
    assert close[0] == close[1]
    assert close[0].key == close[1].key


@pytest.mark.parametrize(("name", "bounds"), BOUNDS.items())
def test_every_choice_changes_the_key(name: str, bounds: tuple[float, float]) -> None:
    assert len({Experiment(**{name: value}).key for value in (*bounds, 1)}) >= 2
    assert Experiment(framing="one-to-one").key != Experiment(framing="many-to-many").key


@PROFILE
@given(experiments())
def test_architecture_is_what_decides_the_graph(experiment: Experiment) -> None:
    changed = experiment.replace(epochs=1, learning_rate=0.5, seed=1)
    assert changed.architecture == experiment.architecture
    assert tuple(experiment.architecture) == (experiment.framing, experiment.length, experiment.neurons)
