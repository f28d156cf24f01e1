"""The runs that are compared: up to twelve experiments, of which up to four are looked at together.

A tray is written into a link as `many-to-one,length:7;*many-to-many`: the framing, then what differs from its
defaults; a star stands before what is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from echoviz.core.experiment import Experiment

RUNS_AT_MOST = 12
SHOWN_AT_MOST = 4
_LONGEST = 2400
"""Letters of a link that are read: twelve experiments with every choice made take 2 000."""
_PARTS_AT_MOST = 20


class Added(NamedTuple):
    """A tray after something was put into it, and the experiments that had to leave."""

    tray: Tray
    gone: tuple[Experiment, ...]


@dataclass(frozen=True)
class Tray:
    """Experiments in the order in which they came, and those that are shown, in the same order."""

    experiments: tuple[Experiment, ...] = ()
    shown: tuple[Experiment, ...] = ()

    def add(self, *experiments: Experiment) -> Added:
        """Put experiments in and show them: the oldest leave, and of those shown the first are hidden."""
        kept = (*(each for each in self.experiments if each not in experiments), *dict.fromkeys(experiments))
        gone, kept = kept[:-RUNS_AT_MOST], kept[-RUNS_AT_MOST:]
        wanted = (*(each for each in self.shown if each not in experiments), *experiments)
        return Added(_arrange(kept, wanted), gone)

    def remove(self, experiment: Experiment) -> Tray:
        """The tray without an experiment."""
        return _arrange(tuple(each for each in self.experiments if each != experiment), self.shown)

    def show(self, *experiments: Experiment) -> Tray:
        """Show these and no others."""
        return _arrange(self.experiments, experiments)

    def toggle(self, experiment: Experiment) -> Tray:
        """Show what was hidden, or hide what was shown; of more than four the first is hidden."""
        if experiment in self.shown:
            return self.show(*(each for each in self.shown if each != experiment))
        return self.show(*self.shown, experiment)

    def write(self) -> str:
        """As it stands in a link."""
        return ";".join(("*" if each in self.shown else "") + _write(each) for each in self.experiments)


def read_tray(given: str) -> Tray:
    """The tray nearest to a text, whatever it is; never raises."""
    tray, shown = Tray(), []
    for part in given[:_LONGEST].split(";", _PARTS_AT_MOST)[:_PARTS_AT_MOST]:
        if part.strip("*"):
            framing, *pairs = part.lstrip("*").split(",")
            values = dict(pair.split(":", 1) for pair in pairs if ":" in pair)
            experiment, _ = Experiment.nearest({**values, "framing": framing})
            tray = tray.add(experiment).tray
            shown += [experiment] if part.startswith("*") else []
    return tray.show(*shown)


def mend_tray(given: str) -> str:
    """The text of the nearest tray."""
    return read_tray(given).write()


def join_trays(own: str, asked: str) -> str:
    """What a visit has collected, with what a link asks for behind it; the link says what is shown."""
    wanted = read_tray(asked)
    if not wanted.experiments:
        return own
    return read_tray(own).add(*wanted.experiments).tray.show(*wanted.shown).write()


def _arrange(experiments: tuple[Experiment, ...], wanted: tuple[Experiment, ...]) -> Tray:
    there = [each for each in dict.fromkeys(wanted) if each in experiments][-SHOWN_AT_MOST:]
    return Tray(experiments, tuple(each for each in experiments if each in there))


def _write(experiment: Experiment) -> str:
    changes = (f"{name}:{value}" for name, value in experiment.to_link().items() if name != "framing")
    return ",".join((str(experiment.framing), *changes))
