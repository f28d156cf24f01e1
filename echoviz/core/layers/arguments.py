"""The kinds of arguments that layers have: each knows its bounds and the nearest valid value to any other."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import Any

_MOST_AXES = 5
"""Axes that `Reshape` may make, without the batch axis."""


@dataclass(frozen=True)
class Whole:
    """A whole number between two inclusive bounds."""

    minimum: int
    maximum: int

    def nearest(self, given: object) -> int | None:
        """The valid value closest to `given`; `None` where it is no number."""
        number = _read_number(given)
        return None if number is None else round(min(max(number, self.minimum), self.maximum))

    @property
    def expectation(self) -> str:
        """What a valid value looks like, in words for an error message."""
        return f"a whole number from {self.minimum} to {self.maximum}"


@dataclass(frozen=True)
class Real:
    """A number between two inclusive bounds."""

    minimum: float
    maximum: float

    def nearest(self, given: object) -> float | None:
        """The valid value closest to `given`; `None` where it is no number."""
        number = _read_number(given)
        return None if number is None else float(min(max(number, self.minimum), self.maximum))

    @property
    def expectation(self) -> str:
        """What a valid value looks like, in words for an error message."""
        return f"a number from {self.minimum:g} to {self.maximum:g}"


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def nearest(self, given: object) -> bool | None:
        """`given` if it is true or false, or 1 or 0."""
        return bool(given) if isinstance(given, int) and given in (0, 1) else None

    @property
    def expectation(self) -> str:
        """What a valid value looks like, in words for an error message."""
        return "True or False"


@dataclass(frozen=True)
class Word:
    """One of several words."""

    options: tuple[str, ...]

    def nearest(self, given: object) -> str | None:
        """The option most like `given`, if any is."""
        if not isinstance(given, str):
            return None
        if given in self.options:
            return given
        alike = difflib.get_close_matches(given[:32].lower(), self.options, n=1)
        return alike[0] if alike else None

    @property
    def expectation(self) -> str:
        """What a valid value looks like, in words for an error message."""
        return "one of " + ", ".join(self.options)


@dataclass(frozen=True)
class Pair:
    """Two whole numbers, for rows and columns; one number stands for both."""

    minimum: int
    maximum: int

    def nearest(self, given: object) -> tuple[int, int] | None:
        """The valid pair closest to `given`; `None` where it is no number and no pair of them."""
        sides = (given, given) if not isinstance(given, tuple | list) else tuple(given)
        if len(sides) != 2:
            return None
        side = Whole(self.minimum, self.maximum)
        rows, columns = side.nearest(sides[0]), side.nearest(sides[1])
        return None if rows is None or columns is None else (rows, columns)

    @property
    def expectation(self) -> str:
        """What a valid value looks like, in words for an error message."""
        return f"two whole numbers from {self.minimum} to {self.maximum}"


@dataclass(frozen=True)
class Sizes:
    """One to five whole numbers; one of them may be −1."""

    minimum: int
    maximum: int

    def nearest(self, given: object) -> tuple[int, ...] | None:
        """The valid sizes closest to `given`; `None` where they are no numbers. A second −1 becomes 1."""
        sizes = (given,) if not isinstance(given, tuple | list) else tuple(given)[:_MOST_AXES]
        side, read = Whole(self.minimum, self.maximum), list[int]()
        for size in sizes:
            is_open = size == -1 and -1 not in read
            number = -1 if is_open else side.nearest(size)
            if number is None:
                return None
            read.append(number)
        return tuple(read) or None

    @property
    def expectation(self) -> str:
        """What a valid value looks like, in words for an error message."""
        return (
            f"one to {_MOST_AXES} whole numbers from {self.minimum} to {self.maximum}, of which one may be −1"
        )


Argument = Whole | Real | Flag | Word | Pair | Sizes


def _read_number(given: object) -> float | None:
    """A finite number that is an int or a float and no bool."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    if isinstance(given, int):
        return max(min(given, 10**12), -(10**12))  # what is larger is out of every bound
    return given if math.isfinite(given) else None


def is_same(given: Any, used: Any) -> bool:
    """Whether a value was used as it was given: lists stand for tuples, and one number for a pair of it."""
    if isinstance(used, tuple):
        given = tuple(given) if isinstance(given, list | tuple) else (given,) * len(used)
    return bool(given == used)
