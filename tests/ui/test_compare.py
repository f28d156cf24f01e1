"""The page Compare: its tray, its sections, and the way there and back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from echoviz.core.broadcast import CASES
from echoviz.core.catalog import LANGUAGES
from echoviz.core.course import Courses, compute_course
from echoviz.core.experiment import Experiment
from echoviz.core.survey import NEVER, Survey, SurveyProgress, count_seeds, sum_up_runs
from echoviz.core.tray import RUNS_AT_MOST, Tray, read_tray
from echoviz.engine.questions import ask_broadcast, ask_dense_alone, ask_heads
from echoviz.engine.views import TrainingState, TrainingView
from echoviz.ui import following
from echoviz.ui.followed import list_delays, list_followed, tell_followed
from echoviz.ui.pages import COMPARE, PAGES
from tests.core.drawn import random_run
from tests.ui.conftest import FakeService, History
from tests.ui.reading import address, chosen, find_control, read, read_components
from tests.ui.runs import progress_of, recording, view_of

SECTIONS = PAGES[COMPARE]
SMALL = Experiment(length=3, neurons=2, epochs=4)


def open_compare(app: AppTest, section: str = "runs", **query: str) -> str:
    app.query_params.update({"view": COMPARE, "show": section, **query})
    app.run()
    assert not app.exception
    return read(app)


def press(app: AppTest, key: str) -> str:
    app.button(key=key).click().run()
    assert not app.exception
    return read(app)


def course_of(experiment: Experiment, **changes: object) -> Courses:
    return Courses((compute_course(replace(random_run(experiment), **changes)),))  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_speaks_one_language_and_acts_only_when_pressed(
    app: AppTest, fake: FakeService, section: str, language: str
) -> None:
    said = open_compare(app, section, lang=language)
    assert any("\u4e00" <= character <= "\u9fff" for character in said) == (language == "zh")
    assert (fake.submitted, fake.questions) == ([], [])
    assert find_control(app, "view").value == COMPARE


def test_one_press_puts_a_model_into_the_tray_and_one_goes_there(app: AppTest, history: History) -> None:
    app.query_params["length"] = "3"
    app.run()
    press(app, "add")
    assert app.button(key="add").disabled
    assert address(app) == {"length": "3"}, "the tray is in the address of its own page only"
    find_control(app, "view").set_value(COMPARE).run()
    assert address(app) == {"length": "3", "view": COMPARE, "tray": "*many-to-many,length:3"}
    press(app, f"open_{Experiment(length=3).key}")
    assert address(app) == {"length": "3"}
    find_control(app, "length").set_value(4).run()
    press(app, "add")
    history.go({"length": "3", "view": COMPARE, "tray": "*many-to-many,length:3"})
    tray = read_tray(str(address(app)["tray"]))
    assert len(tray.experiments) == 1, "the address is corrected by the browser"
    assert "2 of 12" in "\n".join(part.value for part in app.subheader)


def test_a_tray_is_changed_by_its_buttons_and_by_back(app: AppTest, history: History) -> None:
    open_compare(app, tray="*one-to-one;many-to-one")
    press(app, f"show_{Experiment(framing='many-to-one').key}")
    assert address(app)["tray"] == "*one-to-one;*many-to-one"
    press(app, f"remove_{Experiment(framing='one-to-one').key}")
    assert address(app)["tray"] == "*many-to-one"
    history.go({"view": COMPARE, "tray": "*one-to-one;many-to-one"})
    assert "2 of 12" in "\n".join(part.value for part in app.subheader)


def test_the_oldest_leaves_with_a_word(app: AppTest) -> None:
    full, _ = Tray().add(*(Experiment(length=length) for length in range(1, RUNS_AT_MOST + 1)))
    open_compare(app, tray=full.write())
    find_control(app, "view").set_value("free").run()
    find_control(app, "length").set_value(40).run()
    press(app, "add")
    find_control(app, "view").set_value(COMPARE).run()
    assert "the oldest left it: many-to-many · length 1." in read(app)


def test_a_run_that_was_lost_says_so_and_is_trained_again(app: AppTest, fake: FakeService) -> None:
    tray = Tray().add(SMALL).tray.write()
    assert "no longer here" in open_compare(app, tray=tray)
    assert app.button(key="stop_all").disabled
    press(app, "train_shown")
    assert fake.submitted == [SMALL], "all that is shown and lost, in one press"
    fake.submitted.clear()
    run = random_run(SMALL)
    fake.ended_at_once[SMALL.key] = view_of(run, TrainingState.FINISHED)
    said = press(app, f"train_{SMALL.key}")
    assert fake.submitted == [SMALL]
    assert "no longer here" not in said
    (track,) = read_components(app)["clock"]["tracks"]
    np.testing.assert_allclose(track["answers"][-1], run.trace().y.ravel(), atol=1e-5)
    fake.views.clear()  # the server has forgotten it, this visit has not
    app.run()
    assert len(read_components(app)["clock"]["tracks"]) == 1
    assert not [button for button in app.button if button.key == f"train_{SMALL.key}"]


def test_a_preset_is_one_press(app: AppTest, fake: FakeService) -> None:
    open_compare(app)
    press(app, "preset_framings")
    tracks = read_components(app)["clock"]["tracks"]
    assert [track["name"] for track in tracks] == ["one-to-one", "many-to-one", "many-to-many"]
    assert fake.submitted == [], "these are recorded"
    press(app, "preset_memorised")
    assert [each.sequences for each in fake.submitted] == [1, 64]
    assert read_tray(address(app)["tray"]).shown == tuple(fake.submitted)
    assert address(app)["order"] == "reversed", "shown its own sequence nobody could tell"
    memorised = random_run(fake.submitted[0])
    fake.views[fake.submitted[0].key] = view_of(memorised, TrainingState.FINISHED)
    app.run()
    for way in (-1, 1):
        (track,) = read_components(app)["clock"]["tracks"]
        numbers = (np.arange(5) / 5)[::way]
        np.testing.assert_allclose(track["targets"], numbers, atol=1e-5)
        np.testing.assert_allclose(track["answers"][-1], memorised.trace(numbers).y.ravel(), atol=1e-5)
        press(app, "turn")


def test_the_heads_are_asked_for_and_drawn(app: AppTest, fake: FakeService) -> None:
    question = ask_heads(SMALL)
    open_compare(app, "wrapper", length="3", neurons="2", epochs="4")
    assert "Keras gave no answer" in press(app, "begin_heads"), "there is none, and none is under way"
    assert {each.task for each in fake.questions} == {question.task}
    courses = [compute_course(random_run(SMALL.replace(head=head))) for head in SMALL_HEADS]
    same = (courses[0], courses[0], *courses[2:])
    fake.answers[question.task] = Courses(same, spread=np.array([[0, 0, 0], [0.1, 0.2, 0.3]], np.float32))
    app.run()
    assert "Keras gave no answer" not in read(app)
    rows = [line for part in app.markdown for line in part.value.splitlines() if line.startswith("| ")]
    assert any(line.startswith("| bare Dense |") and line.endswith("| 0 |") for line in rows)
    figures = [element.proto.id.rpartition("figure_")[2] for element in app.get("plotly_chart")]
    assert figures == ["drift", "head_growth"]
    assert len(read_components(app)["clock"]["tracks"]) == 4


SMALL_HEADS = ("time-distributed", "dense", "flatten", "unshared")


def test_a_dense_alone_stands_beside_the_lstm(app: AppTest, fake: FakeService) -> None:
    at_once, late = list_delays(Experiment())
    open_compare(app, "dense")
    press(app, "begin_dense")
    assert fake.submitted == [at_once, late]
    for each in (at_once, late):
        fake.answers[ask_dense_alone(each).task] = course_of(each)
    app.run()
    tracks = read_components(app)["clock"]["tracks"]
    assert [track["name"] for track in tracks] == ["Dense alone, delay 0", "Dense alone, delay 1"]


@pytest.mark.parametrize("case", CASES)
def test_every_case_is_explained_and_drawn(app: AppTest, fake: FakeService, case: str) -> None:
    of_case = CASES[case]
    size = int(np.prod(of_case.output_shape))
    refusal = "Keras says no" if of_case.is_refused else ""
    course = compute_course(recording())
    wide = replace(course, answers=np.resize(course.answers, (len(course.epochs), size)))
    wide = replace(wide, targets=np.resize(course.targets, size))
    fake.answers[ask_broadcast(case).task] = Courses(() if refusal else (course, wide), refusal=refusal)
    open_compare(app, "broadcast", case=case)
    assert find_control(app, "case").value == case
    assert [code.value for code in app.code] == ([refusal] if refusal else [])
    assert len(app.get("plotly_chart")) == (0 if refusal else 2)
    assert ("clock" in read_components(app)) == (not refusal)


def test_a_case_is_a_choice_of_the_address(app: AppTest, history: History) -> None:
    open_compare(app, "broadcast")
    find_control(app, "case").set_value("one-target").run()
    assert address(app) == {"view": COMPARE, "show": "broadcast", "case": "one-target"}
    history.go({"view": COMPARE, "show": "broadcast"})
    assert find_control(app, "case").value == next(iter(CASES))


def test_what_does_not_fit_in_a_link_is_said(app: AppTest) -> None:
    said = open_compare(app, "predictions", tray="one to one,length:99;;x", case="zzz", order="x", epoch="-1")
    assert "`predictions` → **runs**" in said
    assert "Tray: `one to one,length:99;;x` → **2** (at most 12 runs" in said
    assert "Shape of y: `zzz` → **swapped**" in said
    assert "Order of the sequence: `x` → **forward**" in said
    assert "Epoch: `-1` → **0**" in said
    app.query_params["view"] = "elsewhere"
    assert chosen(AppTest.run(app)) == Experiment()


def test_several_trainings_are_told_together(fake: FakeService) -> None:
    runs = [recording("one-to-one"), recording("many-to-one")]  # type: ignore[arg-type]
    followed = list_followed("runs", Experiment(), Tray().add(*(run.experiment for run in runs)).tray, "")
    for run in runs:
        progress = progress_of(run, 250)
        fake.views[run.experiment.key] = view_of(run, TrainingState.TRAINING, progress=progress, outcome=None)
    both = tell_followed(followed, fake, "somebody", "en")  # type: ignore[arg-type]
    assert both.words.startswith("2 trainings are under way. Epoch 250 of 1\u202f000")
    assert both.share == pytest.approx((0.25 + 0.5) / 2)
    fake.views[runs[1].experiment.key] = view_of(runs[1], TrainingState.FINISHED)
    one = tell_followed(followed, fake, "somebody", "en")  # type: ignore[arg-type]
    assert one.seen != both.seen, "one has ended: there is something to draw"
    asked = {"about": "runs", "tray": "*one-to-one;many-to-one", "watcher": "somebody"}
    assert following.tell_asked(asked) == (one, None), "the route tells what the page would"


def test_new_weights_are_another_seed_and_reset_keeps_it(app: AppTest) -> None:
    app.query_params.update({"length": "3", "seed": "9"})
    app.run()
    press(app, "new_weights")
    drawn = chosen(app)
    assert drawn.seed != 9
    assert drawn == Experiment(length=3, seed=drawn.seed)
    assert read_components(app)["address"]["defaults"] == f"seed={drawn.seed}"


def view_survey(done: int, state: TrainingState) -> tuple[Survey, TrainingView]:
    survey = count_seeds(SMALL)
    runs = [(0.1 / (seed + 1), 0.02 * seed, 3 if seed < 2 else NEVER) for seed in range(done)]
    outcome = sum_up_runs(survey, runs, elapsed_s=2.5)
    return survey, TrainingView(survey, 1, state, None, outcome, restarts=0, error="", watchers=1)


def test_many_seeds_are_one_press_and_can_be_stopped(app: AppTest, fake: FakeService) -> None:
    open_compare(app, "luck", length="3", neurons="2", epochs="4")
    survey, finished = view_survey(99, TrainingState.FINISHED)
    active = replace(
        finished, state=TrainingState.TRAINING, progress=SurveyProgress(12, 99, 1.0), outcome=None
    )
    fake.views[survey.key] = active
    press(app, "begin_luck")
    assert fake.submitted == [survey]
    told = tell_followed(list_followed("luck", SMALL, Tray(), ""), fake, "somebody", "en")  # type: ignore[arg-type]
    assert (told.words, told.share) == ("12 of 99 seeds trained · 7 s left", 12 / 99)
    assert app.button(key="begin_luck").disabled
    press(app, "stop_all")
    assert fake.stopped == [survey]
    fake.views[survey.key] = view_survey(12, TrainingState.STOPPED)[1]
    app.run()
    assert "Stopped after 12 of 99 seeds, 2.5 s: **3** of them echo." in read(app)
    fake.views[survey.key] = finished
    app.run()
    assert "**3 of 99** seeds echo. 99 trainings in 2.5 s." in read(app)
    assert "Worst: [seed 98](?length=3&neurons=2&epochs=4&seed=98&lang=en), off by 1.96" in read(app)
    press(app, "add_ends")
    press(app, "open_worst")
    assert chosen(app) == SMALL.replace(seed=98)
    assert [each.seed for each in read_tray(str(app.session_state["visit"].known["tray"])).experiments] == [
        0,
        98,
    ]
