"""Every choice a visitor can make is one frozen value: the `Experiment`.

One table, derived from its fields, parses a choice, bounds it, writes it to the URL and labels its control.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from echoviz.core.fields import Choice, Chosen, ExperimentError, Number, shorten
from echoviz.core.framing import CUTS, DEFAULT_FRAMING, Framing, Head

__all__ = ["FIELDS", "FIELD_BY_NAME", "Choice", "Correction", "Experiment", "ExperimentError", "Number"]


@dataclass(frozen=True)
class Correction:
    """One given value that could not be used: what was given (its beginning), what is used instead."""

    field: str
    given: str
    used: Any


def _number(
    default: float | Callable[[Chosen], Any],
    minimum: float,
    maximum: float,
    *,
    kind: type[int] | type[float] = int,
    applies: Callable[[Chosen], bool] = lambda _: True,
) -> Any:
    """A dataclass field that is a `Number` of the table; a default that depends on others is filled later."""
    default_for = default if callable(default) else lambda _: default
    row = {
        "kind": kind,
        "minimum": minimum,
        "maximum": maximum,
        "default_for": default_for,
        "applies": applies,
    }
    return dataclasses.field(default=None if callable(default) else default, metadata={"row": (Number, row)})


def _choice(
    kind: type[Framing] | type[Head],
    options_for: Callable[[Chosen], tuple[Any, ...]],
    default_for: Callable[[Chosen], Any],
) -> Any:
    """A dataclass field that is a `Choice` of the table."""
    row = {"kind": kind, "options_for": options_for, "default_for": default_for}
    return dataclasses.field(default=None, metadata={"row": (Choice, row)})


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A framing of the echo problem and how to train it. `None` for any choice means its default.

    Attributes
    ----------
    framing : Framing or str
    head : Head or str, of those that the framing has
    delay : int, 0–3: the answer at timestep t is x at t − delay, zeros before; many-to-one and many-to-many
    sequences : int: 1, the tutorial's own, or 2–256 random ones drawn from the seed, in one batch
    length : int, timesteps, 1–50
    neurons : int, LSTM units, 1–64
    epochs : int, 1–10 000; by framing when left out
    learning_rate : float, Adam's, 1e-5–1
    seed : int, 0–2³¹-1, of the initial weights and of random sequences

    Raises
    ------
    ExperimentError
        when a value is out of bounds, or its choice does not exist under the framing.
    """

    framing: Framing = _choice(Framing, lambda _: tuple(Framing), lambda _: DEFAULT_FRAMING)
    head: Head = _choice(
        Head, lambda chosen: CUTS[chosen["framing"]].heads, lambda chosen: CUTS[chosen["framing"]].heads[0]
    )
    delay: int = _number(0, 0, 3, applies=lambda chosen: CUTS[chosen["framing"]].has_delay)
    sequences: int = _number(1, 1, 256)
    length: int = _number(5, 1, 50)
    neurons: int = _number(5, 1, 64)
    epochs: int = _number(lambda chosen: CUTS[chosen["framing"]].epochs, 1, 10_000)
    learning_rate: float = _number(0.001, 1e-5, 1.0, kind=float)
    seed: int = _number(55, 0, 2**31 - 1)

    def __post_init__(self) -> None:
        chosen: dict[str, Any] = {}
        for field in FIELDS:
            chosen[field.name] = field.adopt(getattr(self, field.name), chosen)
            object.__setattr__(self, field.name, chosen[field.name])

    @property
    def choices(self) -> dict[str, Any]:
        """Every choice by its name, in the table's order."""
        return {field.name: getattr(self, field.name) for field in FIELDS}

    @property
    def key(self) -> str:
        """A short digest that is equal exactly when two experiments are."""
        text = "&".join(f"{name}={value}" for name, value in self.to_query().items())
        return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()

    def replace(self, **changes: Any) -> Self:
        """This experiment with some choices changed; those that did not or do not exist are defaults."""
        before, chosen = self.choices, dict[str, Any]()
        for field in FIELDS:
            if field.name in changes:
                chosen[field.name] = field.adopt(changes[field.name], chosen)
            elif field.applies(before) and field.applies(chosen):
                chosen[field.name] = before[field.name]
        return type(self)(**{**chosen, **changes})

    def checked(self) -> Self:
        """The same experiment, bounded anew: it may come from another process."""
        return type(self)(**self.choices)

    def to_query(self) -> dict[str, str]:
        """Every choice as query-string text, in the table's order.

        A choice that was not there when the first links were made is left out at its default, so those links
        and their keys stay what they are.
        """
        return {
            field.name: field.format(value)
            for field, value in zip(FIELDS, self.choices.values(), strict=True)
            if field.name not in _LATER or value != field.default_for(self.choices)
        }

    def to_link(self) -> dict[str, str]:
        """The choices that are not the defaults, as query-string text, in the table's order."""
        chosen = self.choices
        return {
            field.name: field.format(chosen[field.name])
            for field in FIELDS
            if chosen[field.name] != field.default_for(chosen)
        }

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Self, tuple[Correction, ...]]:
        """Read a query string from outside: `nearest` of its texts."""
        return cls.nearest(query)

    @classmethod
    def nearest(cls, values: Mapping[str, object]) -> tuple[Self, tuple[Correction, ...]]:
        """The experiment nearest to some values, whatever they are; never raises.

        Returns it with one `Correction` for each value that had to be changed. A choice that is missing, or
        `None`, takes its default. Names that are not in the table are left to others.
        """
        chosen: dict[str, Any] = {}
        corrections: list[Correction] = []
        for field in FIELDS:
            given = values.get(field.name)
            try:
                chosen[field.name] = field.adopt(given, chosen)
            except ExperimentError as error:
                chosen[field.name] = error.nearest
                corrections.append(Correction(field.name, shorten(given), error.nearest))
        return cls(**chosen), tuple(corrections)


FIELDS: tuple[Number | Choice, ...] = tuple(
    field.metadata["row"][0](name=field.name, **field.metadata["row"][1])
    for field in dataclasses.fields(Experiment)
)
FIELD_BY_NAME = {field.name: field for field in FIELDS}
_LATER = frozenset({"head", "delay", "sequences"})
"""Choices that links of the first version do not know."""
