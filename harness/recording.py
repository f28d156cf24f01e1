"""Record the default run of each framing, so that the page can show a real run at first paint.

`python -m harness.recording` trains all four and writes `echoviz/core/recordings/*.npz`.
"""

from __future__ import annotations

from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing
from echoviz.core.run_file import RECORDINGS, write_run
from echoviz.engine.training import train


def write_recordings() -> None:
    """Train the default experiment of each framing and write its run to `RECORDINGS`."""
    for framing in Framing:
        run = train(Experiment(framing=framing))
        (RECORDINGS / f"{framing}.npz").write_bytes(write_run(run))
        printed = " ".join(f"{value:z.1f}" for value in run.predictions.ravel())
        print(f"{framing}: {run.epochs_done} epochs in {run.elapsed_s:.3f} s, {printed}")


if __name__ == "__main__":
    write_recordings()
