"""The plain Keras script of an experiment: what anybody would write who trains it without EchoViz."""

from __future__ import annotations

import re
from collections.abc import Iterator

from echoviz.core.blueprint import Tensor, blueprint
from echoviz.core.experiment import Experiment
from echoviz.core.layers import RepeatVector, code_of
from echoviz.core.printing import print_short

_PRINTED_AT_MOST = 10


def keras_code(experiment: Experiment) -> str:
    """A Keras 3 script that makes the data, trains the model and prints its answer to one decimal.

    It ends with the names `x`, `y`, `model` and `answer`. Comments carry the shape that each line gives. With
    the same versions on the same machine it starts from the weights that EchoViz starts from.
    """
    parts = (_write_imports, _write_data, _write_model, _write_training)
    return "\n\n".join("\n".join(part(experiment)) for part in parts) + "\n"


def _write_imports(experiment: Experiment) -> Iterator[str]:
    code = " ".join(["Input()", *map(code_of, blueprint(experiment).layers)])
    names = set(re.findall(r"([A-Z]\w+)[(]", code))
    yield "import keras"
    yield "import numpy as np"
    yield f"from keras.layers import {', '.join(sorted(names))}"


def _write_data(experiment: Experiment) -> Iterator[str]:
    """`x` and `y`, and where these are random `shown_x`, the tutorial's own sequence."""
    plan, length = blueprint(experiment), experiment.length
    is_copied = isinstance(plan.layers[0], RepeatVector)
    own = f"np.array([1 / {length}])" if is_copied else f"np.arange({length}) / {length}"
    if experiment.sequences == 1:
        yield _comment(f"numbers = {own}", _describe_own(experiment, is_copied))
    elif is_copied:
        drawn = f"np.random.default_rng({experiment.seed}).random(({experiment.sequences}, 1))"
        yield _comment(f"numbers = {drawn} / {max(length - 1, 1)}", "one random step for each sequence")
    else:
        drawn = f"np.random.default_rng({experiment.seed}).random(({experiment.sequences}, {length}))"
        yield _comment(f"numbers = {drawn}", "random sequences")
    if is_copied:
        yield _comment(f"targets = numbers * np.arange({length})", "0, the step, twice the step, …")
    elif experiment.delay:
        delay = experiment.delay
        yield _comment("targets = np.zeros_like(numbers)", "before there is anything to echo")
        yield _comment(f"targets[..., {delay}:] = numbers[..., :-{delay}]", f"{_count_timesteps(delay)} late")
    else:
        yield _comment("targets = numbers", "what goes in must come out")
    yield _reshape("x", "numbers", plan.tensors[0])
    yield _reshape("y", "targets", plan.tensors[-1])
    if experiment.sequences > 1:
        sizes = ", ".join(map(str, (-1, *plan.tensors[0].shape[1:])))
        yield _comment(
            f"shown_x = {own if is_copied else f'({own})'}.reshape({sizes})",
            "a sequence that training does not see",
        )


def _describe_own(experiment: Experiment, is_copied: bool) -> str:
    if is_copied:
        return "the step"
    count = min(experiment.length, _PRINTED_AT_MOST)
    printed = " ".join(print_short(place / experiment.length, 1) for place in range(count))
    return printed if count == experiment.length else f"{printed} …"


def _write_model(experiment: Experiment) -> Iterator[str]:
    plan = blueprint(experiment)
    yield _comment(f"keras.utils.set_random_seed({experiment.seed})", "the same initial weights every time")
    yield "model = keras.Sequential("
    yield "    ["
    yield _comment(f"        Input({plan.input_shape}),", str(plan.tensors[0].keras_shape))
    for layer, tensor in zip(plan.layers, plan.tensors[1:], strict=True):
        yield _comment(f"        {code_of(layer)},", str(tensor.keras_shape))
    yield "    ]"
    yield ")"


def _write_training(experiment: Experiment) -> Iterator[str]:
    shown = "x" if experiment.sequences == 1 else "shown_x"
    yield f'model.compile(keras.optimizers.Adam({experiment.learning_rate}), "mse")'
    yield _comment(
        f"model.fit(x, y, epochs={experiment.epochs}, batch_size=len(x), verbose=0)", "all in one batch"
    )
    yield f"answer = model.predict({shown}, verbose=0)"
    yield _comment('print(*(f"{value:z.1f}" for value in answer.ravel()))', "z: no minus before a zero")


def _count_timesteps(count: int) -> str:
    return f"{count} timestep{'s' if count > 1 else ''}"


def _reshape(name: str, source: str, tensor: Tensor) -> str:
    """A line that cuts numbers into samples, timesteps and features; its comment names the axes."""
    sizes = ", ".join(map(str, (-1, *tensor.shape[1:])))
    axes = ", ".join(f"{axis}s" for axis in tensor.axes)
    return _comment(f"{name} = {source}.reshape({sizes})", f"{tensor.shape}: {axes}")


def _comment(line: str, words: str) -> str:
    return f"{line}  # {words}"
