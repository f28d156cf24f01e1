"""How many visitors a fresh server serves: they arrive, look, change a control, press Train, wait and leave.

    make load                       # three crowds, and a plain page for comparison
    python -m benchmarks.load --visitors 100 --settings 30 --press-within 5

Each visitor is a websocket that speaks Streamlit's protobufs; the crowd runs in this process, beside the
server. One more visitor meanwhile only changes a control: what those feel who do not train.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from echoviz.core.experiment import Experiment, Framing
from harness.server import Server
from harness.visitor import Visitor

PATIENCE_S = 150.0
WARM_UP_S = 120.0
LEAVING_AND_COMING_BACK = 0.1
TRAINED = b'"provenance":"live"'
"""So the stage's data begin once they are those of a training."""
PLAIN_PAGE = Path(__file__).with_name("plain_page.py")


@dataclass(frozen=True)
class Crowd:
    """Who comes: how many, over how many settings, within how many seconds, and how soon they press."""

    visitors: int
    settings: int
    arrive_within_s: float = 15.0
    press_within_s: float = 5.0
    patience_s: float = PATIENCE_S


CROWDS = (Crowd(100, 1), Crowd(100, 30), Crowd(300, 60))


@dataclass
class Visit:
    """What one visitor saw."""

    stage_s: float | None = None
    result_s: float | None = None
    said: str = ""
    came_back: bool = False
    errors: list[str] = field(default_factory=list)
    received_bytes: int = 0


def find_queries(count: int) -> list[str]:
    """So many different settings, of all framings and many sizes, none with a recorded run."""
    framings = list(Framing)
    chosen = [
        Experiment(framing=framings[k % len(framings)], length=3 + k % 48, neurons=2 + 7 * k % 40, seed=7)
        for k in range(count)
    ]
    return ["&".join(f"{name}={value}" for name, value in each.to_query().items()) for each in chosen]


async def visit(url: str, query: str, crowd: Crowd, press_at: float, chance: random.Random) -> Visit:
    """One visitor, from the first look to the last."""
    seen = Visit()
    await asyncio.sleep(chance.uniform(0, crowd.arrive_within_s))
    visitor = Visitor(url, query)
    try:
        await _look(visitor, seen)
        await asyncio.sleep(max(0.0, press_at + chance.uniform(0, crowd.press_within_s) - time.monotonic()))
        await _train(visitor, seen, crowd.patience_s)
        if chance.random() < LEAVING_AND_COMING_BACK:
            seen.came_back = await _come_back(visitor)
    except (OSError, TimeoutError, AssertionError) as error:
        seen.errors.append(f"{type(error).__name__}: {error}"[:100])
    finally:
        seen.errors += visitor.exceptions
        seen.received_bytes = visitor.received_bytes
        with suppress(Exception):
            await visitor.close()
    return seen


async def _look(visitor: Visitor, seen: Visit) -> None:
    started = time.monotonic()
    await visitor.connect()
    await visitor.run()
    has_stage = await visitor.until(lambda: {"train", "stage"} <= visitor.ids.keys(), PATIENCE_S)
    assert has_stage, "no stage"
    seen.stage_s = time.monotonic() - started
    await visitor.until(lambda: visitor.runs_finished, PATIENCE_S)
    await visitor.say_from_component("stage", "drawn", True)


async def _train(visitor: Visitor, seen: Visit, patience_s: float) -> None:
    """Press, and wait until the stage shows a run that was trained, and Train can be pressed again."""
    pressed = time.monotonic()
    await visitor.press("train")
    is_served = await visitor.until(
        lambda: TRAINED in visitor.content["stage"] and not visitor.disabled["train"], patience_s
    )
    if is_served:
        seen.result_s = time.monotonic() - pressed
    else:
        seen.said = " / ".join(visitor.read_status())[:80]


async def _come_back(visitor: Visitor) -> bool:
    """A lost network: the session is still there, and draws the page again."""
    visitor.drop()
    await visitor.connect()
    before = visitor.runs_finished
    await visitor.run()
    return await visitor.until(lambda: visitor.runs_finished > before, PATIENCE_S)


async def stand_by(url: str, stop: asyncio.Event) -> list[float]:
    """Change a control that needs no training, again and again; the seconds until the page stood again."""
    took_s = []
    async with Visitor(url) as visitor:
        await visitor.until(lambda: visitor.runs_finished and "stage" in visitor.ids, PATIENCE_S)
        while not stop.is_set():
            before, started = visitor.runs_finished, time.monotonic()
            visitor.query = "" if visitor.query else "neurons=6"
            await visitor.run()
            await visitor.until(lambda: visitor.runs_finished > before, PATIENCE_S)  # noqa: B023
            took_s.append(time.monotonic() - started)
            await asyncio.sleep(1)
    return took_s


class Meter:
    """What the server and its workers take."""

    def __init__(self, pid: int) -> None:
        self._server = psutil.Process(pid)
        self.peak_mb = 0.0

    async def sample(self) -> None:
        while True:
            self.peak_mb = max(self.peak_mb, self._server.memory_info().rss / 1e6)
            await asyncio.sleep(0.2)

    def cpu_s(self) -> float:
        """Of the server and all its workers."""
        total = 0.0
        for process in (self._server, *self._server.children(recursive=True)):
            with suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system
        return total

    async def measure_rest(self, seconds: float = 10.0) -> float:
        """The share of one core that is still at work after the last result."""
        before = self.cpu_s()
        await asyncio.sleep(seconds)
        return (self.cpu_s() - before) / seconds


