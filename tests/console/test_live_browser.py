"""Live pages in Chromium: pages are told, say so where they are not, and share one connection."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.conftest import Valkey
from tests.console.house import House
from tests.console.test_live_process import web
from tests.console.test_pages_browser import browser, fits, looked_at, picture, sign_in

pytestmark = pytest.mark.browser

EARS = """
window.heard = []
for (const name of ["changed", "stale", "fresh"])
  document.addEventListener(`hotline:${name}`, (news) => window.heard.push([name, news.detail]))
"""
PAUSED = {"zh_CN": "实时更新已中断", "en": "Live updates paused"}
__all__ = ["browser"]  # a fixture


def told(page: Page, number: str | None) -> None:
    """Wait until the page was told of a case (None: of anything)."""
    page.wait_for_function("(number) => heard.some(([name, d]) => name === 'changed' && d.case === number)", arg=number)


def fresh(page: Page) -> None:
    page.wait_for_function("() => heard.some(([name]) => name === 'fresh')")


def another(context: BrowserContext) -> Page:
    page = context.new_page()
    page.add_init_script(EARS)
    page.goto("/desk")
    fresh(page)
    return page


def older(route: Route) -> None:
    """The page as it was read before anything that the server still knows of."""
    answer = route.fetch()
    route.fulfill(response=answer, body=re.sub(r'data-from="[^"]*"', 'data-from="1.2"', answer.text()))


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_a_page_is_told_and_says_where_it_is_not(
    browser: Browser,
    house: House,
    tmp_path: Path,
    valkey: Valkey,
    lang: str,
) -> None:
    data = tmp_path / "data"
    with web(house, data, valkey.url) as first:
        port = first.port
        with looked_at(browser, first.base, "desk", lang, allow="Failed to ") as page:
            page.add_init_script(EARS)
            sign_in(page)
            fresh(page)
            note = page.locator("#live")
            expect(note).to_have_text("")
            taken = house.case("幸福里3号楼2单元下水道堵了")
            began = time.monotonic()
            told(page, taken.number)
            assert time.monotonic() - began < 1
            first.process.kill()
            first.process.wait(10)
            missed = house.case("幸福里5号楼电梯停了", number="+8613800000002")
            expect(note).to_have_text(PAUSED[lang], timeout=8000)
            assert note.get_attribute("role") == "status"
            picture(page, f"live-paused-desk-{lang}")
            page.set_viewport_size({"width": 390, "height": 844})
            page.emulate_media(color_scheme="dark")
            assert fits(page)
            picture(page, f"live-paused-phone-dark-{lang}")
            with web(house, data, valkey.url, port):
                told(page, missed.number)
                expect(note).to_have_text("")
                assert page.evaluate("heard.at(-1)[0]") in ("fresh", "changed")
                assert page.evaluate("heard.filter(([, d]) => d?.kind === 'reset').length") == 0


def test_many_pages_share_one_connection(browser: Browser, house: House, tmp_path: Path, valkey: Valkey) -> None:
    """A browser has six for a site: with one for each page the seventh would wait for ever."""
    with web(house, tmp_path / "data", valkey.url) as one, looked_at(browser, one.base, "desk", "en") as page:
        page.add_init_script(EARS)
        sign_in(page)
        fresh(page)
        pages = [page, *(another(page.context) for _ in range(8))]
        taken = house.case("幸福里3号楼2单元下水道堵了")
        for each in pages:
            told(each, taken.number)
        page.close()  # the page that began it
        later = house.case("幸福里5号楼电梯停了", number="+8613800000002")
        told(pages[1], later.number)
        assert pages[1].evaluate("heard.filter(([name]) => name === 'stale').length") == 0


def test_a_browser_without_shared_workers_is_told_too(
    browser: Browser,
    house: House,
    tmp_path: Path,
    valkey: Valkey,
) -> None:
    with web(house, tmp_path / "data", valkey.url) as one, looked_at(browser, one.base, "phone", "en") as page:
        page.add_init_script("delete window.SharedWorker;" + EARS)
        sign_in(page)
        fresh(page)
        told_of = house.case("幸福里3号楼2单元下水道堵了")
        told(page, told_of.number)


def test_a_page_that_came_from_before_anything_known_reads_anew(
    browser: Browser,
    house: House,
    tmp_path: Path,
    valkey: Valkey,
) -> None:
    with web(house, tmp_path / "data", valkey.url) as one, looked_at(browser, one.base, "desk", "en") as page:
        page.add_init_script("delete window.SharedWorker;" + EARS)
        sign_in(page)
        page.route("**/desk", older)
        page.goto("/desk")
        told(page, None)


def test_who_is_not_signed_in_asks_for_nothing(browser: Browser, house: House, tmp_path: Path, valkey: Valkey) -> None:
    with web(house, tmp_path / "data", valkey.url) as one, looked_at(browser, one.base, "desk", "en") as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto("/login")
        page.wait_for_load_state("networkidle")
        assert [url for url in asked if "live" in url] == []
