"""What a link asks the stage to show first: a moment of the run, and what the panel explains."""

from __future__ import annotations

from collections.abc import Mapping

from echoviz.core.experiment import Correction, Experiment
from echoviz.core.fields import shorten
from echoviz.ui.tools import TOOL_NAMES, can_change_length, read_tool

PANELS = ("sum", "cell")
"""What the stage's panel can explain, as it stands in a link; the first is the default."""
_LONGEST = 20
"""Digits of a number that is read at all."""
_OWN_NAMES = ("step", "epoch", "panel", "neuron", "output")
VIEW_NAMES = (*_OWN_NAMES, *TOOL_NAMES)


def read_view(
    query: Mapping[str, str], experiment: Experiment
) -> tuple[Mapping[str, int | str] | None, tuple[Correction, ...]]:
    """The view that a query string names, each part nearest to what was asked for; never raises.

    `None` when it names none. `step`, `neuron` and `output` count from 1.
    """
    tool, doubtful = read_tool(query, experiment)
    bounds = compute_view_bounds(experiment)
    if "own" in tool:  # as many timesteps as the visitor gave numbers
        numbers = len(tool["own"].split("_")) if can_change_length(experiment) else experiment.length
        bounds |= {"step": (1, numbers), "output": (1, numbers)}
    view: dict[str, int | str] = {}
    corrections = list(doubtful)
    for name in _OWN_NAMES:
        if name not in query:
            continue
        given = query[name]
        used = _read_panel(given) if name == "panel" else _read_whole(given, *bounds[name])
        if str(used) != given:
            corrections.append(Correction(name, shorten(given), used))
        view[name] = used
    view |= tool
    return view or None, tuple(corrections)


def compute_view_bounds(experiment: Experiment) -> dict[str, tuple[int, int]]:
    """The least and the greatest value of each number in a view."""
    length, neurons = experiment.length, experiment.neurons
    return {
        "step": (1, length),
        "epoch": (0, experiment.epochs),
        "neuron": (1, neurons),
        "output": (1, length),
    }


def _read_panel(given: str) -> str:
    return given if given in PANELS else PANELS[0]


def _read_whole(given: str, least: int, greatest: int) -> int:
    """The nearest whole number in bounds; for what is none the greatest, where the stage rests."""
    try:
        return min(max(int(given), least), greatest) if len(given) < _LONGEST else greatest
    except ValueError:
        return greatest
