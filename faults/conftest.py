"""What the faults share: they take minutes, need a quiet machine, and run by `make faults`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.loop import Loop


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    with Loop() as loop:
        yield loop
