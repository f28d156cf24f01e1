"""What a visitor sees and does: arrangement, steps, weights that light up, bounds, words."""

from collections.abc import Callable

import pytest

from echoviz.core.blueprint import blueprint
from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing, Head
from tests.core.drawn import KINDS
from tests.stage.conftest import Shown
from tests.stage.runs import load, make_run, make_untrained

Open = Callable[..., Shown]
every_kind = pytest.mark.parametrize(("framing", "head"), KINDS)


def test_keyboard_reaches_everything(show_stage: Open) -> None:
    shown = show_stage()
    shown.put(load(Framing.MANY_TO_MANY))
    keyboard = shown.page.keyboard
    shown.page.locator(".drawing").focus()
    walked = []
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowRight"):
        keyboard.press(key)
        walked.append(shown.data("step"))
    assert walked == ["0", "1", "2", "1", "4", "4"]
    keyboard.press("PageDown")
    assert 0 < int(shown.data("epoch")) < 1000
    keyboard.press("PageUp")
    assert shown.data("epoch") == "1000"
    keyboard.press(" ")
    assert shown.data("playing") == "steps"
    keyboard.press(" ")
    assert shown.data("playing") == ""
    shown.press("epochs", " ")
    assert shown.data("playing") == "epochs"
    shown.press("epochs", " ", "Home")
    assert (shown.data("playing"), shown.data("epoch")) == ("", "0")
    box = shown.page.locator(".drawing [data-hit='box'][tabindex='0']")
    assert box.count() == 1
    box.focus()
    keyboard.press("Enter")
    assert shown.data("panel") == "cell"
    keyboard.press("Escape")
    assert shown.data("panel") == "sum"


WATCH_PLAY = """() => {
    const root = document.querySelector("#host").shadowRoot;
    const stage = root.querySelector(".stage");
    window.seen = { steps: [], tokens: 0, answers: [] };
    new MutationObserver(() => {
        const { step } = stage.dataset;
        if (seen.steps.at(-1) !== step) {
            seen.steps.push(step);
            seen.answers.push(root.querySelectorAll(".drawing [data-name='y'][data-value]").length);
        }
        seen.tokens = Math.max(seen.tokens, root.querySelectorAll("[data-layer=tokens] > *").length);
    }).observe(stage, { attributes: true });
}"""


def test_playing_goes_through_all_steps_and_rests(show_stage: Open) -> None:
    """x, c and h travel into each step, one answer more appears, and at the end nothing moves."""
    shown = show_stage(still=False)
    shown.page.clock.install(time=0)  # by the real one a busy machine skips what is between
    shown.page.clock.pause_at(1000)
    shown.put(load(Framing.MANY_TO_MANY))
    shown.page.evaluate(WATCH_PLAY)
    shown.page.locator("[data-do=playSteps]").click()
    shown.page.clock.run_for(30_000)
    assert (shown.data("playing"), shown.data("step")) == ("", "4")
    seen = shown.page.evaluate("window.seen")
    assert seen["steps"] == ["0", "1", "2", "3", "4"]
    assert seen["answers"] == [0, 1, 2, 3, 4]
    assert seen["tokens"] == 3
    assert len(shown.values("y")) == 5
    assert shown.page.locator("[data-layer=tokens] *").count() == 0


def test_reduced_motion_moves_nothing_between_steps(show_stage: Open) -> None:
    shown = show_stage(still=True)
    shown.put(load(Framing.ONE_TO_ONE))
    before = shown.page.locator("[data-hit='x'][data-lane='4']").get_attribute("transform")
    shown.put(load(Framing.MANY_TO_MANY))
    at_once = shown.page.locator("[data-hit='x'][data-lane='4']").get_attribute("transform")
    shown.page.wait_for_timeout(300)
    assert before != at_once == shown.page.locator("[data-hit='x'][data-lane='4']").get_attribute("transform")
    shown.press("steps", "Home", " ")
    shown.page.wait_for_timeout(200)
    assert shown.page.locator("[data-layer=tokens] *").count() == 0


