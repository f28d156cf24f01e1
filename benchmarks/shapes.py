"""Shapes of any layers: the greatest stack, hostile scripts, and the doctor's answer."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

from echoviz.core.breaks import BREAKS
from echoviz.core.layers import LSTM, Bidirectional, TimeDistributed
from echoviz.core.layers.values import AXIS_MAX, UNITS_MAX
from echoviz.core.paste import LETTERS_MAX, read_script
from echoviz.core.stack import LAYERS_MAX, Stack, follow
from echoviz.core.stack_link import decode_stack, encode_stack

HOSTILE = {
    "brackets": "(" * LETTERS_MAX,
    "doubled models": "x = Sequential([Dense(1)])\n" + "x = Sequential([x, x])\n" * 800,
    "many layers": "m.add(Dense(1))\n" * 1200,
    "calls": "a" + "()" * (LETTERS_MAX // 2),
}


def measure_ms(call: Callable[[], object], times: int = 7) -> float:
    """The median of a few calls."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        took.append(1e3 * (time.perf_counter() - started))
    return statistics.median(took)


def answer_greatest() -> int:
    """The largest stack there is, out of a link, with all its numbers."""
    layer = TimeDistributed(TimeDistributed(Bidirectional(LSTM(UNITS_MAX, return_sequences=True))))
    stack = Stack((AXIS_MAX,) * 5, (layer,) * LAYERS_MAX)
    walk = follow(decode_stack(encode_stack(stack))[0])
    return walk.count + walk.work + sum(len(step.formula) for step in walk.steps)


def measure_doctor() -> None:
    """Every classic break, Keras warm: its own words, and the mends that it ran."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from echoviz.engine.shapes.diagnosis import diagnose

    cases = [case for each in BREAKS for case in each.cases]
    diagnose(cases[0])
    took = [measure_ms(lambda case=case: diagnose(case), times=3) for case in cases]  # type: ignore[misc]
    print(f"doctor, warm: median {statistics.median(took):.0f} ms, slowest {max(took):.0f} ms")


if __name__ == "__main__":
    print(f"greatest stack: {measure_ms(answer_greatest):.1f} ms (at most 50)")
    for name, script in HOSTILE.items():
        print(f"hostile script, {name}: {measure_ms(lambda script=script: read_script(script)):.1f} ms")  # type: ignore[misc]
    measure_doctor()
