"""Every short text of the page and its figures, in each language.

One folder a language, one TOML file an area; `text("stage.play", "zh")` reads key `play` of
`zh/stage.toml`. Placeholders are `str.format` fields. A test holds the languages to the same keys
and the same placeholders.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from echoviz.core.printing import print_count

LANGUAGES = {"en": "English", "zh": "简体中文"}
DEFAULT_LANGUAGE = "en"


@cache
def load_section(area: str, language: str = DEFAULT_LANGUAGE) -> dict[str, str]:
    """All texts of one area (a TOML file's name) in one language, unformatted.

    Raises `ValueError` for a language that is not in `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language was {language!r}; expected one of {', '.join(LANGUAGES)}.")
    path = Path(__file__).parent / language / f"{area}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def text(key: str, language: str = DEFAULT_LANGUAGE, **values: object) -> str:
    """The text of `area.name` in a language, its placeholders filled from `values`."""
    area, name = key.split(".", 1)
    template = load_section(area, language)[name]
    return template.format(**values) if values else template


def count_text(key: str, count: int, language: str = DEFAULT_LANGUAGE, **values: object) -> str:
    """As `text`, with `count` filled in; for 1 it is `<key>.one`, in languages that have a singular there."""
    area, name = key.split(".", 1)
    has_singular = count == 1 and f"{name}.one" in load_section(area, language)
    return text(f"{key}.one" if has_singular else key, language, count=print_count(count), **values)