def test_switching_the_framing_moves_the_same_cells(show_stage: Open) -> None:
    """Five samples below each other become five timesteps beside each other: same elements, seen moving."""
    shown = show_stage(still=False)
    clock = shown.page.clock  # by the real one a busy machine sees the end before the middle
    clock.install(time=0)
    clock.pause_at(1000)
    shown.put(load(Framing.ONE_TO_ONE))
    cell = shown.page.locator("[data-hit='x'][data-lane='3']").element_handle()
    stage = shown.stage.element_handle()
    place = "(node) => { const { x, y } = node.getBoundingClientRect(); return [x, y]; }"
    (x0, y0), tops = cell.evaluate(place), [c["sample"] for c in shown.cells("[data-hit='x']")]
    assert tops == ["0", "1", "2", "3", "4"]
    shown.put(load(Framing.MANY_TO_MANY))
    clock.run_for(330)
    x1, y1 = cell.evaluate(place)
    clock.run_for(800)
    x2, y2 = cell.evaluate(place)
    assert x0 < x1 < x2
    assert y0 > y1 > y2
    assert [(c["sample"], c["step"]) for c in shown.cells("[data-hit='x']")] == [
        ("0", str(k)) for k in range(5)
    ]
    assert stage.evaluate("(node) => node.isConnected")


def test_only_many_to_one_drops_hidden_states(show_stage: Open) -> None:
    """Early h are pale there: their hue stays, and no column of Dense reads them."""
    shown = show_stage()
    fill = "(nodes) => nodes.map((node) => node.querySelector('rect').getAttribute('fill'))"
    selector = ".drawing [data-name='h'][data-lane='3']"
    shown.put(load(Framing.MANY_TO_ONE))
    pale = shown.page.locator(selector).evaluate_all(fill)
    shown.press("steps", "ArrowLeft")
    assert shown.page.locator(selector).evaluate_all(fill) != pale
    shown.put(load(Framing.MANY_TO_MANY))
    full = shown.page.locator(selector).evaluate_all(fill)
    shown.press("steps", "ArrowLeft")
    assert shown.page.locator(selector).evaluate_all(fill) == full


def test_the_state_starts_at_zero_for_each_sample(show_stage: Open) -> None:
    shown = show_stage()
    shown.put(load(Framing.ONE_TO_ONE))
    assert shown.values("h-before") == [0.0] * 5
    shown.put(load(Framing.MANY_TO_MANY))
    assert shown.values("h-before") == [0.0]


@pytest.mark.parametrize(
    ("framing", "uses"), [(Framing.ONE_TO_ONE, 5), (Framing.MANY_TO_ONE, 1), (Framing.MANY_TO_MANY, 5)]
)
def test_a_weight_lights_up_all_its_uses(framing: Framing, uses: int, show_stage: Open) -> None:
    shown = show_stage()
    shown.put(load(framing))
    assert shown.count_lit("[data-name='h']") == 0
    weight = shown.page.locator(".drawing [data-layer='card'] [data-name='W'][data-neuron='2']").last
    weight.hover()
    assert shown.count_lit("[data-name='h']") == uses
    assert shown.count_lit("[data-name='h'][data-neuron='2']") == uses
    assert shown.count_lit("[data-name='y']") == uses
    assert f"used {'once' if uses == 1 else '5 times'}" in shown.words
    shown.page.locator(".drawing [data-name='h'][data-lane='4'][data-neuron='1']").hover()
    lit = shown.count_lit("[data-layer='card'] [data-name='W'][data-neuron='1']")
    assert lit == (5 if framing is Framing.MANY_TO_ONE else 1)
    shown.page.locator(".caption").hover()
    assert shown.count_lit("[data-name='h']") == 0


def test_a_neuron_is_named_and_its_rounded_product_too(show_stage: Open) -> None:
    shown = show_stage()
    shown.put(load(Framing.MANY_TO_ONE))
    shown.page.locator(".drawing [data-name='h'][data-lane='4'][data-neuron='1']").hover()
    assert "Neuron 2's h meets one weight for each output: 5 in all." in " ".join(shown.words.split())
    assert shown.words.count("≈") == 5


