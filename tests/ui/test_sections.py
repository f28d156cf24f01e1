"""What stands below the stage: one thing at a time, in both languages, for every kind of model."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from echoviz.core.catalog import LANGUAGES
from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing, Head
from echoviz.engine.views import TrainingState
from echoviz.ui.pages import FREE, PAGES
from tests.core.drawn import KINDS, random_run
from tests.ui.conftest import FakeService
from tests.ui.reading import find_control, read
from tests.ui.runs import recording, show_view, view_of

FIGURES = {
    "read": [],
    "predictions": ["predictions"],
    "loss": ["loss"],
    "weights": ["weights", "head_growth"],
    "time-distributed": ["time_distributed"],
    "code": [],
}


def list_figures(app: AppTest) -> list[str]:
    return [element.proto.id.rpartition("figure_")[2] for element in app.get("plotly_chart")]


def list_tables(app: AppTest) -> list[list[str]]:
    return [part.value.splitlines() for part in app.markdown if part.value.startswith("| ")]


def show(app: AppTest, section: str, **query: str) -> str:
    app.query_params.update({"show": section, **query})
    app.run()
    assert not app.exception
    return read(app)


@pytest.mark.parametrize("section", PAGES[FREE])
def test_only_the_chosen_section_is_drawn(app: AppTest, section: str) -> None:
    """A page that shows no plot does not load what draws plots."""
    show(app, section)
    assert list_figures(app) == FIGURES[section]
    assert find_control(app, "show").value == section


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", PAGES[FREE])
def test_page_speaks_one_language(app: AppTest, language: str, section: str) -> None:
    has_chinese = any("\u4e00" <= character <= "\u9fff" for character in show(app, section, lang=language))
    assert has_chinese == (language == "zh")


@pytest.mark.parametrize(("framing", "head"), KINDS)
@pytest.mark.parametrize("section", PAGES[FREE])
def test_every_section_of_every_kind(
    app: AppTest, fake: FakeService, framing: Framing, head: Head, section: str
) -> None:
    experiment = Experiment(framing=framing, head=head, length=4, neurons=3, sequences=6, epochs=3)
    app.query_params.update({**experiment.to_query(), "show": section})
    said = show_view(app, fake, view_of(random_run(experiment), TrainingState.FINISHED))
    assert list_figures(app) == FIGURES[section]
    assert "not learned the rule" in said.replace("*", "")


@pytest.mark.parametrize("section", PAGES[FREE])
def test_without_a_run_every_section_says_what_it_waits_for(app: AppTest, section: str) -> None:
    said = show(app, section, length="7")
    assert ("No values yet" in said) == (section in ("predictions", "loss", "time-distributed"))


def test_printed_predictions(app: AppTest) -> None:
    assert "`0.0 0.2 0.4 0.6 0.8`" in show(app, "predictions")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"framing": "one-to-one"}, "one Dense call answers all of them (7) with the same 3 + 1 weights"),
        ({"framing": "one-to-many"}, "one number is copied to every timestep"),
        ({"framing": "many-to-one"}, "7 × (3 + 1) = 28"),
        ({}, "on the h of every timestep, 7 in all. However many there are, it stays 4 weights"),
        ({"head": "dense"}, "without a wrapper: on three axes Keras applies it to the last one"),
        ({"head": "flatten"}, "Dense(7) has weights of its own for each output: 154"),
        ({"head": "unshared"}, "7 × (3 + 1) = 28 weights"),
    ],
)
def test_the_time_distributed_section_is_of_the_chosen_head(
    app: AppTest, query: dict[str, str], said: str
) -> None:
    assert said in show(app, "time-distributed", length="7", neurons="3", **query)


def test_the_numbers_of_each_plot_stand_in_a_table(app: AppTest) -> None:
    run = recording()
    show(app, "weights")
    weights = list_tables(app)[0]
    assert weights[0] == "| layer | matrix | gate | shape | weights |"
    assert "| LSTM | recurrent kernel | c̃ | (5, 5) | 25 |" in weights
    assert weights[-1] == "| all layers |  |  |  | 146 |"
    show_other(app, "predictions")
    predictions = list_tables(app)[0]
    assert predictions[0] == "| timestep | target | ŷ |"
    read_off = [float(line.split(" | ")[2].rstrip(" |").replace("−", "-")) for line in predictions[2:]]
    np.testing.assert_allclose(read_off, run.predictions.ravel(), atol=5e-5)
    show_other(app, "loss")
    losses = list_tables(app)[0]
    assert losses[0] == "| epoch | loss |"
    assert losses[-1].startswith("| 1\u202f000 | ")
    assert 10 < len(losses) < 30


def show_other(app: AppTest, section: str) -> None:
    find_control(app, "show").set_value(section).run()
    assert not app.exception


def test_the_code_is_that_of_the_experiment(app: AppTest) -> None:
    said = show(app, "code", length="7", neurons="3")
    (code,) = app.code
    assert "LSTM(3, return_sequences=True)" in code.value
    assert "Keras 3." in said
    assert "TensorFlow 2." in said
