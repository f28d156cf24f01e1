"""`python -m benchmarks.memory`: 300 different shapes in a row: memory of server and worker, and each press.

After the first presses memory must stay flat, no press may take much longer than the others, and the worker
that began must be the one that ends.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from typing import NamedTuple

import psutil

from echoviz.core.experiment import Experiment
from echoviz.core.framing import CUTS
from echoviz.engine.service import TrainingService
from echoviz.engine.sizes import SIZES
from echoviz.engine.views import Warmth

WATCHER = "benchmark"
FIRST = 20
"""Presses until memory has found its level; a kind of model that is compiled on demand is among them."""
GROWTH_AT_MOST = 1.10
SLOWEST_AT_MOST = 3.0
LOOK_S = 0.15


class Press(NamedTuple):
    """Seconds from the press to its run, and MB of server and worker after it."""

    elapsed_s: float
    server_mb: float
    worker_mb: float
    worker: int


def draw_shapes(count: int) -> list[Experiment]:
    """`count` different experiments of every framing and head, always the same ones."""
    drawn = random.Random(0)
    kinds = [(framing, head) for framing, cut in CUTS.items() for head in cut.heads]
    shapes: dict[str, Experiment] = {}
    while len(shapes) < count:
        framing, head = kinds[len(shapes) % len(kinds)]
        experiment = Experiment(
            framing=framing, head=head, length=drawn.randint(1, 16), neurons=drawn.randint(1, 16)
        )
        shapes[experiment.key] = experiment
    return list(shapes.values())


def press(service: TrainingService, experiment: Experiment) -> Press:
    """Train one experiment to its end."""
    started = time.perf_counter()
    view = service.submit(experiment, WATCHER)
    while view.is_active:
        view = service.wait(experiment, WATCHER, LOOK_S) or view
    elapsed_s = time.perf_counter() - started
    assert view.run is not None, view.error
    me = psutil.Process()
    worker = max(me.children(recursive=True), key=lambda child: child.memory_info().rss)
    return Press(elapsed_s, me.memory_info().rss / 1e6, worker.memory_info().rss / 1e6, worker.pid)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shapes", type=int, default=300)
    arguments = parser.parse_args()
    service = TrainingService(workers=1)
    service.start()
    while service.warmth.state is not Warmth.READY or not service.sizes >= {*SIZES}:
        time.sleep(LOOK_S)  # what is compiled behind takes some seconds more
    presses = []
    print(f"{'shapes':>6}{'server MB':>12}{'worker MB':>12}{'slowest press':>16}")
    for number, experiment in enumerate(draw_shapes(arguments.shapes), 1):
        presses.append(press(service, experiment))
        if number % FIRST == 0:
            slowest_s = max(each.elapsed_s for each in presses[-FIRST:])
            print(
                f"{number:6}{presses[-1].server_mb:12.0f}{presses[-1].worker_mb:12.0f}"
                f"{slowest_s * 1000:13.0f} ms",
                flush=True,
            )
    service.close()
    return 0 if report(presses) else 1


def report(presses: list[Press]) -> bool:
    """Print what the limits are about; whether all are kept."""
    level, later = presses[FIRST - 1], presses[FIRST:]
    growths = {
        "server": max(each.server_mb for each in later) / level.server_mb,
        "worker": max(each.worker_mb for each in later) / level.worker_mb,
    }
    median_s = statistics.median(each.elapsed_s for each in presses)
    slowest = max(each.elapsed_s for each in later) / median_s
    replaced = len({each.worker for each in presses}) - 1
    for name, growth in growths.items():
        print(f"{name}: at most {growth:.2f} times what it was after {FIRST} (limit {GROWTH_AT_MOST})")
    print(f"press: median {median_s * 1000:.0f} ms, slowest after {FIRST} {slowest:.1f} times that", end="")
    print(f" (limit {SLOWEST_AT_MOST}); worker replaced {replaced} times (limit 0)")
    return max(growths.values()) <= GROWTH_AT_MOST and slowest <= SLOWEST_AT_MOST and not replaced


if __name__ == "__main__":
    sys.exit(main())
