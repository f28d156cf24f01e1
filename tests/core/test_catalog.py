"""Every language says everything: the same areas, keys and placeholders, and nothing empty."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import echoviz.core.catalog as catalog

ROOT = Path(catalog.__file__).parent
AREAS = sorted({path.stem for path in ROOT.glob("*/*.toml")})
LANGUAGES = sorted(catalog.LANGUAGES)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def is_singular(key: str) -> bool:
    return key.endswith(".one")


def test_every_language_has_its_folder_and_no_other_is_there() -> None:
    assert sorted(path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "_") == LANGUAGES
    assert "figures" in AREAS


@pytest.mark.parametrize("area", AREAS)
def test_languages_say_the_same(area: str) -> None:
    expected = catalog.load_section(area, catalog.DEFAULT_LANGUAGE)
    for language in LANGUAGES:
        texts = catalog.load_section(area, language)
        assert [key for key in texts if not is_singular(key)] == [
            key for key in expected if not is_singular(key)
        ], language
        for key, template in texts.items():
            assert isinstance(template, str), (language, key)
            assert template.strip(), (language, key)
            if is_singular(key):  # only some languages have one
                assert placeholders(template) <= placeholders(texts[key.removesuffix(".one")]) - {"count"}
            else:
                assert placeholders(template) == placeholders(expected[key]), (language, key)


@pytest.mark.parametrize("area", AREAS)
def test_chinese_is_chinese(area: str) -> None:
    """A text of several words that is the same in both languages was forgotten."""
    english, chinese = catalog.load_section(area, "en"), catalog.load_section(area, "zh")
    words = {key: re.findall(r"[a-z]{2,}", re.sub(r"{.*?}", "", english[key])) for key in chinese}
    assert [key for key in chinese if english[key] == chinese[key] and len(words[key]) > 2] == []


def test_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of"):
        catalog.load_section("figures", "xx")


def test_values_are_put_in() -> None:
    assert catalog.text("figures.loss_stopped", epoch=12) == "stopped after epoch 12"


def test_one_is_counted_in_the_singular_where_there_is_one() -> None:
    said = [catalog.count_text("figures.growth_subtitle", count, length=3) for count in (1, 2)]
    assert ["1 neuron;" in said[0], "2 neurons;" in said[1]] == [True, True]
    assert catalog.count_text("figures.growth_subtitle", 1, "zh", length=3).startswith("1 个神经元")
