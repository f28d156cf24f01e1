"""A stack as a short text for a link, and back: `32x10x16~lstm_8_1~td_dense_4`.

Layers are parted by ~, a layer's arguments by _, sizes by x; td and bi stand for the two wrappers. All of it
passes through an address as it is. What cannot be read is replaced by the nearest that can, and said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from echoviz.core.experiment import Correction
from echoviz.core.fields import shorten
from echoviz.core.layers import (
    GRU,
    LSTM,
    Bidirectional,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    Layer,
    LayerNormalization,
    Masking,
    MaxPooling1D,
    MaxPooling2D,
    Recurrent,
    RepeatVector,
    Reshape,
    Shape,
    SimpleRNN,
    TimeDistributed,
    code_of,
)
from echoviz.core.layers.arguments import Argument, Flag, Pair, Real, Sizes, Whole, Word, is_same
from echoviz.core.layers.code import Parameter, parameters_of
from echoviz.core.layers.shapes import print_shape
from echoviz.core.layers.values import AXIS_MAX
from echoviz.core.stack import AXES_MAX, LAYERS_MAX, WRAPPERS_MAX, Stack

TEXT_MAX = 800
"""Letters that are read; the longest text of a valid stack is shorter."""
INPUT = (1, 5, 1)
"""The input of a text that names none."""
_DIGITS_MAX = 24
_WORDS: dict[str, type] = {
    "lstm": LSTM,
    "gru": GRU,
    "rnn": SimpleRNN,
    "dense": Dense,
    "repeat": RepeatVector,
    "flatten": Flatten,
    "reshape": Reshape,
    "norm": LayerNormalization,
    "dropout": Dropout,
    "mask": Masking,
    "conv1d": Conv1D,
    "conv2d": Conv2D,
    "pool1d": MaxPooling1D,
    "pool2d": MaxPooling2D,
    "mean1d": GlobalAveragePooling1D,
    "mean2d": GlobalAveragePooling2D,
}
_WORD_BY_KIND = {kind: word for word, kind in _WORDS.items()}


def encode_stack(stack: Stack) -> str:
    """The text of a stack; `decode_stack` reads the same stack from it."""
    return "~".join([_join_sizes(stack.input_shape), *map(_encode_layer, stack.layers)])


def decode_stack(text: object) -> tuple[Stack, tuple[Correction, ...]]:
    """The stack nearest to a text, whatever it is, and one `Correction` for each part that was changed.

    Never raises. A layer that is not known is left out; an argument out of bounds takes the nearest in them.
    """
    given = text if isinstance(text, str) else ""
    corrections: list[Correction] = []
    if len(given) > TEXT_MAX:
        corrections.append(Correction("text", shorten(given), f"{TEXT_MAX}"))
    first, *words = given[:TEXT_MAX].split("~")
    shape = _decode_input(first, corrections)
    if len(words) > LAYERS_MAX:
        corrections.append(Correction("layers", str(len(words)), LAYERS_MAX))
    layers = (_decode_layer(word, corrections) for word in words[:LAYERS_MAX])
    return Stack(shape, tuple(layer for layer in layers if layer is not None)), tuple(corrections)


def _encode_layer(layer: Layer) -> str:
    match layer:
        case TimeDistributed(inner):
            return f"td_{_encode_layer(inner)}"
        case Bidirectional(inner):
            return f"bi_{_encode_layer(inner)}"
    kind: type = type(layer)
    values = [(getattr(layer, parameter.name), parameter) for parameter in parameters_of(kind)]
    words = ["" if value == parameter.default else _encode(value) for value, parameter in values]
    return "_".join([_WORD_BY_KIND[kind], *words]).rstrip("_")


def _encode(value: Any) -> str:
    match value:
        case bool():
            return str(int(value))
        case tuple():
            return _join_sizes(value)
        case _:
            return str(value)


def _join_sizes(sizes: Shape) -> str:
    return "x".join(map(str, sizes))


def _decode_input(text: str, corrections: list[Correction]) -> Shape:
    """Batch and one to five axes, each within its bounds."""
    sizes = [_read_number(part) for part in text.split("x")] if text else []
    side = Whole(1, AXIS_MAX)
    read = tuple(side.nearest(size) or 1 for size in sizes[: AXES_MAX + 1])
    shape = read if len(read) > 1 else INPUT
    if text and list(shape) != sizes:
        corrections.append(Correction("input", shorten(text), print_shape(shape)))
    return shape


def _decode_layer(text: str, corrections: list[Correction]) -> Layer | None:
    words = text.split("_")
    wrappers = words[: _count_wrappers(words)]
    kind = _WORDS.get(words[len(wrappers)]) if len(wrappers) < len(words) else None
    if kind is None:
        corrections.append(Correction("layer", shorten(text), ""))
        return None
    changed = False
    arguments = {}
    given = words[len(wrappers) + 1 :]
    for parameter, word in zip(parameters_of(kind), _pad(given), strict=False):
        arguments[parameter.name], fits = _decode_argument(parameter, word)
        changed |= not fits
    layer: Layer = kind(**arguments)
    for wrapper in reversed(wrappers[:WRAPPERS_MAX]):
        if wrapper == "td":
            layer = TimeDistributed(layer)
        elif isinstance(layer, Recurrent):
            layer = Bidirectional(layer)
        else:
            changed = True
    if changed or len(given) > len(parameters_of(kind)) or len(wrappers) > WRAPPERS_MAX:
        corrections.append(Correction("layer", shorten(text), code_of(layer)))
    return layer


def _count_wrappers(words: list[str]) -> int:
    return next((place for place, word in enumerate(words) if word not in ("td", "bi")), len(words))


def _pad(words: list[str]) -> Iterator[str]:
    """What is left out at the end is as Keras has it."""
    yield from words
    while True:
        yield ""


def _decode_argument(parameter: Parameter, word: str) -> tuple[Any, bool]:
    """The value of an argument, and whether it is what the word says."""
    if not word and not parameter.is_needed:
        return parameter.default, True
    given = _read(parameter.kind, word)
    nearest = parameter.kind.nearest(given)
    if nearest is None:
        return (_find_least(parameter.kind) if parameter.is_needed else parameter.default), False
    return nearest, is_same(given, nearest)


def _read(kind: Argument, word: str) -> Any:
    match kind:
        case Whole() | Flag() | Real():
            return _read_number(word)
        case Pair() | Sizes():
            sizes = tuple(_read_number(part) for part in word.split("x"))
            return sizes[0] if len(sizes) == 1 else sizes
        case Word():
            return word


def _find_least(kind: Argument) -> Any:
    """What stands for an argument that must be there and cannot be read."""
    match kind:
        case Sizes():
            return (-1,)
        case Whole() | Real() | Pair():
            return kind.nearest(kind.minimum)
        case Flag():
            return False
        case Word(options):
            return options[0]


def _read_number(text: str) -> int | float | None:
    if len(text) > _DIGITS_MAX or "_" in text:
        return None
    try:
        return int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return None
