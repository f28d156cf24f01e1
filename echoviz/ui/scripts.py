"""The page's own scripts: a component takes a single one, so what it imports is put before it."""

from __future__ import annotations

import re
from pathlib import Path

_FOLDER = Path(__file__).parent
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)


def read_script(name: str) -> str:
    """A script of this folder with the functions that it imports from others there."""

    def join(found: re.Match[str]) -> str:
        return read_script(found[1]).replace("export function", "function")

    return _IMPORT.sub(join, (_FOLDER / f"{name}.js").read_text(encoding="utf-8"))
