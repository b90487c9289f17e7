"""The triage lane in Chromium: it fits, and one digit sorts."""

import pytest
from playwright.sync_api import Browser, expect

from tests.console.house import House
from tests.console.test_desk_sorting import doubtful
from tests.console.test_pages_browser import _SMALL, SIZES, browser, fits, looked_at, picture, served, sign_in

__all__ = ["browser"]  # the fixture
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_the_lane_fits_and_a_digit_sorts(house: House, browser: Browser, size: str, lang: str) -> None:
    taken = doubtful(house)
    with served(house) as base, looked_at(browser, base, size, lang) as page:
        sign_in(page)
        page.goto("/desk?awaits=triage")
        assert fits(page)
        picture(page, f"triage-lane-{size}-{lang}")
        page.click(f"#open-{taken.number}")
        expect(page.locator("#drawer-title")).to_be_focused()
        assert fits(page)
        assert page.evaluate(_SMALL) == []
        picture(page, f"triage-drawer-{size}-{lang}")
        page.keyboard.press("1")
        expect(page.locator(".note[role=status]").first).to_contain_text(taken.number)
        assert page.locator(f"#case-{taken.number}").count() == 0
