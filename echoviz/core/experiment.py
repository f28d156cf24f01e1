"""Every choice a visitor can make is one frozen value: the `Experiment`.

One table, `FIELDS`, parses a choice, bounds it, writes it to the URL and labels its control.
"""

from __future__ import annotations

import difflib
import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, NamedTuple, Self


class Framing(StrEnum):
    """How the same numbers are cut into samples × timesteps × features."""

    ONE_TO_ONE = "one-to-one"
    MANY_TO_ONE = "many-to-one"
    MANY_TO_MANY = "many-to-many"


class ExperimentError(ValueError):
    """A choice outside its bounds; says what was given, what was expected and what to change.

    Attributes `field`, `given`, `minimum`, `maximum` and `nearest` (the closest valid value) let a
    page say the same in another language.
    """

    def __init__(self, field: Field, given: object) -> None:
        self.field = field.name
        self.given = given
        self.minimum, self.maximum = field.minimum, field.maximum
        self.nearest = field.nearest(given)
        super().__init__(
            f"{field.name} was {given!r}; expected {field.expectation()}. "
            f"Try {field.name}={field.format(self.nearest)!s}."
        )


@dataclass(frozen=True)
class Field:
    """One row of the table of choices. Bounds are inclusive; `None` bounds mean `options` rule."""

    name: str
    kind: type[int] | type[float] | type[Framing]
    default_for: Callable[[Framing], Any]
    minimum: float | None = None
    maximum: float | None = None
    options: tuple[str, ...] = ()

    def expectation(self) -> str:
        """What a valid value looks like, in words for an error message."""
        if self.options:
            return "one of " + ", ".join(self.options)
        what = "a whole number" if self.kind is int else "a number"
        return f"{what} from {self.minimum} to {self.maximum}"

    def coerce(self, given: object) -> Any:
        """Turn `given` into a valid value of this field's kind, or raise `ExperimentError`."""
        if self.kind is Framing:
            if isinstance(given, str) and given in self.options:
                return Framing(given)
            raise ExperimentError(self, given)
        number = _read_number(given)
        whole_enough = self.kind is float or (number is not None and number == int(number))
        if number is None or not whole_enough or not self.minimum <= number <= self.maximum:  # type: ignore[operator]
            raise ExperimentError(self, given)
        # A float is what its text says: equal experiments have equal links and keys, and no others do.
        return float(self.format(number)) if self.kind is float else int(number)

    def nearest(self, given: object, framing: Framing | None = None) -> Any:
        """The valid value closest to `given`; the default where closeness has no meaning."""
        if self.options:
            alike = difflib.get_close_matches(str(given)[:32].lower(), self.options, n=1)
            return self.kind(alike[0]) if alike else self.default_for(framing or DEFAULT_FRAMING)
        number = _read_number(given, finite_only=False)
        if number is None or math.isnan(number):
            return self.default_for(framing or DEFAULT_FRAMING)
        bounded = min(max(number, self.minimum), self.maximum)  # type: ignore[type-var]
        return self.kind(round(bounded) if self.kind is int else bounded)  # type: ignore[arg-type]

    def format(self, value: Any) -> str:
        """`value` as it stands in a query string: shortest text that reads back the same."""
        return f"{value:.12g}" if self.kind is float else str(value)


def _read_number(given: object, *, finite_only: bool = True) -> float | None:
    """A real number from an int, float or short text; `None` for anything else, bools included."""
    if isinstance(given, bool) or given is None:
        return None
    if isinstance(given, str) and len(given) > 32:  # a query string may hold megabytes
        return None
    try:
        number = float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return None if finite_only and not math.isfinite(number) else number


DEFAULT_FRAMING = Framing.MANY_TO_MANY
_DEFAULT_EPOCHS = {
    Framing.ONE_TO_ONE: 1000,
    Framing.MANY_TO_ONE: 500,
    Framing.MANY_TO_MANY: 1000,
}

FIELDS: tuple[Field, ...] = (
    Field("framing", Framing, lambda _: DEFAULT_FRAMING, options=tuple(map(str, Framing))),
    Field("length", int, lambda _: 5, 1, 50),
    Field("neurons", int, lambda _: 5, 1, 64),
    Field("epochs", int, _DEFAULT_EPOCHS.__getitem__, 1, 10_000),
    Field("learning_rate", float, lambda _: 0.001, 1e-5, 1.0),
    Field("seed", int, lambda _: 55, 0, 2**31 - 1),
)
FIELD_BY_NAME = {field.name: field for field in FIELDS}


class Architecture(NamedTuple):
    """The part of an experiment that decides the Keras model's graph (and so its compilation)."""

    framing: Framing
    length: int
    neurons: int


@dataclass(frozen=True)
class Correction:
    """One value of a query string that could not be used: what was given, what is used instead."""

    field: str
    given: str
    used: Any


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A framing of the echo problem and how to train it.

    Attributes
    ----------
    framing : Framing or str
    length : int, timesteps, 1–50
    neurons : int, LSTM units, 1–64
    epochs : int, 1–10 000; by framing when left out (1000, 500, 1000)
    learning_rate : float, Adam's, 1e-5–1
    seed : int, 0–2³¹-1, of the initial weights

    Raises
    ------
    ExperimentError
        when a value is out of bounds.
    """

    framing: Framing = DEFAULT_FRAMING
    length: int = 5
    neurons: int = 5
    epochs: int = None  # type: ignore[assignment]  # replaced in __post_init__: it depends on framing
    learning_rate: float = 0.001
    seed: int = 55

    def __post_init__(self) -> None:
        framing = FIELD_BY_NAME["framing"].coerce(self.framing)
        for field in FIELDS:
            given = getattr(self, field.name)
            if given is None:
                given = field.default_for(framing)
            object.__setattr__(self, field.name, field.coerce(given))

    @property
    def architecture(self) -> Architecture:
        return Architecture(self.framing, self.length, self.neurons)

    @property
    def key(self) -> str:
        """A short digest that is equal exactly when two experiments are."""
        text = "&".join(f"{name}={value}" for name, value in self.to_query().items())
        return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()

    def replace(self, **changes: Any) -> Self:
        """This experiment with some choices changed; bounded anew."""
        return replace(self, **changes)

    def to_query(self) -> dict[str, str]:
        """Every choice as query-string text, in the table's order."""
        return {field.name: field.format(getattr(self, field.name)) for field in FIELDS}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Self, tuple[Correction, ...]]:
        """Read a query string from outside; never raises.

        Returns the experiment nearest to what was asked for, and one `Correction` for each value
        that had to be changed. Names that are not in the table are left to others.
        """
        chosen: dict[str, Any] = {}
        corrections: list[Correction] = []
        for field in FIELDS:
            framing = chosen.get("framing", DEFAULT_FRAMING)
            if field.name not in query:
                chosen[field.name] = field.default_for(framing)
                continue
            given = query[field.name]
            try:
                chosen[field.name] = field.coerce(given)
            except ExperimentError:
                chosen[field.name] = field.nearest(given, framing)
                corrections.append(Correction(field.name, given[:32], chosen[field.name]))
        return cls(**chosen), tuple(corrections)


assert tuple(f.name for f in fields(Experiment)) == tuple(FIELD_BY_NAME), "table and value differ"
