"""Carried away: a picture that opens anywhere, a page that plays with no network."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from echoviz.core.framing import Framing
from echoviz.stage import Stage
from tests.stage.conftest import Shown
from tests.stage.runs import load

SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_is_whole_in_itself(show_stage: Callable[..., Shown], tmp_path: Path) -> None:
    shown = show_stage(theme="dark")
    shown.put(load(Framing.MANY_TO_MANY))
    shown.press("steps", "Home")
    with shown.page.expect_download() as waiting:
        shown.page.locator("[data-do=svg]").click()
    assert waiting.value.suggested_filename == "echoviz-many-to-many-epoch-1000-step-1.svg"
    waiting.value.save_as(tmp_path / "stage.svg")
    written = (tmp_path / "stage.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(written)
    assert root.tag == f"{SVG}svg"
    assert float(root.get("width", "0")) > 1000
    hidden = [
        cell for cell in root.iter(f"{SVG}g") if cell.get("data-name") == "h" and cell.get("data-value")
    ]
    assert len(hidden) == 5
    assert all(rect.get("fill") for rect in root.iter(f"{SVG}rect"))
    assert "var(" not in written
    assert "class=" not in written
    assert {"script", "foreignObject", "style"}.isdisjoint(node.tag.removeprefix(SVG) for node in root.iter())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_notebooks_page_plays_without_network(browser: Browser, tmp_path: Path, language: str) -> None:
    run = load(Framing.MANY_TO_ONE)
    path = Stage(run, language, "dark").save(tmp_path / "stage.html")
    play_page(browser, path, "many-to-one")


def test_the_browsers_page_plays_without_network(
    browser: Browser, show_stage: Callable[..., Shown], tmp_path: Path
) -> None:
    """What the button saves is what the notebook saves: the same script and numbers."""
    shown = show_stage()
    shown.put(load(Framing.ONE_TO_ONE))
    with shown.page.expect_download() as waiting:
        shown.page.locator("[data-do=html]").click()
    path = tmp_path / "stage.html"
    waiting.value.save_as(path)
    play_page(browser, path, "one-to-one")


def play_page(browser: Browser, path: Path, framing: str) -> None:
    context = browser.new_context(viewport={"width": 1240, "height": 800}, offline=True)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("request", lambda r: None if r.url.startswith("file:") else troubles.append(r.url))
    page.goto(path.as_uri())
    stage = page.locator(f".stage[data-framing='{framing}'][data-playing='']")
    stage.wait_for()
    assert page.locator(".drawing [data-name='h'][data-value]").count() == 25
    page.locator("[data-do=playSteps]").click()
    page.locator(".stage[data-playing='steps'][data-step='1']").wait_for()
    assert troubles == []
    context.close()


def test_in_a_notebook_it_is_kept_in_a_frame_of_its_own(browser: Browser) -> None:
    run = load(Framing.MANY_TO_MANY)
    shown = Stage(run)._repr_html_()
    assert 'sandbox="allow-scripts allow-downloads"' in shown
    page = browser.new_page()
    page.set_content(shown)
    frame = page.frame_locator("iframe")
    frame.locator(".drawing [data-name='y'][data-value]").first.wait_for()
    assert frame.locator(".drawing [data-name='y'][data-value]").count() == 5
    page.close()


SANDBOXED = """(html) => {
    const frame = document.createElement("iframe");
    frame.sandbox = "allow-scripts";
    frame.srcdoc = html;
    frame.width = 1000;
    frame.height = 900;
    document.body.append(frame);
}"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_frame_that_may_not_save_files_says_so(browser: Browser, language: str) -> None:
    """No browser tells that it dropped a download: the stage says what to do, and offers the text to copy."""
    page = browser.new_page()
    downloads: list[str] = []
    page.on("download", lambda download: downloads.append(download.suggested_filename))
    page.set_content("<!doctype html><title>frame</title>")
    page.evaluate(SANDBOXED, Stage(load(Framing.MANY_TO_MANY), language).to_html())
    frame = page.frame_locator("iframe")
    assert not frame.locator(".notice").is_visible()
    frame.locator("[data-do=svg]").click()
    notice = frame.locator(".notice")
    expect(notice).to_contain_text("echoviz-many-to-many-epoch-1000-step-5.svg")
    expect(notice).to_contain_text({"en": "may not save", "zh": "不能保存"}[language])
    frame.locator("[data-do=copy]").click()
    expect(notice).to_contain_text({"en": "Copied", "zh": "已复制"}[language])
    assert downloads == []
    page.close()


def test_a_frame_of_the_page_itself_is_looked_at(browser: Browser) -> None:
    """A frame whose sandbox can be read is not offered what it cannot do, and not warned of what it can."""
    page = browser.new_page()
    page.set_content("<!doctype html><title>frame</title>")
    html = Stage(load(Framing.MANY_TO_MANY)).to_html()
    for sandbox, warned in (("allow-scripts allow-same-origin", True), ("", False)):
        page.evaluate(
            """([html, sandbox]) => {
                const frame = document.createElement("iframe");
                if (sandbox) frame.sandbox = sandbox;
                frame.srcdoc = html;
                frame.width = 1000;
                document.body.replaceChildren(frame);
            }""",
            [html, sandbox],
        )
        frame = page.frame_locator("iframe")
        frame.locator("[data-do=html]").click()
        expect(frame.locator(".notice")).to_be_visible(visible=warned)
    page.close()


def test_outside_a_frame_nothing_is_said(show_stage: Callable[..., Shown]) -> None:
    shown = show_stage()
    shown.put(load(Framing.MANY_TO_MANY))
    with shown.page.expect_download():
        shown.page.locator("[data-do=html]").click()
    assert not shown.page.locator(".notice").is_visible()


def test_an_unknown_theme_or_language_is_refused() -> None:
    run = load(Framing.MANY_TO_MANY)
    with pytest.raises(ValueError, match="expected one of light, dark"):
        Stage(run, theme="pink")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="expected one of en, zh"):
        Stage(run, "xx")
