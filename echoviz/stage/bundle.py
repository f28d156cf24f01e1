"""The stage's modules as one script, since a page's component takes a single one."""

from __future__ import annotations

import json
import posixpath
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent
_IMPORT = re.compile(r'^import (\{[^}]*\}) from "(\.{1,2}/[\w./]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:default )?(?=(?:async )?(?:function|const)\b)", re.MULTILINE)
_NAME = re.compile(r"^export (?:default )?(?:async )?(?:function\*?|const) (\w+)", re.MULTILINE)
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
def stage_function() -> str:
    """All modules inside one function, `echovizStage`, which can therefore write its own source.

    Comments stay behind: they carry types for the check, and would double what a page has to load.
    """
    style = (_FOLDER / "stage.css").read_text(encoding="utf-8")
    body = "".join(_wrap(path) for path in order_modules(_ENTRY))
    return (
        'function echovizStage() {\n"use strict";\n'
        f"const STAGE_CSS = {json.dumps(style)};\n{body}\nreturn {_scope_of(_ENTRY)}.mountStage;\n}}"
    )


def order_modules(entry: str) -> list[str]:
    """Paths below `js` of the modules that `entry` needs, each after those it imports, `entry` last.

    Raises `ValueError` for modules that import each other in a circle.
    """
    ordered: list[str] = []

    def visit(path: str, way: tuple[str, ...]) -> None:
        if path in way:
            raise ValueError(f"modules import each other in a circle: {' → '.join((*way, path))}")
        if path not in ordered:
            for _, needed in _IMPORT.findall(_read_module(path)):
                visit(_resolve(path, needed), (*way, path))
            ordered.append(path)

    visit(entry, ())
    return ordered


def _wrap(path: str) -> str:
    """A module as a constant that holds its exports: its other names stay its own."""
    module = _COMMENT.sub("", _read_module(path))
    names = ", ".join(_NAME.findall(module))

    def take(found: re.Match[str]) -> str:
        return f"const {found[1].replace(' as ', ': ')} = {_scope_of(_resolve(path, found[2]))};\n"

    body = _EXPORT.sub("", _IMPORT.sub(take, module)).strip()
    return f"const {_scope_of(path)} = (() => {{\n{body}\nreturn {{ {names} }};\n}})();\n"


def _scope_of(path: str) -> str:
    return path.replace("/", "_")


def _resolve(importer: str, needed: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), needed))


@cache
def _read_module(path: str) -> str:
    return (_FOLDER / "js" / f"{path}.js").read_text(encoding="utf-8")
