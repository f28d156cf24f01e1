"""The bytes that a browser needs to draw a run by itself, with no server behind it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from echoviz.core.blueprint import Blueprint
from echoviz.core.catalog import load_section
from echoviz.core.experiment import Experiment
from echoviz.core.layers import code_of, name_of, weights_of
from echoviz.core.progress import Progress
from echoviz.core.theme import FONT_NUMBERS, FONT_TEXT, PALETTES, SIZES, VALUE_LIMIT
from echoviz.stage.facts import StageFacts

_ALIGNMENT = 4


def pack_stage(facts: StageFacts, language: str, view: Mapping[str, int | str] | None = None) -> bytes:
    """A stage's payload: header length (uint32), JSON header, then float32 arrays, all little-endian.

    The arrays are the losses epoch by epoch and each snapshot's weights; their lengths stand in the header.
    `view` is what a link asks the stage to show first. Equal facts in one language give equal bytes.
    """
    arrays = [facts.losses, facts.weights.ravel()]
    with np.errstate(over="ignore"):  # a diverged run's loss may be too large for float32: then it is inf
        body = b"".join(np.asarray(array, dtype="<f4").tobytes() for array in arrays)
    header = {
        **_describe_experiment(facts.experiment),
        "identity": facts.identity,
        "provenance": facts.provenance,
        "ending": facts.ending,
        "epochsDone": facts.epochs_done,
        "x": facts.x.tolist(),
        "targets": facts.targets.tolist(),
        **_describe_blueprint(facts.blueprint),
        "snapshotEpochs": facts.snapshot_epochs,
        "snapshotLosses": facts.snapshot_losses,
        "snapshotsTotal": facts.snapshots_total,
        "lossCount": len(facts.losses),
        "lowest": dict(zip(("epoch", "loss"), facts.lowest, strict=True)) if facts.lowest else None,
        "paid": [
            {
                "framing": paid.framing,
                "head": paid.head,
                "LSTM": paid.lstm,
                "Dense": paid.dense,
                "isChosen": paid.is_chosen,
            }
            for paid in facts.paid
        ],
        "view": view,
        "language": language,
        "texts": load_section("stage", language),
        **_describe_theme(),
    }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"))
    header["digest"] = hashlib.blake2b(text.encode() + body, digest_size=10).hexdigest()
    return _join(header, body)


def pack_live(progress: Progress, experiment: Experiment) -> bytes:
    """One moment of a run that is still training: its epoch, its loss, the losses so far, and its weights."""
    header = {
        "key": experiment.key,
        "epoch": progress.epoch,
        "epochs": progress.epochs,
        "loss": progress.loss if math.isfinite(progress.loss) else None,
        "lossEpochs": progress.loss_epochs.tolist(),
        "losses": [
            float(f"{loss:.4g}") if math.isfinite(loss) else None for loss in progress.losses.tolist()
        ],
    }
    return _join(header, np.asarray(progress.row, dtype="<f4").tobytes())


def _describe_experiment(experiment: Experiment) -> dict[str, Any]:
    return {
        "experiment": experiment.to_query(),
        "words": {"framing": experiment.framing, "head": experiment.head},  # for the keys of texts only
        "delay": experiment.delay,
        "sequences": experiment.sequences,
        "key": experiment.key,
    }


def _describe_blueprint(plan: Blueprint) -> dict[str, Any]:
    return {
        "lanes": [
            {"sample": lane.sample, "step": lane.step, "fresh": lane.is_fresh, "input": lane.input}
            for lane in plan.lanes
        ],
        "answers": [answer._asdict() for answer in plan.answers],
        "layers": [
            {
                "name": name_of(layer),
                "code": code_of(layer),
                "outShape": tensor.keras_shape,
                "weights": sum(weight.count for weight in weights_of(layer, before.shape)),
            }
            for layer, before, tensor in zip(plan.layers, plan.tensors, plan.tensors[1:], strict=False)
        ],
        "tensors": [
            {
                "name": tensor.name,
                "layer": tensor.layer,
                "axes": tensor.axes,
                "shape": tensor.shape,
                "kerasShape": tensor.keras_shape,
            }
            for tensor in plan.tensors
        ],
        "weightShapes": plan.weight_shapes,
        "head": {
            "rows": plan.rows,
            "columns": plan.columns,
            "rowStride": plan.row_stride,
            "columnStride": plan.column_stride,
        },
        "samples": plan.tensors[0].shape[0],
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
