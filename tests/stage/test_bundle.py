"""Modules that are joined share one scope: each name may be declared once."""

import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from echoviz.stage import live_feed_source, stage_source
from echoviz.stage.bundle import order_modules

MODULES = Path(__file__).parents[2] / "echoviz" / "stage" / "js"
IMPORT = """async (source) => {
    const module = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    return typeof module.default;
}"""


@pytest.mark.parametrize("source", [stage_source().js, live_feed_source()], ids=["stage", "feed"])
def test_the_script_is_a_module_with_one_default_export(browser: Browser, source: str) -> None:
    page = browser.new_page()
    assert page.evaluate(IMPORT, source) == "function"
    page.close()
    assert re.search(r"^import ", source, re.MULTILINE) is None


def test_no_name_is_declared_twice() -> None:
    declared = re.compile(r"^(?:export )?(?:default )?(?:const|let|function) (\w+)", re.MULTILINE)
    modules = [(MODULES / f"{name}.js").read_text() for name in order_modules("main")]
    names = Counter(name for module in modules for name in declared.findall(module))
    assert {name for name, count in names.items() if count > 1} == set()
    assert len(names) > 100


def test_every_module_is_used() -> None:
    joined = {*order_modules("main"), "feed", "types"}
    assert {path.stem for path in MODULES.glob("*.js")} == joined


def test_nothing_asks_a_network_or_makes_markup() -> None:
    source = stage_source().js.replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?://|\bfetch\(|XMLHttpRequest|innerHTML|eval\(|WebSocket", source) == []
    assert "</script" not in source
