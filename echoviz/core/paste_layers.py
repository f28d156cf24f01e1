"""One call in a Keras script as a layer: known names, literal arguments, and words for all the rest."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, get_args

from echoviz.core.fields import shorten
from echoviz.core.layers import Bidirectional, Layer, Recurrent, TimeDistributed, Unshared
from echoviz.core.layers.arguments import Pair, Sizes, Whole, is_same
from echoviz.core.layers.code import Parameter, parameters_of
from echoviz.core.stack import WRAPPERS_MAX

UNKNOWN = object()
"""What an expression is worth that is no literal."""
_KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Layer) if kind is not Unshared}
_INPUT_ARGUMENTS = ("input_shape", "batch_input_shape", "batch_shape", "input_dim", "input_length")
"""Arguments of a first layer that say what goes in."""
_HARMLESS = (
    *("activation", "recurrent_activation", "name", "dtype", "trainable", "seed", "noise_shape", "unroll"),
    *("dropout", "recurrent_dropout", "stateful", "go_backwards", "unit_forget_bias", "epsilon", "axis"),
)
"""Arguments that change neither a shape nor a count."""
_HARMLESS_ENDS = ("_initializer", "_regularizer", "_constraint")
_HARMLESS_VALUES: dict[str, object] = {
    "use_bias": True,
    "center": True,
    "scale": True,
    "merge_mode": "concat",
    "data_format": "channels_last",
    "return_state": False,
    "keepdims": False,
    "time_major": False,
    "dilation_rate": 1,
    "groups": 1,
}
"""Arguments that would change a shape or a count, at the value that does not."""


class NoteKind(StrEnum):
    """What could not be read as it stands."""

    NOT_PYTHON = "not-python"
    TOO_LONG = "too-long"
    NO_MODEL = "no-model"
    NO_INPUT = "no-input"
    OPEN_SIZE = "open-size"
    """an axis of any size: drawn with a number"""
    UNKNOWN_LAYER = "unknown-layer"
    UNKNOWN_ARGUMENT = "unknown-argument"
    NOT_LITERAL = "not-literal"
    OUT_OF_BOUNDS = "out-of-bounds"
    TENSOR_WRAPPED = "tensor-wrapped"
    BRANCHES = "branches"
    SEVERAL_MODELS = "several-models"
    LOOP = "loop"
    TOO_MANY_LAYERS = "too-many-layers"
    MORE = "more"


@dataclass(frozen=True)
class Note:
    """One thing in a script that was left out or replaced: its line, its text's beginning, what is used.

    Line 0 stands for the script as a whole.
    """

    kind: NoteKind
    line: int
    given: str
    used: str = ""

    def __str__(self) -> str:
        used = f"; used instead: {self.used}" if self.used else ""
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.kind.replace('-', ' ')}: {self.given}{used}"


@dataclass(frozen=True)
class Made:
    """A layer that a call makes, and the input that its arguments name: with the batch axis, or `None`."""

    layer: Layer
    input_shape: tuple[Any, ...] | None


Say = Callable[[NoteKind, ast.AST, str, str], None]
"""Called with what was found, where, as it stands in the script, and what is used instead."""


def is_layer_name(name: str) -> bool:
    """Whether a call of this name makes a layer that can be drawn."""
    return name in _KINDS


def make_layer(call: ast.Call, name: str, evaluate: Callable[[ast.expr], Any], say: Say) -> Made | None:
    """The layer of a call of a known name; `None` for a wrapper around nothing known."""
    given = {word.arg: word.value for word in call.keywords if word.arg}
    kind = _KINDS[name]
    if kind in (TimeDistributed, Bidirectional):
        inner = evaluate(call.args[0] if call.args else given.pop("layer", ast.Constant(None)))
        return _wrap(kind, inner, call, _find_input(given, evaluate), given, evaluate, say)
    parameters = parameters_of(kind)
    named = {parameter.keras_name: parameter for parameter in parameters}
    arguments: dict[str, Any] = {}
    for parameter, node in zip(_list_positional(kind, parameters), call.args, strict=False):
        arguments[parameter.name] = _read_argument(parameter, node, evaluate, say)
    for word, node in given.items():
        if word in named:
            arguments[named[word].name] = _read_argument(named[word], node, evaluate, say)
        elif not _is_harmless(word, evaluate(node)):
            say(NoteKind.UNKNOWN_ARGUMENT, node, f"{name}({word}=…)", "")
    for parameter in parameters:
        if parameter.is_needed and parameter.name not in arguments:
            arguments[parameter.name] = _find_fallback(parameter)
            used = f"{parameter.keras_name}={arguments[parameter.name]}"
            say(NoteKind.NOT_LITERAL, call, f"{name}({parameter.keras_name})", used)
    layer: Layer = kind(**arguments)
    return Made(layer, _find_input(given, evaluate, is_vector=not isinstance(layer, Recurrent)))


def _wrap(
    kind: type,
    inner: Any,
    call: ast.Call,
    input_shape: tuple[Any, ...] | None,
    given: Mapping[str, ast.expr],
    evaluate: Callable[[ast.expr], Any],
    say: Say,
) -> Made | None:
    for word, node in given.items():
        if not _is_harmless(word, evaluate(node)) and word != "layer":
            say(NoteKind.UNKNOWN_ARGUMENT, node, f"{kind.__name__}({word}=…)", "")
    if not isinstance(inner, Made):
        found = NoteKind.UNKNOWN_LAYER if inner is UNKNOWN else NoteKind.TENSOR_WRAPPED
        say(found, call, kind.__name__, "")
        return None
    shape = input_shape or inner.input_shape
    if count_wrappers(inner.layer) == WRAPPERS_MAX:
        say(NoteKind.UNKNOWN_LAYER, call, kind.__name__, "")
        return None
    if kind is TimeDistributed:
        return Made(TimeDistributed(inner.layer), shape)
    if isinstance(inner.layer, Recurrent):
        return Made(Bidirectional(inner.layer), shape)
    say(NoteKind.UNKNOWN_LAYER, call, kind.__name__, "")
    return None


def count_wrappers(layer: Layer) -> int:
    """How many wrappers there are around the innermost layer."""
    return 1 + count_wrappers(layer.layer) if isinstance(layer, TimeDistributed | Bidirectional) else 0


def _list_positional(kind: type, parameters: Sequence[Parameter]) -> Sequence[Parameter]:
    """Those that Keras has in the same place: a recurrent layer's second argument is its activation."""
    return parameters[:1] if kind in get_args(Recurrent) else parameters


