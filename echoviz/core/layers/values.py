"""The layers themselves: one frozen value each, with the arguments of Keras that decide shapes and counts.

The types of the arguments say their bounds, so that a link, a pasted script and a form read them alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from echoviz.core.layers.arguments import Flag, Pair, Real, Sizes, Whole, Word

Shape = tuple[int, ...]

UNITS_MAX = 4096
AXIS_MAX = 10_000
_Units = Annotated[int, Whole(1, UNITS_MAX)]
_Length = Annotated[int, Whole(1, AXIS_MAX)]
_Lengths = Annotated[tuple[int, int], Pair(1, AXIS_MAX)]
_Flag = Annotated[bool, Flag()]
_Padding = Annotated[str, Word(("valid", "same"))]


@dataclass(frozen=True)
class LSTM:
    """Reads (samples, timesteps, features); hands on the last hidden state, or every one."""

    units: _Units
    return_sequences: _Flag = False


@dataclass(frozen=True)
class GRU:
    """As an LSTM, with three gates and no cell state.

    `reset_after`, Keras' default, applies the reset gate after the product with the recurrent kernel and
    has a second bias for it.
    """

    units: _Units
    return_sequences: _Flag = False
    reset_after: _Flag = True


@dataclass(frozen=True)
class SimpleRNN:
    """As an LSTM, with no gates: the new hidden state is tanh(x·kernel + h·recurrent kernel + bias)."""

    units: _Units
    return_sequences: _Flag = False


Recurrent = LSTM | GRU | SimpleRNN


@dataclass(frozen=True)
class Bidirectional:
    """Two of one layer with weights of their own, one reading backwards; their outputs stand side by side."""

    layer: Recurrent


@dataclass(frozen=True)
class Dense:
    """Works on the last axis, whatever stands before it."""

    units: _Units


@dataclass(frozen=True)
class TimeDistributed:
    """Applies one layer, with the same weights, to every slice along the second axis."""

    layer: Layer


@dataclass(frozen=True)
class Unshared:
    """A `Dense(units)` of its own for each timestep: `EinsumDense` with a timestep axis in its kernel."""

    timesteps: _Length
    units: _Units


@dataclass(frozen=True)
class Flatten:
    """All axes but the first become one."""


@dataclass(frozen=True)
class RepeatVector:
    """Copies a vector to so many timesteps."""

    times: _Length


@dataclass(frozen=True)
class Reshape:
    """The same numbers in the same order, cut into other rows; one axis may be −1, which is then computed."""

    target_shape: Annotated[tuple[int, ...], Sizes(1, AXIS_MAX)]


@dataclass(frozen=True)
class LayerNormalization:
    """Centres and scales the last axis; has a factor and an offset for each of its places."""


@dataclass(frozen=True)
class Dropout:
    """Sets a part of the numbers to zero, in training only."""

    rate: Annotated[float, Real(0.0, 1.0)]


@dataclass(frozen=True)
class Masking:
    """Tells the layers after it to skip each timestep whose every feature is `mask_value`."""

    mask_value: Annotated[float, Real(-1e6, 1e6)] = 0.0


@dataclass(frozen=True)
class Conv1D:
    """Slides a window over the timesteps; every filter weighs all that is in the window."""

    filters: _Units
    kernel_size: _Length
    strides: _Length = 1
    padding: Annotated[str, Word(("valid", "same", "causal"))] = "valid"


@dataclass(frozen=True)
class Conv2D:
    """Slides a window over rows and columns; every filter weighs all that is in the window."""

    filters: _Units
    kernel_size: _Lengths
    strides: _Lengths = (1, 1)
    padding: _Padding = "valid"


@dataclass(frozen=True)
class MaxPooling1D:
    """Of each window of timesteps the greatest number goes on, feature by feature."""

    pool_size: _Length = 2
    strides: Annotated[int | None, Whole(1, AXIS_MAX)] = None
    padding: _Padding = "valid"


@dataclass(frozen=True)
class MaxPooling2D:
    """Of each window of rows and columns the greatest number goes on, channel by channel."""

    pool_size: _Lengths = (2, 2)
    strides: Annotated[tuple[int, int] | None, Pair(1, AXIS_MAX)] = None
    padding: _Padding = "valid"


@dataclass(frozen=True)
class GlobalAveragePooling1D:
    """The mean over all timesteps."""


@dataclass(frozen=True)
class GlobalAveragePooling2D:
    """The mean over all rows and columns."""


Layer = (
    LSTM
    | GRU
    | SimpleRNN
    | Bidirectional
    | Dense
    | TimeDistributed
    | Unshared
    | Flatten
    | RepeatVector
    | Reshape
    | LayerNormalization
    | Dropout
    | Masking
    | Conv1D
    | Conv2D
    | MaxPooling1D
    | MaxPooling2D
    | GlobalAveragePooling1D
    | GlobalAveragePooling2D
)
