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
from echoviz.stage import pack_stage, stage_facts
from tests.core.drawn import KINDS
from tests.js.keras_facts import draw_gradients, follow_adam, follow_updates
from tests.node import NODE
from tests.stage.runs import make_run

HERE = Path(__file__).parent


def test_the_modules_keep_their_word(tmp_path: Path) -> None:
    files = sorted(HERE.glob("*.test.mjs"))
    assert len(files) >= 9
    scenes = tmp_path / "scenes.json"
    scenes.write_text(json.dumps([describe(framing, head) for framing, head in KINDS]))
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
    """One payload as plain values, and every inner value of its first and last snapshot."""
    delay = 1 if CUTS[framing].has_delay else 0
    run = make_run(Experiment(framing=framing, head=head, delay=delay, length=6, neurons=4, epochs=12))
    payload = pack_stage(stage_facts(run, run.experiment), "en")
    size = int.from_bytes(payload[:4], "little")
    traces = [run.trace(epoch=epoch) for epoch in (0, 12)]
    return {
        "name": f"{framing} {head}",
        "header": json.loads(payload[4 : 4 + size]),
        "numbers": np.frombuffer(payload[4 + size :], "<f4").tolist(),
        "traces": [
            {
                name: getattr(trace, name).ravel().tolist()
                for name in ("i", "f", "c_tilde", "o", "c", "h", "y")
            }
            for trace in traces
        ],
    }
