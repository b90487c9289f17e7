"""The figures in Chromium with what they say of rules and people: both languages, both sizes, light and dark."""

import pytest
from playwright.sync_api import Browser, expect

from dispatch.people.accounts import Role
from tests.console.house import House
from tests.console.members import member
from tests.console.test_figures_page import sent_astray
from tests.console.test_pages_browser import SIZES, browser, fits, looked_at, picture, served, sign_in
from tests.journeys.browsing import findings

__all__ = ["browser"]  # a fixture
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_accuracy_leads_to_the_cases(house: House, browser: Browser, size: str, lang: str) -> None:
    first, _ = sent_astray(house)
    member(house, "supervisor", Role.SUPERVISOR)
    with served(house) as base, looked_at(browser, base, size, lang) as page:
        sign_in(page, "supervisor")
        for theme in ("light", "dark"):
            page.context.add_cookies([{"name": "theme", "value": theme, "url": base}])
            page.goto("/figures")
            assert (theme, fits(page), findings(page)) == (theme, True, [])
            picture(page, f"figures-{size}-{lang}-{theme}")
        page.click("a[href*='rule=drain-blocked'][href*='part=all']")
        expect(page.locator(f"a[href='/cases/{first.number}']")).to_be_visible()
        assert (fits(page), findings(page)) == (True, [])
        picture(page, f"figure-{size}-{lang}")
