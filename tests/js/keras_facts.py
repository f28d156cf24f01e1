"""What Keras says of gradients and of Adam, for the modules that compute them in the browser."""

from __future__ import annotations

import json
from typing import Any

import keras
import numpy as np

from echoviz.core.experiment import Experiment
from echoviz.core.framing import CUTS
from echoviz.stage import pack_stage, stage_facts
from tests.core.drawn import KINDS, random_run
from tests.core.keras_oracle import compute_keras_gradient

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
    payload = pack_stage(stage_facts(run, experiment), "en")
    size = int.from_bytes(payload[:4], "little")
    _, gradient = compute_keras_gradient(experiment, run.rows[-1])
    return {
        "name": f"{experiment.framing} {experiment.head} {experiment.length} × {experiment.neurons}",
        "header": json.loads(payload[4 : 4 + size]),
        "numbers": np.frombuffer(payload[4 + size :], "<f4").tolist(),
        "gradient": gradient.tolist(),
    }


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
