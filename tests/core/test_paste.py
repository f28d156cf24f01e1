"""A pasted script is read and never run: what people write is understood, what is hostile is bounded."""

from __future__ import annotations

import sys
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from echoviz.core.layers import code_of
from echoviz.core.paste import INPUT, LETTERS_MAX, NOTES_MAX, SOURCE_NAME, Pasted, read_script
from echoviz.core.paste_layers import NoteKind
from echoviz.core.stack import LAYERS_MAX, Stack, follow
from tests.core.drawn import PROFILE
from tests.core.layers.drawn import STACKS

NAMES = "from keras import Input, Sequential, Model, layers\nfrom keras.layers import *\n"


def codes(pasted: Pasted) -> list[str]:
    return [code_of(layer) for layer in pasted.stack.layers]


def kinds(pasted: Pasted) -> list[str]:
    return [note.kind for note in pasted.notes]


@settings(PROFILE, max_examples=150)
@given(STACKS, st.sampled_from(["list", "add", "functional"]))
def test_what_is_written_is_read(stack: Stack, style: str) -> None:
    """Three ways to write any stack, with nothing left out and nothing said."""
    inner = ", ".join(map(str, stack.input_shape))
    shape = f"Input(batch_shape=({inner},))"
    written = [code_of(layer) for layer in stack.layers]
    lines = {
        "list": [f"model = Sequential([{', '.join([shape, *written])}])"],
        "add": ["model = Sequential()", *(f"model.add({code})" for code in [shape, *written])],
        "functional": [
            f"inputs = {shape}",
            "x = inputs",
            *(f"x = layers.{code}(x)" for code in written),
            "model = Model(inputs, x)",
        ],
    }[style]
    pasted = read_script(NAMES + "\n".join(lines))
    assert pasted == Pasted(stack, ())


def test_a_tutorials_script() -> None:
    pasted = read_script("""
from keras.models import Sequential
n_steps, n_features = 3, 1
model = Sequential()
model.add(LSTM(50, activation='relu', return_sequences=True, input_shape=(n_steps, n_features)))
model.add(LSTM(50, activation='relu'))
model.add(Dense(1))
model.compile(optimizer='adam', loss='mse')
history = model.fit(X, y, epochs=200, verbose=0)
print(model.predict(X.reshape(1, 3, 1)))
""")
    assert pasted.stack.input_shape == (1, 3, 1)
    assert codes(pasted) == ["LSTM(50, return_sequences=True)", "LSTM(50)", "Dense(1)"]
    assert pasted.notes == ()
    assert follow(pasted.stack).count == 10_400 + 20_200 + 51


def test_all_that_is_left_out_is_said_with_its_line() -> None:
    pasted = read_script("""inputs = keras.Input(shape=(None, X.shape[2]))
x = layers.Bidirectional(layers.GRU(16, return_sequences=True))(inputs)
x = layers.MultiHeadAttention(2, 2)(x)
x = layers.Dense(5000)(x)
out = layers.TimeDistributed(layers.Dense(n_out, use_bias=False))(x)
model = keras.Model(inputs, out)
""")
    assert codes(pasted) == [
        "Bidirectional(GRU(16, return_sequences=True))",
        "Dense(4096)",
        "TimeDistributed(Dense(1))",
    ]
    assert [(note.line, note.kind, note.used) for note in pasted.notes] == [
        (1, NoteKind.OPEN_SIZE, "10"),
        (1, NoteKind.NOT_LITERAL, "1"),
        (3, NoteKind.UNKNOWN_LAYER, ""),
        (4, NoteKind.OUT_OF_BOUNDS, "units=4096"),
        (5, NoteKind.NOT_LITERAL, "units=1"),
        (5, NoteKind.UNKNOWN_ARGUMENT, ""),
    ]
    assert str(pasted.notes[3]) == "line 4: out of bounds: units=5000; used instead: units=4096"


