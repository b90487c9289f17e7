"""The search in Chromium: the key that leads to it, what was found, both languages, both sizes."""

import pytest
from playwright.sync_api import Browser, expect

from dispatch.search.following import follow
from tests.console.house import House
from tests.console.test_pages_browser import browser, fits, looked_at, picture, served, sign_in
from tests.journeys.browsing import SIZES, findings

__all__ = ["browser"]
pytestmark = pytest.mark.browser
DRAIN, LIFT = "幸福里3号楼2单元下水道堵了，污水流到路上", "幸福里5号楼电梯停了，老人下不了楼"


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_the_slash_leads_to_the_search_and_words_to_cases(house: House, browser: Browser, size: str, lang: str) -> None:
    for _ in range(12):
        house.case(LIFT)
        taken = house.case(DRAIN)
    with house.parts.door.found() as conn:
        follow(conn)
    with served(house) as base, looked_at(browser, base, size, lang) as page:
        sign_in(page)
        page.goto("/overdue")
        page.keyboard.press("/")
        expect(page.locator("#find")).to_be_focused()
        page.keyboard.insert_text("幸福里 电梯")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?words=*")
        expect(page.locator(".search-list li")).to_have_count(12)
        expect(page.locator(".search-list mark").first).to_be_visible()
        assert (fits(page), findings(page)) == (True, [])
        picture(page, f"search-{size}-{lang}")
        page.goto("/search?words=没有的词")
        assert (fits(page), findings(page)) == (True, [])
        picture(page, f"search-none-{size}-{lang}")
        page.keyboard.press("Control+k")
        expect(page.locator("#find")).to_be_focused()
        page.keyboard.insert_text(taken.number)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/cases/{taken.number}")
        page.context.add_cookies([{"name": "theme", "value": "dark", "url": base}])
        page.goto("/search?words=楼")
        assert (fits(page), findings(page)) == (True, [])
        picture(page, f"search-one-{size}-{lang}")


def test_the_key_can_be_switched_off(house: House, browser: Browser) -> None:
    with served(house) as base, looked_at(browser, base, "desk", "en") as page:
        sign_in(page)
        page.evaluate("localStorage.setItem('hotline.keys.off', '1')")
        page.goto("/overdue")
        page.keyboard.press("/")
        expect(page.locator("#find")).not_to_be_focused()
        page.goto("/desk")
        page.locator("#find").focus()
        page.keyboard.type("a/b")
        expect(page.locator("#find")).to_have_value("a/b")
