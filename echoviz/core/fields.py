"""A row of the table of choices: it parses a choice, bounds it, writes it and says where it exists."""

from __future__ import annotations

import difflib
import math
import numbers
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Chosen = Mapping[str, Any]
"""The valid values of the choices that stand earlier in the table, by name."""
_LONGEST_TEXT = 32
"""Letters of a given value that are read, or said again: a query string may hold megabytes."""


class ExperimentError(ValueError):
    """A choice outside its bounds; says what was given, what was expected and what to change.

    Attributes `field`, `given` and `nearest` (the closest valid value) let a page say the same in another
    language.
    """

    def __init__(self, field: Number | Choice, given: object, chosen: Chosen) -> None:
        self.field = field.name
        self.given = given
        self.nearest = field.nearest(given, chosen)
        super().__init__(
            f"{field.name} was {shorten(given, repr)}; expected {field.expectation(chosen)}. "
            f"Try {field.name}={field.format(self.nearest)!s}."
        )


@dataclass(frozen=True)
class _Field(ABC):
    """What numbers and words have in common."""

    name: str
    default_for: Callable[[Chosen], Any]

    @abstractmethod
    def coerce(self, given: object, chosen: Chosen) -> Any:
        """`given` as a valid value of this field's kind. Raises `ExperimentError`."""

    def adopt(self, given: object, chosen: Chosen) -> Any:
        """As `coerce`; `None` is the default."""
        return self.default_for(chosen) if given is None else self.coerce(given, chosen)


@dataclass(frozen=True)
class Number(_Field):
    """A number between two inclusive bounds, which may depend on what was chosen before it."""

    kind: type[int] | type[float]
    minimum: float
    maximum: float
    applies: Callable[[Chosen], bool]

    def bounds_for(self, chosen: Chosen) -> tuple[float, float]:
        """Least and greatest valid value; where the choice does not exist, both are its default."""
        if self.applies(chosen):
            return self.minimum, self.maximum
        return self.default_for(chosen), self.default_for(chosen)

    def expectation(self, chosen: Chosen) -> str:
        """What a valid value looks like, in words for an error message."""
        low, high = self.bounds_for(chosen)
        if low == high:
            return f"{self.format(low)}, since no other {self.name} exists here"
        return f"{'a whole number' if self.kind is int else 'a number'} from {low} to {high}"

    def coerce(self, given: object, chosen: Chosen) -> Any:
        number = _read_number(given)
        low, high = self.bounds_for(chosen)
        is_whole_enough = self.kind is float or (number is not None and number == int(number))
        if number is None or not is_whole_enough or not low <= number <= high:
            raise ExperimentError(self, given, chosen)
        # A float is what its text says: equal experiments have equal links and keys, and no others do.
        return float(self.format(number)) if self.kind is float else int(number)

    def nearest(self, given: object, chosen: Chosen) -> Any:
        """The valid value closest to `given`; the default where closeness has no meaning."""
        number = _read_number(given, finite_only=False)
        if number is None or math.isnan(number):
            return self.default_for(chosen)
        low, high = self.bounds_for(chosen)
        bounded = min(max(number, low), high)
        return round(bounded) if self.kind is int else float(self.format(bounded))

    def format(self, value: Any) -> str:
        """`value` as it stands in a query string: the shortest text that reads back the same."""
        return f"{value:.12g}" if self.kind is float else str(value)


@dataclass(frozen=True)
class Choice(_Field):
    """One of several words, which may depend on what was chosen before it."""

    kind: type[StrEnum]
    options_for: Callable[[Chosen], tuple[Any, ...]]

    def applies(self, chosen: Chosen) -> bool:
        """Whether there is anything to choose."""
        return len(self.options_for(chosen)) > 1

    def expectation(self, chosen: Chosen) -> str:
        """What a valid value looks like, in words for an error message."""
        return "one of " + ", ".join(self.options_for(chosen))

    def coerce(self, given: object, chosen: Chosen) -> Any:
        if isinstance(given, str) and given in self.options_for(chosen):
            return self.kind(given)
        raise ExperimentError(self, given, chosen)

    def nearest(self, given: object, chosen: Chosen) -> Any:
        """The option most like `given`; the default where none is."""
        options = [str(option) for option in self.options_for(chosen)]
        alike = difflib.get_close_matches(shorten(given).lower(), options, n=1)
        return self.kind(alike[0]) if alike else self.default_for(chosen)

    def format(self, value: Any) -> str:
        """`value` as it stands in a query string."""
        return str(value)


def shorten(given: object, write: Callable[[object], str] = str) -> str:
    """The beginning of what was given, as text."""
    try:
        return write(given)[:_LONGEST_TEXT]
    except ValueError:  # an int of more digits than Python prints
        return "…"


def _read_number(given: object, *, finite_only: bool = True) -> float | None:
    """A real number from an int, float or short text; `None` for anything else, bools included."""
    if isinstance(given, bool) or not isinstance(given, str | numbers.Real):
        return None
    if isinstance(given, str) and len(given) > _LONGEST_TEXT:
        return None
    try:
        number = float(given)
    except (ValueError, OverflowError):
        return None
    return None if finite_only and not math.isfinite(number) else number
