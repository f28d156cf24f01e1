"""What a link says of the tools on the stage, as `stage/js/state/link.js` reads and writes it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from echoviz.core.blueprint import blueprint
from echoviz.core.data import count_inputs, make_shown
from echoviz.core.experiment import Correction, Experiment
from echoviz.core.fields import shorten

STATE_OF_TOOL = {"echo": "own", "pull": "pulled", "hold": "held", "learning": "weight"}
"""Each tool and the name under which a link says what was done with it."""
TOOLS = tuple(STATE_OF_TOOL)
TOOL_NAMES = ("tool", *STATE_OF_TOOL.values())
LIMIT = 10.0
"""How far own numbers and pulled weights may go from 0."""
MOST_NUMBERS = 50
MOST_PULLED = 16
MOST_HELD = 12
_LONGEST = 2000
"""Letters that are read: fifty numbers need fewer."""
_PULL = re.compile(r"(\d{1,6})(?:t(\d{1,2}))?v(-?\d{1,2}(?:\.\d{1,9})?)")
_HOLD = re.compile(r"([ifo])-(all|\d{1,2})-(all|\d{1,2})-(0|1|mean)")


def read_tool(
    query: Mapping[str, str], experiment: Experiment
) -> tuple[dict[str, str], tuple[Correction, ...]]:
    """The tool that a query string takes in hand and what was done with it, bounded; never raises."""
    tool = query.get("tool", "")
    view: dict[str, str] = {}
    corrections = []
    if tool in TOOLS:
        view["tool"] = tool
    elif "tool" in query:
        corrections.append(Correction("tool", shorten(tool), "—"))
    for owner, name in STATE_OF_TOOL.items():
        given = query.get(name)
        if given is None:
            continue
        used = _READERS[name](given, experiment) if owner == tool else ""
        if used:
            view[name] = used
        if _normalise(used) != _normalise(given):
            corrections.append(Correction(name, shorten(given), shorten(used) or "—"))
    return view, tuple(corrections)


def can_change_length(experiment: Experiment) -> bool:
    """Whether each answer reads its own lane with weights that all share: then there may be any number."""
    plan = blueprint(experiment)
    return (
        plan.columns == 1
        and len(plan.input_shape) == 2
        and all(answer.first == answer.last == answer.lane for answer in plan.answers)
    )


def _read_own(given: str, experiment: Experiment) -> str:
    """Each number in bounds; too many are cut off, missing ones are the experiment's own."""
    numbers = [_read_number(word) for word in re.split(r"[_,;\s]+", given[:_LONGEST]) if word]
    read = [min(max(number, -LIMIT), LIMIT) for number in numbers if number is not None]
    if not read:
        return ""
    if can_change_length(experiment):
        read = read[:MOST_NUMBERS]
    else:
        own = make_shown(experiment).x.ravel().tolist()
        read = [*read, *own[len(read) :]][: count_inputs(experiment)]
    return "_".join(map(_write_number, read))


def _read_number(word: str) -> float | None:
    try:
        number = float(word)
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _read_pulled(given: str, experiment: Experiment) -> str:
    return "_".join(_list_pulled(given, experiment))


def _list_pulled(given: str, experiment: Experiment) -> Iterator[str]:
    plan = blueprint(experiment)
    shared_from = plan.weight_count - plan.rows - 1
    is_shared = plan.columns == 1 and len(plan.lanes) > 1 and plan.lanes[1].step == 1
    for item in given[:_LONGEST].split("_")[:MOST_PULLED]:
        found = _PULL.fullmatch(item)
        if not found or int(found[1]) >= plan.weight_count:
            continue
        step = found[2]
        if step and not (is_shared and 1 <= int(step) <= len(plan.lanes) and int(found[1]) >= shared_from):
            continue
        value = min(max(float(found[3]), -LIMIT), LIMIT)
        yield f"{int(found[1])}{f't{int(step)}' if step else ''}v{_write_number(value)}"


def _read_held(given: str, experiment: Experiment) -> str:
    return "_".join(_list_held(given, experiment))


def _list_held(given: str, experiment: Experiment) -> Iterator[str]:
    for item in given[:_LONGEST].split("_")[:MOST_HELD]:
        found = _HOLD.fullmatch(item)
        if found and _exists(found[2], experiment.neurons) and _exists(found[3], experiment.length):
            yield item


def _read_weight(given: str, experiment: Experiment) -> str:
    """Counted from 0 along Keras' `get_weights()`."""
    count = blueprint(experiment).weight_count
    return str(int(given)) if re.fullmatch(r"[0-9]{1,6}", given) and int(given) < count else ""


def _exists(place: str, count: int) -> bool:
    return place == "all" or 1 <= int(place) <= count


_READERS = {"own": _read_own, "pulled": _read_pulled, "held": _read_held, "weight": _read_weight}


def _write_number(value: float) -> str:
    """In ten-thousandths, as the stage writes it: `0.8`, `-3`."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _normalise(text: str) -> list[str]:
    """Words of a list whose separators and trailing zeros do not matter."""
    words = (word for word in re.split(r"[_,;\s]+", text) if word)
    return [word if (number := _read_number(word)) is None else str(round(number, 4)) for word in words]
