"""What a browser may say, and what of it reaches the page."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from echoviz.ui.messages import MAX_TEXT, MAX_WIDGETS, PageMessages, read_key
from harness.visitor import Event, Pressed, Visitor, make_trigger_id
from tests.hosting.drawn import messages

IDS = [
    f"$$ID-0123456789abcdef-{key}" for key in ("train", "length", "learning_rate", "framing", "stage", "seed")
]
FIELDS_BY_KEY = {
    "train": ("trigger_value",),
    "length": ("double_array_value",),
    "learning_rate": ("double_value",),
    "framing": ("string_array_value",),
    "stage": ("json_value", "json_trigger_value"),
}


def make_message(**values: object) -> bytes:
    """What a browser sends of controls by their keys."""
    ids = {f"$$ID-0123456789abcdef-{key}": value for key, value in values.items() if key != "told"}
    if "told" in values:
        ids[make_trigger_id("$$ID-0123456789abcdef-stage")] = values["told"]
    return Visitor("http://localhost").make_message(ids).SerializeToString()


def read_fields(data: bytes | None) -> dict[str, str | None]:
    assert data is not None
    states = BackMsg.FromString(data).rerun_script.widget_states.widgets
    return {read_key(state.id) or "": state.WhichOneof("value") for state in states}


def check(data: bytes) -> bytes | None:
    return PageMessages(dict(FIELDS_BY_KEY)).check(data)


def test_a_browsers_own_message_passes_unchanged() -> None:
    told = Event(json.dumps([{"event": "drawn", "value": True}]))
    data = make_message(
        train=Pressed(),
        length=[7.0],
        learning_rate=0.01,
        framing=["many-to-one"],
        told=told,
        seed=7.0,
    )
    assert check(data) == data


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("length", "7"),
        ("length", ["7"]),
        ("length", []),
        ("length", [float("nan")]),
        ("learning_rate", float("inf")),
        ("learning_rate", True),
        ("framing", "many-to-one"),
        ("train", [1.0]),
        ("train", "x" * MAX_TEXT * 2),
        ("unknown", "x" * (MAX_TEXT + 1)),
        ("told", Event("{bad")),
        ("told", Event("[" * 900)),
        ("told", Event('[{"event": "drawn", "value": NaN}]')),
        ("told", Event('{"event": "drawn"}')),
        ("told", Event("[1]")),
    ],
)
def test_a_value_that_its_control_cannot_read_is_left_out(key: str, value: object) -> None:
    """The rest of the message is believed: who sends it may have a page of an earlier version."""
    assert set(read_fields(check(make_message(seed=8.0, **{key: value})))) == {"seed"}


@pytest.mark.parametrize("kind", [field.name for field in BackMsg.DESCRIPTOR.oneofs[0].fields])
def test_only_three_types_pass(kind: str) -> None:
    """`clear_cache` would empty every cache of the server, the training service's among them."""
    message = BackMsg()
    if BackMsg.DESCRIPTOR.fields_by_name[kind].message_type is None:
        setattr(message, kind, True)
    else:
        getattr(message, kind).SetInParent()
    passed = check(message.SerializeToString())
    assert (passed is not None) is (kind in ("rerun_script", "app_heartbeat", "stop_script"))


def test_a_message_has_so_many_controls() -> None:
    passed = check(make_message(**{f"control{k}": 1.0 for k in range(MAX_WIDGETS + 50)}))
    assert len(read_fields(passed)) == MAX_WIDGETS


def test_controls_are_learned_from_what_the_page_sends() -> None:
    told = ForwardMsg()
    told.delta.new_element.slider.id = IDS[1]
    inspector = PageMessages({})
    assert "length" in read_fields(inspector.check(make_message(length=True)))
    inspector.notice(told.SerializeToString())
    assert "length" not in read_fields(inspector.check(make_message(length=True)))
    assert "length" in read_fields(inspector.check(make_message(length=[3.0])))


@settings(max_examples=200, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=messages(IDS))
def test_whatever_is_sent_something_readable_comes_out(data: bytes) -> None:
    passed = check(data)
    if passed is None:
        return
    message = BackMsg.FromString(passed)
    for state in message.rerun_script.widget_states.widgets:
        key, field = read_key(state.id), state.WhichOneof("value")
        assert key is not None
        assert field in (None, *FIELDS_BY_KEY.get(key, (field,)))
        if field in ("json_value", "json_trigger_value"):
            assert isinstance(json.loads(getattr(state, field)), dict | list)
    assert check(passed) == passed  # what passed once passes again, as it is
