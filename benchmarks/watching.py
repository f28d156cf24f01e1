"""Pages with a clock inside them, and the bare Streamlit page that EchoViz' is measured against."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

WATCH = (Path(__file__).parent / "watch.js").read_text()
SILENCE_UNTIL_MS = 3000
BARE_PAGE = """import streamlit as st

if __name__ == "__main__":
    st.session_state.setdefault("presses", 0)
    if st.button("Press", key="press"):
        st.session_state.presses += 1
    st.write(f"pressed {st.session_state.presses} times")
"""
BARE_TEXT = "[data-testid='stMarkdown'] p"


def write_bare_page(folder: Path) -> Path:
    """The app of a page that has a button and a text that says how often it was pressed."""
    app = folder / "bare.py"
    app.write_text(BARE_PAGE)
    return app


@contextmanager
def watched_page(browser: Browser, script: str = "") -> Iterator[Page]:
    """A visitor with an empty cache; `script` runs in the page before its own, and knows `watched`."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(60_000)  # a busy machine is slow, not wrong
    page.add_init_script(f"{WATCH}\n{script}")
    yield page
    context.close()