def test_weights_are_reached_by_tab_and_arrows(show_stage: Open) -> None:
    shown = show_stage()
    shown.put(load(Framing.MANY_TO_MANY))
    focusable = shown.page.locator(".drawing [data-layer='card'] [data-hit='w'][tabindex='0']")
    assert focusable.count() == 1
    focusable.focus()
    shown.page.keyboard.press("ArrowDown")
    shown.page.keyboard.press("ArrowDown")
    assert shown.count_lit("[data-name='h'][data-neuron='1']") == 5
    assert shown.count_lit("[data-name='h']") == 5
    assert shown.data("step") == "4"


def test_a_tap_does_what_a_pointer_does(show_stage: Open) -> None:
    shown = show_stage(width=390, height=844)
    shown.put(load(Framing.MANY_TO_MANY))
    shown.page.locator(".drawing [data-name='W'][data-neuron='3']").first.dispatch_event("click")
    assert shown.count_lit("[data-name='h'][data-neuron='3']") == 5
    shown.page.locator(".drawing [data-hit='box'][data-lane='1']").first.dispatch_event("click")
    assert (shown.data("panel"), shown.data("step")) == ("cell", "1")


def test_dragging_the_loss_curve_moves_every_number(show_stage: Open) -> None:
    shown = show_stage()
    shown.put(load(Framing.MANY_TO_MANY))
    trained = shown.values("h")
    box = shown.page.locator(".slider.epochs").bounding_box()
    assert box is not None
    mouse = shown.page.mouse
    mouse.move(box["x"] + box["width"] - 2, box["y"] + 10)
    mouse.down()
    mouse.move(box["x"] + box["width"] / 2, box["y"] + 10, steps=3)
    half = int(shown.data("epoch"))
    mouse.move(box["x"], box["y"] + 10)
    assert (0 < half < 1000, shown.data("epoch")) == (True, "0")
    assert "untrained" in shown.words
    untrained = shown.values("h")
    mouse.move(box["x"] + box["width"], box["y"] + 10)
    mouse.up()
    assert (shown.values("h") == trained, untrained == trained) == (True, False)


@every_kind
def test_the_largest_is_bounded_and_says_so(framing: Framing, head: Head, show_stage: Open) -> None:
    shown = show_stage()
    experiment = Experiment(framing=framing, head=head, length=50, neurons=64, epochs=200)
    stands_in_a_block = blueprint(experiment).answers[0].lane is None
    run = make_run(experiment)
    shown.put(run)
    said = shown.words
    assert "16 of 64 neurons shown" in said
    assert f"{'samples' if framing is Framing.ONE_TO_ONE else 'timesteps'} 41–50 of 50 shown" in said
    assert ("outputs 41–50 of 50 shown" in said) == stands_in_a_block
    assert f"of {len(run.rows)} snapshots shown" in shown.page.locator(".controls").inner_text()
    assert shown.page.locator(".drawing *").count() < 2500
    shown.press("steps", "Home")
    assert "1–10 of 50 shown" in shown.words
    shown.page.locator("[data-do=more]").click()
    assert {cell["neuron"] for cell in shown.cells("[data-name='h']")} == set(map(str, range(16, 32)))
    shown.press("steps", "End")
    assert sum(shown.values("sum-product")) + shown.values("sum-rest")[0] + shown.values("sum-b")[0] == (
        pytest.approx(shown.values("sum-y")[0], abs=1e-9)
    )


@every_kind
def test_the_smallest_is_drawn_too(framing: Framing, head: Head, show_stage: Open) -> None:
    shown = show_stage()
    shown.put(make_run(Experiment(framing=framing, head=head, length=1, neurons=1, epochs=1)))
    assert (len(shown.values("h")), len(shown.values("y")), len(shown.values("x"))) == (1, 1, 1)
    shown.press("steps", "ArrowRight", "ArrowLeft", " ")
    assert shown.data("step") == "0"


