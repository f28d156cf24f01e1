"""The stage's modules without a browser: `node --test` runs every `*.test.mjs` beside this file.

They get real headers and runs of every framing and head, with what core computes from them.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from echoviz.core.experiment import Experiment
from echoviz.core.framing import CUTS, Framing, Head
from echoviz.core.run import Run
from echoviz.stage import pack_stage, stage_facts
from echoviz.ui.tools import read_tool
from tests.core.drawn import KINDS
from tests.js.changed import describe_changes
from tests.js.keras_facts import draw_gradients, follow_adam, follow_updates
from tests.node import NODE
from tests.stage.runs import load, make_run

HERE = Path(__file__).parent
LINKS = [
    {"tool": "echo"},
    {"tool": "echo", "own": "0.5,-1.25;99 x 1e-3"},
    {"tool": "echo", "own": "_".join(["1"] * 60)},
    {"tool": "pull", "pulled": "3v-0.5_87t2v1.25_100v0.10_7v99_9999v1_x"},
    {"tool": "hold", "held": "f-all-all-0_i-2-3-mean_o-99-1-1_g-1-1-1"},
    {"tool": "learning", "weight": "81"},
    {"tool": "learning", "weight": "99999"},
]
"""As they may come; `read_tool` bounds them."""


def test_the_modules_keep_their_word(tmp_path: Path) -> None:
    files = sorted(HERE.glob("*.test.mjs"))
    assert len(files) >= 9
    scenes = tmp_path / "scenes.json"
    recorded = unpack(load(Framing.MANY_TO_MANY))
    kinds = [describe(framing, head) for framing, head in KINDS]
    scenes.write_text(json.dumps({"kinds": kinds, "recorded": recorded}))
    facts = tmp_path / "keras.json"
    told = {"gradients": draw_gradients(), "updates": follow_updates(), "adam": follow_adam()}
    facts.write_text(json.dumps(told))
    done = subprocess.run(
        [NODE, "--test", *files],
        capture_output=True,
        text=True,
        env=os.environ | {"ECHOVIZ_SCENES": str(scenes), "ECHOVIZ_KERAS": str(facts)},
    )
    assert done.returncode == 0, done.stdout + done.stderr


def describe(framing: Framing, head: Head) -> dict[str, Any]:
    """One payload, every inner value of its first and last snapshot, and what changes do to it."""
    delay = 1 if CUTS[framing].has_delay else 0
    run = make_run(Experiment(framing=framing, head=head, delay=delay, length=6, neurons=4, epochs=12))
    traces = [run.trace(epoch=epoch) for epoch in (0, 12)]
    return {
        "name": f"{framing} {head}",
        **unpack(run),
        "changed": describe_changes(run),
        "links": [view for query in LINKS if (view := read_tool(query, run.experiment)[0])],
        "traces": [
            {
                name: getattr(trace, name).ravel().tolist()
                for name in ("i", "f", "c_tilde", "o", "c", "h", "y")
            }
            for trace in traces
        ],
    }


def unpack(run: Run) -> dict[str, Any]:
    """A payload as plain values."""
    payload = pack_stage(stage_facts(run, run.experiment), "en")
    size = int.from_bytes(payload[:4], "little")
    numbers = np.frombuffer(payload[4 + size :], "<f4").tolist()
    return {"header": json.loads(payload[4 : 4 + size]), "numbers": numbers}
