"""Keras' own models of the three framings, written as its documentation does: what core is held against."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np

from echoviz.core.experiment import Experiment, Framing


@dataclass(frozen=True)
class Oracle:
    """A Keras model and its two layers."""

    model: keras.Sequential
    lstm: keras.layers.Layer
    head: keras.layers.Layer

    def answer(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(h, y) of one eager forward pass; nothing is traced or compiled, so it is cheap."""
        h = self.lstm(x)
        return np.asarray(h), np.asarray(self.head(h))


def build_oracle(experiment: Experiment) -> Oracle:
    """The experiment's model with weights of the seed, biases too: zeros would hide a swapped gate."""
    match experiment.framing:
        case Framing.ONE_TO_ONE:
            timesteps, sequences, head = 1, False, keras.layers.Dense(1)
        case Framing.MANY_TO_ONE:
            timesteps, sequences, head = experiment.length, False, keras.layers.Dense(experiment.length)
        case Framing.MANY_TO_MANY:
            timesteps, sequences = experiment.length, True
            head = keras.layers.TimeDistributed(keras.layers.Dense(1))
    lstm = keras.layers.LSTM(experiment.neurons, return_sequences=sequences)
    model = keras.Sequential([keras.Input((timesteps, 1)), lstm, head])
    random = np.random.default_rng(experiment.seed)
    model.set_weights([_draw(random, weights.shape) for weights in model.get_weights()])
    return Oracle(model, lstm, head)


def _draw(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Normal numbers of Glorot's size: as large as real initial weights."""
    return random.normal(0, np.sqrt(2 / sum(shape)), shape).astype(np.float32)
