"""Sensible models drawn at random and broken in one of the ways in which people break them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from echoviz.core.case import Case, State, find_recurrent, find_trouble
from echoviz.core.layers import (
    GRU,
    LSTM,
    Bidirectional,
    Conv1D,
    Dense,
    Flatten,
    Layer,
    Masking,
    MaxPooling1D,
    RepeatVector,
    SimpleRNN,
    TimeDistributed,
)

Breaker = Callable[[Random, Case], Case | None]


def make_break(seed: int) -> tuple[str, Case, Case]:
    """The name of a break, the broken case, and the case as it was meant."""
    random = Random(seed)
    while True:
        name = random.choice(sorted(BREAKERS))
        right = make_case(random)
        if name in ("swapped axes", "length"):
            right = replace(right, declared=right.x_shape[1:])
        if name == "feature axis":
            right = replace(right, declared=None)
        if name == "stateful":
            right = replace(right, declared=None, state=State.RIGHT)
        if name == "masked" and len(right.x_shape) == 3:
            right = replace(right, layers=(Masking(-1.0), *right.layers), has_zeros=True)
        broken = BREAKERS[name](random, right)
        if find_trouble(right) is None and broken is not None and find_trouble(broken) is not None:
            return name, broken, right


def make_case(random: Random) -> Case:
    """Many-to-one, many-to-many, encoder and decoder, or windows read by a convolution first."""
    samples, steps, features = random.randint(2, 8), random.randint(2, 12), random.choice([1, 1, 2, 3, 6])
    outputs, units = random.randint(1, 4), random.randint(2, 8)
    stacked = tuple(_make_recurrent(random, True) for _ in range(random.randint(0, 2)))
    each = TimeDistributed(Dense(outputs)) if random.random() < 0.6 else Dense(outputs)
    x: tuple[int, ...] = (samples, steps, features)
    layers: tuple[Layer, ...]
    match random.randint(0, 3):
        case 0:
            layers, y = (*stacked, _make_recurrent(random, False), Dense(outputs)), (samples, outputs)
        case 1:
            layers, y = (*stacked, _make_recurrent(random, True), each), (samples, steps, outputs)
        case 2:
            later = steps + random.randint(1, 5)
            decoder = (RepeatVector(later), _make_recurrent(random, True), each)
            layers, y = (*stacked, LSTM(units), *decoder), (samples, later, outputs)
        case _:
            x = (samples, steps, random.randint(6, 9), features)
            convolution = (Conv1D(units, 3), MaxPooling1D(2), Flatten())
            layers = (*map(TimeDistributed, convolution), LSTM(units), Dense(outputs))
            y = (samples, outputs)
    return Case(x, y, layers, random.choice([None, x[1:]]))


def _make_recurrent(random: Random, sequences: bool) -> Layer:
    units = random.randint(2, 8)
    kind = random.choice([LSTM, LSTM, GRU, SimpleRNN])
    layer = kind(units, return_sequences=sequences)
    return Bidirectional(layer) if random.random() < 0.2 else layer


def _drop_feature_axis(_: Random, case: Case) -> Case | None:
    *axes, features = case.x_shape
    return replace(case, x_shape=tuple(axes)) if features == 1 else None


def _turn_sequences(random: Random, case: Case) -> Case | None:
    places = [
        place for place in find_recurrent(case.layers) if not isinstance(case.layers[place], TimeDistributed)
    ]
    place = random.choice(places)
    layer = case.layers[place]
    inner = layer.layer if isinstance(layer, Bidirectional) else layer
    turned = replace(inner, return_sequences=not inner.return_sequences)
    return _put(case, place, Bidirectional(turned) if isinstance(layer, Bidirectional) else turned)


def _swap_axes(_: Random, case: Case) -> Case | None:
    if len(case.x_shape) != 3:
        return None
    samples, steps, features = case.x_shape
    return replace(case, x_shape=(samples, features, steps))


def _window_as_features(_: Random, case: Case) -> Case | None:
    if len(case.x_shape) != 3 or case.x_shape[2] != 1:
        return None
    shape = (1, case.x_shape[1])
    return replace(case, x_shape=(case.x_shape[0], *shape), declared=case.declared and shape)


def _take_units(random: Random, case: Case) -> Case | None:
    *before, last = case.layers
    dense = Dense(case.y_shape[-1] + random.randint(1, 3))
    changed = TimeDistributed(dense) if isinstance(last, TimeDistributed) else dense
    return replace(case, layers=(*before, changed))


def _wrap_tensor(_: Random, case: Case) -> Case | None:
    has_wrapper = any(isinstance(layer, TimeDistributed) for layer in case.layers)
    return replace(case, wraps_tensor=True) if has_wrapper else None


def _declare_another_length(random: Random, case: Case) -> Case | None:
    steps, *rest = case.x_shape[1:]
    return replace(case, declared=(steps + random.randint(1, 4), *rest))


def _unwrap(random: Random, case: Case) -> Case | None:
    places = [place for place, layer in enumerate(case.layers) if isinstance(layer, TimeDistributed)]
    if not places:
        return None
    place = random.choice(places)
    return _put(case, place, case.layers[place].layer)


def _drop_repeat(_: Random, case: Case) -> Case | None:
    layers = tuple(layer for layer in case.layers if not isinstance(layer, RepeatVector))
    return replace(case, layers=layers)


def _drop_target_axis(_: Random, case: Case) -> Case | None:
    return replace(case, y_shape=case.y_shape[:-1]) if case.y_shape[2:] == (1,) else None


BREAKERS: dict[str, Breaker] = {
    "feature axis": _drop_feature_axis,
    "sequences": _turn_sequences,
    "sequences again": _turn_sequences,
    "swapped axes": _swap_axes,
    "window as features": _window_as_features,
    "units": _take_units,
    "tensor": _wrap_tensor,
    "length": _declare_another_length,
    "unwrapped": _unwrap,
    "no repeat": _drop_repeat,
    "target axis": _drop_target_axis,
    "stateful": lambda random, case: replace(
        case, state=random.choice([State.OLD_ARGUMENT, State.NO_BATCH, State.OLD_RESET])
    ),
    "masked": lambda _, case: replace(case, layers=(Masking(), *case.layers[1:])) if case.has_zeros else None,
}


def _put(case: Case, place: int, layer: Layer) -> Case:
    return replace(case, layers=(*case.layers[:place], layer, *case.layers[place + 1 :]))
