"""The animated tensor diagram: a run's facts go in, a drawing that computes and moves by itself comes out."""

import sys
import types

from echoviz.core import catalog
from echoviz.core.run import Run
from echoviz.core.theme import ThemeName
from echoviz.stage.bundle import StageSource, stage_source
from echoviz.stage.export import Stage
from echoviz.stage.facts import StageFacts, stage_facts
from echoviz.stage.payload import pack_live, pack_stage

__all__ = [
    "Stage",
    "StageFacts",
    "StageSource",
    "pack_live",
    "pack_stage",
    "stage_facts",
    "stage_source",
]


class _CallableModule(types.ModuleType):
    """Lets a notebook write `ev.stage(run)`, although `echoviz.stage` is this package's own name."""

    def __call__(
        self, run: Run, language: str = catalog.DEFAULT_LANGUAGE, theme: ThemeName = "light"
    ) -> Stage:
        """The animated tensor diagram of a run; it shows itself in Jupyter."""
        return Stage(run, language, theme)


sys.modules[__name__].__class__ = _CallableModule
