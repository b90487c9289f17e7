"""The correction of a case in Chromium: what would come of it is shown before it is done."""

import pytest
from playwright.sync_api import Browser, expect

from tests.console.house import House
from tests.console.test_pages_browser import _SMALL, SIZES, browser, fits, looked_at, picture, served, sign_in

__all__ = ["browser"]  # the fixture
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_what_would_come_of_it_is_shown_before_it_is_done(house: House, browser: Browser, size: str, lang: str) -> None:
    taken = house.case("幸福里3号楼2单元下水道堵了")
    with served(house) as base, looked_at(browser, base, size, lang) as page:
        sign_in(page)
        page.goto(f"/cases/{taken.number}")
        page.click("details.deed:has(form[action*='/correct']) > summary")
        form = page.locator("form[action*='/correct']")
        form.locator("[name=level]").select_option("L2")
        form.locator("[name=place]").fill("和平一村3号楼2单元")
        form.locator("[name=why]").fill("居民说错了小区，水已流到楼下")
        form.locator("button[name=look]").click()
        shown = page.locator("form[action*='/correct'] .foreseen")
        expect(shown).to_contain_text("和平一村" if lang == "zh_CN" else "Heping")
        expect(page.locator("form[action*='/correct'] [name=why]")).to_have_value("居民说错了小区，水已流到楼下")
        assert fits(page)
        assert page.evaluate(_SMALL) == []
        picture(page, f"correct-{size}-{lang}")
        page.locator("form[action*='/correct'] button.btn-primary").click()
        expect(page.locator(".note[role=status]").first).to_contain_text(taken.number)
        expect(page.locator("#main")).to_contain_text("和平一村" if lang == "zh_CN" else "Heping")
        assert fits(page)
        picture(page, f"corrected-{size}-{lang}")
