"""The case page in Chromium: it says that the case has changed and takes nothing away from whoever is writing."""

import pytest
from playwright.sync_api import Browser, Page, expect

from dispatch import desk
from dispatch.loop import visits
from tests.console.house import House
from tests.console.living import DRAIN, HER, does, visited
from tests.console.members import member
from tests.console.test_pages_browser import SIZES, browser, fits, looked_at, picture, served, sign_in

__all__ = ["browser"]
pytestmark = pytest.mark.browser


def change(page: Page, case: str | None) -> None:
    """What the live stream tells the page."""
    page.evaluate(
        "case_ => document.dispatchEvent(new CustomEvent('hotline:changed', {detail: {case: case_}}))", case
    )  # fmt: skip


def test_a_change_is_said_and_what_is_written_stays(house: House, browser: Browser) -> None:
    taken, other = house.case(DRAIN), house.case("幸福里5号楼电梯停了", number="+8613800000002")
    with served(house) as base, looked_at(browser, base, "desk", "en") as page:
        sign_in(page)
        page.goto(f"/cases/{taken.number}")
        link = page.get_by_text("This case has changed: show it")
        page.click("summary:has-text('Send to another unit')")
        page.fill("#reroute-why", "是隔壁院的")
        change(page, other.number)
        assert not link.is_visible()
        with house.door.transaction("xingfu") as tx:
            desk.supplement(tx, taken.case_id, "现在漫到走廊了")
        change(page, taken.number)
        expect(link).to_be_visible()
        assert page.input_value("#reroute-why") == "是隔壁院的"
        link.click()
        page.wait_for_selector("text=现在漫到走廊了")


@pytest.mark.parametrize("told", ["id", "anything"])
def test_it_is_known_by_its_id_and_anything_may_be_this_one(house: House, browser: Browser, told: str) -> None:
    taken = house.case(DRAIN)
    with served(house) as base, looked_at(browser, base, "desk", "zh_CN") as page:
        sign_in(page)
        page.goto(f"/cases/{taken.number}")
        change(page, str(taken.case_id) if told == "id" else None)
        expect(page.get_by_text("案件有新进展，点此查看")).to_be_visible()


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_a_worker_works_without_any_script(house: House, browser: Browser, size: str, lang: str) -> None:
    member(house, HER)
    taken = house.case(DRAIN)
    visited(house, taken)
    says = {"zh_CN": ("记录了解情况", "了解情况已记录。"), "en": ("Record the finding", "The finding is kept.")}[lang]
    with served(house) as base, looked_at(browser, base, size, lang, java_script_enabled=False) as page:
        sign_in(page, HER)
        page.goto(f"/cases/{taken.number}")
        page.click(f"details.deed summary:has-text('{says[0]}')")
        page.fill("#find-words", "管道被油污堵住")
        page.click("details.deed[open] button")
        assert page.locator(".deed-note").inner_text() == says[1]
        page.click("#step-told + .step-why summary")
        expect(page.locator("#step-told + .step-why ol")).to_be_visible()


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_sticks_out_and_there_are_pictures(house: House, browser: Browser, size: str, lang: str) -> None:
    member(house, HER)
    taken = house.case(DRAIN)
    does(house, lambda tx, who: visits.sign(tx, who, taken.case_id))
    with served(house) as base, looked_at(browser, base, size, lang) as page:
        sign_in(page, HER)
        page.goto(f"/cases/{taken.number}")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert fits(page)
        picture(page, f"case-deeds-{size}-{lang}")
        page.goto(f"/cases/{taken.number}/order")
        assert fits(page)
        picture(page, f"order-{size}-{lang}")


def test_an_order_is_one_sheet_of_paper(house: House, browser: Browser) -> None:
    taken = house.case(DRAIN)
    with served(house) as base, looked_at(browser, base, "desk", "zh_CN") as page:
        sign_in(page)
        page.goto(f"/cases/{taken.number}/order")
        paper = page.pdf(prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") == 1
    assert b"/MediaBox [0 0 594.9" in paper or b"/MediaBox [0 0 595" in paper
