"""What the lessons say of the drawings: what a colour means, and where numbers stand."""

from __future__ import annotations

import colorsys
import math

import pytest

from echoviz.core.experiment import Experiment
from echoviz.core.theme import PALETTES, color_of, compute_contrast
from echoviz.figures import draw_predictions, prediction_facts
from tests.core.drawn import random_run


@pytest.mark.parametrize("theme", PALETTES)
def test_blue_is_above_zero_and_orange_below(theme: str) -> None:
    for ramp, low, high in ((PALETTES[theme].positive, 190, 240), (PALETTES[theme].negative, 20, 45)):
        for color in ramp[1:]:
            red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
            assert low < colorsys.rgb_to_hls(red, green, blue)[0] * 360 < high


@pytest.mark.parametrize("theme", PALETTES)
def test_colours_are_stronger_further_from_zero_and_fullest_at_one(theme: str) -> None:
    palette = PALETTES[theme]
    for sign in (1, -1):
        drawn = [color_of(sign * size, palette) for size in (0, 0.2, 0.4, 0.6, 0.8, 1)]
        strengths = [compute_contrast(color, palette.background) for color in drawn]
        assert strengths == sorted(set(strengths))
        assert {color_of(sign * size, palette) for size in (1, 1.01, 7, math.inf)} == {drawn[-1]}


@pytest.mark.parametrize(("length", "is_printed"), [(10, True), (11, False)])
def test_numbers_stand_in_the_cells_up_to_length_ten(length: int, is_printed: bool) -> None:
    figure = draw_predictions(prediction_facts(random_run(Experiment(length=length))))
    printed = [trace for trace in figure.select_traces({"mode": "text"}) if len(trace.x) == 2 * length]
    assert bool(printed) == is_printed