@pytest.mark.parametrize(
    ("script", "written", "said"),
    [
        ("model.add(LSTM(4, input_shape=(10, 1)))\nmodel.add(Dense(1))", ["LSTM(4)", "Dense(1)"], []),
        ("def build(n=3):\n    m = Sequential([Input((2, 1)), LSTM(4)])\n    return m", ["LSTM(4)"], []),
        ("from keras.layers import LSTM as L\nm = Sequential([L(4, input_shape=(2, 1))])", ["LSTM(4)"], []),
        ("m = Sequential([Input((9, 9, 3)), Conv2D(8, 3)])", ["Conv2D(8, (3, 3))"], []),
        ("m = Sequential([Input((9, 3)), Conv1D(8, (3,))])", ["Conv1D(8, 3)"], []),
        ("m = Sequential([Dense(2, input_dim=3)])", ["Dense(2)"], []),
        ("i = Input((3,))\ny = Dense(2)(Dense(4)(i))", ["Dense(4)", "Dense(2)"], []),
        (
            "a = Sequential([Input((3,)), Dense(4)])\nb = Sequential([a, Dense(2)])",
            ["Dense(4)", "Dense(2)"],
            ["several-models"],
        ),
        (
            "i = Input((3, 2))\nh, s, c = LSTM(4, return_state=True)(i)\ny = Dense(1)(h)",
            ["LSTM(4)", "Dense(1)"],
            ["unknown-argument"],
        ),
        ("i = Input((3, 2))\ny = TimeDistributed(Dense(1)(i))", [], ["tensor-wrapped"]),
        ("m = Sequential([Input((3, 2))])\nfor _ in range(3):\n    m.add(Dense(1))", ["Dense(1)"], ["loop"]),
        (
            "a, b = Input((3,)), Input((3,))\nx = Concatenate()([a, b])\ny = Dense(1)(x)",
            ["Dense(1)"],
            ["branches", "unknown-layer"],
        ),
        ("m = Sequential([LSTM(4)])", ["LSTM(4)"], ["no-input"]),
        ("m = Sequential([Input((3, 2)), Bidirectional(Dense(4))])", [], ["unknown-layer"]),
        (
            "m = Sequential([Input((3, 2)), Bidirectional(LSTM(4), merge_mode='sum')])",
            ["Bidirectional(LSTM(4))"],
            ["unknown-argument"],
        ),
        ("x = (1", [], ["no-input", "no-model", "not-python"]),
        ("", [], ["no-input", "no-model"]),
        (f"m = Sequential([Input((3,)){', Dense(1)' * 12}])", ["Dense(1)"] * LAYERS_MAX, ["too-many-layers"]),
    ],
)
def test_ways_of_writing(script: str, written: list[str], said: list[str]) -> None:
    pasted = read_script(script)
    assert codes(pasted) == written
    assert sorted(set(kinds(pasted))) == said


