"""The classic breaks, each as somebody's case; one that shows its errors in turn has several."""

from __future__ import annotations

from dataclasses import dataclass

from echoviz.core.case import Case, State
from echoviz.core.layers import LSTM, Dense, Masking, TimeDistributed

_EACH_STEP = (LSTM(5, return_sequences=True), TimeDistributed(Dense(1)))
_LAST_STEP = (LSTM(5), Dense(1))


@dataclass(frozen=True)
class Break:
    """One classic: its name, and its cases, of which the later ones come once the earlier are mended."""

    name: str
    cases: tuple[Case, ...]


BREAKS = (
    Break("two-axes", (Case((8, 10), (8, 1), _LAST_STEP),)),
    Break("sequences-for-lstm", (Case((8, 10, 1), (8, 1), (LSTM(5), *_LAST_STEP), (10, 1)),)),
    Break(
        "sequences-for-wrapper",
        (Case((8, 10, 1), (8, 10, 1), (LSTM(5), TimeDistributed(Dense(1))), (10, 1)),),
    ),
    Break(
        "target-of-two-axes",
        (
            Case((8, 10, 1), (8, 3), (LSTM(5, return_sequences=True), Dense(3)), (10, 1)),
            Case((8, 10, 1), (8, 1), _EACH_STEP, (10, 1)),
        ),
    ),
    Break("swapped-axes", (Case((8, 3, 10), (8, 1), _LAST_STEP, (10, 3)),)),
    Break("window-as-features", (Case((8, 1, 10), (8, 1), _LAST_STEP, (1, 10)),)),
    Break(
        "stateful",
        tuple(
            Case((4, 10, 1), (4, 1), _LAST_STEP, None, state)
            for state in (State.OLD_ARGUMENT, State.NO_BATCH, State.OLD_RESET)
        ),
    ),
    Break("tensor-wrapped", (Case((8, 10, 1), (8, 10, 1), _EACH_STEP, (10, 1), wraps_tensor=True),)),
    Break("other-length", (Case((8, 7, 1), (8, 1), _LAST_STEP, (10, 1)),)),
    Break("masked-zero", (Case((8, 5, 1), (8, 1), (Masking(), *_LAST_STEP), (5, 1), has_zeros=True),)),
)
