"""What a person does on the page, in a real browser, with a real Keras run behind it."""

from __future__ import annotations

import re
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from harness.browser import wait_until
from harness.server import Server
from tests.conftest import IDLE, open_page, watch
from tests.page.actions import LONG_RUN, STAGE, TRAINED, choose, expect_address, go, press, train, type_number
from tests.workers import HELD_STILL, held_still

TOLD = ".st-key-status .words"
UNDER_WAY = r"Epoch [1-9][\d\s]* of 10\s000"


def wait_until_under_way(page: Page) -> None:
    """As soon as it is: at each frame, since a long run takes but two or three seconds."""
    says = """words => [...document.querySelectorAll(".st-key-status *")].some(
        (part) => part.shadowRoot && new RegExp(words).test(part.shadowRoot.textContent))"""
    wait_until(page, says, UNDER_WAY, timeout_s=180)


COUNT_QUESTIONS = """
    let isHidden = false;
    Object.defineProperty(document, "hidden", { get: () => isHidden });
    window.questions = { held: 0, asked: 0, unseen: 0 };
    window.hide = (hidden) => { isHidden = hidden; document.dispatchEvent(new Event("visibilitychange")); };
    const fetchIt = window.fetch;
    window.fetch = async (...asked) => {
        if (!String(asked[0]).includes("echoviz/training")) return fetchIt(...asked);
        questions.held += 1;
        questions.asked += 1;
        questions.unseen += isHidden;
        try { return await fetchIt(...asked); } finally { questions.held -= 1; }
    };
"""


def test_a_page_that_is_not_seen_asks_nothing(page: Page, server: Server) -> None:
    """A browser has six connections to a server: pages in other tabs leave them to the one that is seen."""
    page.add_init_script(COUNT_QUESTIONS)
    open_page(page, server.url, f"{LONG_RUN}&seed=611")
    press(page, "train")
    wait_until_under_way(page)
    with held_still(server.process.pid):
        wait_until(page, "() => questions.held === 1")
        page.evaluate("hide(true)")
        wait_until(page, "() => questions.held === 0", timeout_s=10)
        asked = page.evaluate("questions.asked")
        page.evaluate("hide(false)")
        wait_until(page, "asked => questions.asked > asked", asked)
        assert page.evaluate("questions.unseen") == 0
    expect(page.locator(".st-key-status")).to_contain_text(TRAINED, timeout=180_000)


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
    choose(page, "sections", "Predictions")
    expect(page.locator(".st-key-printed code")).to_have_text(["0.0 0.2 0.4 0.6 0.8"] * 2)
    choose(page, "sections", "Weights")
    expect(page.locator(".st-key-figure_weights")).to_contain_text(f"{framing} {weights}")
    stage = page.locator(f".st-key-stage [data-epoch='{epochs}'][data-playing='']")
    expect(stage).to_have_count(1, timeout=15_000)  # it plays through the run once
    drawn = stage.locator("[data-name='y'][data-value]")
    expect(drawn).to_have_count(5)
    values = [float(cell.get_attribute("data-value") or "nan") for cell in drawn.all()]
    assert [f"{value:z.1f}" for value in values] == ["0.0", "0.2", "0.4", "0.6", "0.8"]


def test_broken_link_is_corrected_and_said(page: Page, server: Server) -> None:
    open_page(page, server.url, "length=-3&neurons=abc&epochs=1e9&framing=zzz")
    said = page.locator(".st-key-corrections")
    for given, used in {"-3": "1", "abc": "5", "1e9": "10000", "zzz": "many-to-many"}.items():
        expect(said).to_contain_text(f"{given} → {used}")
    expect_address(page, length="1", epochs="10000")  # defaults stay out of the address
    page.locator(STAGE).evaluate("stage => { stage.marked = true }")
    press(page, "dismiss")
    expect(said).to_have_count(0)
    assert page.locator(STAGE).evaluate("stage => stage.marked"), "what stands below it stays mounted"


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
    wait_until_under_way(page)
    with held_still(server.process.pid):
        press(page, "stop")
        expect(page.locator(".st-key-status")).to_contain_text("Stopping")
    stopped = page.locator(".st-key-status", has_text=re.compile(r"Stopped at epoch [1-9][\d\s]* of 10\s000"))
    expect(stopped).to_be_visible(timeout=60_000)
    expect(page.locator(".st-key-train button:visible")).to_be_enabled()


