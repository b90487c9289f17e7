"""A dispatcher's morning in Chromium, one story from signing in to signing out: what pressed overnight, a text that
comes while they look, a case sent on, a return decided, several at once, a case by hand, a call-back."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from cases.phrases import Name
from dispatch.loop import returns, visits
from dispatch.reports import Taken
from tests.console.house import House
from tests.console.living import DRAIN, does, to_call_back
from tests.console.test_pages_browser import _SMALL, SIZES, browser, fits, looked_at, served, sign_in
from tests.console.whole import sample
from tests.journeys.browsing import picture

__all__ = ["browser", "sample"]  # fixtures
pytestmark = pytest.mark.browser
EVENING, MORNING = {"hours": 10}, {"hours": 22.5}  # after Tuesday, ten in the morning


@dataclass(frozen=True)
class Night:
    """What a morning finds."""

    lift: Taken
    lamps: tuple[Taken, ...]
    given_back: Taken
    to_ring: Taken


def passed(house: House) -> Night:
    """A Tuesday and its night."""
    to_ring = house.case(DRAIN)
    to_call_back(house, to_ring)
    house.move_clock(**EVENING)
    given_back = house.case("幸福里3号楼2单元楼道灯坏了", number="+8613800000002")
    does(house, lambda tx, who: visits.sign(tx, who, given_back.case_id))
    reason = returns.Reason.NOT_OURS
    does(house, lambda tx, who: returns.request(tx, who, given_back.case_id, reason, "路灯归市政管"))
    lamps = tuple(house.case(f"幸福里{n}号楼楼道灯坏了", number=f"+861380000001{n}") for n in (6, 7))
    lift = house.case("幸福里5号楼电梯停了，没有人被困", number="+8613800000003")
    house.move_clock(**MORNING)
    return Night(lift, lamps, given_back, to_ring)


def to(page: Page, place: str) -> None:
    """To a place of the bar that a dispatcher has at hand; on a telephone by its menu."""
    menu = page.locator(".console-menu summary")
    if menu.is_visible():
        menu.click()
    page.locator(f"nav a[href='{place}']").locator("visible=true").click()
    page.wait_for_url(f"**{place}")


def sign_out(page: Page) -> None:
    """By the menu of the person; on a telephone by the one menu."""
    page.locator("details[data-menu] > summary").locator("visible=true").last.click()
    page.locator("form[action='/logout'] button").locator("visible=true").click()


@dataclass(frozen=True)
class Looking:
    """A page at which every step of the story is looked at."""

    page: Page
    house: House
    name: str

    def at(self, step: str, *, whole: bool = True) -> None:
        assert fits(self.page), step
        assert self.page.evaluate(_SMALL) == [], step
        picture(self.page, f"morning-{step}-{self.name}", whole=whole)

    def takes_what_pressed(self, night: Night) -> None:
        page = self.page
        page.click(".figures a.figure-over")
        page.wait_for_url("**/desk?time=over")
        expect(page.locator("table.queue tbody tr").first).to_have_id(f"case-{night.lift.number}")
        page.click(f"#open-{night.lift.number}")
        expect(page.locator("#drawer-title")).to_be_focused()
        self.at("pressed", whole=False)
        page.click("#drawer .drawer-deeds a")
        page.click("form[action*='/act/urge'] button")
        expect(page.locator("#deeds .deed-note")).to_be_visible()
        self.at("urged")

    def sees_a_text_come(self) -> Taken:
        page = self.page
        to(page, "/desk")
        page.evaluate("window.stayed = true")
        came = self.house.case("滨河花园2号楼门口垃圾没人收", number="+8613800000004")
        expect(page.locator(f"#case-{came.number}")).to_have_class("row-new")
        assert page.evaluate("window.stayed"), "the page was read anew"
        self.at("came")
        return came

    def sends_on(self, came: Taken) -> None:
        page = self.page
        page.click(f"#open-{came.number}")
        expect(page.locator("#drawer .reasons li").first).to_be_visible()
        self.at("why-here", whole=False)
        page.click("#drawer .drawer-deeds a")
        page.click("#step-told + .step-why summary")
        expect(page.locator("#step-told + .step-why ol")).to_be_visible()
        page.locator("details.deed", has=page.locator("form[action*='/act/reroute']")).locator("summary").click()
        page.select_option("#reroute-unit", "heping")
        page.fill("#reroute-why", "垃圾房归和平居委会管")
        self.at("why-due")
        page.click("form[action*='/act/reroute'] button")
        expect(page.locator("#deeds .deed-note")).to_be_visible()
        expect(page.locator(".case-head")).to_contain_text(unit("和平居委会", "Heping Residents' Committee", page))

    def decides_a_return(self, night: Night) -> None:
        page = self.page
        to(page, "/desk")
        page.click(".figures a[href='/desk?state=return_pending']")
        page.click(f"#open-{night.given_back.number}")
        page.click("#drawer .drawer-deeds a")
        expect(page.locator(".case-head .notes")).to_contain_text("路灯归市政管")
        page.locator("details.deed", has=page.locator("form[action*='/act/reject']")).locator("summary").click()
        page.fill("#reject-why", "楼道灯由楼院报修，请先上门查看")
        self.at("return")
        page.click("form[action*='/act/reject'] button")
        expect(page.locator("#deeds .deed-note")).to_be_visible()

    def gives_several(self, night: Night) -> None:
        page = self.page
        to(page, "/desk")
        for lamp in night.lamps:
            page.check(f"#pick-{lamp.number}")
        page.select_option("#to", "worker:xingfuli-grid-01")
        page.fill("#why", "今天由他统一换灯")
        self.at("several")
        page.click("button[value=give]")
        expect(page.locator("[role=status]").last).to_contain_text("2")
        expect(page.locator(".mark-sent")).to_have_count(2)
        self.at("given")

    def writes_one_by_hand(self) -> None:
        page = self.page
        to(page, "/new")
        page.fill("#words", "有人在楼下烧东西，烟很大")
        page.fill("#place", "新园小区3号楼")
        page.fill("#number", "13800000005")
        page.click("button[value=look]")
        expect(page.locator("#understood-title")).to_be_visible()
        self.at("understood")
        page.click("button[value=keep]")
        expect(page.locator(".note-over a")).to_be_visible()
        self.at("kept")

    def rings_back(self, night: Night) -> None:
        page = self.page
        to(page, "/callbacks")
        card = page.locator(f"#case-{night.to_ring.number}")
        card.locator("form .btn-outline-primary").click()
        expect(card.locator(".callback-number")).to_contain_text("+8613800000001")
        card.locator("input[value='1']").check()
        self.at("ring")
        card.locator(".btn-primary").click()
        expect(page.locator(".note-over")).to_be_visible()
        expect(page.locator(".empty-note")).to_be_visible()
        self.at("rung")


def unit(zh: str, en: str, page: Page) -> str:
    """A name in the page's language."""
    return Name(zh, en).in_language("en" if page.locator("html").get_attribute("lang") == "en" else "zh_CN")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_a_dispatcher_s_morning(sample: House, browser: Browser, size: str, lang: str) -> None:
    night = passed(sample)
    with served(sample) as base, looked_at(browser, base, size, lang) as page:
        walk = Looking(page, sample, f"{size}-{lang}")
        sign_in(page)
        walk.at("begins")
        walk.takes_what_pressed(night)
        walk.sends_on(walk.sees_a_text_come())
        walk.decides_a_return(night)
        walk.gives_several(night)
        walk.writes_one_by_hand()
        walk.rings_back(night)
        sign_out(page)
        expect(page.locator(".console-tools a[href='/login']")).to_be_visible()