LONG = LETTERS_MAX // 2
HOSTILE = {
    "brackets": "(" * LONG,
    "minus": "-" * LONG + "1",
    "not": "not " * (LONG // 4) + "1",
    "attributes": "a" + ".b" * (LONG // 2),
    "calls": "a" + "()" * (LONG // 2),
    "power": "x = 9" + "**9" * 2000,
    "digits": "m = Sequential([LSTM(" + "9" * LONG + ")])",
    "digits within Python's limit": "m = Sequential([Input((3, 1)), LSTM(" + "9" * 4000 + ")])",
    "float": "m = Sequential([Input((3, 1)), Dropout(1e999999), Masking(-1e999)])",
    "text": "m = Sequential([LSTM('" + "a" * LONG + "')])",
    "repeat": "x = 'a' * 10**12\ny = [0] * 10**12\nm = Sequential([LSTM(10**10**10)])",
    "doubled models": "x = Sequential([Dense(1)])\n" + "x = Sequential([x, x])\n" * 800,
    "doubled tuples": "x = (1, 1)\n" + "x = (x, x)\n" * 1500 + "m = Sequential([LSTM(x, use_bias=x)])",
    "wrapped": "x = Dense(1)\n" + "x = TimeDistributed(x)\n" * 800 + "m = Sequential([x])",
    "nested arguments": "m = " + "LSTM(4, input_shape=" * 80 + "3" + ")" * 80,
    "nested calls": "y = " + "Dense(1)(" * 90 + "Input((3,))" + ")" * 90,
    "many layers": "m.add(Dense(1))\n" * 1200,
    "many notes": "m = Sequential()\n" + "m.add(Foo())\n" * 1400,
    "import": "__import__('os').system('touch pasted')\nm = Sequential([Dense(__import__('os').getpid())])",
    "eval": "eval('open(\"pasted\", \"w\")')\nexec('1/0')\nm = Sequential([Dense(eval('4'))])",
    "escape": "m = Sequential([LSTM(().__class__.__bases__[0].__subclasses__())])",
    "zero byte": "m = Sequential()\0",
    "surrogate": "m = Sequential(['\ud800'])",
    "code page": "# -*- coding: utf-7 -*-\nm = Sequential([Dense(1)])",
    "walrus": "m = Sequential([(x := Dense(1)), x])",
    "star": "m = Sequential([*[Dense(1)] * 10**9])",
    "format": "m = Sequential([Dense(f'{(lambda: 1/0)()}')])",
    "long names": f"{'a' * LONG} = Sequential([{'b' * 5000}()])",
}


@pytest.fixture(scope="module")
def acts():
    """What Python's audit says was done meanwhile: opening, importing, running."""
    seen: list[str] = []
    listening = [True]
    watched = ("open", "import", "exec", "os.", "subprocess.", "socket.", "ctypes.")

    def listen(event: str, arguments: tuple[object, ...]) -> None:
        is_parser = event == "open" and arguments[0] == SOURCE_NAME
        if listening[0] and event.startswith(watched) and not is_parser:
            seen.append(event)

    sys.addaudithook(listen)
    yield seen
    listening[0] = False


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_within_bounds(name: str, acts: list[str]) -> None:
    read_script("m = Sequential([Dense(1)])")
    acts.clear()
    tracemalloc.start()
    pasted = read_script(HOSTILE[name])
    done, (_, peak) = list(acts), tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert done == []
    assert peak < 40e6
    assert len(pasted.notes) <= NOTES_MAX + 1
    assert all(len(note.given) <= 80 for note in pasted.notes)


def test_numbers_beyond_all_bounds() -> None:
    assert codes(read_script(HOSTILE["digits within Python's limit"])) == ["LSTM(4096)"]
    assert codes(read_script(HOSTILE["float"])) == ["Dropout(0.0)", "Masking()"]
    assert read_script(HOSTILE["import"]).stack == Stack(
        INPUT, read_script("m = Sequential([Dense(1)])").stack.layers
    )


def test_long_scripts_are_cut_at_a_line() -> None:
    pasted = read_script("m = Sequential([Input((3, 1)), LSTM(4)])\n" + "# and so on\n" * 3000)
    assert codes(pasted) == ["LSTM(4)"]
    assert kinds(pasted) == [NoteKind.TOO_LONG]


WORDS = "m|x| = |Sequential(|[|]|(|)|, |LSTM(|Dense(4)|Input((3, 1))|.add(|TimeDistributed(|Bidirectional("
MORE_WORDS = (
    "units=|input_shape=|None|-1|1e400|'a'|Model(|Reshape((|lambda: |*|**|return |for i in x:|def f():"
)
FRAGMENTS = st.sampled_from([*WORDS.split("|"), *MORE_WORDS.split("|"), "\n", "\n    "])


@pytest.mark.filterwarnings("ignore:invalid decimal literal")
@settings(PROFILE, max_examples=500)
@given(st.lists(FRAGMENTS, max_size=40).map("".join) | st.text(max_size=200))
def test_any_text_is_some_stack(text: str) -> None:
    pasted = read_script(text)
    assert len(pasted.stack.layers) <= LAYERS_MAX
    assert follow(pasted.stack).output_shape[0] >= 1
