"""The pages of this one script, as they stand in a link: `view=compare&show=luck`.

A page is a word of the address, like the language: going to one is a choice, so Back returns from it, and a
link without the word is what it always was. To add a page: a row of `PAGES`, a case in `ui/page.py`, and for
what only this page has in its link a row of `DETAILS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from echoviz.core.broadcast import CASES
from echoviz.core.tray import join_trays, mend_tray

PAGE = "view"
SHOW = "show"
FREE = "free"
COMPARE = "compare"
PAGES: dict[str, tuple[str, ...]] = {
    FREE: ("read", "predictions", "loss", "weights", "time-distributed", "code"),
    COMPARE: ("runs", "wrapper", "dense", "luck", "broadcast"),
}
"""Each page's sections, of which it shows one; the first is the default."""
TRAY = "tray"
CASE = "case"
ORDER = "order"
REVERSED, FORWARD = "reversed", "forward"


class Detail(NamedTuple):
    """A word that one page has in its link; it is empty where nothing was chosen.

    Attributes
    ----------
    mend : the nearest word that has a meaning, whatever was given; never raises
    bring : what stands there when somebody comes from another page, of what the visit has and the link asks
    """

    page: str
    mend: Callable[[str], str]
    bring: Callable[[str, str], str] = lambda _, asked: asked


DETAILS: dict[str, Detail] = {
    TRAY: Detail(COMPARE, mend_tray, join_trays),
    ORDER: Detail(COMPARE, lambda given: given if given == REVERSED else ""),
    CASE: Detail(COMPARE, lambda given: given if given in [*CASES][1:] else ""),
}
