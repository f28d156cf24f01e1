"""The tray holds what was put in, within bounds, and a link brings it back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from echoviz.core.experiment import Experiment
from echoviz.core.tray import RUNS_AT_MOST, SHOWN_AT_MOST, Tray, join_trays, mend_tray, read_tray
from tests.core.drawn import PROFILE, experiments

LENGTHS = [Experiment(length=length) for length in range(1, 20)]


@settings(PROFILE, max_examples=60)
@given(drawn=st.lists(experiments(), max_size=20), data=st.data())
def test_a_link_brings_a_tray_back_and_its_bounds_hold(drawn: list[Experiment], data: st.DataObject) -> None:
    tray = Tray()
    for each in drawn:
        tray = tray.add(each).tray
        if data.draw(st.booleans()):
            tray = tray.toggle(data.draw(st.sampled_from(tray.experiments)))
    assert read_tray(tray.write()) == tray
    assert len(tray.experiments) <= RUNS_AT_MOST
    assert len(tray.shown) <= SHOWN_AT_MOST
    assert set(tray.shown) <= set(tray.experiments)


@settings(PROFILE, max_examples=100)
@given(given=st.text(alphabet="*;,:.-many-to-one0123456789lengthseed<\u202e", max_size=200) | st.text())
def test_no_text_raises_and_mending_is_done_once(given: str) -> None:
    assert mend_tray(mend_tray(given)) == mend_tray(given)


def test_the_oldest_leave_and_the_first_are_hidden() -> None:
    tray, gone = Tray().add(*LENGTHS[:14])
    assert gone == tuple(LENGTHS[:2])
    assert tray.experiments == tuple(LENGTHS[2:14])
    assert tray.shown == tuple(LENGTHS[10:14])
    again, gone = tray.add(LENGTHS[2])
    assert gone == ()
    assert again.experiments[-1] == LENGTHS[2], "what is put in again is the newest"
    assert again.remove(LENGTHS[2]).shown == tuple(LENGTHS[11:14])


def test_a_link_is_short_and_says_what_is_shown() -> None:
    tray = Tray().add(Experiment(framing="many-to-one", length=7), Experiment()).tray
    assert tray.show(Experiment()).write() == "many-to-one,length:7;*many-to-many"


def test_who_comes_from_another_page_brings_what_was_put_in_there() -> None:
    own, asked = Tray().add(*LENGTHS[:2]).tray.write(), Tray().add(LENGTHS[1], LENGTHS[4]).tray.write()
    joined = read_tray(join_trays(own, asked))
    assert joined.experiments == (LENGTHS[0], LENGTHS[1], LENGTHS[4])
    assert joined.shown == (LENGTHS[1], LENGTHS[4])
    assert join_trays(own, "") == own
