"""A Keras script's model as a stack: the script is read by its syntax tree and never run.

Read are `Sequential` with a list or with `.add`, and a functional chain; known layers; arguments that are
literals, or names bound to literals above. All else is said, with its line, and left out.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from echoviz.core.fields import shorten
from echoviz.core.layers import Layer, Shape
from echoviz.core.layers.arguments import Whole
from echoviz.core.layers.shapes import print_shape
from echoviz.core.layers.values import AXIS_MAX
from echoviz.core.paste_layers import (
    UNKNOWN,
    Made,
    Note,
    NoteKind,
    is_layer_name,
    make_layer,
    write_source,
)
from echoviz.core.stack import AXES_MAX, LAYERS_MAX, Stack

LETTERS_MAX = 20_000
"""Letters of a script that are read."""
SOURCE_NAME = "<pasted>"
"""What stands for a file's name: Python looks for a file of this name when it finds an error in the text."""
NOTES_MAX = 30
_GIVEN_MAX = 80
"""Letters of a script that a note says again."""
INPUT = (1, 10, 1)
"""What goes in where the script does not say, and the timesteps where it says any number of them."""
_DEPTH_MAX = 40
"""Calls within calls that are followed: `LSTM(3)(LSTM(4)(…))`."""
_ITEMS_MAX = 100
"""Entries of a tuple or list that are read."""


@dataclass(frozen=True)
class Pasted:
    """What was read of a script: a stack, and a note for all that was left out or replaced."""

    stack: Stack
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class _Chain:
    """A tensor, or a `Sequential`: what goes in, with the batch axis, and the layers it went through."""

    input_shape: tuple[Any, ...] | None = None
    layers: tuple[Layer, ...] = ()
    is_model: bool = False
    input_line: int = 0

    def add(self, made: Made, line: int) -> _Chain:
        return self.join(_Chain(made.input_shape, (made.layer,), input_line=line))

    def join(self, other: _Chain) -> _Chain:
        source = self if self.input_shape or self.layers else other
        layers = (*self.layers, *other.layers)[:_ITEMS_MAX]
        return _Chain(source.input_shape, layers, self.is_model, source.input_line)


def read_script(text: str) -> Pasted:
    """The model in a Keras script, as a stack of at most eight layers; never raises and runs nothing.

    Of several models the longest is taken. At most 20 000 letters are read.
    """
    reader = _Reader()
    if len(text) > LETTERS_MAX:
        reader.say(NoteKind.TOO_LONG, 0, f"{len(text)}", f"{LETTERS_MAX}")
        text = text[:LETTERS_MAX].rsplit("\n", 1)[0]
    try:
        tree = ast.parse(text, SOURCE_NAME)
    except SyntaxError as error:
        reader.notes.append(Note(NoteKind.NOT_PYTHON, error.lineno or 1, shorten(error.msg)))
    except (ValueError, RecursionError, MemoryError):  # nested deeper than Python's own parser goes
        reader.say(NoteKind.NOT_PYTHON, 0, shorten(text.strip()), "")
    else:
        reader.read(tree.body)
    return reader.finish()


