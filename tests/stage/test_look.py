"""Readable on a phone and from the back of a room, in both themes, and without seeing it."""

import itertools
from collections.abc import Callable

import pytest

from echoviz.core.experiment import Experiment
from echoviz.core.framing import CUTS, Framing, Head
from echoviz.core.theme import PALETTES, compute_contrast
from tests.core.drawn import KINDS
from tests.stage.conftest import Shown
from tests.stage.runs import load, make_run

TEXTS = """() => {
    const root = document.querySelector("#host").shadowRoot;
    const svg = root.querySelector(".drawing");
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const drawn = [...svg.querySelectorAll("text")].filter((text) => text.textContent);
    const box = svg.getBoundingClientRect();
    return drawn.map((text) => {
        const place = text.getBoundingClientRect();
        const rect = text.parentElement.querySelector(":scope > rect");
        return { said: text.textContent, px: parseFloat(text.getAttribute("font-size")) * scale,
            ink: text.getAttribute("fill"),
            ground: rect && text.previousSibling === rect ? rect.getAttribute("fill") : null,
            outside: place.left < box.left - 1 || place.right > box.right + 1 };
    });
}"""
EXPERIMENTS = [
    Experiment(framing=framing, head=head, delay=2 * CUTS[framing].has_delay, sequences=sequences, epochs=20)
    for (framing, head), sequences in zip(KINDS, itertools.cycle((1, 64)), strict=False)
]
EXPERIMENTS.append(Experiment(framing=Framing.MANY_TO_ONE, length=50, neurons=64, epochs=20))


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (820, "dark"), (1240, "light"), (1920, "dark")])
def test_every_text_is_large_enough_and_reads_at_aa(
    width: int, theme: str, show_stage: Callable[..., Shown]
) -> None:
    shown = show_stage(width=width, theme=theme)
    palette = PALETTES[theme]  # type: ignore[index]
    for experiment in EXPERIMENTS:
        shown.put(make_run(experiment))
        for panel in ("sum", "cell"):
            if shown.data("panel") != panel:
                shown.page.locator("[data-do=panel]").click()
            texts = shown.page.evaluate(TEXTS)
            assert len(texts) > 60
            assert [text for text in texts if text["px"] < (11 if width < 1500 else 13)] == []
            for text in texts:
                plain = text["ground"] is None or text["ground"].startswith("url")
                grounds = [palette.background, palette.surface] if plain else [text["ground"]]
                assert min(compute_contrast(text["ink"], ground) for ground in grounds) >= 4.5, text
            assert [text["said"] for text in texts if text["outside"]] == []


@pytest.mark.parametrize("width", [390, 1240, 1920])
def test_nothing_scrolls_sideways(width: int, show_stage: Callable[..., Shown]) -> None:
    shown = show_stage(width=width)
    for experiment in EXPERIMENTS:
        shown.put(make_run(experiment))
        assert shown.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_it_fits_on_a_laptop_and_a_phone_with_both_scrubbers(show_stage: Callable[..., Shown]) -> None:
    for width, most in {1380: 705, 1240: 705, 390: 1060}.items():
        shown = show_stage(width=width)
        for framing, head in KINDS:
            shown.put(make_run(Experiment(framing=framing, head=head)))
            box = shown.stage.bounding_box()
            assert box is not None
            assert box["height"] <= most


def test_controls_have_names_and_fingers_can_hit_them(show_stage: Callable[..., Shown]) -> None:
    shown = show_stage()
    shown.put(load(Framing.MANY_TO_MANY))
    buttons = shown.page.locator(".button:visible")
    assert buttons.count() >= 8
    for button in buttons.all():
        assert (button.get_attribute("aria-label") or button.inner_text()).strip("▶◂▸ ") != ""
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 36
    for slider in shown.page.locator("[role=slider]").all():
        assert slider.get_attribute("aria-label")
        assert slider.get_attribute("aria-valuenow")


@pytest.mark.parametrize(("framing", "head"), KINDS)
def test_a_wider_window_covers_no_number(
    framing: Framing, head: Head, show_stage: Callable[..., Shown]
) -> None:
    """What the wider window adds is painted where it belongs, not over what was there."""
    shown = show_stage(width=390)
    shown.put(make_run(Experiment(framing=framing, head=head, length=10)))
    shown.page.set_viewport_size({"width": 1240, "height": 1200})
    shown.page.locator(".drawing [data-name='y']").nth(9).wait_for()
    covered = shown.page.evaluate(
        """() => {
            const root = document.querySelector("#host").shadowRoot;
            const cells = [...root.querySelectorAll(".drawing [data-layer=card] [data-value] rect")];
            return cells.filter((cell) => {
                const { x, y, width, height } = cell.getBoundingClientRect();
                return root.elementFromPoint(x + width / 2, y + height / 2) !== cell;
            }).length;
        }"""
    )
    assert (len(shown.values("W")) > 0, covered) == (True, 0)


@pytest.mark.parametrize("epochs", [7, 120, 1500, 2200, 3000, 10_000])
@pytest.mark.parametrize("width", [390, 768])
def test_epoch_labels_never_touch(epochs: int, width: int, show_stage: Callable[..., Shown]) -> None:
    shown = show_stage(width=width)
    shown.put(make_run(Experiment(epochs=epochs)))
    boxes = shown.page.locator(".slider.epochs text").evaluate_all(
        "(labels) => labels.map((label) => label.getBoundingClientRect()).map((box) => [box.left, box.right])"
    )
    assert len(boxes) >= 3
    assert all(right + 2 <= left for (_, right), (left, _) in itertools.pairwise(boxes))
