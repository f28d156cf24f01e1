"""The modules that are joined into one script keep their own names, and each has its place."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from echoviz.core.framing import Framing, Head
from echoviz.stage import bundle, stage_source
from echoviz.stage.bundle import order_modules, stage_function
from tests.node import run_node

MODULES = Path(__file__).parents[2] / "echoviz" / "stage" / "js"
IMPORT = """async (source) => {
    const module = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    return typeof module.default;
}"""


def test_the_script_is_a_module_with_one_default_export(browser: Browser) -> None:
    page, source = browser.new_page(), stage_source().js
    assert page.evaluate(IMPORT, source) == "function"
    page.close()
    assert re.search(r"^import ", source, re.MULTILINE) is None


def test_a_modules_names_are_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two modules may call different things by one name; what one imports under another name works too."""
    (tmp_path / "js" / "deep").mkdir(parents=True)
    (tmp_path / "stage.css").write_text("")
    (tmp_path / "js" / "deep" / "one.js").write_text("const size = 1;\nexport const grow = () => size;\n")
    (tmp_path / "js" / "deep" / "two.js").write_text(
        'import { grow as growOne } from "./one.js";\n'
        "const size = 20;\nexport const grow = () => size + growOne();\n"
    )
    (tmp_path / "js" / "main.js").write_text(
        'import { grow } from "./deep/two.js";\nexport default function mountStage() {\n  return grow();\n}\n'
    )
    monkeypatch.setattr(bundle, "_FOLDER", tmp_path)
    forget_sources()
    source = stage_function()
    forget_sources()
    assert run_node(f"{source}; console.log(echovizStage()());") == "21\n"


def test_modules_in_a_circle_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "js").mkdir()
    for name, other in (("main", "side"), ("side", "main")):
        (tmp_path / "js" / f"{name}.js").write_text(f'import {{ {other} }} from "./{other}.js";\n')
    monkeypatch.setattr(bundle, "_FOLDER", tmp_path)
    forget_sources()
    with pytest.raises(ValueError, match="main → side → main"):
        order_modules("main")
    forget_sources()


def forget_sources() -> None:
    bundle._read_module.cache_clear()
    bundle.stage_function.cache_clear()


def test_every_module_is_used() -> None:
    joined = {*order_modules("main"), "types"}
    assert {str(path.relative_to(MODULES).with_suffix("")) for path in MODULES.rglob("*.js")} == joined


@pytest.mark.parametrize("folder", ["data", "state", "words", "tools", "draw"])
def test_only_dom_touches_the_document(folder: str) -> None:
    """Facts, view, words and drawing are plain values: they can be tried without a browser."""
    modules = sorted((MODULES / folder).glob("*.js"))
    assert modules
    for module in modules:
        code = re.sub(r"/\*\*.*?\*/|//[^\n]*", "", module.read_text(), flags=re.DOTALL)
        assert re.findall(r"\b(?:document|window)\b", code) == [], module.name
        assert re.findall(r'from "[^"]*\bdom/', code) == [], module.name


def test_no_module_asks_which_framing_or_head_it_draws() -> None:
    """Lanes and answers say everything; names are for the keys of texts only."""
    names = [*Framing, *Head]
    for module in MODULES.rglob("*.js"):
        code = re.sub(r"/\*\*.*?\*/|//[^\n]*", "", module.read_text(), flags=re.DOTALL)
        assert [name for name in names if re.search(rf"""["'`]{name}["'`]""", code)] == [], module.name
        assert re.findall(r"words\.\w+ *[!=]==|[!=]== *(?:\w+\.)*words\.", code) == [], module.name


def test_nothing_asks_a_network_or_makes_markup() -> None:
    source = stage_source().js.replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?://|\bfetch\(|XMLHttpRequest|innerHTML|eval\(|WebSocket", source) == []
    assert "</script" not in source
