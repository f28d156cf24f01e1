"""`python -m benchmarks.memory`: the memory of server and worker over 300 runs of 40 different shapes.

XLA keeps what it compiled for as long as a process lives, so a worker is replaced at a number of
compilations: its memory saws between two bounds, and the server's stays where it was.
"""

from __future__ import annotations

import argparse
import random
import time

import psutil

from echoviz.core.experiment import Experiment, Framing
from echoviz.engine.service import TrainingService

WATCHER = "benchmark"


def draw_shapes(count: int) -> list[Experiment]:
    """`count` different small experiments, always the same ones."""
    drawn = random.Random(0)
    shapes: dict[str, Experiment] = {}
    while len(shapes) < count:
        framing = drawn.choice(list(Framing))
        experiment = Experiment(
            framing=framing, length=drawn.randint(1, 12), neurons=drawn.randint(1, 16), epochs=50
        )
        shapes[experiment.key] = experiment
    return list(shapes.values())


def measure_mb() -> tuple[float, float]:
    """Resident memory of this process, and of its largest child, the worker."""
    me = psutil.Process()
    children = [child.memory_info().rss for child in me.children(recursive=True)]
    return me.memory_info().rss / 1e6, max(children, default=0) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--shapes", type=int, default=40)
    arguments = parser.parse_args()
    shapes = draw_shapes(arguments.shapes)
    service = TrainingService(workers=1)
    service.start()
    largest_mb = 0.0
    print(f"{'runs':>6}{'server MB':>12}{'worker MB':>12}{'restarts':>10}{'seconds':>9}")
    started, restarts = time.perf_counter(), 0
    for number in range(arguments.runs):
        experiment = shapes[number % len(shapes)].replace(seed=number)
        view = service.submit(experiment, WATCHER)
        while view.is_active:
            time.sleep(0.02)
            view = service.find(experiment) or view
        assert view.run is not None, view.error
        restarts += view.restarts
        server_mb, worker_mb = measure_mb()
        largest_mb = max(largest_mb, worker_mb)
        if number % 10 == 9:
            elapsed_s = time.perf_counter() - started
            print(
                f"{number + 1:6}{server_mb:12.0f}{worker_mb:12.0f}{restarts:10}{elapsed_s:9.0f}", flush=True
            )
    print(f"largest worker: {largest_mb:.0f} MB")
    service.close()


if __name__ == "__main__":
    main()
