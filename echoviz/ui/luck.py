"""Is it luck? The present settings with 99 seeds: how many echo, the spread, the best and the worst."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from echoviz.core.catalog import text
from echoviz.core.experiment import Experiment
from echoviz.core.printing import print_count, print_loss, print_short
from echoviz.core.run import Ending
from echoviz.core.survey import NEVER, Survey, SurveyOutcome, count_seeds
from echoviz.ui.press import show_button
from echoviz.ui.service import get_service, get_watcher
from echoviz.ui.shown import WAIT_S
from echoviz.ui.side_by_side import open_on_stage
from echoviz.ui.status import LONG_S
from echoviz.ui.tables import get_theme, show_figure, show_numbers, show_table
from echoviz.ui.tray import add_to_tray, write_link

if TYPE_CHECKING:
    from echoviz.figures import LuckFacts

_SHARES = (5, 50, 95)
"""Per cent of the seeds that are lower than the table's numbers."""


def ask_luck(experiment: Experiment, language: str) -> None:
    """Train the seeds; of those that were trained before a stop the page shows what came of them."""
    survey = count_seeds(experiment)
    training = get_service().find(survey, get_watcher())
    is_active = training is not None and training.is_active
    show_button(
        "begin_luck",
        language,
        partial(begin_survey, survey),
        words="compare.luck.begin",
        icon=":material/casino:",
        is_primary=True,
        disabled=is_active,
    )


def begin_survey(survey: Survey) -> None:
    """Train, and wait a moment for what is nearly there."""
    get_service().submit(survey, get_watcher())
    get_service().wait(survey, get_watcher(), WAIT_S)


def show_luck(experiment: Experiment, language: str) -> None:
    """How many of the seeds echo, the spread, and the best and the worst to be opened."""
    survey = count_seeds(experiment)
    training = get_service().find(survey, get_watcher())
    outcome = training.survey if training else None
    if outcome is None or not outcome.seeds:
        st.info(text("compare.luck.waiting", language))
        seconds = get_service().estimate_s(survey)
        if seconds > LONG_S:
            st.info(text("page.long_run", language, minutes=print_count(round(seconds / 60))))
        return
    _show_outcome(outcome, language)


def _show_outcome(outcome: SurveyOutcome, language: str) -> None:
    from echoviz.figures import draw_luck, luck_facts

    facts = luck_facts(outcome)
    words = {
        "echoing": sum(facts.echoes),
        "count": len(facts.seeds),
        "elapsed": f"{outcome.elapsed_s:.1f}",
        "asked": len(outcome.survey.seeds),
    }
    name = "stopped" if outcome.ending is Ending.STOPPED else "finished"
    st.markdown(text(f"compare.luck.{name}", language, **words))
    _show_ends(facts, outcome.survey.experiment, language)
    show_figure(draw_luck(facts, language=language, theme=get_theme()), "luck")
    show_table(_list_spread(facts, language))
    show_numbers(_list_seeds(facts, language), language)


def _show_ends(facts: LuckFacts, experiment: Experiment, language: str) -> None:
    """The best and the worst seed: on the stage, or both side by side."""
    ends = {name: experiment.replace(seed=facts.seeds[getattr(facts, name)]) for name in ("best", "worst")}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="luck_ends"):
        for name, each in ends.items():
            place = getattr(facts, name)
            words = {"error": print_short(facts.errors[place], 3), "link": write_link(each, language)}
            st.markdown(text(f"compare.luck.{name}", language, seed=each.seed, **words), width="content")
            act = partial(open_on_stage, each)
            show_button(f"open_{name}", language, act, words="compare.open", has_help=False)
        act = partial(add_to_tray, *ends.values())
        show_button("add_ends", language, act, words="compare.luck.add", has_help=False)


def _list_spread(facts: LuckFacts, language: str) -> list[dict[str, str | int | float]]:
    head = text("compare.luck.spread", language)
    names = [text("compare.luck.share", language, share=share) for share in _SHARES]
    learned = [epoch for epoch in facts.learned_epochs if epoch != NEVER]
    rows = {
        "loss": [print_loss(value) for value in np.percentile(facts.losses, _SHARES)],
        "error": [print_short(value, 3) for value in np.percentile(facts.errors, _SHARES)],
        "learned": [print_count(round(value)) for value in np.percentile(learned, _SHARES)]
        if learned
        else ["–"] * 3,
    }
    return [
        {head: text(f"compare.column.{name}", language), **dict(zip(names, values, strict=True))}
        for name, values in rows.items()
    ]


def _list_seeds(facts: LuckFacts, language: str) -> list[dict[str, str | int | float]]:
    """All seeds, the best first."""
    names = [text(f"compare.column.{name}", language) for name in ("seed", "loss", "error", "learned")]
    order = np.argsort(facts.errors, kind="stable").tolist()
    return [
        dict(
            zip(
                names,
                (
                    str(facts.seeds[place]),
                    print_loss(facts.losses[place]),
                    print_short(facts.errors[place], 4),
                    "–" if facts.learned_epochs[place] == NEVER else print_count(facts.learned_epochs[place]),
                ),
                strict=True,
            )
        )
        for place in order
    ]
