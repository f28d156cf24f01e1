"""Every lesson is there in every language: short, titled, plain Markdown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import echoviz.lessons as lessons
from echoviz.core.catalog import LANGUAGES
from echoviz.lessons import LESSONS, load_lesson

ROOT = Path(lessons.__file__).parent
EVERY = [(name, language) for name in LESSONS for language in LANGUAGES]


def test_files_are_exactly_the_lessons() -> None:
    for language in LANGUAGES:
        assert {path.stem for path in (ROOT / language).iterdir()} == set(LESSONS)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_lesson_is_a_title_and_a_short_body(name: str, language: str) -> None:
    lesson = load_lesson(name, language)
    assert lesson.name == name
    assert lesson.title
    assert "#" not in lesson.title
    without_links = re.sub(r"\(https://[^)]*\)", "", lesson.body)
    words = len(re.findall(r"[\w.]+", without_links))
    characters = len(re.findall(r"[\u4e00-\u9fff]", lesson.body))
    assert 20 <= (characters if language == "zh" and name != "credits" else words) <= 260
    assert language == "zh" or words <= 120
    assert (characters > 0) == (language == "zh")
    assert not re.search(r"</?\w+[ >]", lesson.body), "no HTML"
    assert lesson.body.count("**") % 2 == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_are_safe(language: str) -> None:
    links = re.findall(r"\]\((.*?)\)", load_lesson("credits", language).body)
    assert len(links) == 7
    assert all(link.startswith("https://") for link in links)


@pytest.mark.parametrize("name", LESSONS)
def test_languages_name_the_same_layers_and_numbers(name: str) -> None:
    """Code and numbers are the same in every language."""
    said = {
        language: (
            sorted(re.findall(r"`([^`]+)`", load_lesson(name, language).body)),
            sorted(set(re.findall(r"\d[\d.,]*\d", load_lesson(name, language).body))),
        )
        for language in LANGUAGES
    }
    assert said["en"] == said["zh"]


def test_masks_are_not_taught() -> None:
    """Dense and TimeDistributed both keep a mask: a common claim to the contrary is false."""
    for name, language in EVERY:
        assert not re.search("mask|掩码|遮罩", load_lesson(name, language).body, re.IGNORECASE)


@pytest.mark.parametrize(("name", "language"), [("nothing", "en"), ("../en/loss", "en"), ("loss", "xx")])
def test_unknown_lessons_are_refused(name: str, language: str) -> None:
    with pytest.raises(ValueError, match="expected one of"):
        load_lesson(name, language)