def test_reload_finds_the_run_and_a_killed_worker_restarts_it(page: Page, server: Server) -> None:
    open_page(page, server.url, LONG_RUN + "&seed=3")
    press(page, "train")
    status = page.locator(".st-key-status")
    wait_until_under_way(page)
    with held_still(server.process.pid) as workers:
        page.reload()
        expect(page.locator(TOLD)).to_contain_text(re.compile(UNDER_WAY))
        for worker in workers:
            worker.kill()
    expect(status).to_contain_text("restarted", timeout=180_000)
    expect(status).to_contain_text(TRAINED, timeout=180_000)
    expect(status).to_contain_text("10\u202f000 epochs")


def test_the_page_process_never_holds_tensorflow(page: Page, server: Server) -> None:
    open_page(page, server.url, "length=2&epochs=5")
    train(page)
    streamlit = psutil.Process(server.process.pid)
    mapped = [mapping.path.rpartition("site-packages")[2] for mapping in streamlit.memory_maps()]
    assert any("numpy" in path for path in mapped)  # the look itself works
    assert not [path for path in mapped if re.search("tensorflow|keras|pandas|pyarrow", path)]
    assert streamlit.memory_info().rss < 300e6


SCREENS = [(390, "light"), (390, "dark"), (700, "light"), (720, "light"), (1440, "dark"), (1920, "light")]


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_every_screen_fits(
    browser: Browser, server: Server, troubles: list[str], width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale="en-US",
        is_mobile=width < 600,
        has_touch=width < 600,
    )
    page = context.new_page()
    watch(page, server.url, troubles)
    open_page(page, server.url, "show=weights")
    expect(page.locator(".st-key-figure_head_growth .js-plotly-plot")).to_be_visible(timeout=60_000)
    for folded in page.locator("[data-testid=stExpander] summary").all():
        folded.click()
    expect(page.locator("[data-testid=stExpander] table").last).to_be_visible()
    sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    inside = page.evaluate(
        "(m => m.scrollWidth - m.clientWidth)(document.querySelector('[data-testid=stMain]'))"
    )
    buttons = [page.locator(f".st-key-{key} button:visible").bounding_box() for key in ("train", "stop")]
    buttons.append(page.locator(".st-key-address [data-do=reset]").bounding_box())
    stage = page.locator(STAGE).bounding_box()
    drawing = page.locator(f"{STAGE} svg.drawing").bounding_box()
    context.close()
    assert (sideways, inside) == (0, 0)
    tops = [button["y"] for button in buttons if button]
    assert len(tops) == 3
    assert max(tops) - min(tops) < 10, "they stand in one row"
    assert stage is not None
    assert drawing is not None
    assert (stage if width < 600 else drawing)["y"] < 844 - 80, "it begins within the first screen"
    assert troubles == []


def test_what_draws_plots_comes_when_a_plot_is_looked_at(page: Page, server: Server) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    open_page(page, server.url)
    expect(page.locator(f"{STAGE} [data-name='y'][data-value]").first).to_be_visible()
    assert any("BidiComponent" in url for url in loaded), "the look itself works"
    assert not [url for url in loaded if "Plotly" in url]
    choose(page, "sections", "Loss")
    expect(page.locator(".st-key-figure_loss .js-plotly-plot")).to_be_visible(timeout=60_000)
    assert [url for url in loaded if "Plotly" in url]


def test_a_press_on_a_server_that_was_restarted_is_not_lost(browser: Browser, tmp_path: Path) -> None:
    """The open page finds a new server, whose session knows neither callbacks nor what was chosen."""
    page = browser.new_page(locale="en-US")
    connections: list[WebSocket] = []
    page.on("websocket", lambda socket: connections.append(socket))
    with Server(tmp_path / "first.txt", **HELD_STILL) as first:
        open_page(page, first.url, "length=9&seed=3")
        go(page, "reset")
        expect_address(page, seed="3")  # it is no other luck
        type_number(page, "epochs", "77")
        expect_address(page, epochs="77", seed="3")
    before = len(connections)
    with Server(tmp_path / "second.txt", port=first.port, **HELD_STILL) as second:
        with page.expect_event("websocket", lambda _: len(connections) > before, timeout=120_000):
            pass
        page.wait_for_selector("[data-testid=stApp][data-test-connection-state=CONNECTED]", timeout=120_000)
        press(page, "train")
        expect(page.locator(".st-key-status")).to_contain_text(TRAINED, timeout=180_000)
        expect(page.locator(".st-key-status")).to_contain_text("77 epochs")
        expect_address(page, epochs="77", seed="3")
        assert second.port == first.port
    page.close()
