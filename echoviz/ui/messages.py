"""What a browser may say to the page: read before Streamlit believes it.

A value that a widget cannot read would raise in the middle of a run, and the session would keep it and
raise again at every later one. Some messages act on all visitors: one empties every cache of the server.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

ALLOWED = ("rerun_script", "app_heartbeat", "stop_script")
MAX_WIDGETS = 200
MAX_TEXT = 20_000
"""characters of one value; the longest that the page sends is what the stage shows"""
MAX_NUMBERS = 1000
MAX_NESTING = 20
_MAX_NAME = 500
_ID = re.compile(r"(?:\$\$STREAMLIT_INTERNAL_KEY_)?\$\$ID-[0-9a-f]{8,64}-(.{1,200}?)(?:__events)?", re.DOTALL)
_MAX_HASHES = 2000
_MAX_KEYS = 5000
_MAX_NOTICED_BYTES = 20_000_000  # the stage is a control too, and comes with all weights of its run

VALUE_OF_ELEMENT = {
    "button": ("trigger_value",),
    "button_group": ("string_array_value",),
    "bidi_component": ("json_value", "json_trigger_value"),
    "checkbox": ("bool_value",),
    "multiselect": ("string_array_value",),
    "number_input": ("double_value",),
    "plotly_chart": ("string_value",),
    "radio": ("string_value",),
    "selectbox": ("string_value",),
    "slider": ("double_array_value",),
    "text_area": ("string_value",),
    "text_input": ("string_value",),
}
"""In which field of its message each kind of control sends its value."""


class PageMessages:
    """Reads one socket's messages; what all sockets learned about the page's controls is shared."""

    def __init__(self, fields_by_key: dict[str, tuple[str, ...]]) -> None:
        self._fields_by_key = fields_by_key

    def check(self, data: bytes) -> bytes | None:
        """The message as it may go on; `None` for one that is no message of this page."""
        message = BackMsg()
        try:
            message.ParseFromString(data)
        except DecodeError:
            return None
        kind = message.WhichOneof("type")
        if kind not in ALLOWED:
            return None
        if kind == "rerun_script" and not self._mend(message.rerun_script):
            return data
        return message.SerializeToString()

    def notice(self, data: bytes) -> None:
        """Learn from what the page sends which controls it has."""
        if len(data) > _MAX_NOTICED_BYTES:
            return
        message = ForwardMsg()
        message.ParseFromString(data)
        if message.WhichOneof("type") != "delta" or message.delta.WhichOneof("type") != "new_element":
            return
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        fields = VALUE_OF_ELEMENT.get(kind or "")
        if kind == "slider" and element.slider.options:  # one among names
            fields = ("string_array_value",)
        if kind and fields and len(self._fields_by_key) < _MAX_KEYS:
            key = read_key(getattr(element, kind).id)
            if key is not None:
                self._fields_by_key.setdefault(key, fields)

    def _mend(self, state: Any) -> bool:
        """Leave out what no browser with this page sends; whether anything was."""
        widgets = list(state.widget_states.widgets)
        kept = [widget for widget in widgets[:MAX_WIDGETS] if self._is_sound(widget)]
        has_doubts = (
            len(kept) < len(widgets)
            or len(state.cached_message_hashes) > _MAX_HASHES
            or len(state.page_name) > _MAX_NAME
            or len(state.fragment_id) > _MAX_NAME
            or len(state.page_script_hash) > _MAX_NAME
        )
        if has_doubts:
            copies = [WidgetState.FromString(widget.SerializeToString()) for widget in kept]
            del state.widget_states.widgets[:]
            state.widget_states.widgets.extend(copies)
            del state.cached_message_hashes[_MAX_HASHES:]
            for name in ("page_name", "fragment_id", "page_script_hash"):
                if len(getattr(state, name)) > _MAX_NAME:
                    state.ClearField(name)
        return has_doubts

    def _is_sound(self, widget: WidgetState) -> bool:
        field = widget.WhichOneof("value")
        key = read_key(widget.id)
        if key is None:
            return False
        if field is None:  # a number that was deleted, a choice that was taken back
            return True
        fields = self._fields_by_key.get(key)
        if fields is not None and field not in fields:
            return False
        return _is_readable(field, getattr(widget, field))


def read_key(widget_id: str) -> str | None:
    """The key that the page gave a control, in its id and in that of its triggers; `None` for other names."""
    found = _ID.fullmatch(widget_id)
    return found[1] if found else None


def _is_readable(field: str, value: Any) -> bool:
    match field:
        case "trigger_value" | "bool_value" | "int_value":
            return True
        case "double_value":
            return math.isfinite(value)
        case "double_array_value":
            return 1 <= len(value.data) <= MAX_NUMBERS and all(map(math.isfinite, value.data))
        case "string_value":
            return len(value) <= MAX_TEXT
        case "string_array_value":
            return len(value.data) <= MAX_NUMBERS and sum(map(len, value.data)) <= MAX_TEXT
        case "json_value":
            return isinstance(_read_json(value), dict)
        case "json_trigger_value":
            told = _read_json(value)
            return isinstance(told, list) and all(isinstance(item, dict) and "event" in item for item in told)
        case _:  # files, tables, chats: this page has none
            return False


def _read_json(text: str) -> Any:
    if len(text) > MAX_TEXT or max(text.count("["), text.count("{")) > MAX_NUMBERS:
        return None
    try:
        read = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return read if _measure_depth(read) <= MAX_NESTING else None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"JSON has no {name}")


def _measure_depth(read: Any) -> int:
    match read:
        case dict():
            return 1 + max(map(_measure_depth, read.values()), default=0)
        case list():
            return 1 + max(map(_measure_depth, read), default=0)
        case _:
            return 0
