"""What may befall a worker in a run: the page says so, nothing delivered is lost, the next works."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psutil
import pytest

from faults.classroom import FAILED, LONG, RESTARTED, SHORT, Classroom
from harness.loop import Loop
from harness.server import Server

WORKERS = 2
FLATTENED = "framing=many-to-many&head=flatten&length=50&neurons=64&epochs=10&seed=7"
"""A program that is compiled when it is first asked for."""
JUMPING = "framing=many-to-many&length=50&neurons=64&epochs=1000&learning_rate=1&seed=7"


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory, loop: Loop) -> Iterator[Classroom]:
    log = tmp_path_factory.mktemp("workers") / "log.txt"
    with Server(log, ECHOVIZ_WORKERS=str(WORKERS)) as server:
        classroom = Classroom(server, loop)
        classroom.wait_until_warm()
        yield classroom
        classroom.close()
        print(f"log: {len(log.read_text().splitlines())} lines")


@pytest.mark.parametrize("killed", ["one", "all"])
def test_a_killed_worker_costs_its_run_some_seconds(classroom: Classroom, killed: str) -> None:
    before = classroom.train(SHORT)
    delivered = before.content["stage"]
    visitor = classroom.begin(f"{LONG}{int(killed == 'one')}")
    workers = classroom.find_workers()
    for worker in [find_busiest(workers)] if killed == "one" else workers:
        worker.kill()
    started = time.monotonic()
    classroom.expect_words(visitor, RESTARTED)
    classroom.expect_result(visitor)
    print(f"{killed} killed: result after {time.monotonic() - started:.1f} s")
    assert classroom.open(SHORT).content["stage"] == delivered
    classroom.train(f"length=9&seed={int(killed == 'one')}")


def find_busiest(workers: list[psutil.Process]) -> psutil.Process:
    """The one that trains, since nothing else is under way."""

    def measure_cpu_s(worker: psutil.Process) -> float:
        times = worker.cpu_times()
        return float(times.user + times.system)

    before = {worker.pid: measure_cpu_s(worker) for worker in workers}
    while max(gained := [measure_cpu_s(worker) - before[worker.pid] for worker in workers]) < 0.2:
        time.sleep(0.05)
    return workers[gained.index(max(gained))]


def test_a_worker_without_memory_says_so_or_is_replaced(classroom: Classroom) -> None:
    """Held to what it has: compiling cannot be done in that."""
    for worker in classroom.find_workers():
        held = worker.memory_info().vms + 20_000_000
        worker.rlimit(psutil.RLIMIT_AS, (held, held))
    visitor = classroom.open(FLATTENED)
    classroom.loop.run(visitor.press("train"))
    classroom.expect_words(visitor, FAILED, RESTARTED)
    classroom.train("length=11&seed=5")
    for worker in classroom.find_workers():
        worker.kill()  # those that still are without memory
    classroom.train(FLATTENED)


def test_a_run_that_jumps_ends_in_numbers(classroom: Classroom) -> None:
    """The largest learning rate there is: the loss rises to a thousand times and more."""
    classroom.train(JUMPING)
    classroom.train("length=12&seed=5")
