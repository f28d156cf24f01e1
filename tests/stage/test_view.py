"""What is looked at, in a link: the page says it, the stage shows it and tells what became of it."""

from collections.abc import Callable
from typing import Any

from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing, Head
from tests.stage.conftest import Shown
from tests.stage.runs import make_run

Open = Callable[..., Shown]
LISTEN = """() => {
    window.told = [];
    window.addEventListener("echoviz:view", (event) => window.told.push(event.detail));
}"""
RUN = make_run(Experiment(epochs=40))


def read_told(shown: Shown) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = shown.page.evaluate("window.told")
    return told


def show_look(shown: Shown, **look: int | str) -> None:
    """As Back and Forward do."""
    shown.page.evaluate("(detail) => window.dispatchEvent(new CustomEvent('echoviz:show', { detail }))", look)


def test_a_link_decides_what_is_seen_first(show_stage: Open) -> None:
    shown = show_stage()
    shown.put(RUN, view={"step": 2, "epoch": 7, "panel": "cell", "neuron": 3})
    assert (shown.data("step"), shown.data("epoch"), shown.data("panel")) == ("1", "7", "cell")
    assert len(shown.cells("[data-name='gate-f'][data-neuron='2']")) == 1


def test_a_link_may_ask_for_anything(show_stage: Open) -> None:
    """What does not exist is left out, what is too large is the largest."""
    shown = show_stage()
    shown.put(RUN, view={"step": 99, "epoch": -4, "panel": "kitchen", "neuron": "NaN", "output": "1e999"})
    assert (shown.data("step"), shown.data("epoch"), shown.data("panel")) == ("4", "0", "sum")


def test_a_neuron_of_another_page_is_shown_with_its_page(show_stage: Open) -> None:
    shown = show_stage()
    shown.put(make_run(Experiment(neurons=40, epochs=9)), view={"panel": "cell", "neuron": 30})
    assert "neurons 17–32 of 40" in shown.page.locator(".controls").inner_text()
    assert len(shown.cells("[data-name='gate-f'][data-neuron='29']")) == 1


def test_the_page_is_told_once_a_view_has_settled(show_stage: Open) -> None:
    """Not while it moves, nor of what the page asked for itself; a view as at the opening needs no words."""
    shown = show_stage()
    clock = shown.page.clock
    clock.install(time=0)
    clock.pause_at(1000)
    shown.put(RUN)
    shown.page.evaluate(LISTEN)
    clock.run_for(1000)
    assert read_told(shown) == []
    shown.press("steps", "Home", "ArrowRight")
    clock.run_for(250)
    assert read_told(shown) == []
    clock.run_for(100)
    assert read_told(shown) == [{"step": 2}]
    shown.press("epochs", "Home")
    shown.page.locator("[data-do=panel]").click()
    clock.run_for(1000)
    assert read_told(shown)[1:] == [{"step": 2, "epoch": 0, "panel": "cell", "neuron": 1}]
    show_look(shown, step=3)
    clock.run_for(1000)
    assert (shown.data("step"), shown.data("epoch"), shown.data("panel")) == ("2", "40", "sum")
    assert len(read_told(shown)) == 2
    shown.press("steps", "End")
    clock.run_for(1000)
    assert read_told(shown)[-1] == {}


def test_an_output_stands_in_a_link_where_answers_stand_in_a_block(show_stage: Open) -> None:
    shown = show_stage()
    shown.page.evaluate(LISTEN)
    shown.put(
        make_run(Experiment(framing=Framing.MANY_TO_MANY, head=Head.FLATTEN, epochs=9)), view={"output": 2}
    )
    assert {cell["output"] for cell in shown.cells("[data-layer='card'] [data-name='W']")} == {"1"}
    shown.page.locator(".drawing [data-name='y']").nth(3).click()
    shown.page.wait_for_function("window.told.length === 1")
    assert read_told(shown) == [{"output": 4}]


def test_another_experiment_opens_at_its_own_view(show_stage: Open) -> None:
    shown = show_stage()
    shown.put(RUN, view={"step": 2})
    shown.page.evaluate(LISTEN)
    other = make_run(Experiment(epochs=41))
    shown.put(other)
    assert shown.data("step") == "4"
    shown.page.wait_for_function("window.told.length === 1")
    assert read_told(shown) == [{}]
    shown.put(make_run(Experiment(epochs=42)), view={"step": 3})
    assert shown.data("step") == "2"
