"""What is chosen: controls, address and stage agree, and nothing that a browser can send raises."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from echoviz.core.catalog import LANGUAGES
from echoviz.core.experiment import FIELD_BY_NAME, Experiment
from echoviz.core.framing import Framing
from echoviz.ui.pages import FREE, PAGES
from echoviz.ui.view import VIEW_NAMES
from harness.server import ROOT
from tests.core.drawn import PROFILE
from tests.ui.conftest import History, pretend_service
from tests.ui.reading import address, address_data, chosen, find_control, list_controls, read

NAMES = [*FIELD_BY_NAME, "lang", "show", "view", "tray", "case", "order", *VIEW_NAMES]
HOSTILE = [
    "",
    "inf",
    "-inf",
    "nan",
    "1e999",
    "-1",
    "0",
    "9" * 5000,
    "None",
    "[]",
    "<b>",
    "many-to-many",
    "４２",
    "1_0",
]


def test_a_change_comes_into_the_address_and_a_default_leaves_it(app: AppTest) -> None:
    app.run()
    assert address(app) == {}
    find_control(app, "length").set_value(7).run()
    find_control(app, "framing").set_value("many-to-one").run()
    assert address(app) == {"framing": "many-to-one", "length": "7"}
    find_control(app, "length").set_value(5).run()
    assert address(app) == {"framing": "many-to-one"}


def test_what_others_wrote_into_the_address_stays(app: AppTest) -> None:
    app.query_params["utm"] = ["a", "b"]
    app.run()
    find_control(app, "length").set_value(7).run()
    assert app.query_params["utm"] == ["a", "b"]
    assert address(app)["length"] == "7"


def test_back_sets_the_controls(app: AppTest, history: History) -> None:
    app.run()
    find_control(app, "length").set_value(7).run()
    find_control(app, "framing").set_value("one-to-one").run()
    find_control(app, "lang").set_value("zh").run()
    find_control(app, "show").set_value("weights").run()
    assert address(app) == {"framing": "one-to-one", "length": "7", "lang": "zh", "show": "weights"}
    history.go({"length": "7"})
    assert chosen(app) == Experiment(length=7)
    assert (find_control(app, "lang").value, find_control(app, "show").value) == ("en", "read")
    assert address(app) == {"length": "7"}
    history.go({"framing": "one-to-one", "length": "7"})
    assert chosen(app) == Experiment(framing="one-to-one", length=7)


def test_a_message_from_before_back_does_not_undo_it(app: AppTest, history: History) -> None:
    """A browser that has not heard what Back did sends the old controls with their old values."""
    app.run()
    old = find_control(app, "length").set_value(9)
    message = app._tree.get_widget_states()
    old.run()
    history.go({"length": "3"})
    assert chosen(app) == Experiment(length=3)
    app._run(message)
    assert chosen(app) == Experiment(length=3)
    assert address(app) == {"length": "3"}
    find_control(app, "length").set_value(4).run()
    assert chosen(app) == Experiment(length=4)


def test_epochs_and_what_does_not_exist_follow_the_framing(app: AppTest) -> None:
    app.query_params.update({"head": "flatten", "delay": "2"})
    app.run()
    assert chosen(app) == Experiment(head="flatten", delay=2)
    find_control(app, "framing").set_value("many-to-one").run()
    assert chosen(app) == Experiment(framing="many-to-one", delay=2)
    assert chosen(app).epochs == 500
    find_control(app, "epochs").set_value(20).run()
    find_control(app, "framing").set_value("one-to-one").run()
    assert chosen(app) == Experiment(framing="one-to-one", epochs=20)
    assert address(app) == {"framing": "one-to-one", "epochs": "20"}
    assert "changed" not in read(app)


def test_a_correction_costs_no_entry_and_its_notice_lives_as_long_as_it_is_true(
    app: AppTest, history: History
) -> None:
    asked = {"framing": "many to many", "length": "999", "neurons": "7"}
    app.query_params.update(asked)
    app.run()
    assert "Length (timesteps): `999` → **50** (from 1 to 50)" in read(app)
    assert chosen(app) == Experiment(length=50, neurons=7)
    assert address(app) == asked, "an entry of its own would be written by the script"
    assert address_data(app)["isAdopted"]
    assert address_data(app)["query"] == "length=50&neurons=7"
    find_control(app, "neurons").set_value(8).run()
    assert "`999` → **50**" in read(app)
    history.go({"neurons": "7"})
    assert "999" not in read(app)
    assert chosen(app) == Experiment(neurons=7)


def test_a_correction_that_is_no_longer_true_is_not_said(app: AppTest) -> None:
    app.query_params["length"] = "999"
    app.run()
    find_control(app, "length").set_value(7).run()
    find_control(app, "length").set_value(50).run()
    assert "999" not in read(app)


def test_a_typed_number_that_does_not_fit_is_corrected_in_its_control(app: AppTest) -> None:
    app.run()
    find_control(app, "epochs").set_value(1e9).run()
    assert chosen(app).epochs == 10_000
    assert address(app) == {"epochs": "10000"}
    assert "Epochs: `1000000000` → **10000** (from 1 to 10000)" in read(app)
    find_control(app, "learning_rate").set_value(0.0).run()
    assert "Learning rate: `0` → **1e-05**" in read(app)
    find_control(app, "epochs").set_value(70.0).run()
    assert "Epochs:" not in read(app)
    app.button(key="dismiss").click().run()
    assert "Learning rate: `0`" not in read(app)


def test_what_a_link_says_of_the_stage_reaches_it_bounded(app: AppTest) -> None:
    app.query_params.update({"step": "2", "epoch": "77", "panel": "window", "neuron": "-3"})
    app.run()
    said = read(app)
    assert "Panel: `window` → **sum** (one of sum, cell)" in said
    assert "Neuron: `-3` → **1** (from 1 to 5)" in said
    assert "Timestep:" not in said
    assert address_data(app)["view"] == "step=2&epoch=77&panel=sum&neuron=1"
    find_control(app, "length").set_value(7).run()
    assert "Panel:" not in read(app), "another experiment has another view"


def test_a_wrong_section_is_said_and_a_wrong_language_is_not_spoken(app: AppTest) -> None:
    app.query_params.update({"show": "zzz", "lang": "xx"})
    app.run()
    assert "`zzz` → **read**" in read(app)
    assert address_data(app)["query"] == ""
    assert address_data(app)["htmlLanguage"] == "en"


@pytest.mark.parametrize("framing", Framing)
def test_framings_have_names_in_both_languages_and_one_word_in_the_address(
    app: AppTest, framing: Framing
) -> None:
    app.query_params.update({"lang": "zh", "framing": str(framing)})
    app.run()
    control = find_control(app, "framing")
    assert control.value == framing
    assert all("\u4e00" <= label[0] <= "\u9fff" for label in control.formatted_values or control.options)
    find_control(app, "lang").set_value("en").run()
    assert chosen(app).framing == framing


def test_only_what_exists_can_be_chosen(app: AppTest) -> None:
    app.run()
    assert {"delay", "head", "sequences"} <= list_controls(app)
    find_control(app, "framing").set_value("one-to-many").run()
    assert {"delay", "head", "sequences"} & list_controls(app) == {"sequences"}


@pytest.mark.parametrize(
    ("press", "proposed"),
    [
        ("propose_rule", Experiment(sequences=64, learning_rate=0.01)),
        (
            "propose_memory",
            Experiment(delay=2, sequences=64, neurons=16, learning_rate=0.01, epochs=3000),
        ),
    ],
)
def test_one_press_sets_up_what_is_asked(app: AppTest, press: str, proposed: Experiment) -> None:
    app.query_params["seed"] = "9"
    app.run()
    app.button(key=press).click().run()
    assert chosen(app) == proposed.replace(seed=9)
    assert "changed" not in read(app)


@settings(PROFILE, max_examples=25)
@given(
    query=st.dictionaries(
        st.sampled_from(NAMES), st.lists(st.sampled_from(HOSTILE) | st.text(), min_size=1, max_size=3)
    )
)
def test_no_address_raises(query: dict[str, list[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        pretend_service(patch)
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        app.query_params.update(query)
        before = chosen(app.run())
        assert chosen(app.run()) == before


@pytest.mark.parametrize(
    "name", ["epochs", "learning_rate", "seed", "sequences", "length", "neurons", "delay"]
)
def test_no_number_in_a_control_raises(app: AppTest, name: str) -> None:
    app.run()
    for value in (-math.inf, math.nan, 1e300, 2.5):
        send(app, name, partial(_set_number, value=value))
        assert chosen(app)


@pytest.mark.parametrize("name", ["framing", "lang", "show", "head"])
def test_no_word_in_a_control_raises(app: AppTest, name: str) -> None:
    app.run()
    for words in ([word] for word in HOSTILE[::2]):
        send(app, name, partial(_set_words, words=words))
        assert chosen(app)
    send(app, name, partial(_set_words, words=[]))
    assert chosen(app)
    assert find_control(app, "show").value in PAGES[FREE]
    assert find_control(app, "lang").value in LANGUAGES


def send(app: AppTest, name: str, change: Callable[[object], None]) -> None:
    """A message in which one control says what no control of this page would."""
    message = app._tree.get_widget_states()
    state = next(each for each in message.widgets if f"-{name}-" in each.id)
    change(state)
    app._run(message)


def _set_number(state: object, value: float) -> None:
    kind = state.WhichOneof("value")  # type: ignore[attr-defined]
    if kind == "double_array_value":
        state.double_array_value.data[:] = [value]  # type: ignore[attr-defined]
    else:
        state.double_value = value  # type: ignore[attr-defined]


def _set_words(state: object, words: list[str]) -> None:
    kind = state.WhichOneof("value")  # type: ignore[attr-defined]
    if kind == "string_array_value":
        state.string_array_value.data[:] = words  # type: ignore[attr-defined]
    elif words:
        state.string_value = words[0]  # type: ignore[attr-defined]
