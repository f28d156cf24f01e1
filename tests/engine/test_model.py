"""The compiled model is the tutorial's model: same weights at the start, nothing left over between runs."""

from __future__ import annotations

import gc
import os
import weakref

import numpy as np
import pytest
from echoviz.engine.model import (
    XLA_OPTIONS,
    CompiledModel,
    ModelCache,
    add_xla_options,
    build_model,
    compute_initial_weights,
)

from echoviz.core.experiment import Architecture, Experiment, Framing
from echoviz.core.run import compute_snapshot_epochs
from tests.engine.conftest import build_as_the_tutorial


@pytest.mark.parametrize("framing", list(Framing))
@pytest.mark.parametrize(("length", "neurons", "seed"), [(5, 5, 55), (1, 1, 0), (12, 7, 2**31 - 1)])
def test_initial_weights_are_the_tutorials(framing: Framing, length: int, neurons: int, seed: int) -> None:
    experiment = Experiment(framing=framing, length=length, neurons=neurons, seed=seed)
    expected = build_as_the_tutorial(experiment).get_weights()
    without_model = compute_initial_weights(experiment.architecture, seed)
    in_model = build_model(experiment.architecture, seed).get_weights()
    for given in (without_model, in_model):
        assert len(given) == len(expected)
        assert all(np.array_equal(ours, theirs) for ours, theirs in zip(given, expected, strict=True))


def test_initial_weights_need_no_model_built_before() -> None:
    """Whatever ran in between, a seed gives the same weights."""
    architecture = Architecture(Framing.MANY_TO_ONE, 3, 2)
    before = compute_initial_weights.__wrapped__(architecture, 3)
    build_model(architecture, seed=9)
    after = compute_initial_weights.__wrapped__(architecture, 3)
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


def test_reset_forgets_everything() -> None:
    """After a reset the optimizer equals one that was just built, and training repeats itself exactly."""
    import keras

    architecture = Architecture(Framing.MANY_TO_ONE, 2, 2)
    compiled = CompiledModel(architecture)
    weights = compute_initial_weights(architecture, 1)
    epochs = compute_snapshot_epochs(30)
    first = compiled.advance(compiled.reset(weights, 0.01), 30, epochs)
    assert float(compiled.optimizer.iterations.numpy()) == 30
    tape = compiled.reset(weights, 0.05)
    fresh = keras.optimizers.Adam(0.05)
    fresh.build([compiled.weights])
    for ours, theirs in zip(compiled.optimizer.variables, fresh.variables, strict=True):
        assert np.array_equal(ours.numpy(), theirs.numpy()), ours.path
    assert int(tape.epoch) == 0
    again = compiled.advance(compiled.reset(weights, 0.01), 30, epochs)
    assert np.array_equal(first.losses.numpy(), again.losses.numpy())


def test_cache_is_bounded_and_evicted_models_are_freed() -> None:
    """Neither the Keras model nor TensorFlow's traced graph outlives its eviction."""
    from tensorflow.python.framework import ops

    cache = ModelCache(size=1)
    small, large = (Architecture(Framing.ONE_TO_ONE, 1, neurons) for neurons in (1, 2))
    registered, graphs_before = set(ops.gradient_registry.list()), _loop_graphs()
    compiled = cache.find_or_compile(small)
    references = [weakref.ref(part) for part in (compiled, compiled.weights, compiled.optimizer)]
    references += [weakref.ref(graph) for graph in _loop_graphs() if graph not in graphs_before]
    assert len(references) == 4
    assert cache.find_or_compile(small) is compiled, "a cached model is used again"
    del compiled
    cache.find_or_compile(large)
    gc.collect()
    assert len(cache) == 1
    assert small not in cache
    assert cache.compilations == 2
    assert [reference() for reference in references] == [None] * 4
    assert set(ops.gradient_registry.list()) == registered, "TensorFlow keeps a registered gradient's graph"


def _loop_graphs() -> list[object]:
    from tensorflow.python.framework.func_graph import FuncGraph

    return [item for item in gc.get_objects() if isinstance(item, FuncGraph) and item.name == "advance"]


def test_xla_options_are_added_once_and_never_over_others() -> None:
    added = add_xla_options("--xla_dump_to=x")
    assert added.startswith("--xla_dump_to=x --xla_backend_extra_options=")
    for name, value in XLA_OPTIONS.items():
        assert f"{name}={value}" in added
    assert add_xla_options(added) == added
    others = "--xla_backend_extra_options=xla_cpu_disable_loop_unrolling=false"
    assert add_xla_options(others) == others
    assert "xla_backend_extra_options" in os.environ["XLA_FLAGS"]
