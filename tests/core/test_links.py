"""Links that people have shared keep their meaning: what each opens, and the key that its run is known by.

The rows were written by the version that knew three framings and six choices, before there were more.
A row may be added; one that has to change breaks somebody's bookmark.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from echoviz.core.experiment import Experiment

CHOICES = ("framing", "length", "neurons", "epochs", "learning_rate", "seed")
LINKS = (
    ("", ("many-to-many", "5", "5", "1000", "0.001", "55"), "5052778f9e7c8a589bf9"),
    ("framing=many-to-many", ("many-to-many", "5", "5", "1000", "0.001", "55"), "5052778f9e7c8a589bf9"),
    ("framing=one-to-one", ("one-to-one", "5", "5", "1000", "0.001", "55"), "2d0bd15a7179e54220ac"),
    ("framing=many-to-one", ("many-to-one", "5", "5", "500", "0.001", "55"), "1bab4f79475bbf8522ea"),
    ("length=7&seed=3", ("many-to-many", "7", "5", "1000", "0.001", "3"), "1ae9a4216de419d579c2"),
    ("neurons=7", ("many-to-many", "5", "7", "1000", "0.001", "55"), "f7879fc02e09854c4c86"),
    ("length=1&neurons=1", ("many-to-many", "1", "1", "1000", "0.001", "55"), "1fca02d4157698a2c2f4"),
    (
        "length=50&neurons=64&epochs=10000",
        ("many-to-many", "50", "64", "10000", "0.001", "55"),
        "71c5d999cacbddc9d0a2",
    ),
    (
        "framing=many-to-one&length=50&neurons=64",
        ("many-to-one", "50", "64", "500", "0.001", "55"),
        "f4c2f8fd508ac3d0ed68",
    ),
    (
        "framing=one-to-one&length=12&neurons=16&epochs=1",
        ("one-to-one", "12", "16", "1", "0.001", "55"),
        "f1158db73a8480f94b99",
    ),
    (
        "framing=many-to-one&epochs=1000",
        ("many-to-one", "5", "5", "1000", "0.001", "55"),
        "f711e3d6634c335fdadd",
    ),
    (
        "framing=many-to-many&epochs=500",
        ("many-to-many", "5", "5", "500", "0.001", "55"),
        "6d0f4262442fb5ce1f7f",
    ),
    (
        "framing=many-to-many&length=5&neurons=5&epochs=1000&learning_rate=0.001&seed=55",
        ("many-to-many", "5", "5", "1000", "0.001", "55"),
        "5052778f9e7c8a589bf9",
    ),
    (
        "framing=one-to-one&length=5&neurons=5&epochs=1000&learning_rate=0.001&seed=55",
        ("one-to-one", "5", "5", "1000", "0.001", "55"),
        "2d0bd15a7179e54220ac",
    ),
    (
        "framing=many-to-one&length=5&neurons=5&epochs=500&learning_rate=0.001&seed=55",
        ("many-to-one", "5", "5", "500", "0.001", "55"),
        "1bab4f79475bbf8522ea",
    ),
    ("learning_rate=1e-05", ("many-to-many", "5", "5", "1000", "1e-05", "55"), "580ee50cfbf059a31fb3"),
    ("learning_rate=1&seed=0", ("many-to-many", "5", "5", "1000", "1", "0"), "d6be2a5c9c6cbe5ca5d5"),
    ("learning_rate=0.0015", ("many-to-many", "5", "5", "1000", "0.0015", "55"), "c3af7cb72fe202396982"),
    (
        "learning_rate=0.30000000000000004",
        ("many-to-many", "5", "5", "1000", "0.3", "55"),
        "8fcaf18c7096abfb7aaa",
    ),
    ("seed=2147483647", ("many-to-many", "5", "5", "1000", "0.001", "2147483647"), "b133c00e8ee7630187f9"),
    (
        "framing=many+to+many&length=999&neurons=7",
        ("many-to-many", "50", "7", "1000", "0.001", "55"),
        "7656e17183c55b6f029a",
    ),
    ("framing=MANY-TO-ONE", ("many-to-one", "5", "5", "500", "0.001", "55"), "1bab4f79475bbf8522ea"),
    ("framing=one2one", ("one-to-one", "5", "5", "1000", "0.001", "55"), "2d0bd15a7179e54220ac"),
    ("framing=zzz", ("many-to-many", "5", "5", "1000", "0.001", "55"), "5052778f9e7c8a589bf9"),
    ("framing=", ("many-to-many", "5", "5", "1000", "0.001", "55"), "5052778f9e7c8a589bf9"),
    ("epochs=inf", ("many-to-many", "5", "5", "10000", "0.001", "55"), "00bedff004821c7786d9"),
    (
        "epochs=many&framing=many-to-one",
        ("many-to-one", "5", "5", "500", "0.001", "55"),
        "1bab4f79475bbf8522ea",
    ),
    (
        "length=-3&neurons=abc&epochs=1e9&framing=zzz",
        ("many-to-many", "1", "5", "10000", "0.001", "55"),
        "9299a89198db5e02e45f",
    ),
    ("length=2.4", ("many-to-many", "2", "5", "1000", "0.001", "55"), "7820b7e6e9fdf6d1c0ce"),
    ("learning_rate=5", ("many-to-many", "5", "5", "1000", "1", "55"), "7db76f98220e64e7b811"),
    (
        "lang=zh&framing=many-to-one&length=3",
        ("many-to-one", "3", "5", "500", "0.001", "55"),
        "e4bef9c8f6a3614354a8",
    ),
    ("unknown=1&length=9", ("many-to-many", "9", "5", "1000", "0.001", "55"), "72f7c5f7a196654a15fb"),
)


@pytest.mark.parametrize(("link", "choices", "key"), LINKS)
def test_a_link_of_old_opens_what_it_opened(link: str, choices: tuple[str, ...], key: str) -> None:
    experiment, _ = Experiment.from_query(dict(parse_qsl(link, keep_blank_values=True)))
    assert experiment.to_query() == dict(zip(CHOICES, choices, strict=True))
    assert experiment.key == key
