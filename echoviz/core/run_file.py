"""A run as a file, `.npz` without any pickled object, and the runs that this repository has recorded."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from echoviz.core.blueprint import blueprint
from echoviz.core.experiment import Experiment
from echoviz.core.run import Ending, Provenance, Run

RECORDINGS = Path(__file__).parent / "recordings"
_FORMAT = 2


def write_run(run: Run) -> bytes:
    """The run as a compressed `.npz`."""
    facts = {
        "format": _FORMAT,
        "experiment": run.experiment.to_query(),
        "elapsed_s": run.elapsed_s,
        "ending": run.ending,
    }
    answer: dict[str, Any] = {} if run.keras_answer is None else {"keras_answer": run.keras_answer}
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        facts=np.array(json.dumps(facts)),
        losses=run.losses,
        epochs=np.array(run.snapshot_epochs),
        rows=run.rows,
        **answer,
    )
    return buffer.getvalue()


def read_run(data: bytes, provenance: Provenance = Provenance.LIVE) -> Run:
    """Read what `write_run` wrote. Raises `ValueError` for anything else."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            return _read_arrays(dict(file), provenance)
    except (EOFError, KeyError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError("this is not a run file; give the bytes that write_run() wrote.") from error


def _read_arrays(arrays: dict[str, np.ndarray], provenance: Provenance) -> Run:
    facts = json.loads(str(arrays["facts"]))
    if facts["format"] != _FORMAT:
        raise ValueError(f"run file has format {facts['format']}; expected {_FORMAT}.")
    experiment, corrections = Experiment.from_query(facts["experiment"])
    if corrections:
        raise ValueError(f"run file holds an experiment out of bounds: {corrections}")
    epochs, rows = arrays["epochs"], arrays["rows"]
    if not len(epochs) or rows.shape != (len(epochs), blueprint(experiment).weight_count):
        raise ValueError("run file holds weights of other shapes than its experiment's model has.")
    return Run(
        experiment=experiment,
        losses=arrays["losses"],
        snapshot_epochs=tuple(epochs.tolist()),
        rows=rows,
        elapsed_s=facts["elapsed_s"],
        ending=Ending(facts["ending"]),
        provenance=provenance,
        keras_answer=arrays.get("keras_answer"),
    )


@cache
def load_recordings() -> dict[str, Run]:
    """The recorded runs by their experiments' keys; `make recording` makes them."""
    runs = [read_run(path.read_bytes(), Provenance.RECORDED) for path in sorted(RECORDINGS.glob("*.npz"))]
    return {run.experiment.key: run for run in runs}
