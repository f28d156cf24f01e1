"""What a link asks the stage to show first: a moment of the run, and what the panel explains."""

from __future__ import annotations

from collections.abc import Mapping

from echoviz.core.experiment import Correction, Experiment
from echoviz.core.fields import shorten

PANELS = ("dense", "cell", "paid")
"""What the stage's panel can explain, as it stands in a link; the first is the default."""
VIEW_NAMES = ("step", "epoch", "panel", "neuron", "output")


def read_view(
    query: Mapping[str, str], experiment: Experiment
) -> tuple[Mapping[str, int | str] | None, tuple[Correction, ...]]:
    """The view that a query string names, each part nearest to what was asked for; never raises.

    `None` when it names none. `step`, `neuron` and `output` count from 0.
    """
    bounds = compute_view_bounds(experiment)
    view: dict[str, int | str] = {}
    corrections = []
    for name in VIEW_NAMES:
        if name not in query:
            continue
        given = query[name]
        used = _read_panel(given) if name == "panel" else _read_whole(given, bounds[name])
        if str(used) != given:
            corrections.append(Correction(name, shorten(given), used))
        view[name] = used
    return view or None, tuple(corrections)


def compute_view_bounds(experiment: Experiment) -> dict[str, int]:
    """The greatest value of each number in a view; the least is 0."""
    last = experiment.length - 1
    return {"step": last, "epoch": experiment.epochs, "neuron": experiment.neurons - 1, "output": last}


def _read_panel(given: str) -> str:
    return given if given in PANELS else PANELS[0]


def _read_whole(given: str, maximum: int) -> int:
    is_whole = len(given) < 20 and given.lstrip("-").isascii() and given.lstrip("-").isdigit()
    return min(max(int(given), 0), maximum) if is_whole and given.count("-") <= 1 else maximum
