"""What Keras says of gradients and of Adam, for the modules that compute them in the browser."""

from __future__ import annotations

import json
from typing import Any

import keras
import numpy as np

from echoviz.core.experiment import Experiment
from echoviz.core.framing import CUTS
from echoviz.core.run import Run
from echoviz.stage import pack_stage, stage_facts
from tests.core.drawn import KINDS, random_run
from tests.core.keras_oracle import compute_keras_gradient, train_with_keras

DRAWN_OF_EACH_KIND = 3


def draw_gradients() -> list[dict[str, Any]]:
    """Drawn experiments of every framing and head, with random weights and Keras' gradient for them."""
    random = np.random.default_rng(10)
    return [
        _describe_gradient(
            Experiment(
                framing=framing,
                head=head,
                length=int(random.integers(1, 9)),
                neurons=int(random.integers(1, 7)),
                delay=int(random.integers(0, 3)) if CUTS[framing].has_delay else 0,
                sequences=int(random.integers(1, 3)),
                seed=int(random.integers(1000)),
            )
        )
        for framing, head in KINDS
        for _ in range(DRAWN_OF_EACH_KIND)
    ]


def _describe_gradient(experiment: Experiment) -> dict[str, Any]:
    run = random_run(experiment, epochs=(0,), losses=np.zeros(0, np.float32))
    _, gradient = compute_keras_gradient(experiment, run.rows[-1])
    name = f"{experiment.framing} {experiment.head} {experiment.length} × {experiment.neurons}"
    return {"name": name, **_describe(run), "gradient": gradient.tolist()}


def _describe(run: Run) -> dict[str, Any]:
    payload = pack_stage(stage_facts(run, run.experiment), "en")
    size = int.from_bytes(payload[:4], "little")
    return {
        "header": json.loads(payload[4 : 4 + size]),
        "numbers": np.frombuffer(payload[4 + size :], "<f4").tolist(),
    }


def follow_updates() -> list[dict[str, Any]]:
    """Two small trainings of Keras models, all of whose epochs are snapshots, and every state of Adam."""
    experiments = (
        Experiment(length=3, neurons=2, epochs=5, learning_rate=0.01),
        Experiment(framing="many-to-one", length=3, neurons=2, epochs=5, sequences=3),
    )
    return [_describe_updates(experiment) for experiment in experiments]


def _describe_updates(experiment: Experiment) -> dict[str, Any]:
    states = train_with_keras(experiment)
    run = Run(
        experiment=experiment,
        losses=np.ones(experiment.epochs, np.float32),
        snapshot_epochs=tuple(range(experiment.epochs + 1)),
        rows=states[:, 0],
        elapsed_s=1.0,
    )
    return {"name": f"{experiment.sequences} sequences", **_describe(run), "states": states.tolist()}


def follow_adam(learning_rate: float = 0.01, steps: int = 40) -> dict[str, Any]:
    """One weight under Keras' Adam: its gradients, and after each step both memories and the weight."""
    random = np.random.default_rng(3)
    weight = keras.Variable(np.array([0.3]), dtype="float64")
    optimizer = keras.optimizers.Adam(learning_rate)
    gradients = random.normal(0, 1, steps) * np.geomspace(1, 1e-3, steps)
    after = []
    for gradient in gradients:
        optimizer.apply([np.array([gradient])], [weight])
        memories = (optimizer._momentums[0], optimizer._velocities[0], weight)
        after.append([float(np.asarray(memory)[0]) for memory in memories])
    return {"learningRate": learning_rate, "start": 0.3, "gradients": gradients.tolist(), "after": after}
