"""Messages that no browser with this page would send, for Hypothesis to draw."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

NUMBERS = st.floats() | st.sampled_from([float("inf"), float("-inf"), float("nan"), 1e308, -0.0, 1e-320])
WORDS = st.text(max_size=30) | st.sampled_from(
    [
        "{bad",
        "[[",
        "null",
        "NaN",
        "{}",
        "[]",
        '{"value": {"a": 1}}',
        '[{"event": "drawn"}]',
        "[" * 2000,
        "x" * 5000,
    ]
)
QUERIES = st.text(max_size=60) | st.lists(
    st.tuples(
        st.sampled_from(
            ["framing", "length", "neurons", "epochs", "learning_rate", "seed", "lang", "head", "x"]
        ),
        WORDS | NUMBERS.map(str) | st.integers().map(str),
    ),
    max_size=5,
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))


@st.composite
def widgets(draw: st.DrawFn, ids: Sequence[str]) -> WidgetState:
    """A value of any kind for a control of the page, or for one that it has not."""
    widget = WidgetState(id=draw(st.sampled_from(ids) | st.text(max_size=40) | WORDS.map("$$ID-0-".__add__)))
    kind = draw(st.sampled_from(["", *(field.name for field in WidgetState.DESCRIPTOR.oneofs[0].fields)]))
    match kind:
        case "":
            pass  # cleared
        case "trigger_value" | "bool_value":
            setattr(widget, kind, draw(st.booleans()))
        case "double_value":
            widget.double_value = draw(NUMBERS)
        case "int_value":
            widget.int_value = draw(st.integers(-(2**63), 2**63 - 1))
        case "double_array_value":
            widget.double_array_value.data.extend(draw(st.lists(NUMBERS, max_size=4)))
        case "int_array_value":
            widget.int_array_value.data.extend(draw(st.lists(st.integers(-(2**62), 2**62), max_size=4)))
        case "string_array_value":
            widget.string_array_value.data.extend(draw(st.lists(WORDS, max_size=4)))
        case "string_value" | "json_value" | "json_trigger_value":
            setattr(widget, kind, draw(WORDS))
        case "bytes_value":
            widget.bytes_value = draw(st.binary(max_size=50))
        case "string_trigger_value":
            widget.string_trigger_value.data = draw(WORDS)
        case _:
            getattr(widget, kind).SetInParent()
    return widget


@st.composite
def messages(draw: st.DrawFn, ids: Sequence[str]) -> bytes:
    """A message of any type, whole or torn."""
    message = BackMsg()
    kind = draw(st.sampled_from(["rerun_script"] * 6 + [f.name for f in BackMsg.DESCRIPTOR.oneofs[0].fields]))
    if kind == "rerun_script":
        state = message.rerun_script
        state.query_string = draw(QUERIES)
        state.widget_states.widgets.extend(draw(st.lists(widgets(ids), max_size=5)))
        state.fragment_id = draw(st.just("") | WORDS)
        state.page_script_hash = draw(st.just("") | WORDS)
        state.page_name = draw(st.just("") | WORDS)
        state.is_auto_rerun, state.is_history_navigation = draw(st.tuples(st.booleans(), st.booleans()))
        state.cached_message_hashes.extend(draw(st.lists(WORDS, max_size=3)))
    elif BackMsg.DESCRIPTOR.fields_by_name[kind].message_type is not None:
        getattr(message, kind).SetInParent()
    else:
        setattr(message, kind, True)
    data = message.SerializeToString()
    return draw(st.just(data) | st.just(data) | st.just(data) | st.binary(max_size=40) | st.just(data[:-3]))
