"""Who came into question, and what people have in hand, in Chromium: nothing sticks out, and axe finds nothing."""

import pytest
from playwright.sync_api import Browser

from tests.console.house import House
from tests.console.living import DRAIN
from tests.console.test_pages_browser import SIZES, browser, fits, looked_at, served, sign_in
from tests.journeys.browsing import findings, picture

__all__ = ["browser"]  # a fixture
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_who_came_into_question_and_who_has_how_much(house: House, browser: Browser, size: str, lang: str) -> None:
    taken = house.case(DRAIN)
    for n in range(3):
        house.case(DRAIN, number=f"+861380000001{n}")
    with served(house) as base, looked_at(browser, base, size, lang) as page:
        sign_in(page)
        page.goto(f"/cases/{taken.number}")
        page.click(".candidates summary")
        assert page.locator(".candidates li").count() == 2
        assert fits(page)
        assert findings(page) == []
        picture(page, f"candidates-{size}-{lang}")
        page.goto("/duty?unit=xingfuli-south#load")
        page.click("#load details summary")
        assert page.locator("#load .number").count() == 4
        assert fits(page)
        assert findings(page) == []
        picture(page, f"loads-{size}-{lang}")
