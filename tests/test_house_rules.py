"""The rules of the house: imports point one way, the page's colours are the theme's, nothing leaks a host."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path

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
