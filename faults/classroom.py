"""One server, its workers and its visitors, for what may befall them."""

from __future__ import annotations

from dataclasses import dataclass, field

import psutil

from benchmarks.load import TRAINED, wait_until_warm
from echoviz.core.catalog import text
from harness.loop import Loop
from harness.server import Server
from harness.visitor import Visitor
from tests.workers import list_workers

PATIENCE_S = 120
SHORT = "length=7&seed=3"
LONG = "framing=many-to-many&length=50&neurons=64&sequences=8&epochs=1000&seed=7"
"""Some seconds, wherever it runs."""
RESTARTED, FAILED = text("page.state.restarted"), text("page.state.failed")


@dataclass
class Classroom:
    """Visitors come by `open`, and leave all together by `close`."""

    server: Server
    loop: Loop
    visitors: list[Visitor] = field(default_factory=list)

    def open(self, query: str = "") -> Visitor:
        """A page that stands and can train."""
        visitor = Visitor(self.server.url, query)
        self.visitors.append(visitor)

        async def come() -> None:
            await visitor.connect()
            await visitor.run()
            assert await visitor.until(
                lambda: visitor.runs_finished and {"train", "stage"} <= visitor.ids.keys(), PATIENCE_S
            ), "no stage"

        self.loop.run(come())
        return visitor

    def begin(self, query: str) -> Visitor:
        """A page whose training has told of its first epochs."""
        visitor = self.open(query)
        self.loop.run(visitor.press("train"))
        assert self.loop.run(visitor.until(lambda: visitor.share > 0, PATIENCE_S)), visitor.read_texts()
        return visitor

    def train(self, query: str) -> Visitor:
        """A page that shows what it trained."""
        visitor = self.open(query)
        self.loop.run(visitor.press("train"))
        self.expect_result(visitor)
        return visitor

    def expect_result(self, visitor: Visitor) -> None:
        """Its training comes to its end, and Train can be pressed again."""
        is_there = visitor.until(
            lambda: TRAINED in visitor.content["stage"] and not visitor.disabled["train"], PATIENCE_S
        )
        assert self.loop.run(is_there), visitor.read_texts()
        assert visitor.exceptions == []

    def expect_words(self, visitor: Visitor, *said: str) -> None:
        """One of these texts stands on its page."""
        is_said = visitor.until(
            lambda: any(each in shown for each in said for shown in visitor.read_texts()), PATIENCE_S
        )
        assert self.loop.run(is_said), visitor.read_texts()

    def find_workers(self) -> list[psutil.Process]:
        """The processes that train."""
        return list_workers(self.server.process.pid)

    def close(self) -> None:
        for visitor in self.visitors:
            self.loop.run(visitor.close())

    def wait_until_warm(self) -> None:
        wait_until_warm(self.server)
