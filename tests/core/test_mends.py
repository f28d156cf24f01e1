"""What is wrong with a case, and the smallest change that mends it, by the law of shapes alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from echoviz.core.breaks import BREAKS
from echoviz.core.case import Case, CaseError, State, TroubleKind, find_trouble, script_of
from echoviz.core.layers import LSTM, Dense, Flatten, TimeDistributed
from echoviz.core.mends import COSTS, MendKind, propose_mends
from echoviz.core.paste import read_script
from echoviz.core.stack import StackError
from tests.core.broken import BREAKERS, make_break

BROKEN = 300
LAST_STEP = (LSTM(5), Dense(1))
EACH_STEP = (LSTM(5, True), TimeDistributed(Dense(1)))


def test_first_mend_is_what_was_meant() -> None:
    """In at least 95 of 100 drawn breaks, and every kind of break among them."""
    names, right = Counter[str](), Counter[str]()
    for seed in range(BROKEN):
        name, broken, meant = make_break(seed)
        mends = propose_mends(broken)
        names[name] += 1
        right[name] += bool(mends) and mends[0].case == meant
    assert set(names) == set(BREAKERS)
    assert right.total() >= 0.95 * BROKEN, names - right


def test_mends_leave_nothing_wrong_and_the_smallest_comes_first() -> None:
    for seed in range(60):
        _, broken, _ = make_break(seed)
        mends = propose_mends(broken)
        assert [mend.cost for mend in mends] == sorted(mend.cost for mend in mends)
        assert len({mend.case for mend in mends}) == len(mends)
        for mend in mends:
            left = find_trouble(mend.case)
            assert left is None or left.kind is TroubleKind.ONE_STEP


CLASSICS = [
    # break, place of its case, trouble, culprit, first mend
    ("two-axes", 0, TroubleKind.LAYER, 0, [MendKind.ADD_FEATURE_AXIS]),
    ("sequences-for-lstm", 0, TroubleKind.LAYER, 1, [MendKind.SEQUENCES_ON]),
    ("sequences-for-wrapper", 0, TroubleKind.LAYER, 1, [MendKind.SEQUENCES_ON]),
    ("target-of-two-axes", 0, TroubleKind.TARGET, "y", [MendKind.SEQUENCES_OFF]),
    ("target-of-two-axes", 1, TroubleKind.BROADCAST, "y", [MendKind.SEQUENCES_OFF, MendKind.UNWRAP]),
    ("swapped-axes", 0, TroubleKind.X, "X", [MendKind.SWAP_AXES]),
    ("window-as-features", 0, TroubleKind.ONE_STEP, "X", [MendKind.STEPS_NOT_FEATURES]),
    ("stateful", 0, TroubleKind.STATE, 0, [MendKind.STATE_KERAS_3]),
    ("stateful", 1, TroubleKind.STATE, 0, [MendKind.STATE_KERAS_3]),
    ("stateful", 2, TroubleKind.STATE, 0, [MendKind.STATE_KERAS_3]),
    ("tensor-wrapped", 0, TroubleKind.TENSOR_WRAPPED, 1, [MendKind.LAYER_NOT_TENSOR]),
    ("other-length", 0, TroubleKind.LENGTH, "X", [MendKind.DECLARE_X]),
    ("masked-zero", 0, TroubleKind.MASKED, 0, [MendKind.MASK_VALUE]),
]


@pytest.mark.parametrize(("name", "place", "kind", "culprit", "first"), CLASSICS)
def test_classics(
    name: str, place: int, kind: TroubleKind, culprit: str | int, first: list[MendKind]
) -> None:
    case = next(each for each in BREAKS if each.name == name).cases[place]
    trouble = find_trouble(case)
    assert trouble is not None
    assert (trouble.kind, trouble.culprit) == (kind, culprit)
    assert [edit.kind for edit in propose_mends(case)[0].edits] == first


def test_every_classic_is_in_the_table() -> None:
    assert [(each.name, place) for each in BREAKS for place in range(len(each.cases))] == [
        (name, place) for name, place, *_ in CLASSICS
    ]
    assert set(COSTS) == set(MendKind)


@pytest.mark.parametrize(
    ("y", "kind"),
    [
        ((8, 10, 1), None),
        ((8, 10), TroubleKind.SQUEEZED),
        ((8, 10, 1, 1), TroubleKind.SQUEEZED),
        ((8, 1), TroubleKind.BROADCAST),
        ((8,), TroubleKind.BROADCAST),
        ((8, 10, 3), TroubleKind.BROADCAST),
        ((8, 3), TroubleKind.TARGET),
        ((8, 9, 1), TroubleKind.TARGET),
    ],
)
def test_y_against_an_answer_for_each_timestep(y: tuple[int, ...], kind: TroubleKind | None) -> None:
    trouble = find_trouble(Case((8, 10, 1), y, EACH_STEP))
    assert (trouble and trouble.kind) == kind


def test_right_cases_have_no_trouble_and_no_mends() -> None:
    for seed in range(40):
        _, _, right = make_break(seed)
        assert propose_mends(right) == []
    assert find_trouble(Case((8, 10), (8, 1), LAST_STEP, (10, 1))) is None, "Keras adds the feature axis"
    assert find_trouble(Case((8, 10, 1), None, LAST_STEP)) is None


def test_another_length_is_loud_where_weights_depend_on_it() -> None:
    case = Case((8, 7, 1), (8, 1), (LSTM(5, True), Flatten(), Dense(1)), (10, 1))
    trouble = find_trouble(case)
    assert trouble is not None
    assert trouble.kind is TroubleKind.X


def test_bounds_of_a_case() -> None:
    with pytest.raises(CaseError, match="expected as many of both"):
        Case((8, 10, 1), (7, 1), LAST_STEP)
    with pytest.raises(StackError, match="from 1 to 10000"):
        Case((8, 10, 1), (8, 10_001), LAST_STEP)
    with pytest.raises(StackError, match="input_shape"):
        Case((8, 10, 1), None, LAST_STEP, ())


def test_script_is_what_somebody_would_write() -> None:
    case = Case((4, 10, 1), (4, 1), LAST_STEP, None, State.OLD_ARGUMENT)
    assert (
        script_of(case)
        == """\
import keras
from keras.layers import *

# X (4, 10, 1), y (4, 1)
model = keras.Sequential([
    LSTM(5, batch_input_shape=(4, 10, 1), stateful=True),
    Dense(1),
])
model.compile(loss="mse", optimizer="adam")
model.fit(X, y)
"""
    )
    wrapped = script_of(Case((8, 10, 1), (8, 10, 1), EACH_STEP, (10, 1), wraps_tensor=True))
    assert "x = TimeDistributed(Dense(1)(x))\n" in wrapped
    right = script_of(Case((4, 10, 1), None, LAST_STEP, None, State.RIGHT))
    assert "keras.Input(batch_shape=(4, 10, 1))" in right
    assert right.endswith("layer.reset_state()\n")
    assert "model.predict(X)" in right


def test_scripts_are_read_back() -> None:
    """What the doctor writes, the builder reads."""
    for seed in range(60):
        _, _, right = make_break(seed)
        case = replace(right, declared=right.x_shape[1:], state=State.NONE)
        pasted = read_script(script_of(case))
        assert pasted.notes == ()
        assert pasted.stack.layers == case.layers
        assert pasted.stack.input_shape[1:] == case.declared
