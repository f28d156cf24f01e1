"""The rules of the house: imports point one way, the page's colours are the theme's, nothing leaks a host."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from echoviz.core.framing import Framing, Head
from echoviz.core.theme import PALETTES

ROOT = Path(__file__).parents[1]


def test_imports_point_one_way() -> None:
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    checked = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_import_rule_catches_an_offender(tmp_path: Path) -> None:
    """The check fails when core imports Streamlit: a check that cannot fail holds nothing."""
    package = tmp_path / "echoviz"
    for name in ("core", "engine", "figures", "stage", "lessons", "hosting", "ui"):
        (package / name).mkdir(parents=True)
        (package / name / "__init__.py").write_text("")
    (package / "__init__.py").write_text("")
    (package / "core" / "wrong.py").write_text("import echoviz.ui\n")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    checked = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert checked.returncode != 0
    assert "BROKEN" in checked.stdout


def test_page_and_drawings_share_their_colours() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    for name, palette in PALETTES.items():
        drawn = asdict(palette)
        assert config["theme"][name]["primaryColor"] == drawn["accent"]
        assert config["theme"][name]["backgroundColor"] == drawn["background"]
        assert config["theme"][name]["secondaryBackgroundColor"] == drawn["surface"]
        assert config["theme"][name]["textColor"] == drawn["ink"]


def test_server_keeps_to_itself() -> None:
    """Loopback by default, no tracebacks for visitors, nothing that calls home."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["address"] == "127.0.0.1"
    assert config["client"]["showErrorDetails"] == "none"
    assert config["browser"]["gatherUsageStats"] is False
    assert config["runner"]["postScriptGC"] is False


def test_page_config_is_all_that_app_does() -> None:
    lines = (ROOT / "app.py").read_text().splitlines()
    assert len(lines) < 30
    assert 'if __name__ == "__main__":' in "\n".join(lines)


def test_pins_name_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text().splitlines()
        pins = [line for line in lines if line and not line.lstrip().startswith("#")]
        assert pins
        assert all("==" in pin for pin in pins), name
        assert not any("://" in line for line in lines), name


DEFINES_FRAMINGS = {"core/framing.py", "core/blueprint.py"}
MEMBERS = {("Framing", framing.name) for framing in Framing} | {("Head", head.name) for head in Head}
ASKED = r"\b(framing|head)\b"
"""What a name is called that holds a framing or a head."""
JS_ASKS = re.compile(
    "|".join(
        [
            rf"""["'`]({"|".join(Framing)})["'`]""",  # a framing's name has no other meaning in a drawing
            rf"""{ASKED}\s*[!=]==?\s*["'`]""",
            rf"""["'`]\s*[!=]==?\s*[\w.]*{ASKED}""",
            rf"""switch\s*\([^)]*{ASKED}\s*\)""",
        ]
    )
)


def find_who_asks(package: Path) -> list[str]:
    """Lines of a package, as file:line, that ask which framing or head it is, where nobody should."""
    asking = []
    for path in sorted(package.rglob("*.py")):
        if path.relative_to(package).as_posix() not in DEFINES_FRAMINGS:
            asking += [f"{path.name}:{line}" for line in _find_in_python(ast.parse(path.read_text()))]
    for path in sorted(package.rglob("*.js")):
        lines = enumerate(path.read_text().splitlines(), 1)
        asking += [f"{path.name}:{number}" for number, line in lines if JS_ASKS.search(line)]
    return asking


def _find_in_python(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=kind), attr=name) if (kind, name) in MEMBERS:
                yield node.lineno
            case ast.Compare(left=left, comparators=others):
                if _names_one([left, *others]):
                    yield node.lineno
            case ast.Match(subject=subject, cases=cases):
                patterns = [
                    inner.value
                    for case in cases
                    for inner in ast.walk(case.pattern)
                    if isinstance(inner, ast.MatchValue)
                ]
                if _names_one([subject, *patterns]):
                    yield node.lineno


def _names_one(sides: list[ast.expr]) -> bool:
    """Whether a framing or a head is held against its name, written out."""
    texts = {
        inner.value
        for side in sides
        for inner in ast.walk(side)
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
    }
    asks_for_head = any(re.search(ASKED, ast.unparse(side)) for side in sides)
    return bool(texts & set(Framing)) or (asks_for_head and bool(texts & set(Head)))


def test_nobody_asks_which_framing_or_head_it_is() -> None:
    """What a framing or a head *is* stands in one place; all others look up lanes and answers."""
    assert find_who_asks(ROOT / "echoviz") == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("figures/a.py", "is_own = framing is Framing.MANY_TO_ONE"),
        ("figures/a.py", "columns = 1 if run.experiment.head == Head.DENSE else 2"),
        ("ui/a.py", 'single = experiment.framing == "one-to-one"'),
        ("ui/a.py", 'single = experiment.head in ("dense", "flatten")'),
        ("engine/a.py", 'match head:\n    case "flatten" | "dense":\n        pass'),
        ("stage/js/draw/a.js", 'const single = scene.framing === "one-to-one";'),
        ("stage/js/a.js", "if ('flatten' === head) return [];"),
        ("stage/js/a.js", "const note = { 'many-to-one': 'last' }[scene.framing];"),
        ("stage/js/a.js", "switch (header.experiment.head) {"),
    ],
)
def test_asking_is_noticed(tmp_path: Path, name: str, line: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(f"{line}\n")
    assert find_who_asks(tmp_path) == [f"{path.name}:1"]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("core/framing.py", "DEFAULT_FRAMING = Framing.MANY_TO_MANY"),
        ("figures/a.py", "is_own = framing == experiment.framing"),
        ("figures/a.py", 'words = text(f"figures.framing_{framing}", language)'),
        ("ui/a.py", 'match section:\n    case "time-distributed":\n        pass'),
        ("stage/js/a.js", 'const shown = view.panel === "dense";'),
        ("stage/js/a.js", "const own = paid.framing === header.experiment.framing;"),
    ],
)
def test_looking_up_is_not_asking(tmp_path: Path, name: str, line: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(f"{line}\n")
    assert find_who_asks(tmp_path) == []
