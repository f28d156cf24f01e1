"""Runs to draw, without training: random weights that grow from snapshot to snapshot."""

from dataclasses import replace
from typing import Any

import numpy as np

from echoviz.core.blueprint import blueprint
from echoviz.core.experiment import Experiment
from echoviz.core.framing import Framing, Head
from echoviz.core.progress import Progress
from echoviz.core.run import Provenance, Run, compute_snapshot_epochs
from echoviz.core.run_file import load_recordings


def load(framing: Framing, head: Head | None = None) -> Run:
    """A recorded run of the defaults."""
    return load_recordings()[Experiment(framing=framing, head=head).key]


def make_run(experiment: Experiment, **more: Any) -> Run:
    """A run with as many epochs, losses and snapshots as a real one of this experiment."""
    random = np.random.default_rng(experiment.seed)
    count = blueprint(experiment).weight_count
    final = random.normal(0, 0.4, count)
    epochs = compute_snapshot_epochs(experiment.epochs, count)
    growth = 0.3 + 0.7 * epochs / experiment.epochs
    run = Run(
        experiment=experiment,
        losses=np.ones(experiment.epochs, np.float32),
        snapshot_epochs=tuple(epochs.tolist()),
        rows=(growth[:, np.newaxis] * final).astype(np.float32),
        elapsed_s=1.0,
    )
    losses = np.geomspace(1000 * run.final_loss, run.final_loss, experiment.epochs).astype(np.float32)
    return replace(run, **({"losses": losses} | more))


def make_untrained(experiment: Experiment) -> Run:
    """A run of no epochs: Keras' initial weights."""
    run = make_run(experiment)
    return replace(
        run,
        losses=run.losses[:0],
        snapshot_epochs=(0,),
        rows=run.rows[:1],
        elapsed_s=0.0,
        provenance=Provenance.UNTRAINED,
    )


def progress_of(run: Run, epoch: int, **more: Any) -> Progress:
    """The moment after so many epochs of a run that kept them all."""
    told = {"loss_epochs": np.zeros(0, int), "losses": np.zeros(0, np.float32)} | more
    return Progress(
        epoch, run.experiment.epochs, float(run.losses[epoch - 1]), run.rows[epoch], elapsed_s=0.1, **told
    )
