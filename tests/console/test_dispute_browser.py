"""A dispute in Chromium: what the adjudicator sees and fills in, and what everybody sees afterwards."""

import pytest
from playwright.sync_api import Browser

from dispatch.acts import doing
from dispatch.people.accounts import Role
from tests.console.house import House
from tests.console.living import DRAIN, does
from tests.console.members import member
from tests.console.test_case_deeds import disputed
from tests.console.test_pages_browser import SIZES, browser, fits, looked_at, picture, served, sign_in

__all__ = ["browser"]
pytestmark = pytest.mark.browser
LAST = 10**6
SAYS = {
    "zh_CN": ("待终审（单位对驳回有异议）", "转入终审（单位对驳回有异议）", "已于", "由和平居委会办理，不能再退单。"),
    "en": ("To be adjudicated (the unit objects", "Sent to adjudication (the unit objects", "It was adjudicated",
           "is for Heping Residents' Committee: it cannot be returned any more."),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_a_dispute_is_seen_decided_and_stays_known(house: House, browser: Browser, size: str, lang: str) -> None:
    member(house, "supervisor", Role.SUPERVISOR)
    taken = house.case(DRAIN)
    disputed(house, taken)
    waits, line, *after = SAYS[lang]
    with served(house) as base, looked_at(browser, base, size, lang) as page:
        sign_in(page, "supervisor")
        page.goto("/desk?state=in_dispute")
        assert taken.number in page.inner_text("main")
        page.goto(f"/cases/{taken.number}")
        text = page.inner_text("main")
        assert waits in text
        assert line in text
        page.locator("details.deed", has=page.locator("#adjudicate-unit")).locator("summary").click()
        assert page.is_visible("#adjudicate-unit")
        assert fits(page)
        picture(page, f"dispute-waits-{size}-{lang}")
        does(
            house,
            lambda tx, who: doing.act(
                tx, who, taken.case_id, "adjudicate", ({"unit": "heping", "why": "归和平"}, LAST)
            ),
            "supervisor",
        )
        page.goto(f"/cases/{taken.number}")
        assert all(words in page.inner_text("main") for words in after)
        assert fits(page)
        picture(page, f"dispute-final-{size}-{lang}")