def _read_argument(
    parameter: Parameter, node: ast.expr, evaluate: Callable[[ast.expr], Any], say: Say
) -> Any:
    given = evaluate(node)
    written = f"{parameter.keras_name}={write_source(node)}"
    if given is UNKNOWN or (isinstance(given, tuple) and UNKNOWN in given):
        used = _find_fallback(parameter)
        say(NoteKind.NOT_LITERAL, node, written, f"{parameter.keras_name}={used}")
        return used
    if given is None and parameter.default is None:
        return None
    if isinstance(parameter.kind, Whole) and isinstance(given, tuple) and len(given) == 1:
        given = given[0]
    nearest = parameter.kind.nearest(given)
    used = _find_fallback(parameter) if nearest is None else nearest
    if nearest is None or not is_same(given, nearest):
        say(NoteKind.OUT_OF_BOUNDS, node, written, f"{parameter.keras_name}={used}")
    return used


def _find_fallback(parameter: Parameter) -> Any:
    """What stands for an argument that cannot be read: Keras' default, else the least that is valid."""
    if not parameter.is_needed:
        return parameter.default
    match parameter.kind:
        case Sizes():
            return (-1,)
        case Pair(minimum):
            return (minimum, minimum)
        case Whole(minimum):
            return minimum
        case _:
            return 0.0


def _is_harmless(word: str, value: Any) -> bool:
    if word in _INPUT_ARGUMENTS or word in _HARMLESS or word.endswith(_HARMLESS_ENDS):
        return True
    if word not in _HARMLESS_VALUES or value is UNKNOWN:
        return False
    plain = _HARMLESS_VALUES[word]
    return bool(value == plain) or (isinstance(value, tuple) and set(value) == {plain})


def _find_input(
    given: Mapping[str, ast.expr], evaluate: Callable[[ast.expr], Any], *, is_vector: bool = False
) -> tuple[Any, ...] | None:
    """The input that a first layer's arguments name: with the batch axis, `None` where any size fits."""
    for word in ("batch_input_shape", "batch_shape"):
        if word in given and isinstance(shape := evaluate(given[word]), tuple):
            return shape
    if "input_shape" in given and isinstance(shape := evaluate(given["input_shape"]), tuple):
        return (None, *shape)
    if "input_dim" in given:
        features = evaluate(given["input_dim"])
        length = evaluate(given["input_length"]) if "input_length" in given else None
        return (None, features) if is_vector else (None, length, features)
    return None


def write_source(node: ast.AST) -> str:
    """The beginning of a small expression as it stands in the script; "…" for a larger one."""
    try:
        match node:
            case ast.Constant() | ast.Name() | ast.Attribute(value=ast.Name()):
                return shorten(ast.unparse(node))
            case ast.Tuple(elts) | ast.List(elts) if len(elts) < 6:
                return shorten(f"({', '.join(map(write_source, elts))})")
            case ast.Call(func=ast.Name() | ast.Attribute(value=ast.Name())):
                return f"{shorten(ast.unparse(node.func))}(…)"
    except (ValueError, RecursionError):
        pass
    return "…"
