"""Every choice has bounds, an error that teaches, and a way through the query string."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echoviz.core.experiment import FIELD_BY_NAME, FIELDS, Experiment, ExperimentError
from echoviz.core.framing import CUTS, Framing, Head
from tests.core.drawn import PROFILE, experiments

BOUNDS = {
    "delay": (0, 3),
    "sequences": (1, 256),
    "length": (1, 50),
    "neurons": (1, 64),
    "epochs": (1, 10_000),
    "learning_rate": (1e-5, 1.0),
    "seed": (0, 2**31 - 1),
}


def test_defaults_are_the_tutorials() -> None:
    assert [Experiment(framing=framing).epochs for framing in Framing] == [1000, 1000, 500, 1000]
    experiment = Experiment()
    assert (experiment.length, experiment.neurons, experiment.learning_rate) == (5, 5, 0.001)


@pytest.mark.parametrize("framing", Framing)
def test_what_is_left_out_is_the_tables_default(framing: Framing) -> None:
    experiment = Experiment(framing=framing)
    for field in FIELDS[1:]:
        assert getattr(experiment, field.name) == field.default_for(experiment.choices)


@pytest.mark.parametrize(("name", "bounds"), BOUNDS.items())
def test_bounds_are_inclusive(name: str, bounds: tuple[float, float]) -> None:
    for value in bounds:
        assert getattr(Experiment(**{name: value}), name) == value
    for value in (bounds[0] - 1, bounds[1] + 1):
        with pytest.raises(ExperimentError):
            Experiment(**{name: value})


def test_every_number_has_bounds_here() -> None:
    assert set(BOUNDS) | {"framing", "head"} == set(FIELD_BY_NAME)


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("given_value", ["", "abc", None, True, math.nan, math.inf, [], "9" * 40, 1 + 2j])
def test_what_is_not_a_number_is_refused(name: str, given_value: object) -> None:
    with pytest.raises(ExperimentError):
        FIELD_BY_NAME[name].coerce(given_value, Experiment().choices)


@pytest.mark.parametrize("name", ["length", "neurons", "epochs", "seed"])
def test_whole_numbers_only(name: str) -> None:
    with pytest.raises(ExperimentError):
        Experiment(**{name: 2.5})
    assert getattr(Experiment(**{name: 2.0}), name) == 2
    assert isinstance(getattr(Experiment(**{name: 2.0}), name), int)


def test_framing_is_one_of_four() -> None:
    assert Experiment(framing="many-to-one").framing is Framing.MANY_TO_ONE
    for wrong in ("many", "", None, 3):
        with pytest.raises(ExperimentError) as caught:
            FIELD_BY_NAME["framing"].coerce(wrong, {})
        assert "one-to-one, one-to-many, many-to-one, many-to-many" in str(caught.value)


@pytest.mark.parametrize("framing", Framing)
def test_choices_exist_only_where_they_mean_something(framing: Framing) -> None:
    chosen = {"framing": framing}
    assert FIELD_BY_NAME["head"].applies(chosen) == (framing is Framing.MANY_TO_MANY)
    assert FIELD_BY_NAME["delay"].applies(chosen) == framing.startswith("many-to-")
    for head in set(Head) - set(CUTS[framing].heads):
        with pytest.raises(ExperimentError, match=f"head was '{head}'; expected one of"):
            Experiment(framing=framing, head=str(head))
    if not CUTS[framing].has_delay:
        with pytest.raises(
            ExperimentError, match="delay was 2; expected 0, since no other delay exists here"
        ):
            Experiment(framing=framing, delay=2)


def test_replacing_the_framing_drops_what_it_does_not_have() -> None:
    delayed = Experiment(head="flatten", delay=2, sequences=9, length=7)
    other = delayed.replace(framing="one-to-one")
    assert (other.head, other.delay, other.sequences, other.length) == ("dense", 0, 9, 7)
    assert other.replace(framing="many-to-many").head == "time-distributed"
    assert delayed.replace(framing="many-to-one").delay == 2
    assert delayed.replace(neurons=3).head == "flatten"
    with pytest.raises(TypeError):
        delayed.replace(colour=3)


def test_error_teaches() -> None:
    with pytest.raises(
        ValueError, match=r"length was -3; expected a whole number from 1 to 50.*length=1"
    ) as caught:
        Experiment(length=-3)
    assert isinstance(caught.value, ExperimentError)
    assert (caught.value.field, caught.value.given, caught.value.nearest) == ("length", -3, 1)


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
            given_value = field.coerce(query[field.name], experiment.choices)
            assert getattr(experiment, field.name) == given_value
        else:
            assert getattr(experiment, field.name) == field.default_for(experiment.choices)


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
        ("head", "Flaten", Head.FLATTEN),
        ("delay", "9", 3),
        ("sequences", "0", 1),
        ("sequences", "1e99", 256),
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
    assert len({Experiment(**{name: value}).key for value in bounds}) == 2


def test_every_framing_and_head_has_a_key_of_its_own() -> None:
    keys = {Experiment(framing=framing, head=head).key for framing, cut in CUTS.items() for head in cut.heads}
    assert len(keys) == sum(len(cut.heads) for cut in CUTS.values())


def test_links_leave_out_what_the_first_ones_did_not_know() -> None:
    first = ["framing", "length", "neurons", "epochs", "learning_rate", "seed"]
    assert list(Experiment().to_query()) == first
    assert set(Experiment(head="dense", delay=1, sequences=2).to_query()) == {
        *first,
        "head",
        "delay",
        "sequences",
    }


@PROFILE
@given(st.dictionaries(st.sampled_from([*FIELD_BY_NAME]), st.from_type(object)))
def test_any_values_at_all_give_a_valid_experiment(values: dict[str, object]) -> None:
    experiment, corrections = Experiment.nearest(values)
    assert experiment.checked() == experiment
    assert {correction.field for correction in corrections} <= set(values)
