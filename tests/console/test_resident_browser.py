"""A resident's way in Chromium without script: report, receipt, how it stands, verdict; in both languages and sizes."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page

from cases.models import cases
from dispatch.reports import Taken
from tests.console.house import House
from tests.console.living import DRAIN, asked
from tests.console.residents import codes
from tests.console.test_pages_browser import SIZES, browser, fits, looked_at, picture, served

__all__ = ["browser"]
pytestmark = pytest.mark.browser
SMALLEST = 24  # pixels of what is pressed


def small(page: Page) -> list[str]:
    """What is pressed and smaller than it may be; links within sentences excepted."""
    found: list[str] = page.evaluate(
        """least => [...document.querySelectorAll('button, input:not([type=hidden]), textarea, select, .button, nav a')]
           .filter(one => { const box = one.getBoundingClientRect();
             return box.left >= 0 && (box.height < least || box.width < least) && one.type !== 'radio'; })
           .map(one => one.outerHTML.slice(0, 80))""",
        SMALLEST,
    )
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_resident_reports_follows_and_answers(
    house: House, browser: Browser, size: str, lang: str, scheme: str
) -> None:
    with (
        served(house) as base,
        looked_at(
            browser, base, size, lang, allow="with a status of 4", java_script_enabled=False, color_scheme=scheme
        ) as page,
    ):

        def seen(name: str) -> None:
            picture(page, f"resident-{name}-{size}-{lang}-{scheme}")
            assert fits(page), name
            assert small(page) == []

        page.goto("/report")
        seen("form")
        page.fill("#what", DRAIN.split("，")[0] if lang == "zh_CN" else "The drain is blocked, water comes up")
        page.fill("#where", "幸福里3号楼2单元")
        page.fill("#number", "12")
        page.click("button.main")
        page.wait_for_selector("#number-fault")
        seen("form-fault")
        page.fill("#number", "13800000001")
        page.click("button.main")
        page.wait_for_url("**/report/*")
        seen("receipt")
        number, code = page.locator(".receipt dd.code").all_inner_texts()
        page.click("a.address")
        page.wait_for_url("**/t/*")
        seen("public")
        case = house.execute(sa.select(cases.c.id, cases.c.number)).one()
        assert case.number == number
        taken = Taken(case.id, case.number, "", "", None, None, "", None, True)  # type: ignore[arg-type]
        asked(house, taken)
        page.reload()
        page.click("section[aria-labelledby=can] a.button")
        assert page.input_value("#number") == number
        page.fill("#code", "000000" if code != "000000" else "111111")
        page.click("button.main")
        page.wait_for_selector("#wrong")
        seen("wrong")
        page.fill("#code", code)
        page.click("button.main")
        page.wait_for_url(f"**/status/{case.number}")
        seen("verdict")
        page.check("input[name=answer][value='1']")
        page.click("section[aria-labelledby=answer] button")
        page.wait_for_selector(".said")
        seen("closed")
        page.goto("/t/none")
        seen("absent")


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_nothing_sticks_out_on_a_phone(house: House, browser: Browser, lang: str) -> None:
    taken = house.case(DRAIN)
    asked(house, taken)
    with served(house) as base, looked_at(browser, base, "phone", lang, allow="404") as page:
        address = house.execute(sa.select(cases.c.address)).scalar_one()
        for path in ("/report", "/status", f"/t/{address}", "/t/none"):
            page.goto(path)
            assert fits(page), path
        page.goto("/status")
        page.fill("#number", taken.number)
        page.fill("#code", codes(house, taken.case_id))
        page.click("button.main")
        page.wait_for_url(f"**/status/{taken.number}")
        assert fits(page)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert fits(page)
