"""The bar in Chromium: one line for everybody, its menus by key and by click, and with script switched off."""

from itertools import product

import pytest
from playwright.sync_api import Browser, Page, expect

from dispatch.people.accounts import Role
from tests.console.house import House
from tests.console.test_pages_browser import SIZES, browser, fits, looked_at, picture, served, sign_in
from tests.journeys.browsing import findings

__all__ = ["browser"]  # a fixture
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
ROWS = {"desk": 1, "phone": 2}  # on a phone the search has a row of its own

# In how many rows the children of an element stand, while the note of the live pages says so many words.
_ROWS = """([selector, said]) => {
  document.getElementById("live").textContent = said;
  const boxes = [...document.querySelector(selector).children].filter(one => one.checkVisibility())
    .map(one => one.getBoundingClientRect()).filter(box => box.height > 0);
  return boxes.filter((box, nth) => nth > 0 && box.top >= boxes[nth - 1].bottom - 1).length + 1; }"""


def rows(page: Page, selector: str, said: str = "") -> int:
    """In how many rows the children of an element stand."""
    found: int = page.evaluate(_ROWS, [selector, said])
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_nothing_wraps_and_all_can_be_read_for_every_role(house: House, browser: Browser, size: str, lang: str) -> None:
    for role in Role:
        if role is not Role.DISPATCHER:
            house.account(str(role), role=role)
    with served(house) as base:
        for role, theme in product(Role, ("light", "dark")):
            with looked_at(browser, base, size, lang) as page:
                page.context.add_cookies([{"name": "theme", "value": theme, "url": base}])
                sign_in(page, str(role))
                page.goto("/same" if role in (Role.DISPATCHER, Role.SUPERVISOR) else "/figures")  # long names
                bar, paused = ".console-bar > .container-xl", page.get_attribute("#live", "data-paused") or ""
                if size == "desk":
                    shown = (rows(page, bar, paused), rows(page, ".console-nav"), rows(page, ".console-tools", paused))
                    assert (role, *shown) == (role, 1, 1, 1)
                assert (role, rows(page, bar)) == (role, ROWS[size])
                menus = page.locator("details[data-menu] > summary").locator("visible=true")
                for nth in range(menus.count()):
                    menus.nth(nth).click()
                    assert page.locator("details[data-menu][open]").count() == 1
                    # What lies below an open menu is not judged: its links are covered.
                    assert (role, fits(page), findings(page, ".console-bar")) == (role, True, [])
                    picture(page, f"bar-{role}-{nth}-{size}-{lang}-{theme}")


def test_the_menus_are_gone_through_by_keys(house: House, browser: Browser) -> None:
    with served(house) as base, looked_at(browser, base, "desk", "en") as page:
        sign_in(page)
        more, mine = (page.locator(f".{name} > summary") for name in ("console-nav .bar-menu", "bar-mine"))
        more.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.locator(".console-nav .bar-panel a").first).to_be_focused()
        page.keyboard.press("Escape")
        expect(more).to_be_focused()
        expect(page.locator("details[data-menu][open]")).to_have_count(0)
        page.keyboard.press("Space")
        mine.focus()
        expect(page.locator("details[data-menu][open]")).to_have_count(0)
        page.keyboard.press("Enter")
        page.locator("main").click(position={"x": 5, "y": 5})
        expect(page.locator("details[data-menu][open]")).to_have_count(0)
        more.click()
        page.locator(".console-nav .bar-panel a[href='/rounds']").click()
        page.wait_for_url("**/rounds")
        expect(more).to_have_text("More: Rounds")


def test_the_menus_need_no_script(house: House, browser: Browser) -> None:
    with served(house) as base, looked_at(browser, base, "desk", "zh_CN", java_script_enabled=False) as page:
        sign_in(page)
        page.click(".bar-mine > summary")
        page.click(".bar-mine form[action='/language'] button")
        assert page.locator("html").get_attribute("lang") == "en"
        page.click(".console-nav .bar-menu > summary")
        page.click(".console-nav .bar-panel a[href='/figures']")
        page.wait_for_url("**/figures")


@pytest.mark.parametrize("width", [768, 900, 1024, 1199, 1200, 1280])
def test_no_panel_sticks_out_at_any_width(house: House, browser: Browser, width: int) -> None:
    house.account("supervisor", role=Role.SUPERVISOR)
    with served(house) as base, looked_at(browser, base, "desk", "en") as page:
        page.set_viewport_size({"width": width, "height": 800})
        sign_in(page, "supervisor")
        for menu in (".console-nav .bar-menu", ".bar-mine"):
            page.click(f"{menu} > summary")
            box = page.locator(f"{menu} .bar-panel").bounding_box()
            assert box is not None
            assert 0 <= box["x"] <= box["x"] + box["width"] <= width
            assert fits(page)
            picture(page, f"bar-{width}")
            page.keyboard.press("Escape")  # where the bar wraps, an open panel lies over what is below
