"""What may be one matter, in Chromium: both languages, both sizes, light and dark, and axe finds nothing."""

import pytest
from playwright.sync_api import Browser, expect

from dispatch.acts import doing
from tests.console.house import House
from tests.console.living import does
from tests.console.test_pages_browser import SIZES, browser, fits, looked_at, picture, served, sign_in
from tests.console.test_same_page import neighbours
from tests.journeys.browsing import findings

__all__ = ["browser"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_the_list_and_the_case_fit(house: House, browser: Browser, size: str, lang: str) -> None:
    first, second, _ = neighbours(house)
    words = {"words": "烧烤摊已约谈，今晚起停业整改", "reach": "place"}
    does(house, lambda tx, who: doing.act(tx, who, first.case_id, "announce", (words, 10**6)), "dispatcher-1")
    paths = (("list", "/same"), ("lead", f"/cases/{first.number}"), ("one", f"/cases/{second.number}"))
    with served(house) as base, looked_at(browser, base, size, lang) as page:
        sign_in(page)
        for theme in ("light", "dark"):
            page.context.add_cookies([{"name": "theme", "value": theme, "url": base}])
            for name, path in paths:
                page.goto(path)
                assert first.number in page.inner_text("main")
                assert (path, theme, fits(page), findings(page)) == (path, theme, True, [])
                picture(page, f"same-{name}-{size}-{lang}-{theme}")
        page.goto("/same")
        page.locator("button[value=join]").click()
        expect(page.locator(".note[role=status]")).to_be_visible()
        assert page.locator("section.callback").count() == 0
        assert (fits(page), findings(page)) == (True, [])
        picture(page, f"same-none-{size}-{lang}")
