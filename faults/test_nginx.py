"""The page behind Debian's nginx with the shipped configuration: at the root, under a path, path stripped."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from harness.browser import QUIET_ARGUMENTS, find_browser
from harness.server import ROOT, Server

NAME = "class.example.org"
MAIN = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; user root;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""
PLACES = {
    "root": ("", "location / {", "proxy_pass http://echoviz;"),
    "path kept": ("echoviz", "location /echoviz/ {", "proxy_pass http://echoviz;"),
    "path stripped": ("", "location /echoviz/ {", "proxy_pass http://echoviz/;"),
}


@dataclass(frozen=True)
class Proxied:
    """A page as it is reached through nginx."""

    port: int
    path: str
    server: Server

    def get(self, path: str, method: str = "GET", host: str = NAME, body: bytes = b"") -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, f"{self.path}{path}", body=body, headers={"Host": f"{host}:{self.port}"})
        response = connection.getresponse()
        found = response.status, str(response.headers) + response.read().decode(errors="replace")
        connection.close()
        return found


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module", params=PLACES)
def proxied(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    nginx = shutil.which("nginx")
    assert nginx, "no nginx: `apt-get install nginx-light`"
    base, location, passing = PLACES[request.param]
    folder, port = tmp_path_factory.mktemp("nginx"), find_port()
    environment = {"ECHOVIZ_HOSTS": NAME, "STREAMLIT_SERVER_BASE_URL_PATH": base}
    with Server(folder / "log.txt", **environment) as server:
        site = (ROOT / "deploy" / "nginx.conf").read_text()
        site = site.replace("listen 80", f"listen 127.0.0.1:{port}").replace(":8501", f":{server.port}")
        site = site.replace("location / {", location).replace("proxy_pass http://echoviz;", passing)
        (folder / "site.conf").write_text(site)
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
        process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")])
        try:
            wait_for_port(port)
            yield Proxied(port, "/echoviz" if "echoviz" in location else "", server)
        finally:
            process.terminate()
            process.wait(10)
        assert "Traceback" not in server.log.read_text()


def wait_for_port(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            probe.settimeout(0.1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("nginx does not listen")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


def test_a_browser_sees_the_page_and_trains(proxied: Proxied, playwright: Playwright) -> None:
    """Through the websocket, under the name that was given out."""
    arguments = [*QUIET_ARGUMENTS, f"--host-resolver-rules=MAP {NAME} 127.0.0.1"]
    browser = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
    troubles: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.goto(f"http://{NAME}:{proxied.port}{proxied.path}/?neurons=4&seed=7")
    page.wait_for_selector(".st-key-stage svg", timeout=60_000)
    page.locator(".st-key-train button").first.click()
    expect(page.locator(".st-key-status")).to_contain_text(re.compile(r"\d\s?ms"), timeout=90_000)
    browser.close()
    assert troubles == []


def test_headers_and_health_come_through(proxied: Proxied) -> None:
    status, answer = proxied.get("/")
    assert status == 200
    assert "frame-ancestors 'self'" in answer
    assert proxied.get("/healthz")[0] in (200, 503)
    assert proxied.get("/_stcore/metrics")[0] == 404


def test_strangers_and_gifts_are_refused(proxied: Proxied) -> None:
    assert proxied.get("/", host="evil.example")[0] == 421
    assert proxied.get("/", method="POST", body=b"x" * 100_000)[0] == 413
