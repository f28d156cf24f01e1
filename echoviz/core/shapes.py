"""The shape law: what each layer receives and returns, axis by axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from echoviz.core.experiment import Experiment, Framing


@dataclass(frozen=True)
class Tensor:
    """One array on its way through the model.

    Attributes
    ----------
    name : str, "X", "h" or "y"
    layer : str, the Keras layer that returns it ("Input" for X)
    axes : what each axis counts: "sample", "timestep", "feature", "neuron" or "output"
    shape : the sizes really passed, batch first
    """

    name: str
    layer: str
    axes: tuple[str, ...]
    shape: tuple[int, ...]

    @property
    def keras_shape(self) -> tuple[int | None, ...]:
        """The shape as Keras prints it: `None` where any number of samples fits."""
        return (None, *self.shape[1:])


def compute_tensor_shapes(experiment: Experiment) -> list[Tensor]:
    """The tensors of an experiment in order of flow: X, the LSTM's output h, the output y.

    `return_sequences=False` drops the timestep axis of h: only the last hidden state goes on.
    Source: Keras documentation of `LSTM`, `Dense` and `TimeDistributed`.
    """
    length, neurons = experiment.length, experiment.neurons
    samples = length if experiment.framing is Framing.ONE_TO_ONE else 1
    timesteps = length // samples
    x = Tensor("X", "Input", ("sample", "timestep", "feature"), (samples, timesteps, 1))
    match experiment.framing:
        case Framing.ONE_TO_ONE:
            return [
                x,
                Tensor("h", "LSTM", ("sample", "neuron"), (samples, neurons)),
                Tensor("y", "Dense", ("sample", "output"), (samples, 1)),
            ]
        case Framing.MANY_TO_ONE:
            return [
                x,
                Tensor("h", "LSTM", ("sample", "neuron"), (samples, neurons)),
                Tensor("y", "Dense", ("sample", "output"), (samples, length)),
            ]
        case Framing.MANY_TO_MANY:
            return [
                x,
                Tensor("h", "LSTM", ("sample", "timestep", "neuron"), (samples, length, neurons)),
                Tensor("y", "TimeDistributed(Dense)", ("sample", "timestep", "output"), (samples, length, 1)),
            ]
        case _:
            assert_never(experiment.framing)
