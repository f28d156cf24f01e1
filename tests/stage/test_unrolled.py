"""The drawing of somebody's own model: every number on it is the explanation's, and nothing is fetched."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from echoviz.core.catalog import LANGUAGES
from echoviz.core.explanation import Explanation, Gates, Row
from echoviz.core.forward import trace_lstm
from echoviz.core.layers import (
    LSTM,
    Bidirectional,
    Conv1D,
    Dense,
    Flatten,
    Layer,
    RepeatVector,
    Reshape,
    TimeDistributed,
    output_shape,
)
from echoviz.core.printing import print_short
from echoviz.core.theme import PALETTES
from echoviz.stage.explained import Explained
from echoviz.stage.unrolled import NUMBERS_MAX, STEPS_MAX

SVG = "{http://www.w3.org/2000/svg}"


def explain(shape: tuple[int, ...], *layers: Layer, with_x: bool = True) -> Explained:
    """An explanation with random outputs; an LSTM that comes first has its real gates."""
    random, rows = np.random.default_rng(1), list[Row]()
    x, before = random.random(shape), shape
    for place, layer in enumerate(layers):
        after = output_shape(layer, before)
        output, gates = random.normal(size=after), None
        if isinstance(layer, LSTM) and place == 0:
            blocks = (shape[-1], 4 * layer.units), (layer.units, 4 * layer.units), (4 * layer.units,)
            inner = trace_lstm(x, *(random.normal(size=block) for block in blocks))
            gates = Gates(*(inner[name] for name in Gates._fields))
        known = (output, gates) if with_x else (None, None)
        rows.append(Row(f"layer_{place}", layer, before, after, *known))
        before = after
    return Explained("mine & yours", tuple(rows), shape, x if with_x else None)


MODELS = {
    "each step": explain((2, 4, 2), LSTM(3, True), TimeDistributed(Dense(1))),
    "encoder": explain((1, 3, 1), LSTM(2), RepeatVector(4), LSTM(2, True), Dense(1)),
    "long": explain((1, 40, 3), LSTM(9, True), Reshape((9, 40)), Flatten(), Dense(2)),
    "windows": explain((1, 4, 8, 1), TimeDistributed(Conv1D(16, 3)), TimeDistributed(Flatten()), LSTM(5)),
    "sentences": explain((1, 4, 5, 2), TimeDistributed(Bidirectional(LSTM(4, True))), with_x=False),
    "vector": explain((1, 3), Dense(2), with_x=False),
    "nothing": Explained("empty", (), (None, 3, 1)),
}


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MODELS)
def test_drawing_is_sound_and_inside_its_box(name: str, language: str, theme: str) -> None:
    svg = MODELS[name].to_svg(language=language, theme=theme)
    root = ElementTree.fromstring(svg)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for box in root.iter(f"{SVG}rect"):
        if "x" in box.attrib:
            assert 0 <= float(box.attrib["x"]) <= width - float(box.attrib["width"])
            assert 0 <= float(box.attrib["y"]) <= height - float(box.attrib["height"])
    for written in root.iter(f"{SVG}text"):
        assert float(written.attrib["font-size"]) >= 11
        assert 0 <= float(written.attrib["y"]) <= height
    assert "nan" not in svg
    assert not re.search(r"<script|href=|url\((?!#tip)", svg)


def test_every_number_is_the_explanations() -> None:
    """Cells hold x, h and y of the first sample, in that order, and the gates of each timestep."""
    explained = MODELS["each step"]
    root = ElementTree.fromstring(explained.to_svg())
    cells = [group for group in root.iter(f"{SVG}g") if group.find(f"{SVG}text") is not None]
    drawn = [float(cell.find(f"{SVG}title").text) for cell in cells]
    h, y = (row.output[0] for row in explained.rows)
    expected = np.concatenate([explained.x[0].ravel(), h.ravel(), y.ravel()])
    np.testing.assert_allclose(sorted(drawn), sorted(expected), rtol=1e-5)
    assert [cell.find(f"{SVG}text").text for cell in cells] == [print_short(value, 2) for value in drawn]
    titles = [title.text for title in root.iter(f"{SVG}title")]
    gates = explained.rows[0].gates
    for name, values in zip(("i", "f", "c̃", "o", "c"), gates, strict=False):
        said = [float(title.split()[1]) for title in titles if title.startswith(f"{name} ")]
        np.testing.assert_allclose(said, values[0].ravel(), rtol=1e-5)


def test_what_is_left_out_is_said() -> None:
    svg = MODELS["long"].to_svg()
    assert f"{STEPS_MAX} of 40 timesteps shown" in svg
    assert f"+ {9 - NUMBERS_MAX} more" in svg
    last = MODELS["long"].rows[0].output[0, 39, 0]
    assert f"<title>{last:.6g}</title>" in svg
    assert "No x was given" in MODELS["vector"].to_svg()


def test_only_the_last_hidden_state_goes_on() -> None:
    """Arrows: three timesteps in, two between them, one out, one number to each of four copies, …"""
    root = ElementTree.fromstring(explain((1, 3, 1), LSTM(2)).to_svg())
    arrows = [path for path in root.iter(f"{SVG}path") if "marker-end" in path.attrib]
    assert len(arrows) == 3 + 2 + 1
    root = ElementTree.fromstring(explain((1, 3, 1), Flatten()).to_svg())
    assert len([path for path in root.iter(f"{SVG}path") if "marker-end" in path.attrib]) == 3 + 1


def test_says_the_same_in_words() -> None:
    explained = MODELS["each step"]
    root = ElementTree.fromstring(explained.to_svg(language="zh"))
    assert root.find(f"{SVG}title").text.startswith("mine & yours：2 层")
    assert root.find(f"{SVG}desc").text == str(explained)
    assert "72 = 4 · ((2 + 1) · 3 + 3²)" in str(explained)


def test_saves_html_and_svg(tmp_path: Path) -> None:
    explained = MODELS["encoder"]
    svg, page = explained.save(tmp_path / "model.svg"), explained.save(tmp_path / "model.html", theme="dark")
    assert svg.read_text(encoding="utf-8") == explained.to_svg()
    assert explained.to_svg(theme="dark") in page.read_text(encoding="utf-8")
    assert "mine &amp; yours" in page.read_text(encoding="utf-8")
    assert explained.to_svg() in explained._repr_html_()
    assert isinstance(explained, Explanation)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda tmp_path: MODELS["vector"].save(tmp_path / "model.png"), "ends in .svg or .html"),
        (lambda _: MODELS["vector"].to_svg(theme="sepia"), "expected one of light, dark"),
        (lambda _: MODELS["vector"].to_svg(language="xx"), "expected one of"),
    ],
)
def test_refusals_teach(tmp_path: Path, call, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call(tmp_path)
