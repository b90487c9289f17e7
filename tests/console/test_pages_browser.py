"""A case followed on the pages in Chromium, in both languages and at both sizes."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from dispatch.loop.verdicts import Answer
from tests.console.house import PASSWORD, House
from tests.console.living import DRAIN, answered
from tests.journeys.browsing import ARGS, CHROMIUM, PICTURES, SIZES, STILL

pytestmark = pytest.mark.browser

# What live.js says where something changed.
CHANGED = "document.dispatchEvent(new CustomEvent('hotline:changed', {detail: {case: null, kind: 'x', unit: null}}))"


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing is said."""


@contextmanager
def served(house: House) -> Iterator[str]:
    """The console on a loopback port; its address."""
    server = make_server("127.0.0.1", 0, _files_whole(house.app), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _files_whole(app: Any) -> Any:
    """Files are read before they are handed over: werkzeug's server leaves one open whose reader has gone."""

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        given = app(environ, start_response)
        if not environ["PATH_INFO"].startswith("/static/"):
            return given
        try:
            return list(given)
        finally:
            getattr(given, "close", lambda: None)()

    return answer


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium: install Debian's package chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield opened
        opened.close()


@contextmanager
def looked_at(
    browser: Browser, base: str, size: str, lang: str, *, allow: str = "no error at all", **more: Any
) -> Iterator[Page]:
    """A page that fails the test on a foreign request, a CSP report, or an error on the console but the one
    that the test brings about (`allow`)."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=lang.replace("_", "-"), base_url=base, **STILL, **more
    )
    context.add_cookies([{"name": "lang", "value": lang, "url": base}])
    page = context.new_page()
    foreign: list[str] = []
    troubles: list[str] = []
    page.on("request", lambda asked: foreign.append(asked.url))
    page.on("console", lambda said: troubles.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
    yield page
    context.close()
    assert [url for url in foreign if not url.startswith((base, "data:"))] == []
    assert [said for said in troubles if said.startswith(("error", "warning")) and allow not in said] == []


def picture(page: Page, name: str) -> None:
    """A picture of the whole page for people to look at."""
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def sign_in(page: Page, login: str = "dispatcher") -> None:
    """Through the form, as a person does."""
    page.goto("/login")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("form[action='/login'] button")
    page.wait_for_url("**/desk")


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the side."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    return wide


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_a_case_is_followed_on_the_pages(house: House, browser: Browser, size: str, lang: str) -> None:
    lift = house.case("幸福里5号楼电梯停了")
    drain = house.case("幸福里3号楼2单元下水道堵了，电话13800000001")
    house.case("和平小区有人唱歌太吵", number="+8613800000002")
    house.move_clock(hours=25)
    with served(house) as base, looked_at(browser, base, size, lang) as page:
        page.goto("/")
        picture(page, f"welcome-{size}-{lang}")
        assert fits(page)
        sign_in(page)
        assert page.locator("table.queue tbody tr").count() == 3
        assert page.locator("table.queue tbody tr").first.get_attribute("id") == f"case-{lift.number}"
        picture(page, f"queue-{size}-{lang}")
        assert fits(page)
        page.click(f"#open-{drain.number}")
        page.click(f"#drawer a[href='/cases/{drain.number}']")
        page.wait_for_url(f"**/cases/{drain.number}")
        assert page.locator(".lamp").count() == 5
        assert "13800000001" not in page.content()
        picture(page, f"case-{size}-{lang}")
        assert fits(page)
        page.goto(f"/cases/{lift.number}")
        picture(page, f"late-{size}-{lang}")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_cases_of_the_loop_fit_on_the_pages(house: House, browser: Browser, size: str, lang: str) -> None:
    again, closed = house.case(DRAIN), house.case("幸福里3号楼1单元下水道堵了", number="+8613800000002")
    answered(house, again, Answer.UNSOLVED)
    answered(house, again, Answer.UNSOLVED)
    answered(house, closed, Answer.SATISFIED)
    with served(house) as base, looked_at(browser, base, size, lang) as page:
        sign_in(page)
        assert page.locator("table.queue tbody tr").count() == 1
        expect(page.locator("table.queue .mark-waits")).to_be_visible()
        picture(page, f"loop-queue-{size}-{lang}")
        assert fits(page)
        for taken, note in ((again, ".note-waits"), (closed, ".note-over")):
            page.goto(f"/cases/{taken.number}")
            expect(page.locator(note)).to_be_visible()
            picture(page, f"loop-{note.rpartition('-')[2]}-{size}-{lang}")
            assert fits(page)
            assert page.evaluate(_SMALL) == []


def test_the_queue_refreshes_itself_and_says_when_it_cannot(house: House, browser: Browser) -> None:
    house.case("幸福里5号楼电梯停了")
    dark = {"allow": "Failed to", "color_scheme": "dark"}
    with served(house) as base, looked_at(browser, base, "desk", "zh_CN", **dark) as page:
        sign_in(page)
        assert page.locator("html").get_attribute("data-bs-theme") == "dark"
        page.focus("table.queue a")
        late = house.case("幸福里3号楼2单元下水道堵了")
        page.evaluate(CHANGED)
        page.wait_for_selector(f"#case-{late.number}", timeout=10_000)
        assert page.evaluate("document.activeElement.closest('table.queue') !== null"), "focus was lost"
        assert page.locator(".stale-note").is_hidden()
        picture(page, "queue-dark")
        page.route("**/desk/rows*", lambda route: route.abort())
        page.evaluate(CHANGED)
        page.wait_for_selector(".stale-note", state="visible", timeout=10_000)
        page.unroute("**/desk/rows*")
        page.evaluate(CHANGED)
        page.wait_for_selector(".stale-note", state="hidden", timeout=10_000)


def test_a_session_that_ended_leaves_no_table_behind(house: House, browser: Browser) -> None:
    house.case("幸福里5号楼电梯停了")
    with served(house) as base, looked_at(browser, base, "desk", "en", allow="401") as page:
        sign_in(page)
        page.context.clear_cookies(name="hotline_session")
        page.evaluate(CHANGED)
        page.wait_for_url(re.compile(r"/login\?next=/desk$"), timeout=10_000)


def test_theme_and_language_are_switched_by_their_buttons(house: House, browser: Browser) -> None:
    with served(house) as base, looked_at(browser, base, "phone", "zh_CN") as page:
        page.goto("/")
        assert page.locator("html").get_attribute("data-bs-theme") == "light"
        page.click("form[action='/theme'] button")
        assert page.locator("html").get_attribute("data-bs-theme") == "dark"
        picture(page, "welcome-dark")
        page.click("form[action='/language'] button")
        assert page.locator("html").get_attribute("lang") == "en"


def test_every_control_is_large_enough_to_hit(house: House, browser: Browser) -> None:
    taken = house.case("幸福里5号楼电梯停了")
    with served(house) as base, looked_at(browser, base, "phone", "en") as page:
        sign_in(page)
        for path in ("/", "/desk", f"/cases/{taken.number}"):
            page.goto(path)
            assert page.evaluate(_SMALL) == []


# Controls smaller than 24 px, but for links inside a sentence and what only a screen reader sees.
_SMALL = """[...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
  .filter(one => one.checkVisibility() && !one.matches("p a, .skip-link"))
  .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
