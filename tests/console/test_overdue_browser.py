"""Supervision in Chromium: a supervisor's morning, in both languages and at both sizes."""

import pytest
from playwright.sync_api import Browser, Page, expect

from dispatch.people.accounts import Role
from tests.console.house import House
from tests.console.living import DRAIN
from tests.console.test_case_deeds import twice_no
from tests.console.test_failures_page import park, suspect
from tests.console.test_pages_browser import SIZES, browser, fits, looked_at, picture, served, sign_in

__all__ = ["browser"]  # the fixture

pytestmark = pytest.mark.browser


def decides(page: Page) -> None:
    """A resident said twice that it is not solved: it is done once more, by order."""
    page.goto("/desk")
    page.click(".figures a[href='/desk?awaits=supervisor']")
    page.click("table.queue .cell-number a")
    page.click("#drawer .drawer-deeds a")
    page.locator("details.deed", has=page.locator("form[action*='/act/redo']")).locator("summary").click()
    page.fill("#redo-why", "换一家施工队，由居委会主任到场")
    assert fits(page)
    page.click("form[action*='/act/redo'] button")
    expect(page.locator("#deeds .deed-note")).to_be_visible()
    expect(page.locator(".note-waits")).to_have_count(0)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_a_supervisor_s_morning(house: House, browser: Browser, size: str, lang: str) -> None:
    house.account("supervisor", role=Role.SUPERVISOR)
    twice_no(house, house.case("幸福里3号楼1单元下水道堵了", number="+8613800000002"))
    lift = house.case("幸福里5号楼电梯停了")
    house.case(DRAIN)
    house.move_clock(hours=26)
    park(house, lift.number)
    suspect(house)
    with served(house) as base, looked_at(browser, base, size, lang) as page:
        sign_in(page, "supervisor")
        page.goto("/overdue")
        assert fits(page)
        picture(page, f"overdue-{size}-{lang}")
        number = page.locator(".matrix a.press-over").first
        count = int(number.inner_text().strip("▲ "))
        number.click()
        page.wait_for_url("**time=over**")
        assert page.locator("table.presslist tbody tr").count() == count
        with page.expect_download() as download:
            page.click("a[href*='overdue.xlsx']")
        assert download.value.suggested_filename.isascii()
        assert fits(page)
        picture(page, f"overdue-list-{size}-{lang}")
        page.click(f"table.presslist a[href='/cases/{lift.number}'] >> nth=0")
        expect(page.locator("#case-title")).to_have_text(lift.number)
        decides(page)
        picture(page, f"overdue-decided-{size}-{lang}")
        page.goto("/failures")
        assert fits(page)
        picture(page, f"failures-{size}-{lang}")
        page.click("a[href$='/dismiss']")
        page.click(".btn-danger")
        page.wait_for_url("**/failures")
        expect(page.locator(".said-note")).to_be_visible()
        assert page.locator("#request").count() == 0
        page.goto("/duty?unit=xingfuli")
        assert fits(page)
        picture(page, f"duty-{size}-{lang}")
        shifts = page.locator(".week .shift").count()
        page.locator(".week .btn-remove").first.click()
        page.wait_for_url("**/duty?unit=xingfuli**")
        assert page.locator(".week .shift").count() == shifts - 1


def test_the_list_refreshes_itself_and_says_when_it_cannot(house: House, browser: Browser) -> None:
    allow = "Failed to load resource"
    with served(house) as base, looked_at(browser, base, "desk", "en", allow=allow) as page:
        sign_in(page)
        page.goto("/overdue")
        assert page.locator("table.presslist").count() == 0
        house.case("幸福里5号楼电梯停了")
        house.move_clock(hours=2)
        page.evaluate("document.dispatchEvent(new CustomEvent('hotline:changed', {detail: {case: null}}))")
        page.locator("table.presslist tbody tr").first.wait_for()
        assert page.locator(".stale-note").is_hidden()
        page.route("**/overdue/rows*", lambda route: route.fulfill(status=503))
        page.evaluate("document.dispatchEvent(new CustomEvent('hotline:changed', {detail: {case: null}}))")
        page.locator(".stale-note").wait_for(state="visible")
