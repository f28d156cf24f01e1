"""The sheet that Dense's work is drawn on: how much is shown, and how large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from echoviz.core.catalog import text
from echoviz.core.experiment import Framing
from echoviz.core.theme import Palette
from echoviz.figures.time_distributed import DenseStep, TimeDistributedFacts

NEURONS_AT_MOST = 16
TOP_PX, BOTTOM_PX, LEFT_PX = 106, 34, 48
_BETWEEN_PX, _TERM_PX = 64, 24
_HEADER_PX = 30
_AIR_PX = 18  # between the shared row and the rows of their own
_ROW_PX_RANGE = (8, 30)
_ROWS_PX = 320  # what all rows together take, as far as the range allows


@dataclass(frozen=True)
class DenseSheet:
    """What is drawn and in which words and colours; `chosen` is the answer that is taken apart.

    The table's y axis counts rows: the first answer's middle is 0, and below it is 1.
    """

    facts: TimeDistributedFacts
    chosen: int
    palette: Palette
    language: str

    @property
    def step(self) -> DenseStep:
        return self.facts.steps[self.chosen]

    @property
    def shown(self) -> int:
        """How many neurons are drawn."""
        return min(self.facts.neurons, NEURONS_AT_MOST)

    @property
    def step_word(self) -> str:
        """What one answer of this framing belongs to, in words."""
        match self.facts.framing:
            case Framing.MANY_TO_MANY:
                return text("figures.td_timestep", self.language)
            case Framing.ONE_TO_ONE:
                return text("figures.td_sample", self.language)
            case Framing.MANY_TO_ONE:
                return text("figures.td_output", self.language)
            case _:
                assert_never(self.facts.framing)

    @property
    def row_px(self) -> float:
        low_px, high_px = _ROW_PX_RANGE
        return min(max(_ROWS_PX / len(self.facts.steps), low_px), high_px)

    @property
    def header_height(self) -> float:
        """The shared row is as high in pixels whatever the others are; in rows."""
        return _HEADER_PX / self.row_px

    @property
    def header_at(self) -> float:
        """The middle of the shared row, in rows."""
        return -0.5 - _AIR_PX / self.row_px - self.header_height / 2

    @property
    def table_px(self) -> float:
        return self.row_px * len(self.facts.steps) + _AIR_PX + _HEADER_PX

    @property
    def terms_px(self) -> float:
        """One line a neuron, one for the neurons that are not shown, the bias, the answer."""
        return (self.shown + (self.facts.neurons > self.shown) + 2) * _TERM_PX

    @property
    def height_px(self) -> float:
        """Both panels and the air between them, without the figure's margins."""
        return self.table_px + _BETWEEN_PX + self.terms_px
