"""A few sizes hold every experiment, are bounded in number, and say what they cost before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given, settings

from echoviz.core.blueprint import blueprint
from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing
from echoviz.engine.programs import Programs
from echoviz.engine.sizes import (
    FLAT_SIZES,
    LARGEST,
    SIZES,
    Size,
    choose_size,
    count_slices,
    estimate_epoch_s,
    measure_need,
)
from tests.core.drawn import PROFILE, experiments


@settings(PROFILE, max_examples=200)
@given(experiment=experiments())
def test_the_largest_hold_everything(experiment: Experiment) -> None:
    need = measure_need(experiment)
    assert choose_size(experiment, (*LARGEST, FLAT_SIZES[-1])) is not None
    assert need.is_flat or choose_size(experiment, LARGEST) is not None
    for size in (*SIZES, *FLAT_SIZES):
        if size.fits(need):
            slices = count_slices(experiment, size)
            assert slices * size.samples >= blueprint(experiment).tensors[0].shape[0]
            assert slices <= size.slices


def test_a_size_counts_its_weights() -> None:
    experiment = Experiment(head="unshared", length=20, neurons=16)
    assert Size(20, 16).weights == blueprint(experiment).weight_count
    flat = experiment.replace(head="flatten")
    assert Size(20, 16, is_flat=True).weights == blueprint(flat).weight_count


def test_smaller_is_quicker_and_more_sequences_cost_more() -> None:
    rated = [size.epoch_us for size in (Size(5, 8), Size(5, 16), Size(20, 16), Size(50, 64))]
    assert rated == sorted(rated)
    one, many = Experiment(), Experiment(sequences=256)
    assert estimate_epoch_s(many, Size(5, 8)) == pytest.approx(256 * estimate_epoch_s(one, Size(5, 8)))


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Programs]:
    """Programs that are compiled at once, and are nothing but their size."""
    monkeypatch.setattr("echoviz.engine.program.Program", lambda size: SimpleNamespace(size=size))
    programs = Programs()
    yield programs
    programs.stop()


def wait_until_idle(programs: Programs) -> None:
    thread = programs._thread
    if thread is not None:
        thread.join(30)
    assert programs._thread is None


def test_a_press_takes_what_is_ready_and_the_smaller_one_is_compiled_behind(programs: Programs) -> None:
    programs.compile(Size(50, 64))
    assert programs.find_or_compile(Experiment()).size == Size(50, 64)
    wait_until_idle(programs)
    assert programs.find_or_compile(Experiment()).size == Size(5, 8)


def test_what_nothing_serves_is_compiled_now(programs: Programs) -> None:
    programs.compile(Size(50, 64))
    flat = Experiment(head="flatten")
    assert programs.find(flat) is None
    assert programs.find_or_compile(flat).size == Size(5, 8, is_flat=True)


def test_however_many_shapes_are_trained_the_programs_are_bounded(programs: Programs) -> None:
    programs.compile_behind(SIZES)
    for framing in Framing:
        for length in range(1, 51):
            for neurons in range(1, 65, 3):
                programs.find_or_compile(Experiment(framing=framing, length=length, neurons=neurons))
    for length in range(1, 51):
        programs.find_or_compile(Experiment(head="flatten", length=length, neurons=length))
    wait_until_idle(programs)
    assert {*programs.sizes} <= {*SIZES, *FLAT_SIZES}


def test_nothing_more_is_compiled_once_the_process_ends(programs: Programs) -> None:
    with programs._compiling:
        programs.compile_behind(SIZES)
        programs.stop()
    wait_until_idle(programs)
    assert len(programs.sizes) <= 1, "only what had begun"
