"""Train and Stop."""

from __future__ import annotations

from functools import partial

from echoviz.core.experiment import Experiment
from echoviz.ui.choices import read_experiment
from echoviz.ui.press import show_button
from echoviz.ui.shown import Shown, begin_training, leave_training


def ask_training(experiment: Experiment, language: str, shown: Shown) -> None:
    """The two buttons. A press submits by the experiment's own key, so pressing twice trains once.

    Train takes what the controls say when it is pressed: who types a number and presses at once sends two
    messages, and the second stops the first one's run before the button is drawn anew. Stop takes the
    experiment that it was drawn for.
    """
    show_button(
        "train",
        language,
        lambda: begin_training(read_experiment()),
        icon=":material/play_arrow:",
        is_primary=True,
        disabled=shown.is_active,
    )
    show_button(
        "stop",
        language,
        partial(leave_training, experiment),
        icon=":material/stop:",
        disabled=not shown.is_active,
    )
