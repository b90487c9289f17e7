"""The telephones on the page in Chromium, before a whole instance: a worker brings an order to its end by texts while a
dispatcher looks on in another browser; a newcomer takes the tour by its buttons alone, with and without script; two
people talk."""

import re
from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.embedded.cluster import remove_cluster
from app.embedded.folder import DataFolder
from tests.console.test_pages_browser import SIZES, browser, fits, looked_at, picture
from tests.console.texting import SECONDS, STORIES, both, milliseconds, text, timed, works
from tests.journeys.browsing import sign_in
from tests.journeys.instance import Instance

__all__ = ["browser"]  # a fixture from elsewhere

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
STEPS = ("report", "desk", "visit", "verdict", "late")
RESIDENTS = {look: f"+861381111000{n}" for n, look in enumerate(product(STORIES, SIZES), 1)}
RESIDENT, WORKER = "+8613800000004", "+8613900000032"


def made(factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A running instance; it is gone afterwards."""
    one = Instance(factory.mktemp("tour") / "data").start()
    yield one
    one.stop()
    remove_cluster(DataFolder(one.data))


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    yield from made(tmp_path_factory)


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance whose residents have told nothing yet: told twice, the line asks whether it is the same."""
    yield from made(tmp_path_factory)


def step(page: Page, name: str) -> Locator:
    return page.locator(".tour-step").nth(STEPS.index(name))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", STORIES)
def test_an_order_is_done_by_texts(instance: Instance, browser: Browser, size: str, lang: str) -> None:
    story, name = STORIES[lang], f"{size}-{lang}"
    base = instance.web
    with looked_at(browser, base, size, lang) as desk, looked_at(browser, base, size, lang) as page:
        sign_in(desk, "dispatcher")
        expect(desk.locator("#live")).to_have_text("")
        queue = desk.locator("table.queue tbody tr")
        before = queue.count()
        resident, worker = both(page, RESIDENTS[lang, size])
        timed(page, desk)
        text(resident, story.matter)
        expect(queue).to_have_count(before + 1, timeout=SECONDS)
        print(f"texting {name}: in another browser's queue {milliseconds(page, desk)} ms after the press")
        expect(desk.locator("table.queue .row-new")).to_have_count(1)
        picture(desk, f"texting-desk-{name}")
        works(story, resident, worker)
        expect(queue).to_have_count(before)
        assert fits(page)
        picture(page, f"texting-phones-{name}")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", STORIES)
def test_the_tour_by_its_buttons(fresh: Instance, browser: Browser, size: str, lang: str) -> None:
    with looked_at(browser, fresh.web, size, lang) as page:
        by_its_buttons(page)
        picture(page, f"tour-{lang}-{size}")


@pytest.mark.parametrize("lang", STORIES)
def test_the_tour_by_one_visitor_after_another(fresh: Instance, browser: Browser, lang: str) -> None:
    """The second tells the same as the first, from the same number: the line asks, and it is another matter."""
    for _ in range(2):
        with looked_at(browser, fresh.web, "desk", lang) as page:
            by_its_buttons(page)


def by_its_buttons(page: Page) -> None:
    """The whole tour, a press for each step, begun from the first page."""
    page.goto("/")
    page.click("a[href='/phone']")
    for name in STEPS:
        button = page.locator(f".tour-current [data-step='{name}'] .btn")
        if name == "desk":
            with page.context.expect_page() as opened:
                button.click()
            expect(opened.value.locator("h1")).to_contain_text("202")
            opened.value.close()
        else:
            button.click()
        expect(step(page, name)).to_have_class(re.compile("tour-done"), timeout=SECONDS)
        assert fits(page)
    expect(page.locator("#clock-winding")).to_be_hidden(timeout=SECONDS)


def test_the_tour_without_script(fresh: Instance, browser: Browser) -> None:
    with looked_at(browser, fresh.web, "phone", "zh_CN", java_script_enabled=False) as page:
        page.goto("/phone")
        expect(page.locator("noscript .note")).to_be_visible()
        for name in ("report", "visit", "verdict"):
            if name == "visit":  # the desk opens in a tab of its own
                with page.context.expect_page() as opened:
                    page.click("[data-step='desk'] .btn")
                expect(opened.value.locator("h1")).to_contain_text("202")
                opened.value.close()
                page.goto("/phone")
            page.click(f".tour-current [data-step='{name}'] .btn", timeout=SECONDS)
            page.wait_for_load_state()
            expect(step(page, name)).to_have_class(re.compile("tour-done"))
        page.fill("#text-b", "列")
        page.click("[data-phone='b'] .text-form .btn")
        expect(page.locator("[data-phone='b'] .texts .bubble-me").last).to_contain_text("列")
        assert fits(page)


def test_a_call_and_a_talk_of_two_people(instance: Instance, browser: Browser) -> None:
    with looked_at(browser, instance.web, "desk", "zh_CN") as page:
        page.goto(f"/phone?a=%2B{RESIDENT[1:]}&b=%2B{WORKER[1:]}")
        resident, worker = page.locator("[data-phone='a']"), page.locator("[data-phone='b']")
        resident.locator("[data-deed='dial']").click()
        expect(resident.locator("[data-hint]")).to_contain_text("按键", timeout=SECONDS)
        resident.locator("[data-key='1']").click()
        expect(resident.locator(".captions")).to_contain_text("［按键 1］")
        say(resident, "幸福里小区3号楼2单元楼道灯坏了")
        expect(resident.locator("[data-stage]")).to_have_text("通话已结束", timeout=SECONDS)
        order = worker.locator(".bubble-them", has_text="派单").last
        expect(order).to_contain_text("楼道照明", timeout=SECONDS)
        number = re.search(r"(\d+) 【派单】", order.inner_text())
        assert number is not None
        worker.locator("[data-text] input[name='body']").fill(f"电 {number[1]}")
        worker.locator("[data-text] .btn").click()
        worker.locator("[data-deed='take']").click(timeout=SECONDS)
        resident.locator("[data-deed='take']").click(timeout=SECONDS)
        say(resident, "您好")
        expect(worker.locator(".captions .bubble-them").last).to_contain_text("您好")
        picture(page, "phones-talk")
        resident.locator("[data-deed='hang_up']").click()
        expect(worker.locator("[data-stage]")).to_have_text("通话已结束", timeout=SECONDS)


def say(phone: Locator, words: str) -> None:
    expect(phone.locator("[data-say] .form-control")).to_be_enabled(timeout=SECONDS)
    phone.locator("[data-say] .form-control").fill(words)
    phone.locator("[data-say] .btn").click()
