"""Ten minutes of mixed visits to one server: memory stays flat after the first third.

make soak
python -m benchmarks.soak --minutes 2
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

from benchmarks.load import Crowd, Visit, describe_times, find_queries, visit, wait_until_warm
from harness.server import Server

VISITORS = 12
SETTINGS = 300
ALLOWED_GROWTH = 0.10
SAMPLE_S = 2.0


async def come_and_go(url: str, until: float, chance: random.Random) -> list[Visit]:
    """One place after the other is taken by a new visitor, with settings that few had before."""
    queries = find_queries(SETTINGS)
    seen = []
    while time.monotonic() < until:
        crowd = Crowd(visitors=1, settings=1, arrive_within_s=2, press_within_s=2, patience_s=60)
        seen.append(await visit(url, chance.choice(queries), crowd, time.monotonic() + 1, chance))
    return seen


async def sample_memory(pid: int, until: float) -> list[float]:
    """MB of the server and its workers, every two seconds."""
    server = psutil.Process(pid)
    samples = []
    while time.monotonic() < until:
        total = 0.0
        for process in (server, *server.children(recursive=True)):
            with suppress(psutil.Error):
                total += process.memory_info().rss / 1e6
        samples.append(total)
        await asyncio.sleep(SAMPLE_S)
    return samples


async def soak(url: str, pid: int, minutes: float) -> bool:
    """Print what visitors saw and what memory did; whether it stayed flat and all were served."""
    until = time.monotonic() + minutes * 60
    sampling = asyncio.create_task(sample_memory(pid, until))
    chances = [random.Random(seed) for seed in range(VISITORS)]
    visits = await asyncio.gather(*(come_and_go(url, until, chance) for chance in chances))
    samples = await sampling
    third = len(samples) // 3
    before, after = statistics.median(samples[third : 2 * third]), statistics.median(samples[2 * third :])
    seen = [each for place in visits for each in place]
    served = [each.result_s for each in seen if each.result_s is not None]
    errors = sum(len(each.errors) for each in seen)
    print(f"{len(seen)} visits in {minutes:g} min, {len(served)} served; {describe_times(served)}")
    print(f"{errors} errors; server and workers: {before:.0f} MB in the second third, then {after:.0f} MB")
    return after <= before * (1 + ALLOWED_GROWTH) and len(served) == len(seen) and not errors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder) / "log.txt") as server:
        wait_until_warm(server)
        is_flat = asyncio.run(soak(server.url, server.process.pid, minutes))
        print(f"log: {len(server.log.read_text(errors='replace').splitlines())} lines")
    raise SystemExit(not is_flat)


if __name__ == "__main__":
    main()
