"""Colours carry meaning only if everybody can read them."""

import json
from pathlib import Path

import pytest

from echoviz.core.framing import Framing
from echoviz.core.layers import GATES
from echoviz.core.theme import PALETTES, VALUE_LIMIT, Palette, color_of, compute_contrast, ink_on
from tests.node import run_node

both_themes = pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)


@both_themes
def test_role_colours_read_as_text_at_aa(palette: Palette) -> None:
    roles = ["ink", "ink_soft", "accent", "state", "weights", "target", "wrong"]
    colours = {role: getattr(palette, role) for role in roles} | palette.gates | palette.framings
    for ground in (palette.background, palette.surface):
        weak = {role: c for role, c in colours.items() if compute_contrast(c, ground) < 4.5}
        assert weak == {}, f"too little contrast on {ground}"


@both_themes
def test_numbers_on_cells_read_at_aa(palette: Palette) -> None:
    values = [step / 100 for step in range(-150, 151)]
    worst = min(compute_contrast(color_of(v, palette), ink_on(color_of(v, palette))) for v in values)
    assert worst >= 4.5


@both_themes
def test_lightness_alone_tells_the_magnitude(palette: Palette) -> None:
    for sign in (1, -1):
        contrast = [compute_contrast(color_of(sign * m / 10, palette), palette.background) for m in range(11)]
        assert contrast == sorted(contrast)
        assert contrast[-1] > 7 * contrast[0]


@both_themes
def test_every_gate_and_framing_has_its_own_colour(palette: Palette) -> None:
    assert tuple(palette.gates) == GATES
    assert tuple(palette.framings) == tuple(Framing)
    assert len(set(palette.gates.values())) == 4
    assert len(set(palette.framings.values())) == len(Framing)


@both_themes
def test_the_browser_mixes_the_same_colours(palette: Palette) -> None:
    """At the hundredths that the browser keeps mixed: fills, and the ink that reads on each."""
    module = Path(__file__).parents[2] / "echoviz" / "stage" / "js" / "draw" / "colour.js"
    values = [step / 100 for step in range(-130, 131)]
    mixed = json.loads(
        run_node(
            f"import {{ makeColours }} from {json.dumps(module.as_uri())};"
            f"const {{ fill, ink }} = makeColours({json.dumps(palette.to_dict())}, {VALUE_LIMIT});"
            f"console.log(JSON.stringify({json.dumps(values)}.map((value) => [fill(value), ink(value)])));"
        )
    )
    for value, (fill, ink) in zip(values, mixed, strict=True):
        expected = color_of(value, palette)
        steps = [abs(int(fill[at : at + 2], 16) - int(expected[at : at + 2], 16)) for at in (1, 3, 5)]
        assert max(steps) <= 1, (value, fill, expected)  # a half is rounded up there and to even here
        assert ink == ink_on(fill)
