"""What the page says beside its drawings: one short text a subject, one folder a language.

Each claim in a lesson has a test that fails if the claim is false (`tests/lessons`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from echoviz.core.catalog import DEFAULT_LANGUAGE, LANGUAGES

LESSONS = (
    "intro",
    "stage",
    "shapes",
    "predictions",
    "memorising",
    "loss",
    "weights",
    "time_distributed",
    "credits",
)
"""Every lesson's name, in the page's order."""


@dataclass(frozen=True)
class Lesson:
    """One subject: a `title` of plain words and a `body` of Markdown."""

    name: str
    title: str
    body: str


@cache
def load_lesson(name: str, language: str = DEFAULT_LANGUAGE) -> Lesson:
    """Read a lesson: the file's first line is its title (`# …`), the rest its body.

    Raises `ValueError` for a name that is not in `LESSONS` or a language that is not in `LANGUAGES`.
    """
    for given, known, what in ((name, LESSONS, "lesson"), (language, LANGUAGES, "language")):
        if given not in known:
            raise ValueError(f"{what} was {given!r}; expected one of {', '.join(known)}.")
    path = Path(__file__).parent / language / f"{name}.md"
    heading, body = path.read_text(encoding="utf-8").split("\n", 1)
    return Lesson(name, heading.removeprefix("# ").strip(), body.strip())
