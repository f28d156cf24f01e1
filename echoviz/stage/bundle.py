"""The stage's modules as one script, since a page's component takes a single one."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:default )?(?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)
_COMMENT = re.compile(r"[ \t]*/\*\*.*?\*/[ \t]*\n?", re.DOTALL)
_ENTRY = "main"


class StageSource(NamedTuple):
    """What a component is made of: a place to draw in, the room it keeps free, and the script."""

    html: str
    css: str
    js: str


@cache
def stage_source() -> StageSource:
    """The stage as one component; the script's default export takes `{data, parentElement}`."""
    return StageSource(
        html='<div class="echoviz-stage"></div>',
        css=".echoviz-stage { display: block; min-height: 36rem; }",
        js=f"{stage_function()}\nexport default echovizStage();\n",
    )


@cache
def live_feed_source() -> str:
    """A script that hands each live moment to the stage on the same page."""
    return (_FOLDER / "js" / "feed.js").read_text(encoding="utf-8")


@cache
def stage_function() -> str:
    """All modules inside one function, `echovizStage`, which can therefore write its own source.

    Comments stay behind: they carry types for the check, and would double what a page has to load.
    """
    style = (_FOLDER / "stage.css").read_text(encoding="utf-8")
    body = "".join(_join_ready(_read_module(name)) for name in order_modules(_ENTRY))
    return (
        'function echovizStage() {\n"use strict";\n'
        f"const STAGE_CSS = {json.dumps(style)};\n{body}\nreturn mountStage;\n}}"
    )


def order_modules(entry: str) -> list[str]:
    """Names of the modules that `entry` needs, each after those it imports, `entry` last.

    Raises `ValueError` for modules that import each other in a circle.
    """
    ordered: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise ValueError(f"modules import each other in a circle: {' → '.join((*path, name))}")
        if name not in ordered:
            for needed in _IMPORT.findall(_read_module(name)):
                visit(needed, (*path, name))
            ordered.append(name)

    visit(entry, ())
    return ordered


def _join_ready(module: str) -> str:
    return _EXPORT.sub("", _IMPORT.sub("", _COMMENT.sub("", module)))


def _read_module(name: str) -> str:
    return (_FOLDER / "js" / f"{name}.js").read_text(encoding="utf-8")
