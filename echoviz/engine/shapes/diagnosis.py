"""The doctor: Keras runs a case as it is, then every mend before it is offered.

Importing this module imports Keras. Nothing of a visitor's is executed: a case is shapes and layer values,
and its numbers are drawn here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from echoviz.core.case import (
    Case,
    CaseError,
    State,
    Trouble,
    find_last_wrapper,
    find_recurrent,
    find_trouble,
)
from echoviz.core.layers import Masking, Shape, TimeDistributed
from echoviz.core.layers.shapes import print_shape
from echoviz.core.mends import Mend, propose_mends
from echoviz.engine.shapes.layer_making import make_layer

MENDS_MAX = 4
NUMBERS_MAX = 200_000
"""Numbers in X, y and what comes out of each layer, all samples together, that are really computed."""
WEIGHTS_MAX = 2_000_000
WORK_MAX = 200_000_000
"""Multiplications of one pass over all samples."""
_STEPS_MAX = 200
"""Slices of one wrapper: Keras calls its layer for each of them, one after the other."""
_COLOURS = re.compile(r"\x1b\[\d*m")


@dataclass(frozen=True)
class Outcome:
    """What Keras made of a case.

    Attributes
    ----------
    error, message : the kind and the very words of what Keras raised; `None` if it raised nothing
    output_shape : of what came out; `None` if nothing did
    loss : mean squared error; `None` without a y
    mask : which timesteps of the first sample Keras does not skip; `None` without a `Masking`
    """

    error: str | None
    message: str | None
    output_shape: Shape | None = None
    loss: float | None = None
    mask: tuple[bool, ...] | None = None


@dataclass(frozen=True)
class Tried:
    """A mend, and what Keras made of it: it ran, and what came out has the shape of y."""

    mend: Mend
    outcome: Outcome


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with a case, what Keras says of it, and mends that Keras ran, the smallest first."""

    case: Case
    trouble: Trouble | None
    outcome: Outcome
    mends: tuple[Tried, ...]


def diagnose(case: Case, mends_max: int = MENDS_MAX) -> Diagnosis:
    """Let Keras run a case, and the smallest mends, of which those that ran are kept.

    Raises `CaseError` for a case too large to be run beside others.
    """
    outcome = run_case(case)
    tried: list[Tried] = []
    for mend in propose_mends(case):
        if len(tried) == mends_max:
            break
        if is_small(mend.case) and has_mended(mend.case, mended := run_case(mend.case)):
            tried.append(Tried(mend, mended))
    return Diagnosis(case, find_trouble(case), outcome, tuple(tried))


def has_mended(case: Case, outcome: Outcome) -> bool:
    """Whether a case ran, skipped no timestep, and gave an answer of the shape that was asked for."""
    asked = case.y_shape is None or outcome.output_shape == case.y_shape
    return outcome.message is None and asked and all(outcome.mask or ())


def is_small(case: Case) -> bool:
    """Whether one pass of a case is a matter of milliseconds and megabytes."""
    walk = case.walk()
    tensors = [case.x_shape, case.built_shape, *(step.after for step in walk.steps)]
    slices = [step.before[1] for step in walk.steps if isinstance(step.layer, TimeDistributed)]
    return (
        max(int(np.prod(shape, dtype=object)) for shape in tensors) <= NUMBERS_MAX
        and walk.count <= WEIGHTS_MAX
        and walk.work * case.x_shape[0] <= WORK_MAX
        and max(slices, default=0) <= _STEPS_MAX
    )


def demand_small(case: Case) -> None:
    """Raises `CaseError` for a case too large to be run beside others."""
    if not is_small(case):
        shape = print_shape(case.x_shape)
        raise CaseError(f"X has shape {shape}; expected a smaller model. Make its axes or units smaller.")


def run_case(case: Case) -> Outcome:
    """One pass of a case by Keras, up to its loss: Keras' own words if it refuses, else what came out.

    Layers are called one after the other, as `compile(run_eagerly=True)` has `fit` do; nothing is compiled or
    kept. The gradient is left out: nothing refuses there that has not refused before, and it takes longest.
    """
    demand_small(case)
    x, y = _draw(case)
    try:
        model = _build(case)
        model.compile(loss="mse", run_eagerly=True)
        output = model(x, training=True)
        loss = None if y is None else float(model.compute_loss(x, y, output))
        _reset_state(model, case.state)
    except (ValueError, TypeError, AttributeError, IndexError) as error:
        return _refuse(error)
    except Exception as error:  # TensorFlow has many kinds of its own, all refusals here
        if not type(error).__module__.startswith("tensorflow"):
            raise
        return _refuse(error)
    return Outcome(None, None, tuple(output.shape), loss, _read_mask(case, x))


def _refuse(error: Exception) -> Outcome:
    return Outcome(type(error).__name__, _COLOURS.sub("", str(error)))


def _draw(case: Case) -> tuple[np.ndarray, np.ndarray | None]:
    """X and y of the case's shapes, the same ones each time."""
    random = np.random.default_rng(0)
    x = random.uniform(0.1, 1, case.x_shape).astype(np.float32)
    if case.has_zeros:
        x[:, 0] = 0
    return x, None if case.y_shape is None else random.random(case.y_shape).astype(np.float32)


def _build(case: Case) -> Any:
    """The case's model as its script writes it."""
    if case.wraps_tensor:
        return _build_around_tensor(case)
    model = keras.Sequential()
    shape = case.built_shape
    if case.state in (State.OLD_RESET, State.RIGHT):
        model.add(keras.Input(batch_shape=shape))
    elif case.declared is not None or case.state is State.NO_BATCH:
        model.add(keras.Input(shape[1:]))
    first = min(find_recurrent(case.layers), default=None)
    for place, layer in enumerate(case.layers):
        more = {} if case.state is State.NONE else {"stateful": True}
        if case.state is State.OLD_ARGUMENT and place == first:
            more["batch_input_shape"] = shape  # type: ignore[assignment]
        model.add(make_layer(layer, **more))
    return model


def _build_around_tensor(case: Case) -> Any:
    tensor = inputs = keras.Input(case.built_shape[1:])
    wrapper = find_last_wrapper(case.layers)
    for place, layer in enumerate(case.layers):
        if place == wrapper and isinstance(layer, TimeDistributed):
            tensor = keras.layers.TimeDistributed(make_layer(layer.layer)(tensor))
        else:
            tensor = make_layer(layer)(tensor)
    return keras.Model(inputs, tensor)


def _reset_state(model: Any, state: State) -> None:
    if state is State.OLD_RESET:
        model.reset_states()
    if state is State.RIGHT:
        for layer in model.layers:
            if hasattr(layer, "reset_state"):
                layer.reset_state()


def _read_mask(case: Case, x: np.ndarray) -> tuple[bool, ...] | None:
    first = next(iter(case.layers), None)
    if not isinstance(first, Masking):
        return None
    return tuple(np.asarray(make_layer(first).compute_mask(x))[0].ravel().tolist())
