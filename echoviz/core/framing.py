"""What a framing is, and what a head is: the one place that says so; the rest asks `Blueprint`."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Framing(StrEnum):
    """How the same numbers are cut into samples × timesteps × features."""

    ONE_TO_ONE = "one-to-one"
    ONE_TO_MANY = "one-to-many"
    MANY_TO_ONE = "many-to-one"
    MANY_TO_MANY = "many-to-many"


class Head(StrEnum):
    """Which layer turns hidden states into answers."""

    TIME_DISTRIBUTED = "time-distributed"
    DENSE = "dense"
    FLATTEN = "flatten"
    UNSHARED = "unshared"


class Cut(NamedTuple):
    """One framing.

    Attributes
    ----------
    each_its_own_sample : whether each number of a sequence is a sample of its own, of one timestep
    repeats : whether one number goes in and is copied to every timestep
    returns_sequences : whether the LSTM hands on every hidden state, or only the last
    heads : the heads it can have, the default first
    has_delay : whether the answer may lag behind: a sequence goes in and a sequence comes out
    epochs : how many are trained by default
    """

    each_its_own_sample: bool
    repeats: bool
    returns_sequences: bool
    heads: tuple[Head, ...]
    has_delay: bool
    epochs: int


CUTS: dict[Framing, Cut] = {
    Framing.ONE_TO_ONE: Cut(
        each_its_own_sample=True,
        repeats=False,
        returns_sequences=False,
        heads=(Head.DENSE,),
        has_delay=False,
        epochs=1000,
    ),
    Framing.ONE_TO_MANY: Cut(
        each_its_own_sample=False,
        repeats=True,
        returns_sequences=True,
        heads=(Head.TIME_DISTRIBUTED,),
        has_delay=False,
        epochs=1000,
    ),
    Framing.MANY_TO_ONE: Cut(
        each_its_own_sample=False,
        repeats=False,
        returns_sequences=False,
        heads=(Head.DENSE,),
        has_delay=True,
        epochs=500,
    ),
    Framing.MANY_TO_MANY: Cut(
        each_its_own_sample=False,
        repeats=False,
        returns_sequences=True,
        heads=tuple(Head),
        has_delay=True,
        epochs=1000,
    ),
}

DEFAULT_FRAMING = Framing.MANY_TO_MANY
