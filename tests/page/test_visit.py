"""What a person does on the page, in a real browser, with a real Keras run behind it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.conftest import IDLE, open_page, watch
from tests.server import Server
from tests.workers import held_still

LONG_RUN = "length=50&neurons=64&epochs=10000"
UNDER_WAY = re.compile(r"Epoch [1-9]\d* of 10000")
TRAINED = re.compile("Trained live")


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button:visible").click()  # a button with a tooltip is there twice


def train(page: Page) -> None:
    press(page, "train")
    expect(page.locator(".st-key-status")).to_contain_text(TRAINED, timeout=180_000)
    page.wait_for_selector(IDLE)


@pytest.mark.parametrize(
    ("framing", "epochs", "weights"),
    [("one-to-one", 1000, 146), ("many-to-one", 500, 170), ("many-to-many", 1000, 146)],
)
def test_default_settings_echo_live(
    page: Page, server: Server, framing: str, epochs: int, weights: int
) -> None:
    open_page(page, server.url, f"framing={framing}")
    expect(page.locator(".st-key-status")).to_contain_text("recorded")
    train(page)
    expect(page.locator(".st-key-printed code")).to_have_text(["0.0 0.2 0.4 0.6 0.8"] * 2)
    expect(page.locator(".st-key-figure_weights")).to_contain_text(str(weights))
    stage = page.locator(f".st-key-stage [data-epoch='{epochs}'][data-playing='']")
    expect(stage).to_have_count(1, timeout=15_000)  # it plays through the run once
    drawn = stage.locator("[data-name='y'][data-value]").all()
    values = [float(cell.get_attribute("data-value") or "nan") for cell in drawn]
    assert [f"{value:.1f}" for value in values] == ["0.0", "0.2", "0.4", "0.6", "0.8"]


def test_broken_link_is_corrected_and_said(page: Page, server: Server) -> None:
    open_page(page, server.url, "length=-3&neurons=abc&epochs=1e9&framing=zzz")
    said = page.locator(".st-key-corrections")
    for given, used in {"-3": "1", "abc": "5", "1e9": "10000", "zzz": "many-to-many"}.items():
        expect(said).to_contain_text(f"{given} → {used}")
    query = parse_qs(urlsplit(page.url).query)
    assert query == {"length": ["1"], "epochs": ["10000"]}  # defaults stay out of the address
    press(page, "dismiss")
    expect(said).to_have_count(0)


def test_a_value_given_twice_is_said(page: Page, server: Server) -> None:
    open_page(page, server.url, "length=3&length=4")
    expect(page.locator(".st-key-corrections")).to_contain_text("3 & 4 → 4")
    expect(page.locator(".st-key-length [data-testid=stSliderThumbValue]")).to_have_text("4")


def test_hostile_link_is_only_text(page: Page, server: Server) -> None:
    open_page(page, server.url, "length=![x](http://192.0.2.1/a.png)&neurons=<script>alert(1)</script>`")
    expect(page.locator(".st-key-corrections")).to_contain_text("![x](http://192.0.2.1/a.png)")
    assert (
        page.locator(".st-key-corrections img, .st-key-corrections a, .st-key-corrections script").count()
        == 0
    )


def test_a_link_carries_every_setting(page: Page, server: Server, browser: Browser) -> None:
    open_page(page, server.url, "length=3")
    page.locator(".st-key-framing button", has_text="many-to-one").click()
    expect(page.locator(".st-key-epochs input")).to_have_value("500")  # before anything is typed into it
    page.locator(".st-key-epochs input").fill("20")
    page.locator(".st-key-epochs input").press("Enter")
    page.wait_for_url(re.compile("epochs=20"))
    page.wait_for_selector(IDLE)
    other = browser.new_page()
    open_page(other, server.url, urlsplit(page.url).query)
    expect(other.locator(".st-key-epochs input")).to_have_value("20")
    expect(other.locator(".st-key-framing [aria-checked=true]")).to_have_text("many-to-one")
    expect(other.locator(".st-key-length [data-testid=stSliderThumbValue]")).to_have_text("3")
    other.close()


def test_controls_and_buttons_stand_in_one_line(page: Page, server: Server) -> None:
    """What is hidden among them takes no room either."""
    open_page(page, server.url)
    places = [
        page.locator(f".st-key-{key} button:visible").bounding_box() for key in ("train", "stop", "reset")
    ]
    field = page.locator(".st-key-epochs input").bounding_box()
    assert field is not None
    assert all(place is not None and abs(place["y"] - field["y"]) < 20 for place in places)


def test_reset_and_its_undo(page: Page, server: Server) -> None:
    open_page(page, server.url, "length=3&epochs=20")
    press(page, "reset")
    expect(page.locator(".st-key-epochs input")).to_have_value("1000")
    press(page, "undo")
    expect(page.locator(".st-key-epochs input")).to_have_value("20")
    expect(page.locator(".st-key-undo")).to_have_count(0)


def test_a_reset_outlives_a_click_that_did_not_know_of_it(page: Page, server: Server) -> None:
    """The second click is made before the browser has heard of the new values: it carries the old ones."""
    sockets: list[WebSocketRoute] = []
    held: list[str | bytes] = []
    is_slow = False

    def route_socket(socket: WebSocketRoute) -> None:
        upstream = socket.connect_to_server()
        upstream.on_message(lambda message: held.append(message) if is_slow else socket.send(message))
        sockets.append(socket)

    page.route_web_socket(re.compile("_stcore/stream"), route_socket)
    open_page(page, server.url, "length=3&epochs=20")
    expect(page.locator(".st-key-reset button:visible")).to_be_enabled()
    is_slow = True
    press(page, "reset")
    page.wait_for_timeout(1000)  # the server has answered long since
    page.locator(".st-key-language button", has_text="中文").click()
    page.wait_for_timeout(1000)
    is_slow = False
    for message in held:
        sockets[0].send(message)
    expect(page.locator(".st-key-train button:visible")).to_contain_text("训练")
    expect(page.locator(".st-key-undo button:visible")).to_have_count(1)
    expect(page.locator(".st-key-epochs input")).to_have_value("1000")
    expect(page.locator(".st-key-length [data-testid=stSliderThumbValue]")).to_have_text("5")
    page.wait_for_selector(IDLE)
    assert parse_qs(urlsplit(page.url).query) == {"lang": ["zh"]}


def test_back_and_forward_change_the_language_too(page: Page, server: Server) -> None:
    open_page(page, server.url, "length=3")
    expect(page.locator(".st-key-train button:visible")).to_contain_text("Train")
    page.locator(".st-key-language button", has_text="中文").click()
    expect(page.locator(".st-key-train button:visible")).to_contain_text("训练")
    page.wait_for_url(re.compile("lang=zh"))
    page.wait_for_selector(IDLE)
    page.go_back()
    expect(page.locator(".st-key-train button:visible")).to_contain_text("Train")
    page.go_forward()
    expect(page.locator(".st-key-train button:visible")).to_contain_text("训练")
    assert parse_qs(urlsplit(page.url).query) == {"length": ["3"], "lang": ["zh"]}


def test_train_takes_what_was_just_typed(page: Page, server: Server) -> None:
    """No Enter: the number is sent as the button takes the focus, a moment before the press."""
    open_page(page, server.url, "length=3&epochs=20")
    page.locator(".st-key-epochs input").fill("33")
    press(page, "train")
    expect(page.locator(".st-key-status")).to_contain_text(TRAINED, timeout=180_000)
    expect(page.locator(".st-key-status")).to_contain_text("33 epochs")


def test_changing_the_framing_changes_default_epochs(page: Page, server: Server) -> None:
    open_page(page, server.url)
    page.locator(".st-key-framing button", has_text="many-to-one").click()
    expect(page.locator(".st-key-epochs input")).to_have_value("500")
    page.locator(".st-key-framing button", has_text="one-to-one").click()
    expect(page.locator(".st-key-epochs input")).to_have_value("1000")


def test_two_presses_are_one_run(page: Page, server: Server) -> None:
    open_page(page, server.url, "length=4&epochs=300")
    page.locator(".st-key-train button:visible").dblclick()
    status = page.locator(".st-key-status")
    expect(status).to_contain_text(TRAINED, timeout=180_000)
    expect(status).to_contain_text("300 epochs")
    said = status.inner_text()  # with the time that this one run took
    press(page, "train")
    page.wait_for_timeout(1000)
    page.wait_for_selector(IDLE)
    assert status.inner_text() == said


def test_stop_keeps_what_was_learned(page: Page, server: Server) -> None:
    open_page(page, server.url, LONG_RUN)
    press(page, "train")
    expect(page.locator(".st-key-status")).to_contain_text(UNDER_WAY, timeout=180_000)
    with held_still(server.process.pid):
        press(page, "stop")
        expect(page.locator(".st-key-status")).to_contain_text("Stopping")
    stopped = page.locator(".st-key-status", has_text=re.compile(r"Stopped at epoch [1-9]\d* of 10000"))
    expect(stopped).to_be_visible(timeout=20_000)
    expect(page.locator(".st-key-train button:visible")).to_be_enabled()


def test_reload_finds_the_run_and_a_killed_worker_restarts_it(page: Page, server: Server) -> None:
    open_page(page, server.url, LONG_RUN + "&seed=3")
    press(page, "train")
    status = page.locator(".st-key-status")
    expect(status).to_contain_text(UNDER_WAY, timeout=180_000)
    with held_still(server.process.pid) as workers:
        page.reload()
        expect(status).to_contain_text(UNDER_WAY)
        for worker in workers:
            worker.kill()
    expect(status).to_contain_text("restarted", timeout=180_000)
    expect(status).to_contain_text(TRAINED, timeout=180_000)
    expect(status).to_contain_text("10000 epochs")


def test_the_page_process_never_holds_tensorflow(page: Page, server: Server) -> None:
    open_page(page, server.url, "length=2&epochs=5")
    train(page)
    streamlit = psutil.Process(server.process.pid)
    mapped = [mapping.path for mapping in streamlit.memory_maps()]
    assert any("numpy" in path for path in mapped)  # the look itself works
    assert not [path for path in mapped if re.search("tensorflow|keras|pandas|pyarrow", path)]
    assert streamlit.memory_info().rss < 300 * 2**20


def test_language_switch_and_link(page: Page, server: Server) -> None:
    open_page(page, server.url)
    page.locator(".st-key-language button", has_text="简体中文").click()
    expect(page.locator(".st-key-train")).to_contain_text("训练")
    assert parse_qs(urlsplit(page.url).query)["lang"] == ["zh"]
    page.reload()
    page.wait_for_selector(IDLE)
    expect(page.locator(".st-key-train")).to_contain_text("训练")


@pytest.mark.parametrize("width", [390, 1440, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_fits(
    browser: Browser, server: Server, troubles: list[str], width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        is_mobile=width < 600,
        has_touch=width < 600,
    )
    page = context.new_page()
    watch(page, server.url, troubles)
    open_page(page, server.url)
    expect(page.locator(".st-key-figure_time_distributed .js-plotly-plot")).to_be_visible(timeout=20_000)
    for folded in page.locator("[data-testid=stExpander] summary").all():
        folded.click()
    expect(page.locator("[data-testid=stExpander] table").last).to_be_visible()
    sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    inside = page.evaluate(
        "(m => m.scrollWidth - m.clientWidth)(document.querySelector('[data-testid=stMain]'))"
    )
    context.close()
    assert (sideways, inside) == (0, 0)
    assert troubles == []
