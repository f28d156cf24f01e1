"""A stack goes into a link and comes back the same; what is no stack is corrected in words, never raised."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from echoviz.core.layers import Conv2D, TimeDistributed, code_of
from echoviz.core.layers.values import AXIS_MAX, UNITS_MAX
from echoviz.core.stack import AXES_MAX, LAYERS_MAX, WRAPPERS_MAX, Stack
from echoviz.core.stack_link import TEXT_MAX, decode_stack, encode_stack
from tests.core.drawn import PROFILE
from tests.core.layers.drawn import STACKS

ALPHABET = st.sampled_from("0123456789x_~-.e") | st.sampled_from(
    ["td_", "bi_", "lstm_", "gru", "conv2d_", "reshape_", "pool1d", "mask_", "nan", "inf", "same", "~"]
)


@settings(PROFILE, max_examples=300)
@given(STACKS)
def test_comes_back_the_same(stack: Stack) -> None:
    text = encode_stack(stack)
    assert decode_stack(text) == (stack, ())
    assert quote(text, safe="~") == text


@settings(PROFILE, max_examples=300)
@given(st.lists(ALPHABET, max_size=40).map("".join) | st.text(max_size=60))
def test_any_text_is_some_stack(text: str) -> None:
    stack, corrections = decode_stack(text)
    again, nothing = decode_stack(encode_stack(stack))
    assert (again, nothing) == (stack, ())
    for correction in corrections:
        assert len(correction.given) <= 32


def test_longest_stack_is_read_whole() -> None:
    layer = Conv2D(UNITS_MAX, (AXIS_MAX, AXIS_MAX), (AXIS_MAX, AXIS_MAX), "same")
    for _ in range(WRAPPERS_MAX):
        layer = TimeDistributed(layer)
    stack = Stack((AXIS_MAX,) * (AXES_MAX + 1), (layer,) * LAYERS_MAX)
    assert len(encode_stack(stack)) <= TEXT_MAX
    assert decode_stack(encode_stack(stack)) == (stack, ())


@pytest.mark.parametrize(
    ("text", "code", "used"),
    [
        ("1x10x1~lstm_9999", "LSTM(4096)", "LSTM(4096)"),
        ("1x10x1~lstm", "LSTM(1)", "LSTM(1)"),
        ("1x10x1~bi_dense_4", "Dense(4)", "Dense(4)"),
        ("1x10x1~lstm_4_1_7", "LSTM(4, return_sequences=True)", "LSTM(4, return_sequences=True)"),
        ("1x10x1~conv1d_3_2__sane", 'Conv1D(3, 2, padding="same")', 'Conv1D(3, 2, padding="same")'),
        ("1x10x1~attention_4", None, ""),
        ("1x10x1~td", None, ""),
        ("1x10x1~conv2d_3_2", "Conv2D(3, (2, 2))", None),
        ("1x10x1~dropout_0.5", "Dropout(0.5)", None),
    ],
)
def test_corrections_are_said(text: str, code: str | None, used: str | None) -> None:
    stack, corrections = decode_stack(text)
    assert [code_of(layer) for layer in stack.layers] == ([code] if code else [])
    assert [correction.used for correction in corrections] == ([] if used is None else [used])


@pytest.mark.parametrize("given", [None, 7, "", "x", "3", "1x" * 10_000, "1x99999999999999999999999999999"])
def test_input_that_is_none(given: object) -> None:
    stack, _ = decode_stack(given)
    assert stack.layers == ()
    assert 2 <= len(stack.input_shape) <= AXES_MAX + 1
