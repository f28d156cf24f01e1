"""Small changes to a case that may mend it: every kind of edit tried at every place, and judged by the law.

Nothing here knows a break by name. What remains is ranked by how little it changes; whoever offers a mend to
somebody lets Keras run it first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from echoviz.core.case import (
    Case,
    CaseError,
    State,
    TroubleKind,
    find_trouble,
)
from echoviz.core.layers import (
    Bidirectional,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LayerNormalization,
    Masking,
    Recurrent,
    RepeatVector,
    Shape,
    TimeDistributed,
)
from echoviz.core.layers.code import code_of
from echoviz.core.layers.shapes import print_shape
from echoviz.core.stack import StackError


class MendKind(StrEnum):
    """What a mend changes."""

    LAYER_NOT_TENSOR = "layer-not-tensor"
    SEQUENCES_ON = "sequences-on"
    SEQUENCES_OFF = "sequences-off"
    WRAP = "wrap"
    UNWRAP = "unwrap"
    ADD_FEATURE_AXIS = "add-feature-axis"
    ADD_STEP_AXIS = "add-step-axis"
    SWAP_AXES = "swap-axes"
    STEPS_NOT_FEATURES = "steps-not-features"
    DECLARE_X = "declare-x"
    PAD_X = "pad-x"
    UNITS = "units"
    REPEAT = "repeat"
    FLATTEN = "flatten"
    TARGET_AXIS = "target-axis"
    TARGET_LAST = "target-last"
    TARGET_SHAPE = "target-shape"
    STATE_KERAS_3 = "state-keras-3"
    STATELESS = "stateless"
    MASK_VALUE = "mask-value"
    NO_MASK = "no-mask"


COSTS = {
    MendKind.LAYER_NOT_TENSOR: 1,
    MendKind.SEQUENCES_ON: 1,
    MendKind.SEQUENCES_OFF: 1,
    MendKind.STATE_KERAS_3: 1,
    MendKind.MASK_VALUE: 1,
    MendKind.WRAP: 2,
    MendKind.SWAP_AXES: 2,
    MendKind.ADD_FEATURE_AXIS: 2,
    MendKind.STEPS_NOT_FEATURES: 2,
    MendKind.TARGET_AXIS: 2,
    MendKind.UNITS: 2,
    MendKind.NO_MASK: 2,
    MendKind.UNWRAP: 3,
    MendKind.DECLARE_X: 3,
    MendKind.ADD_STEP_AXIS: 3,
    MendKind.REPEAT: 3,
    MendKind.FLATTEN: 4,
    MendKind.PAD_X: 4,
    MendKind.TARGET_LAST: 4,
    MendKind.STATELESS: 4,
    MendKind.TARGET_SHAPE: 6,
}
"""How much each kind changes: a word in a line, a line, the data, what is asked for."""


@dataclass(frozen=True)
class Edit:
    """One change: its kind, the place of the layer it is at (`None`: at X or y), and its code."""

    kind: MendKind
    place: int | None
    code: str


@dataclass(frozen=True)
class Mend:
    """One or two edits, and the case that they make."""

    edits: tuple[Edit, ...]
    case: Case

    @property
    def cost(self) -> int:
        """How much it changes."""
        return sum(COSTS[edit.kind] for edit in self.edits)


_NEAR = 2
"""How much more than the smallest a mend may change and still be proposed; a second one may change more."""
_FAR = 5


def propose_mends(case: Case) -> list[Mend]:
    """The mends of one or two edits that leave nothing wrong by the law, the smallest first."""
    trouble = find_trouble(case)
    if trouble is None:
        return []
    mended = sorted(_search(case, trouble.kind), key=lambda mend: mend.cost)
    return [
        mend
        for place, mend in enumerate(mended)
        if mend.cost - mended[0].cost <= (_NEAR if place > 1 else _FAR)
    ]


def _search(case: Case, kind: TroubleKind) -> list[Mend]:
    """All that one edit mends, or two of which neither does by itself.

    One edit may leave a window of one timestep, which is no error: somebody may mean it.
    """
    singles = list(_edit(case))
    allowed = {None} if kind is TroubleKind.ONE_STEP else {None, TroubleKind.ONE_STEP}
    mended = [mend for mend in singles if _name_trouble(mend.case) in allowed]
    enough = {(edit.kind, edit.place) for mend in mended for edit in mend.edits}
    pairs = (
        Mend((*first.edits, *second.edits), second.case)
        for first in singles
        if first not in mended
        for second in _edit(first.case)
        if not enough & {(edit.kind, edit.place) for edit in second.edits}
    )
    limit = _FAR + min((mend.cost for mend in mended), default=99)
    seen = {mend.case for mend in mended} | {case}
    for mend in sorted(pairs, key=lambda mend: mend.cost):
        if mend.cost > limit:
            break
        if mend.case not in seen and find_trouble(mend.case) is None:
            seen.add(mend.case)
            mended.append(mend)
    return mended


def _name_trouble(case: Case) -> TroubleKind | None:
    trouble = find_trouble(case)
    return None if trouble is None else trouble.kind


def _edit(case: Case) -> Iterator[Mend]:
    """Every single edit of a case that is within the bounds of a case."""
    for makers in (_edit_slips, _edit_layers, _edit_insertions, _edit_x, _edit_y):
        for edit, changes in makers(case):
            try:
                yield Mend((edit,), replace(case, **changes))
            except (CaseError, StackError):
                continue


Edits = Iterator[tuple[Edit, dict[str, Any]]]


def _edit_slips(case: Case) -> Edits:
    if case.wraps_tensor:
        yield Edit(MendKind.LAYER_NOT_TENSOR, None, "TimeDistributed(layer)(x)"), {"wraps_tensor": False}
    if case.state not in (State.NONE, State.RIGHT):
        code = f"keras.Input(batch_shape={print_shape(case.built_shape)})"
        yield Edit(MendKind.STATE_KERAS_3, None, code), {"state": State.RIGHT}
        yield Edit(MendKind.STATELESS, None, "stateful=False"), {"state": State.NONE}


def _edit_layers(case: Case) -> Edits:
    """One layer changed where it stands, or taken out."""
    for place, layer in enumerate(case.layers):
        for kind, changed in _change(layer, case.y_shape):
            layers = (*case.layers[:place], changed, *case.layers[place + 1 :])
            yield Edit(kind, place, code_of(changed)), {"layers": layers}
        if isinstance(layer, Masking):
            layers = (*case.layers[:place], *case.layers[place + 1 :])
            yield Edit(MendKind.NO_MASK, place, ""), {"layers": layers}


def _change(layer: Layer, y_shape: Shape | None) -> Iterator[tuple[MendKind, Layer]]:
    match layer:
        case TimeDistributed(inner):
            for kind, changed in _change(inner, y_shape):
                if kind is not MendKind.WRAP:
                    yield kind, TimeDistributed(changed)
            yield MendKind.UNWRAP, inner
        case Bidirectional(inner):
            for kind, changed in _change(inner, y_shape):
                if kind is not MendKind.WRAP and isinstance(changed, Recurrent):
                    yield kind, Bidirectional(changed)
        case Masking(value):
            yield MendKind.MASK_VALUE, Masking(-1.0 if value == 0.0 else 0.0)
    if isinstance(layer, Recurrent):
        kind = MendKind.SEQUENCES_OFF if layer.return_sequences else MendKind.SEQUENCES_ON
        yield kind, replace(layer, return_sequences=not layer.return_sequences)
    if isinstance(layer, Dense) and y_shape is not None and layer.units != y_shape[-1]:
        yield MendKind.UNITS, Dense(y_shape[-1])
    if not isinstance(layer, Dense | Dropout | LayerNormalization | Masking):  # those read any axes
        yield MendKind.WRAP, TimeDistributed(layer)


def _edit_insertions(case: Case) -> Edits:
    """A layer put in between two others, where its own input fits."""
    steps = case.walk().steps
    for place in range(1, len(steps) + 1):
        before = steps[place - 1].after
        times = case.y_shape[1] if case.y_shape is not None and len(case.y_shape) > 2 else case.x_shape[1]
        inserted: list[tuple[MendKind, Layer]] = [(MendKind.REPEAT, RepeatVector(times))]
        if len(before) > 2:
            inserted = [(MendKind.FLATTEN, Flatten())]
        for kind, layer in inserted:
            layers = (*case.layers[:place], layer, *case.layers[place:])
            yield Edit(kind, place, code_of(layer)), {"layers": layers}


def _edit_x(case: Case) -> Edits:
    """X, and what is declared with it where that is X's own shape."""
    samples, *axes = case.x_shape
    shapes = [
        (MendKind.ADD_FEATURE_AXIS, (*axes, 1), "X = X[..., None]"),
        (MendKind.ADD_STEP_AXIS, (1, *axes), "X = X[:, None]"),
    ]
    if len(axes) == 2:
        shapes.append((MendKind.SWAP_AXES, (axes[1], axes[0]), "X = X.swapaxes(1, 2)"))
    if len(axes) == 2 and axes[0] == 1:
        code = f"X = X.reshape({samples}, {axes[1]}, 1)"
        shapes[-1] = (MendKind.STEPS_NOT_FEATURES, (axes[1], 1), code)
    for kind, shape, code in shapes:
        changes: dict[str, Any] = {"x_shape": (samples, *shape)}
        if case.declared == tuple(axes):
            changes["declared"] = shape
        yield Edit(kind, None, code), changes
    if case.declared is not None and case.declared != tuple(axes):
        code = f"keras.Input({print_shape(tuple(axes))})"
        yield Edit(MendKind.DECLARE_X, None, code), {"declared": tuple(axes)}
        if len(axes) == len(case.declared) == 2 and axes[1:] == list(case.declared[1:]):
            code = f"X = keras.utils.pad_sequences(X, {case.declared[0]}, dtype=X.dtype)"
            yield Edit(MendKind.PAD_X, None, code), {"x_shape": (samples, *case.declared)}


def _edit_y(case: Case) -> Edits:
    """What is asked for: with an axis more, for the last timestep only, or as it comes out."""
    y, walk = case.y_shape, case.walk()
    if y is None or walk.error is not None:
        return
    if len(y) < 5:
        yield Edit(MendKind.TARGET_AXIS, None, "y = y[..., None]"), {"y_shape": (*y, 1)}
    if len(y) == 3:
        yield Edit(MendKind.TARGET_LAST, None, "y = y[:, -1]"), {"y_shape": (y[0], y[2])}
    output = walk.output_shape
    yield Edit(MendKind.TARGET_SHAPE, None, f"y {print_shape(output)}"), {"y_shape": output}
