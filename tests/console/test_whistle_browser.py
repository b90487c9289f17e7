"""A whistle in Chromium: several units are chosen, and the page says who came and how each was evaluated."""

import pytest
from playwright.sync_api import Browser

from dispatch.acts import doing
from dispatch.due import handlers
from dispatch.people.accounts import Role
from tests.console.house import House
from tests.console.living import DRAIN, does
from tests.console.members import member
from tests.console.test_pages_browser import SIZES, browser, fits, looked_at, picture, served, sign_in

__all__ = ["browser"]
pytestmark = pytest.mark.browser
LAST = 10**6
SAYS = {
    "zh_CN": ("吹哨 1/2 已到场", "按时。评价5分，参与处置。", "到点未到。"),
    "en": ("Whistle, 1/2 there", "in time. Given 5 of 5, took part.", "did not come in time."),
}


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_units_are_chosen_and_shown(house: House, browser: Browser, size: str, lang: str) -> None:
    member(house, "supervisor", Role.SUPERVISOR)
    taken = house.case(DRAIN)
    with served(house) as base, looked_at(browser, base, size, lang) as page:
        sign_in(page, "supervisor")
        page.goto(f"/cases/{taken.number}")
        page.locator("details.deed", has=page.locator("#whistle-units")).locator("summary").click()
        page.select_option("#whistle-units", ["heping", "binhe"])
        page.fill("#whistle-why", "请一起查看下水道和电线")
        assert fits(page)
        picture(page, f"whistle-form-{size}-{lang}")
        page.locator("#whistle-why").locator("xpath=ancestor::form").locator("button").click()
        page.wait_for_selector(".note-over")
        does(house, lambda tx, who: doing.act(tx, who, taken.case_id, "come", ({}, LAST)), "heping-head")
        house.move_clock(hours=1)
        with house.door.transaction("xingfu") as tx:
            handlers.fire_due(tx)
        said = {"called": "heping", "part": "yes", "score": "5", "why": "到得快，当场处置"}
        does(house, lambda tx, who: doing.act(tx, who, taken.case_id, "rate", (said, LAST)), "supervisor")
        page.goto(f"/cases/{taken.number}")
        text = page.inner_text("main")
        assert all(words in text for words in SAYS[lang]), text
        assert fits(page)
        picture(page, f"whistle-case-{size}-{lang}")
        page.goto("/desk")
        assert SAYS[lang][0] in page.inner_text("main")
