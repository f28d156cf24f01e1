"""The tools on the stage, by pointer and by keyboard: read off the page, compared with Keras."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from echoviz.core.data import arrange, make_shown
from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing, Head
from echoviz.core.run import Run
from echoviz.core.theme import PALETTES
from echoviz.stage import Stage
from tests.core.keras_oracle import build_oracle
from tests.stage.conftest import Shown
from tests.stage.runs import load, make_run, progress_of
from tests.stage.test_access import AXE, CHECK

Open = Callable[..., Shown]
RUN = make_run(Experiment(epochs=40, neurons=4))


def answer(run: Run, numbers: list[float], **changed: float) -> np.ndarray:
    """Keras' own answer, with a weight of the row set where `changed` says `at` and `value`."""
    experiment = run.experiment
    oracle = build_oracle(experiment)
    row = run.rows[-1].copy()
    if changed:
        row[int(changed["at"])] = changed["value"]
    weights, start = [], 0
    for part in run.snapshot_at(experiment.epochs).weights:
        weights.append(row[start : start + part.size].reshape(part.shape))
        start += part.size
    oracle.model.set_weights(weights)
    return np.asarray(oracle.answer(arrange(experiment, np.array([numbers])).x)[1]).ravel()


def pick_up(shown: Shown, tool: str) -> None:
    shown.page.locator(f"button[data-tool={tool}]").click()


def drag_up(shown: Shown, selector: str, pixels: int) -> None:
    box = shown.page.locator(f".drawing {selector}").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    shown.page.mouse.move(x, y)
    shown.page.mouse.down()
    shown.page.mouse.move(x, y - pixels, steps=4)
    shown.page.mouse.up()


def row(shown: Shown, key: str) -> list[float]:
    cells = shown.page.locator(f".answers [data-row={key}] td")
    return [float(value) for value in cells.evaluate_all("nodes => nodes.map((node) => node.dataset.value)")]


def test_own_numbers_come_out_as_keras_says_and_go_again(show_stage: Open) -> None:
    """Dragged, by arrow keys in the drawing, typed, and as a list with decimal commas; Escape ends it all."""
    shown = show_stage(height=1200)
    shown.put(RUN)
    trained = shown.values("y")
    pick_up(shown, "echo")
    drag_up(shown, "[data-name='x'][data-lane='1']", 50)
    assert shown.values("x")[1] == pytest.approx(0.7, abs=0.011)
    shown.page.locator(".drawing [data-name='x'][data-lane='4']").focus()
    shown.page.keyboard.press("ArrowUp")
    shown.page.keyboard.press("ArrowLeft")
    shown.page.keyboard.press("ArrowDown")
    assert shown.values("x")[3:] == pytest.approx([0.55, 0.85])
    assert shown.data("step") == "3"
    shown.press("steps", "End")
    shown.page.locator(".answers input").nth(0).fill("-0,5")
    x = shown.values("x")
    assert x[0] == -0.5
    np.testing.assert_allclose(shown.values("y"), answer(RUN, x), atol=1e-5)
    np.testing.assert_allclose(row(shown, "answer"), answer(RUN, x), atol=1e-5)
    np.testing.assert_allclose(row(shown, "error"), np.abs(np.array(row(shown, "answer")) - x), atol=1e-9)
    shown.page.locator(".bench .list").fill("0,9 0,1 x")
    shown.page.keyboard.press("Enter")
    expect(shown.page.locator(".bench .wrong")).to_contain_text("“x” is no number")
    assert shown.values("x") == x, "nothing is lost"
    shown.page.locator(".bench .list").fill("0,9 0,1 0,3 0,2 0,8 0,7 0,4")
    shown.page.keyboard.press("Enter")
    longer = replace(RUN, experiment=RUN.experiment.replace(length=7))
    np.testing.assert_allclose(row(shown, "answer"), answer(longer, shown.values("x")), atol=1e-5)
    shown.page.locator("[data-do=tool_undo]").click()
    assert shown.values("x") == x
    shown.page.locator("[data-do=tool_down]").focus()
    shown.page.keyboard.press("Control+z")
    assert shown.values("x")[0] == 0
    shown.page.keyboard.press("Escape")
    assert (shown.data("tool"), shown.values("y")) == ("", trained)
    assert shown.cells("[data-was]") == []
    assert shown.page.locator(".bench *").count() == 0


