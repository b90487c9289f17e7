"""The dispatcher's morning in Chromium: the queue lives, a case opens beside it, keys move, several go at once."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.house import House
from tests.console.living import DRAIN, to_call_back
from tests.console.test_pages_browser import (
    _SMALL,
    CHANGED,
    SIZES,
    browser,
    fits,
    looked_at,
    picture,
    served,
    sign_in,
)

__all__ = ["browser"]  # the fixture
pytestmark = pytest.mark.browser


def focused(page: Page) -> str:
    """The id of what has the focus."""
    id_: str = page.evaluate("document.activeElement.id")
    return id_


def test_what_comes_is_marked_and_nothing_is_lost(house: House, browser: Browser) -> None:
    old = house.case("和平小区有人唱歌太吵").number
    with served(house) as base, looked_at(browser, base, "desk", "zh_CN") as page:
        sign_in(page)
        page.check(f"#pick-{old}")
        page.fill("#why", "写了一半的理由")
        page.focus(f"#open-{old}")
        new = house.case("幸福里5号楼电梯停了").number
        page.evaluate(CHANGED)
        expect(page.locator(f"#case-{new}")).to_have_class("row-new")
        assert page.locator("table.queue tbody tr").first.get_attribute("id") == f"case-{new}"
        assert focused(page) == f"open-{old}"
        expect(page.locator(f"#pick-{old}")).to_be_checked()
        expect(page.locator("#news")).to_have_text("列表新增 1 件")
        assert page.input_value("#why") == "写了一半的理由"
        picture(page, "desk-new")


def test_the_list_does_not_move_under_a_moving_pointer(house: House, browser: Browser) -> None:
    old = house.case("和平小区有人唱歌太吵").number
    with served(house) as base, looked_at(browser, base, "desk", "en") as page:
        sign_in(page)
        page.hover(f"#case-{old}")
        new = house.case("幸福里5号楼电梯停了").number
        page.evaluate(CHANGED)
        page.wait_for_timeout(700)
        assert page.locator(f"#case-{new}").count() == 0
        page.hover("h1")
        expect(page.locator(f"#case-{new}")).to_be_visible(timeout=3_000)


def test_a_case_opens_beside_the_list_and_gives_the_focus_back(house: House, browser: Browser) -> None:
    taken = house.case(DRAIN).number
    with served(house) as base, looked_at(browser, base, "desk", "en") as page:
        sign_in(page)
        page.click(f"#open-{taken}")
        expect(page.locator("#drawer-title")).to_be_focused()
        assert page.url.endswith(f"/desk?open={taken}")
        assert fits(page)
        page.keyboard.press("Escape")
        expect(page.locator("#drawer")).to_be_hidden()
        assert focused(page) == f"open-{taken}"
        assert page.url.endswith("/desk")
        page.keyboard.press("Enter")
        expect(page.locator("#drawer-title")).to_be_focused()
        page.go_back()
        expect(page.locator("#drawer")).to_be_hidden()


def test_keys_of_one_letter_work_in_the_list_only(house: House, browser: Browser) -> None:
    lift, drain = house.case("幸福里5号楼电梯停了").number, house.case(DRAIN).number
    with served(house) as base, looked_at(browser, base, "desk", "en") as page:
        sign_in(page)
        for key in ("j", "x", "?"):
            page.keyboard.press(key)
        assert focused(page) == ""
        page.keyboard.press("Alt+j")
        assert focused(page) == f"open-{lift}"
        page.keyboard.press("j")
        assert focused(page) == f"open-{drain}"
        page.keyboard.press("x")
        expect(page.locator(f"#pick-{drain}")).to_be_checked()
        page.keyboard.press("k")
        assert focused(page) == f"open-{lift}"
        page.keyboard.press("/")
        assert focused(page) == "find"
        page.fill("#find", "jkx")
        page.keyboard.press("Alt+k")  # typing is typing
        page.focus(f"#open-{lift}")
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()
        picture(page, "desk-keys")
        page.check("#keys-off")
        page.keyboard.press("Escape")
        page.focus(f"#open-{lift}")
        page.keyboard.press("j")
        assert focused(page) == f"open-{lift}", "switched off"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("script", [True, False])
def test_several_go_at_once_with_and_without_script(house: House, browser: Browser, size: str, *, script: bool) -> None:
    numbers = [house.case(f"幸福里{n}号楼下水道堵了", number=f"+861380000000{n}").number for n in (3, 6)]
    with served(house) as base, looked_at(browser, base, size, "zh_CN", java_script_enabled=script) as page:
        sign_in(page)
        for number in numbers:
            page.check(f"#pick-{number}")
        page.select_option("#to", "unit:heping")
        page.fill("#why", "归和平居委会")
        page.click("button[value=give]")
        expect(page.locator("[role=status]").last).to_contain_text("2 件中已完成 2 件")
        page.click(f"text={numbers[0]}")
        page.wait_for_url(f"**/cases/{numbers[0]}")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_the_desk_s_pages_fit(house: House, browser: Browser, size: str, lang: str) -> None:
    taken = house.case(DRAIN)
    to_call_back(house, taken)
    dark = {"color_scheme": "dark"} if lang == "en" else {}
    with served(house) as base, looked_at(browser, base, size, lang, **dark) as page:
        sign_in(page)
        for path in (f"/desk?open={taken.number}", "/desk?level=L3", "/new", "/callbacks"):
            page.goto(path)
            assert fits(page), path
            assert page.evaluate(_SMALL) == [], path
            picture(page, f"desk{re.sub('[^a-z]', '-', path)}-{size}-{lang}")
        page.goto("/new")
        page.fill("#words", "幸福里5号楼电梯停了")
        page.click("button[value=look]")
        page.click("button[value=keep]")
        expect(page.locator(".note-over a")).to_be_visible()
        page.goto("/callbacks")
        page.click(".callback form button.btn-outline-primary")
        expect(page.locator(".callback-number")).to_contain_text("+8613800000001")
        page.check("input[value='1']")
        page.click(".callback button.btn-primary")
        expect(page.locator(".empty-note")).to_be_visible()


def test_the_places_fold_into_a_menu_on_a_phone(house: House, browser: Browser) -> None:
    with served(house) as base, looked_at(browser, base, "phone", "en", java_script_enabled=False) as page:
        sign_in(page)
        expect(page.locator(".console-nav")).to_be_hidden()
        page.click(".console-menu summary")
        assert page.locator(".console-menu [aria-current=page]").inner_text() == "Desk"
        assert fits(page)
        page.click(".console-menu a[href='/callbacks']")
        page.wait_for_url("**/callbacks")