@dataclass
class _Reader:
    """Goes through the statements from top to bottom, and keeps what the names stand for.

    Each expression is looked at once: `worth` keeps what it is, so that no script makes reading slow.
    """

    names: dict[str, Any] = field(default_factory=dict)
    keras_names: dict[str, str] = field(default_factory=dict)
    models: list[_Chain] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    worth: dict[int, Any] = field(default_factory=dict)
    depth: int = 0
    layers_seen: int = 0

    def say(self, kind: NoteKind, node: ast.AST | int, given: str, used: str) -> None:
        line = node if isinstance(node, int) else getattr(node, "lineno", 0)
        self.notes.append(Note(kind, line, given[:_GIVEN_MAX], used[:_GIVEN_MAX]))

    def read(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            match statement:
                case (
                    ast.Assign(targets=[target], value=value)
                    | ast.AnnAssign(target=target, value=ast.expr() as value)
                ):
                    self.bind(target, self.evaluate(value))
                case ast.Expr(value) | ast.Return(value=ast.expr() as value):
                    self.evaluate(value)
                case ast.ImportFrom(names=aliases):
                    self.keras_names |= {alias.asname: alias.name for alias in aliases if alias.asname}
                case ast.For(body=body) | ast.While(body=body):
                    seen = self.layers_seen
                    self.read(body)
                    if self.layers_seen > seen:
                        self.say(NoteKind.LOOP, statement, "for …", "1 ×")
                case (
                    ast.FunctionDef(body=body) | ast.If(body=body) | ast.With(body=body) | ast.Try(body=body)
                ):
                    self.read(body)

    def bind(self, target: ast.expr, value: Any) -> None:
        match target:
            case ast.Name(name):
                self.names[name] = value
            case ast.Tuple(elts=[first, *others]):
                values = value if isinstance(value, tuple) else (value,)
                values = (*values, *[UNKNOWN] * (1 + len(others) - len(values)))
                for each, one in zip([first, *others], values, strict=False):
                    if isinstance(each, ast.Name):
                        self.names[each.id] = one

    def evaluate(self, node: ast.expr) -> Any:
        """What an expression is worth: a literal, a tuple of them, a layer, a chain, or `UNKNOWN`."""
        if id(node) not in self.worth:
            self.depth += 1
            self.worth[id(node)] = self.evaluate_anew(node) if self.depth <= _DEPTH_MAX else UNKNOWN
            self.depth -= 1
        return self.worth[id(node)]

    def evaluate_anew(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value) if isinstance(value, int | float | str | None):
                return value
            case ast.Name(name):
                return self.names.get(name, UNKNOWN)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value)) if isinstance(value, int | float):
                return -value
            case ast.Tuple(elts) | ast.List(elts):
                values = [self.evaluate(each) for each in elts[:_ITEMS_MAX]]
                return tuple(UNKNOWN if isinstance(value, tuple) else value for value in values)
            case ast.Call():
                return self.call(node)
            case _:
                return UNKNOWN

    def call(self, node: ast.Call) -> Any:
        match node.func:
            case ast.Attribute(value=ast.Name(owner), attr="add") if node.args:
                return self.add(owner, node)
            case ast.Name(name) if name in self.names:
                return self.apply(self.names[name], node)
            case ast.Name(name):
                return self.make(self.keras_names.get(name, name), node)
            case ast.Attribute(attr=name):
                return self.make(name, node)
            case ast.Call():
                return self.apply(self.evaluate(node.func), node)
            case _:
                return UNKNOWN

    def add(self, owner: str, node: ast.Call) -> Any:
        """`model.add(layer)`; the line that makes the model may be missing."""
        model = self.names.get(owner, _Chain(is_model=True))
        if isinstance(model, _Chain) and (
            owner in self.names or isinstance(self.evaluate(node.args[0]), Made)
        ):
            self.names[owner] = self.extend(model, node.args)
        return UNKNOWN

    def make(self, name: str, node: ast.Call) -> Any:
        """What a call of a Keras name makes."""
        words = {word.arg: word.value for word in node.keywords if word.arg}
        if name in ("Input", "InputLayer"):
            return _Chain(self.read_input(node.args, words), input_line=node.lineno)
        if name == "Sequential":
            given = [*node.args, *(words[word] for word in ("layers",) if word in words)][:1]
            items = given[0].elts if given and isinstance(given[0], ast.List | ast.Tuple) else given
            return self.extend(_Chain(is_model=True), items)
        if name == "Model":
            outputs = [*node.args[1:2], *(words[word] for word in ("outputs",) if word in words)]
            return self.finish_model(self.evaluate(outputs[0]), node) if outputs else UNKNOWN
        if is_layer_name(name):
            return make_layer(node, name, self.evaluate, self.say) or UNKNOWN
        chain = self.find_chain(node)
        if chain is not None:
            self.say(NoteKind.UNKNOWN_LAYER, node, f"{shorten(name)}(…)", "")
        return UNKNOWN if chain is None else chain

    def apply(self, value: Any, node: ast.Call) -> Any:
        """A layer, or a model, called with a tensor."""
        chain = self.find_chain(node)
        if chain is None:
            return UNKNOWN
        self.layers_seen += 1
        if isinstance(value, Made):
            return chain.add(value, node.lineno)
        if isinstance(value, _Chain):
            return chain.join(value)
        self.say(NoteKind.UNKNOWN_LAYER, node, write_source(node.func), "")
        return chain

    def find_chain(self, node: ast.Call) -> _Chain | None:
        """The tensor that something is called with; of several the first, and that is said."""
        value = self.evaluate(node.args[0]) if node.args else UNKNOWN
        if isinstance(value, tuple):
            chains = [each for each in value if isinstance(each, _Chain)]
            if chains:
                self.say(NoteKind.BRANCHES, node, write_source(node.func), "")
            return chains[0] if chains else None
        return value if isinstance(value, _Chain) and not value.is_model else None

    def extend(self, chain: _Chain, items: Sequence[ast.expr]) -> _Chain:
        """A `Sequential` with more layers: layers, an input, or another model."""
        longer = chain
        for item in items[:_ITEMS_MAX]:
            value = self.evaluate(item)
            self.layers_seen += 1
            if isinstance(value, Made):
                longer = longer.add(value, item.lineno)
            elif isinstance(value, _Chain):
                longer = longer.join(value)
            else:
                self.say(NoteKind.UNKNOWN_LAYER, item, write_source(item), "")
        self.models = [model for model in self.models if model is not chain] + [longer]
        return longer

    def finish_model(self, value: Any, node: ast.Call) -> Any:
        if isinstance(value, tuple):
            self.say(NoteKind.BRANCHES, node, "Model(…)", "")
            value = value[-1] if value else UNKNOWN
        if not isinstance(value, _Chain):
            return UNKNOWN
        self.models.append(replace(value, is_model=True))
        return self.models[-1]

    def read_input(self, arguments: Sequence[ast.expr], words: dict[str, ast.expr]) -> Any:
        for word in ("batch_shape", "batch_input_shape"):
            if word in words:
                return self.evaluate(words[word])
        given = [*arguments[:1], *(words[word] for word in ("shape", "input_shape") if word in words)]
        shape = self.evaluate(given[0]) if given else UNKNOWN
        if isinstance(shape, int):
            shape = (shape,)
        return (None, *shape) if isinstance(shape, tuple) else None

    def finish(self) -> Pasted:
        """The longest model, within the bounds of a stack, and the first notes."""
        tensors = [value for value in self.names.values() if isinstance(value, _Chain)]
        chains = [chain for chain in self.models if chain.layers] or [*self.models, *tensors]
        chain = max(chains, key=lambda chain: len(chain.layers), default=_Chain())
        if not chains:
            self.say(NoteKind.NO_MODEL, 0, "", "")
        elif len(self.models) > 1:
            self.say(NoteKind.SEVERAL_MODELS, 0, f"{len(self.models)}", "1")
        if len(chain.layers) > LAYERS_MAX:
            self.say(NoteKind.TOO_MANY_LAYERS, 0, f"{len(chain.layers)}", f"{LAYERS_MAX}")
        stack = Stack(self.bound_input(chain.input_shape, chain.input_line), chain.layers[:LAYERS_MAX])
        notes = sorted(dict.fromkeys(self.notes), key=lambda note: note.line)
        if len(notes) > NOTES_MAX:
            notes[NOTES_MAX:] = [Note(NoteKind.MORE, notes[NOTES_MAX].line, f"{len(notes) - NOTES_MAX}")]
        return Pasted(stack, tuple(notes))

    def bound_input(self, shape: Any, line: int) -> Shape:
        """A shape within the bounds of a stack; what is open or unknown takes a number, and that is said."""
        if not isinstance(shape, tuple) or not 2 <= len(shape) <= AXES_MAX + 1:
            self.say(NoteKind.NO_INPUT, 0, "", print_shape(INPUT))
            return INPUT
        side, sizes = Whole(1, AXIS_MAX), []
        for axis, given in enumerate(shape):
            fallback = INPUT[min(axis, 1) if axis < len(shape) - 1 else -1]
            sizes.append(side.nearest(given) or fallback)
            if axis and given is None:
                self.say(NoteKind.OPEN_SIZE, line, "None", f"{fallback}")
            elif given is not None and given != sizes[-1]:
                self.say(NoteKind.NOT_LITERAL, line, f"axis {axis}", f"{sizes[-1]}")
        return tuple(sizes)