def test_a_pulled_weight_moves_all_answers_and_unglued_one(show_stage: Open) -> None:
    shown = show_stage()
    shown.put(RUN)
    x, trained = make_shown(RUN.experiment).x.ravel().tolist(), shown.values("y")
    pick_up(shown, "pull")
    head = RUN.rows.shape[1] - 5
    drag_up(shown, "[data-layer='card'] [data-name='W'][data-row='2']", 60)
    field = shown.page.locator(".bench .number")
    value = float(field.get_attribute("data-value") or "nan")
    assert value == pytest.approx(RUN.rows[-1][head + 2] + 0.6, abs=1e-3)
    np.testing.assert_allclose(shown.values("y"), answer(RUN, x, at=head + 2, value=value), atol=1e-5)
    loss = float(shown.page.locator(".loss-curve").get_attribute("data-loss") or "nan")
    assert loss == pytest.approx(np.mean((np.array(shown.values("y")) - x) ** 2), abs=1e-9)
    assert len(shown.cells("[data-name='y'][data-was]")) == 5
    shown.page.locator("[data-do=unglue]").click()
    together = shown.values("y")
    field.fill("3")
    moved = [at for at, y in enumerate(shown.values("y")) if abs(y - together[at]) > 1e-9]
    assert moved == [4]
    shown.page.locator("[data-do=unglue]").click()
    assert shown.values("y") == trained
    shown.page.locator("[data-field=matrix]").select_option("1")
    field.fill("2,5")
    gate, from_, to = (
        int(shown.page.locator(f"[data-field={name}]").input_value()) for name in ("gate", "row", "column")
    )
    place = 16 + 16 * from_ + 4 * gate + to  # after the kernel, row by row
    np.testing.assert_allclose(shown.values("y"), answer(RUN, x, at=place, value=2.5), atol=1e-5)
    shown.press("epochs", "Home")
    assert shown.data("epoch") == "0"
    assert float(field.get_attribute("data-value") or "nan") == 2.5, "it stays pulled while epochs go by"
    field.fill("99")
    assert float(field.get_attribute("data-value") or "nan") == 10


def test_a_held_gate_is_held_in_every_cell_and_marked(show_stage: Open) -> None:
    shown = show_stage()
    shown.put(RUN)
    pick_up(shown, "hold")
    shown.page.locator(".bench button[data-value='0']").click()
    shown.page.locator("[data-do=panel]").click()
    assert shown.values("all-f") == [0.0] * 4
    trace = RUN.trace(epoch=40)
    c = np.array([shown.values("c", lane=lane) for lane in range(5)])
    np.testing.assert_allclose(c[0], trace.c[0, 0], atol=1e-6)
    assert np.abs(c[4] - trace.c[0, 4]).max() > 1e-3
    was = [float(cell["was"]) for cell in shown.cells("[data-name='c'][data-lane='4'][data-was]")]
    np.testing.assert_allclose(was, trace.c[0, 4], atol=1e-6)
    expect(shown.page.locator(".bench .verdict")).to_contain_text("f at 0")
    shown.page.locator("[data-do=let_go]").click()
    np.testing.assert_allclose(shown.values("c", lane=4), trace.c[0, 4], atol=1e-6)
    shown.page.locator(".drawing [data-name='gate-o']").click()
    assert shown.page.locator("[data-field=lane]").input_value() == "4"
    shown.page.locator(".bench button[data-value='mean']").click()
    assert shown.values("gate-o")[0] == pytest.approx(trace.o[0, :, 0].mean(), abs=1e-6)


