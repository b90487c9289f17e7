"""The page of the rules in Chromium: read, tried, changed and replayed, in both languages and at both sizes."""

import json

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect

from dispatch.models import policy_version
from dispatch.people.accounts import Role
from tests.console.house import House
from tests.console.members import member
from tests.console.test_pages_browser import SIZES, browser, fits, looked_at, picture, served, sign_in
from tests.dispatch.sample import policy, raw_policy
from tests.journeys.browsing import findings

__all__ = ["browser"]  # the fixture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def two_supervisors(house: House) -> None:
    """An office with two who may decide, and the shipped rules in force."""
    member(house, "supervisor", Role.SUPERVISOR)
    member(house, "leader", Role.SUPERVISOR)
    shipped = {"number": 2, "body": json.dumps(raw_policy()), "state": "in_force", "imported_at": house.now()}
    house.execute(sa.insert(policy_version).values(shipped))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_a_supervisor_changes_a_row_and_sees_what_it_would_have_done(
    house: House, browser: Browser, size: str, lang: str
) -> None:

    two_supervisors(house)
    house.case("幸福里小区3号楼2单元楼道灯坏了")
    with served(house) as base, looked_at(browser, base, size, lang) as page:
        sign_in(page, "supervisor")
        page.goto("/rules")
        expect(page.locator(".rules-table tbody tr")).to_have_count(len(policy().rules) + 1)
        assert (fits(page), findings(page)) == (True, [])
        picture(page, f"rules-{size}-{lang}")
        page.goto("/rules/try")
        page.fill("#text", "幸福里小区3号楼2单元楼道灯坏了，二十多户老人不敢下楼")
        page.click(".rules-narrow .btn-primary")
        expect(page.locator("#tried")).to_be_visible()
        expect(page.locator("#candidates li").nth(1)).to_be_visible()
        assert (fits(page), findings(page)) == (True, [])
        picture(page, f"rules-try-{size}-{lang}")
        page.goto("/rules/row?id=stairwell-grid")
        assert (fits(page), findings(page)) == (True, [])
        picture(page, f"rules-row-{size}-{lang}")
        page.select_option("#c-to", "")
        page.select_option("#c-role", "")
        page.select_option("#c-unit", "heping")
        page.fill("#why", "灯统一派和平")
        page.click("button[value=save]")
        page.wait_for_url("**/rules/drafts/1")
        page.click("#replay button")
        expect(page.locator("#replayed .rules-list li")).to_have_count(1)
        assert (fits(page), findings(page)) == (True, [])
        picture(page, f"rules-draft-{size}-{lang}")
        page.goto("/rules/row?id=stairwell-grid&draft=1")
        page.select_option("#c-unit", "binhe")
        page.fill("#why", "滨河更近")
        page.click("button[value=save]")
        page.wait_for_url("**/rules/drafts/1")
        page.click(".rules-past summary")
        expect(page.locator(".rules-past li")).to_have_count(1)
        assert (fits(page), findings(page)) == (True, [])
        picture(page, f"rules-changed-{size}-{lang}")
        page.context.add_cookies([{"name": "theme", "value": "dark", "url": base}])
        for path in ("/rules", "/rules/drafts/1/replay?days=7", "/rules/row?id=stairwell-grid", "/rules/try?text=灯"):
            page.goto(path)
            assert (path, fits(page), findings(page)) == (path, True, [])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_two_supervisors_at_one_row_see_what_is_left_to_do(
    house: House, browser: Browser, size: str, lang: str
) -> None:
    two_supervisors(house)
    with served(house) as base, looked_at(browser, base, size, lang, allow="422") as page:
        sign_in(page, "supervisor")
        page.goto("/rules/row?id=stairwell-grid")
        page.fill("#c-keywords", "楼道灯")
        page.fill("#why", "灯统一派")
        page.click("button[value=save]")
        page.wait_for_url("**/rules/drafts/1")
        page.goto("/rules/row?id=stairwell-grid&draft=1")
        with looked_at(browser, base, size, lang) as other:
            sign_in(other, "leader")
            other.goto("/rules/row?id=stairwell-grid&draft=1")
            expect(other.locator("#alone")).to_be_visible()
            assert (fits(other), findings(other)) == (True, [])
            picture(other, f"rules-alone-{size}-{lang}")
            other.fill("#c-keywords", "路灯")
            other.fill("#why", "写全")
            other.click("button[value=save]")
            other.wait_for_url("**/rules/drafts/1")
        page.fill("#c-keywords", "灯泡")
        page.fill("#why", "写短")
        page.click("button[value=save]")
        expect(page.locator("#c-keywords")).to_have_value("灯泡")
        expect(page.locator("button[value=save]")).to_have_count(0)
        assert (fits(page), findings(page)) == (True, [])
        picture(page, f"rules-stale-{size}-{lang}")
        page.locator("a[href*='/rules/row']").first.click()
        expect(page.locator("#c-keywords")).to_have_value("路灯")
        page.goto("/rules/drafts/1")
        assert (fits(page), findings(page)) == (True, [])
        picture(page, f"rules-withdraw-{size}-{lang}")
        page.fill("#withdraw-why", "由一个人另提")
        page.click(".rules-back button")
        expect(page.locator("#withdraw-why")).to_have_count(0)
        assert (fits(page), findings(page)) == (True, [])
        picture(page, f"rules-withdrawn-{size}-{lang}")
