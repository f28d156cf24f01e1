"""The Chromium that tests and benchmarks drive; `python -m harness.browser` installs one where there is none.

One already installed, else Debian's `chromium` when root, else playwright's own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IDLE = "[data-testid='stApp'][data-test-script-state='notRunning']"
"""Streamlit's page when its script has run to the end."""
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_browser() -> str | None:
    """The path of a Chromium on this machine, or `None`."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """A headless Chromium, closed at the end; where there is none it raises, so that nothing is skipped."""
    path = find_browser()
    if path is None:
        raise RuntimeError("no Chromium: `make browser` installs one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET_ARGUMENTS)
        yield browser
        browser.close()


def wait_until(page: Page, predicate: str, argument: object = None, timeout_s: float = 20) -> None:
    """Wait, frame by frame, until a JavaScript function says so.

    Playwright's own `wait_for_function` evaluates text in the page, which the page's policy forbids.
    """
    page.evaluate(
        f"""([argument, patience]) => new Promise((resolve, reject) => {{
            const isSo = {predicate};
            const end = performance.now() + patience;
            const look = () => {{
                if (isSo(argument)) resolve();
                else if (performance.now() > end) reject(new Error("it is not so in time"));
                else requestAnimationFrame(look);
            }};
            look();
        }})""",
        [argument, timeout_s * 1000],
    )


def install_browser() -> None:
    """Install a Chromium: Debian's package when root, playwright's own otherwise."""
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    if find_browser() is None:
        install_browser()
    found = find_browser()
    if found is None:
        sys.exit(
            "No Chromium found and none could be installed: install `chromium`, then run `make test` again."
        )
    print(f"browser: {found}")
