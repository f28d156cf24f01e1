"""The hosting guide leaves out no setting, no variable and no file."""

from __future__ import annotations

import re
import tomllib

from harness.server import ROOT

GUIDE = (ROOT / "docs" / "hosting.md").read_text()


def test_every_setting_is_explained() -> None:
    sections = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    names = [f"{section}.{name}" for section, held in sections.items() if section != "theme" for name in held]
    assert len(names) > 10
    assert [name for name in names if f"`{name}`" not in GUIDE] == []


def test_every_variable_is_explained() -> None:
    code = "".join(path.read_text() for path in (ROOT / "echoviz").rglob("*.py"))
    names = set(re.findall(r"\bECHOVIZ_[A-Z_]+", code))
    assert {"ECHOVIZ_HOSTS", "ECHOVIZ_WORKERS"} <= names
    assert [name for name in names if f"`{name}`" not in GUIDE] == []


def test_every_shipped_file_is_named() -> None:
    shipped = [path.name for path in (ROOT / "deploy").iterdir()]
    assert shipped
    assert [name for name in shipped if name not in GUIDE] == []