async def serve_crowd(url: str, pid: int, crowd: Crowd, seed: int = 1) -> bool:
    """Let a crowd come to a running server, and print what it saw; whether all were served."""
    chance = random.Random(seed)
    queries = find_queries(crowd.settings)
    meter, stop = Meter(pid), asyncio.Event()
    sampling = asyncio.create_task(meter.sample())
    bystander = asyncio.create_task(stand_by(url, stop))
    started, cpu_s = time.monotonic(), meter.cpu_s()
    press_at = started + crowd.arrive_within_s + 5
    visits = await asyncio.gather(
        *(
            visit(url, queries[k % len(queries)], crowd, press_at, random.Random(chance.random()))
            for k in range(crowd.visitors)
        )
    )
    took_s, used_s = time.monotonic() - started, meter.cpu_s() - cpu_s
    stop.set()
    felt_s = await bystander
    at_rest = await meter.measure_rest()
    sampling.cancel()
    _print(crowd, visits, felt_s)
    print(
        f"  server: at most {meter.peak_mb:.0f} MB; with workers {used_s:.0f} s of CPU in {took_s:.0f} s; "
        f"{at_rest:.0%} of a core in the 10 s after"
    )
    return all(seen.result_s is not None for seen in visits)


def _print(crowd: Crowd, visits: Sequence[Visit], felt_s: Sequence[float]) -> None:
    served = [seen.result_s for seen in visits if seen.result_s is not None]
    print(f"{crowd.visitors} visitors, {crowd.settings} settings, pressed within {crowd.press_within_s:g} s:")
    print(f"  served {len(served)} of {crowd.visitors}; press to result {describe_times(served)}")
    print(f"  stage {describe_times([seen.stage_s for seen in visits if seen.stage_s is not None])}")
    print(f"  a control that needs no training {describe_times(felt_s)}")
    kilobytes = sum(seen.received_bytes for seen in visits) / max(1, len(visits)) / 1000
    print(
        f"  came back after a lost network: {sum(seen.came_back for seen in visits)}; {kilobytes:.0f} kB each"
    )
    for said, count in Counter(seen.said for seen in visits if seen.said).most_common(5):
        print(f"  {count} were told: {said}")
    for error, count in Counter(error for seen in visits for error in seen.errors).most_common(5):
        print(f"  {count} errors: {error}")


def describe_times(seconds: Sequence[float]) -> str:
    if not seconds:
        return "never"
    ordered = sorted(seconds)
    at = [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.95, 1.0)]
    return f"p50 {at[0]:.2f} s, p95 {at[1]:.2f} s, at most {at[2]:.2f} s"


def wait_until_warm(server: Server) -> None:
    """Until the server says that it can train."""
    deadline = time.monotonic() + WARM_UP_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{server.url}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"no training within {WARM_UP_S:g} s:\n{server.log.read_text()}")


def serve_fresh(crowd: Crowd, folder: Path) -> bool:
    """A crowd on a server of its own, which has served nobody before."""
    with Server(folder / "log.txt") as server:
        wait_until_warm(server)
        is_served = asyncio.run(serve_crowd(server.url, server.process.pid, crowd))
        print(f"  log: {len(server.log.read_text(errors='replace').splitlines())} lines\n", flush=True)
    return is_served


async def press_plain(url: str, visitors: int) -> list[float]:
    """The same press on a page that calls `model.fit` in its script."""

    async def press() -> float:
        async with Visitor(url) as visitor:
            await visitor.until(lambda: visitor.runs_finished and "train" in visitor.ids, PATIENCE_S)
            before, pressed = visitor.runs_finished, time.monotonic()
            await visitor.press("train")
            await visitor.until(lambda: visitor.runs_finished > before, PATIENCE_S)
            return time.monotonic() - pressed

    return await asyncio.gather(*(press() for _ in range(visitors)))


def serve_plain(visitors: int, folder: Path) -> None:
    """Streamlit and `fit` in the script, at a size that it can bear."""
    with Server(folder / "plain.txt", PLAIN_PAGE) as server:
        asyncio.run(press_plain(server.url, 1))  # TensorFlow is imported
        took_s = asyncio.run(press_plain(server.url, visitors))
        print(f"a plain page with model.fit of 100 epochs in its script, {visitors} visitors at once:")
        print(f"  press to result {describe_times(took_s)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--visitors", type=int)
    parser.add_argument("--settings", type=int, default=1)
    parser.add_argument("--arrive-within", type=float, default=Crowd.arrive_within_s)
    parser.add_argument("--press-within", type=float, default=Crowd.press_within_s)
    parser.add_argument("--plain-visitors", type=int, default=5)
    given = parser.parse_args()
    crowds = (
        (Crowd(given.visitors, given.settings, given.arrive_within, given.press_within),)
        if given.visitors
        else CROWDS
    )
    with tempfile.TemporaryDirectory() as folder:
        are_served = [serve_fresh(crowd, Path(folder)) for crowd in crowds]
        if given.plain_visitors:
            serve_plain(given.plain_visitors, Path(folder))
    raise SystemExit(not all(are_served))


if __name__ == "__main__":
    main()
