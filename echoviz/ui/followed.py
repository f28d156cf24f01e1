"""What each section of the page Compare waits for: trainings and questions. The route asks the same."""

from __future__ import annotations

from typing import NamedTuple

from echoviz.core.broadcast import CASES
from echoviz.core.catalog import count_text, text
from echoviz.core.experiment import Experiment
from echoviz.core.framing import CUTS, DEFAULT_FRAMING
from echoviz.core.survey import count_seeds
from echoviz.core.tray import Tray
from echoviz.engine.questions import Question, ask_broadcast, ask_dense_alone, ask_heads
from echoviz.engine.service import TrainingService
from echoviz.engine.views import Subject, Warmth
from echoviz.ui.words import NO_BAR, Told, describe_warmth, tell


class Followed(NamedTuple):
    """What is waited for together, each in the order in which the section draws it."""

    subjects: tuple[Subject, ...] = ()
    questions: tuple[Question, ...] = ()


def list_followed(section: str, experiment: Experiment, tray: Tray, case: str) -> Followed:
    """What a section is about; nothing for a name that is none."""
    match section:
        case "runs":
            return Followed(tray.experiments)
        case "wrapper":
            return Followed(questions=(ask_heads(experiment),))
        case "dense":
            late = list_delays(experiment)
            return Followed(late, tuple(map(ask_dense_alone, late)))
        case "broadcast":
            return Followed(questions=(ask_broadcast(case if case in CASES else next(iter(CASES))),))
        case "luck":
            return Followed((count_seeds(experiment),))
        case _:
            return Followed()


def list_delays(experiment: Experiment) -> tuple[Experiment, Experiment]:
    """What is held against a Dense layer alone: without a delay, and one timestep late.

    Framing, length and seed are the experiment's; sequences, epochs and the rest suffice to learn both.
    """
    framing = experiment.framing if CUTS[experiment.framing].has_delay else DEFAULT_FRAMING
    at_once = Experiment(
        framing=framing,
        length=experiment.length,
        seed=experiment.seed,
        neurons=max(10, experiment.neurons),
        sequences=64,
        learning_rate=0.01,
        epochs=2000,
    )
    return at_once, at_once.replace(delay=1)


def tell_followed(followed: Followed, service: TrainingService, watcher: str, language: str) -> Told:
    """What is told of all of it: how many are under way, and how far the first of them is."""
    warmth = service.warmth
    trainings = [service.find(each, watcher) for each in followed.subjects]
    told = [tell(training, training.run if training else None, warmth, language) for training in trainings]
    under_way = [
        each for each, training in zip(told, trainings, strict=True) if training and training.is_active
    ]
    answers = [service.find_answer(question) for question in followed.questions]
    pending = sum(is_pending for _, is_pending in answers)
    seen = "+".join(
        [
            *(each.seen for each in told),
            *(f"{answer is not None}{is_pending}" for answer, is_pending in answers),
        ]
    )
    words = [count_text("compare.under_way", len(under_way), language)] if len(under_way) > 1 else []
    words += [under_way[0].words] if under_way else []
    if pending and not under_way:
        words.append(text("compare.answering", language))
        words += [describe_warmth(warmth, language)] if warmth.state is not Warmth.READY else []
    share = sum(each.share for each in under_way) / len(under_way) if under_way else NO_BAR
    return Told(seen, " ".join(words), share, is_moving=bool(under_way or pending))