def test_unknown_is_drawn_as_unknown(show_stage: Open) -> None:
    shown = show_stage()
    shown.put(None, Experiment())
    assert shown.values("x") == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])
    assert (shown.values("h"), shown.values("y"), shown.values("W")) == ([], [], [])
    assert len(shown.cells("[data-name='h']")) == 25
    assert "Untrained weights are on their way" in shown.words
    shown.put(make_untrained(Experiment()))
    assert shown.data("epoch") == "0"
    assert len(shown.values("h")) == 25


def test_a_recording_rests_at_its_end_and_equal_data_changes_nothing(show_stage: Open) -> None:
    shown = show_stage(still=False)
    shown.put(load(Framing.MANY_TO_MANY))
    assert (shown.data("playing"), shown.data("epoch")) == ("", "1000")
    shown.press("steps", "Home")
    shown.page.evaluate("() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
    root = "document.querySelector('#host').shadowRoot"
    shown.page.evaluate(
        f"() => {{ window.changes = 0; new MutationObserver((seen) => {{ window.changes += seen.length; }})"
        f".observe({root}, {{ subtree: true, childList: true, characterData: true, attributes: true }}); }}"
    )
    shown.put(load(Framing.MANY_TO_MANY))
    shown.page.wait_for_timeout(100)
    assert (shown.page.evaluate("window.changes"), shown.data("step")) == (0, "0")


def test_the_text_alternative_follows_the_step(show_stage: Open) -> None:
    shown = show_stage()
    shown.put(load(Framing.MANY_TO_MANY))
    caption = shown.page.locator(".caption")
    assert caption.get_attribute("aria-live") == "polite"
    assert caption.inner_text().startswith("Timestep 5 of 5: x = 0.80")
    shown.press("steps", "Home")
    assert caption.inner_text().startswith("Timestep 1 of 5: x = 0.00")
    assert shown.page.locator(".slider.steps").get_attribute("aria-valuetext") == "Timestep 1 of 5"
    label = shown.page.locator(".drawing").get_attribute("aria-label") or ""
    assert "X (None, 5, 1) → h (None, 5, 5) → y (None, 5, 1)" in label
    shown.put(load(Framing.MANY_TO_MANY), language="zh")
    assert caption.inner_text().startswith("时间步 1"), "another language tells of the same step"


def test_unmounting_leaves_nothing_running(show_stage: Open) -> None:
    shown = show_stage(still=False)
    run = load(Framing.MANY_TO_MANY)
    shown.put(run)
    shown.page.locator("[data-do=playSteps]").click()
    stage = shown.stage.element_handle()
    shown.page.evaluate("() => window.unmount()")
    step = stage.get_attribute("data-step")
    shown.page.evaluate("() => new Promise((go) => setTimeout(go, 400))")
    assert (stage.get_attribute("data-step"), shown.stage.count()) == (step, 0)
    shown.put(run)
    assert shown.stage.count() == 1


def test_an_early_dismantling_that_comes_late_ends_nothing(show_stage: Open) -> None:
    """A page may run the first call's cleanup after the second call: the stage goes on."""
    shown = show_stage()
    shown.put(None, Experiment())
    shown.page.evaluate("() => { window.early = window.unmount; }")
    shown.put(load(Framing.MANY_TO_MANY))
    shown.page.evaluate("() => window.early()")
    shown.press("steps", "Home")
    assert (shown.data("step"), shown.stage.count()) == ("0", 1)


def test_what_is_looked_at_outlasts_the_numbers_it_waited_for(show_stage: Open) -> None:
    """A link's view stands before weights are there, and still when they come; its epoch is found then."""
    run = make_run(Experiment(epochs=40))
    view = {"step": 2, "epoch": 7, "panel": "cell", "neuron": 3}
    shown = show_stage()
    shown.put(None, run.experiment, view=view)
    shown.put(run, view=view)
    assert (shown.data("step"), shown.data("epoch"), shown.data("panel")) == ("1", "7", "cell")
    assert len(shown.cells("[data-name='gate-f'][data-neuron='2']")) == 1
