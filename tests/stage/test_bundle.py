"""Modules that are joined share one scope: each name may be declared once."""

import re
import subprocess
from collections import Counter
from pathlib import Path

from echoviz.stage import live_feed_source, stage_source
from echoviz.stage.bundle import order_modules

MODULES = Path(__file__).parents[2] / "echoviz" / "stage" / "js"


def test_the_joined_script_parses_as_a_module(tmp_path: Path) -> None:
    for name, source in {"stage": stage_source().js, "feed": live_feed_source()}.items():
        script = tmp_path / f"{name}.mjs"
        script.write_text(source, encoding="utf-8")
        subprocess.run(["node", "--check", script], check=True)
        assert len(re.findall(r"^export default ", source, re.MULTILINE)) == 1
        assert re.search(r"^import ", source, re.MULTILINE) is None


def test_no_name_is_declared_twice() -> None:
    declared = re.compile(r"^(?:export )?(?:default )?(?:const|let|function) (\w+)", re.MULTILINE)
    names = Counter(
        name for module in order_modules("main") for name in declared.findall((MODULES / f"{module}.js").read_text())
    )
    assert {name for name, count in names.items() if count > 1} == set()
    assert len(names) > 100


def test_every_module_is_used() -> None:
    joined = {*order_modules("main"), "feed", "types"}
    assert {path.stem for path in MODULES.glob("*.js")} == joined


def test_nothing_asks_a_network_or_makes_markup() -> None:
    source = stage_source().js.replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?://|\bfetch\(|XMLHttpRequest|innerHTML|eval\(|WebSocket", source) == []
    assert "</script" not in source
