"""The bytes that a browser needs to draw a run by itself, with no server behind it."""

from __future__ import annotations

import hashlib
import json
import math
from functools import cache
from typing import Any

import numpy as np

from echoviz.core.catalog import load_section
from echoviz.core.experiment import Experiment
from echoviz.core.progress import Progress
from echoviz.core.shapes import Tensor
from echoviz.core.theme import FONT_NUMBERS, FONT_TEXT, PALETTES, SIZES, VALUE_LIMIT
from echoviz.stage.facts import StageFacts

_ALIGNMENT = 4


def pack_stage(facts: StageFacts, language: str) -> bytes:
    """A stage's payload: header length (uint32), JSON header, then float32 arrays, all little-endian.

    The arrays are losses, their epochs, and each snapshot's weights; their lengths stand in the header.
    Equal facts in one language give equal bytes.
    """
    arrays = [facts.losses, facts.loss_epochs, facts.weights.ravel()]
    with np.errstate(over="ignore"):  # a diverged run's loss may be too large for float32: then it is inf
        body = b"".join(np.asarray(array, dtype="<f4").tobytes() for array in arrays)
    header = {
        "experiment": facts.experiment.to_query(),
        "key": facts.experiment.key,
        "provenance": facts.provenance,
        "ending": facts.ending,
        "epochsDone": facts.epochs_done,
        "sequence": facts.sequence.tolist(),
        "tensors": [_describe(tensor) for tensor in facts.tensors],
        "weightShapes": facts.weight_shapes,
        "snapshotEpochs": facts.snapshot_epochs,
        "snapshotLosses": facts.snapshot_losses,
        "snapshotsTotal": facts.snapshots_total,
        "lossCount": len(facts.losses),
        "paid": facts.paid,
        "language": language,
        "texts": load_section("stage", language),
        **_describe_theme(),
    }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"))
    header["digest"] = hashlib.blake2b(text.encode() + body, digest_size=10).hexdigest()
    return _join(header, body)


def pack_live(progress: Progress, experiment: Experiment) -> bytes:
    """One moment of a run that is still training: its epoch, its loss and its weights."""
    header = {
        "key": experiment.key,
        "epoch": progress.epoch,
        "epochs": progress.epochs,
        "loss": progress.loss if math.isfinite(progress.loss) else None,
    }
    body = b"".join(np.asarray(matrix, dtype="<f4").tobytes() for matrix in progress.weights)
    return _join(header, body)


def _describe(tensor: Tensor) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "layer": tensor.layer,
        "axes": tensor.axes,
        "shape": tensor.shape,
        "kerasShape": tensor.keras_shape,
    }


@cache
def _describe_theme() -> dict[str, Any]:
    return {
        "palettes": {name: palette.to_dict() for name, palette in PALETTES.items()},
        "fonts": {"text": FONT_TEXT, "numbers": FONT_NUMBERS},
        "durations": {"moment": SIZES.moment_ms, "move": SIZES.move_ms},
        "valueLimit": VALUE_LIMIT,
    }


def _join(header: dict[str, Any], body: bytes) -> bytes:
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    return len(text).to_bytes(4, "little") + text + body
