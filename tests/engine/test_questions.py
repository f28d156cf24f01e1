"""Questions are put once, their answers are remembered within bounds, and no message names what is called."""

from __future__ import annotations

import numpy as np
import pytest

from echoviz.core.experiment import Experiment
from echoviz.engine.questions import (
    ANSWERS,
    AT_MOST,
    KEPT_BYTES,
    PENDING_AT_MOST,
    RESTS_S,
    Questions,
    ask_initial_row,
    ask_learning_step,
)
from echoviz.engine.worker import run_question
from tests.engine.conftest import Clock

ROW = np.zeros(146, np.float32)


def test_asking_twice_is_once() -> None:
    questions, question = Questions(), ask_initial_row(Experiment())
    assert questions.add(question)
    assert not questions.add(question)
    assert questions.find(question) is None
    questions.finish(question.task, ROW)
    assert questions.find(question) is ROW
    assert not questions.add(question)


def test_what_does_not_matter_is_not_asked_again() -> None:
    first = ask_initial_row(Experiment())
    assert ask_initial_row(Experiment(epochs=3, learning_rate=0.5)).task == first.task
    assert ask_initial_row(Experiment(seed=1)).task != first.task
    assert ask_initial_row(Experiment(head="unshared")).task != first.task


def test_a_question_without_an_answer_rests_before_it_is_asked_again() -> None:
    """Longer each time: all pages that wait for it ask at once, and what broke it may be the question."""
    clock = Clock()
    questions, question = Questions(clock), ask_initial_row(Experiment())
    for rests_s in (RESTS_S, 2 * RESTS_S):
        assert questions.add(question)
        questions.finish(question.task, None)
        clock.now += rests_s - 0.1
        assert not questions.add(question)
        clock.now += 0.2
    assert questions.add(question)
    questions.give_up()
    assert questions.add(question), "nobody has tried to answer it"
    questions.finish(question.task, ROW)
    assert questions.find(question) is ROW


def test_questions_and_answers_are_bounded() -> None:
    questions = Questions()
    asked = [ask_initial_row(Experiment(seed=seed)) for seed in range(PENDING_AT_MOST + 1)]
    assert [questions.add(question) for question in asked] == [True] * PENDING_AT_MOST + [False]
    large = np.zeros(KEPT_BYTES // 9, np.float32)
    for question in asked[:3]:
        questions.finish(question.task, large)
    assert [questions.find(question) is not None for question in asked[:3]] == [False, True, True]


def test_a_question_names_one_of_a_closed_list() -> None:
    assert ask_initial_row(Experiment()).name in ANSWERS


def test_questions_that_train_leave_room_for_the_others() -> None:
    questions = Questions()
    asked = [ask_learning_step(Experiment(), epoch, 0) for epoch in range(AT_MOST["learning-step"] + 1)]
    assert [questions.add(question) for question in asked] == [True] * (len(asked) - 1) + [False]
    assert questions.add(ask_initial_row(Experiment()))


def test_a_step_is_the_same_however_long_the_training_goes_on() -> None:
    task = ask_learning_step(Experiment(epochs=50), 7, 3).task
    assert ask_learning_step(Experiment(epochs=900), 7, 3).task == task
    others = [(Experiment(), 8, 3), (Experiment(), 7, 4), (Experiment(learning_rate=0.5), 7, 3)]
    assert all(ask_learning_step(*other).task != task for other in others)


@pytest.mark.usefixtures("tensorflow")
def test_what_is_not_on_the_list_is_not_called() -> None:
    with pytest.raises(KeyError):
        run_question("system", "true")
