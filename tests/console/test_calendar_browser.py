"""The calendar in Chromium: a year is entered and an office closed, in both languages and at both sizes."""

import pytest
from playwright.sync_api import Browser, expect

from dispatch.people.accounts import Role
from tests.console.house import House
from tests.console.test_calendar_page import NOTICE
from tests.console.test_pages_browser import SIZES, browser, fits, looked_at, picture, served, sign_in

__all__ = ["browser"]  # the fixture

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_a_supervisor_enters_the_notice_and_closes(house: House, browser: Browser, size: str, lang: str) -> None:
    house.account("boss", role=Role.SUPERVISOR)
    with served(house) as base, looked_at(browser, base, size, lang) as page:
        sign_in(page, "boss")
        page.goto("/desk")
        assert fits(page)
        picture(page, f"calendar-desk-{size}-{lang}")
        page.click("p.alert-note a")
        page.wait_for_url("**/calendar#notice")
        page.goto("/calendar?year=2027")
        assert fits(page)
        picture(page, f"calendar-provisional-{size}-{lang}")
        page.fill("#notice-text", NOTICE)
        page.click("button[value=preview]")
        expect(page.locator(".calendar-would li")).to_have_count(13)
        assert fits(page)
        picture(page, f"calendar-preview-{size}-{lang}")
        page.click("button[value=enter]")
        expect(page.locator(".said-note")).to_be_visible()
        expect(page.locator(".calendar-provisional")).to_have_count(0)
        expect(page.locator("td.day-makeup")).to_have_count(1)
        page.fill("#close-from", "2027-07-15T13:00")
        page.fill("#close-to", "2027-07-16T00:00")
        page.fill("#close-why", "台风")
        page.click("#closure .card-footer button")
        expect(page.locator("td.day-closure")).to_have_count(1)
        assert fits(page)
        picture(page, f"calendar-closed-{size}-{lang}")
        page.click("#closure .calendar-list button")
        expect(page.locator("td.day-closure")).to_have_count(0)
        page.goto("/calendar?year=2026")
        picture(page, f"calendar-2026-{size}-{lang}")
