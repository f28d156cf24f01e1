"""The sheet that Dense's work is drawn on: how much is shown, and how large."""

from __future__ import annotations

from dataclasses import dataclass

from echoviz.core.theme import Palette
from echoviz.figures.time_distributed import NEURONS_AT_MOST, DenseStep, TimeDistributedFacts, name_step

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
        """How many hidden numbers of an answer are drawn."""
        return min(self.facts.terms, NEURONS_AT_MOST)

    @property
    def step_word(self) -> str:
        """What one answer belongs to, in words."""
        return name_step(self.facts, self.language)

    @property
    def row_px(self) -> float:
        low_px, high_px = _ROW_PX_RANGE
        return min(max(_ROWS_PX / len(self.facts.steps), low_px), high_px)

    @property
    def has_header(self) -> bool:
        """Whether there is a row that all answers share."""
        return self.facts.shares_weights or self.facts.shares_hidden

    @property
    def header_height(self) -> float:
        """The shared row is as high in pixels whatever the others are; in rows."""
        return _HEADER_PX / self.row_px if self.has_header else 0

    @property
    def header_at(self) -> float:
        """The middle of the shared row, in rows."""
        return self.top + self.header_height / 2

    @property
    def top(self) -> float:
        """The upper edge of the table, in rows."""
        return -0.5 - (_AIR_PX / self.row_px + self.header_height if self.has_header else 0)

    @property
    def table_px(self) -> float:
        return self.row_px * (len(self.facts.steps) - 0.5 - self.top)

    @property
    def terms_px(self) -> float:
        """One line a product, one for those that are not shown, the bias, the answer."""
        return (self.shown + (self.facts.terms > self.shown) + 2) * _TERM_PX

    @property
    def height_px(self) -> float:
        """Both panels and the air between them, without the figure's margins."""
        return self.table_px + _BETWEEN_PX + self.terms_px
