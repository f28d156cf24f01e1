"""Runs to draw, without training: random weights that grow from snapshot to snapshot."""

from typing import Any

import numpy as np

from echoviz.core.experiment import Experiment
from echoviz.core.run import Run, Snapshot, compute_snapshot_epochs, compute_weight_shapes


def make_run(experiment: Experiment, **more: Any) -> Run:
    """A run with as many epochs, losses and snapshots as a real one of this experiment."""
    random = np.random.default_rng(experiment.seed)
    final = [random.normal(0, 0.4, shape) for shape in compute_weight_shapes(experiment.architecture)]
    snapshots = tuple(
        Snapshot(
            int(epoch),
            tuple((matrix * (0.3 + 0.7 * epoch / experiment.epochs)).astype(np.float32) for matrix in final),
        )
        for epoch in compute_snapshot_epochs(experiment.epochs)
    )
    losses = np.geomspace(1, 1e-4, experiment.epochs).astype(np.float32)
    return Run(experiment=experiment, losses=losses, snapshots=snapshots, elapsed_s=1.0, **more)


def make_untrained(experiment: Experiment) -> Run:
    """A run stopped before its first epoch."""
    run = make_run(experiment)
    return Run(experiment=experiment, losses=run.losses[:0], snapshots=run.snapshots[:1], elapsed_s=0.0)
