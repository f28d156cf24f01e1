"""The animated tensor diagram: a run's facts go in, a drawing that computes and moves by itself comes out."""

from echoviz.stage.bundle import StageSource, live_feed_source, stage_source
from echoviz.stage.export import Stage
from echoviz.stage.facts import Provenance, StageFacts, stage_facts
from echoviz.stage.payload import pack_live, pack_stage

__all__ = [
    "Provenance",
    "Stage",
    "StageFacts",
    "StageSource",
    "live_feed_source",
    "pack_live",
    "pack_stage",
    "stage_facts",
    "stage_source",
]