def test_a_tool_goes_on_during_a_live_run_and_into_another(show_stage: Open) -> None:
    shown = show_stage()
    shown.put(RUN, view={"tool": "echo", "own": "0.8_0.6_0.4_0.2_0.1"})
    assert shown.values("x") == [0.8, 0.6, 0.4, 0.2, 0.1]
    shown.feed(progress_of(RUN, 20), RUN.experiment)
    live = replace(RUN, rows=np.concatenate([RUN.rows[:-1], RUN.rows[20:21]]))
    assert shown.data("live") == "true"
    np.testing.assert_allclose(shown.values("y"), answer(live, shown.values("x")), atol=1e-5)
    other = make_run(Experiment(framing=Framing.MANY_TO_ONE, epochs=9))
    shown.put(other)
    assert shown.values("x") == [0.8, 0.6, 0.4, 0.2, 0.1]
    shown.put(make_run(Experiment(framing=Framing.MANY_TO_ONE, length=3, epochs=9)))
    assert (shown.data("tool"), len(shown.values("x"))) == ("echo", 3)


def test_a_link_says_what_was_done(show_stage: Open) -> None:
    shown = show_stage()
    shown.page.evaluate("window.told = []; addEventListener('echoviz:view', (e) => told.push(e.detail))")
    shown.put(RUN)
    pick_up(shown, "hold")
    shown.page.locator("[data-field=neuron]").select_option(index=2)
    shown.page.locator(".bench button[data-value='1']").click()
    shown.page.wait_for_function("told.length && told.at(-1).held")
    told = shown.page.evaluate("told.at(-1)")
    assert told == {"tool": "hold", "held": "f-2-all-1"}
    y = shown.values("y")
    shown.page.evaluate("dispatchEvent(new CustomEvent('echoviz:show', { detail: {} }))")
    assert shown.values("y") != y
    shown.page.evaluate(
        "(detail) => dispatchEvent(new CustomEvent('echoviz:show', { detail }))", json.loads(json.dumps(told))
    )
    assert shown.values("y") == y


@pytest.mark.parametrize(("theme", "width", "language"), [("light", 1240, "en"), ("dark", 390, "zh")])
def test_panels_are_accessible_and_fit(theme: str, width: int, language: str, show_stage: Open) -> None:
    ground = PALETTES[theme].background  # type: ignore[index]
    shown = show_stage(width=width, theme=theme)
    shown.page.evaluate("document.documentElement.lang = 'en'; document.title = 'stage'")
    shown.page.evaluate(f"document.body.style.background = '{ground}'")
    shown.page.add_script_tag(path=AXE)
    shown.put(make_run(Experiment(length=12, epochs=9)), language=language)
    for tool in ("echo", "pull", "hold"):
        pick_up(shown, tool)
        assert shown.page.evaluate(CHECK) == []
        assert shown.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_saved_page_answers_new_input_offline(browser: Browser, tmp_path: Path) -> None:
    run = load(Framing.MANY_TO_MANY, Head.TIME_DISTRIBUTED)
    path = Stage(run).save(tmp_path / "stage.html")
    assert path.stat().st_size <= 400_000
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.locator("button[data-tool=echo]").press("Enter")
    page.locator("[data-do=reverse]").press("Enter")
    expect(page.locator(".verdict")).to_have_attribute("data-verdict", "memorised")
    answers = page.locator(".answers [data-row=answer] td").evaluate_all("n => n.map((c) => c.dataset.value)")
    expected = answer(run, make_shown(run.experiment).x.ravel()[::-1].tolist())
    np.testing.assert_allclose([float(value) for value in answers], expected, atol=1e-5)
    assert not page.locator("[data-do=train_many]").is_visible()
    assert asked == [path.as_uri()]
    context.close()
