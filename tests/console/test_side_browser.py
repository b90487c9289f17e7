"""What stands beside a case in Chromium: marks on the desk, sentences and forms on the case."""

import pytest
from playwright.sync_api import Browser

from dispatch.acts import doing
from tests.console.house import House
from tests.console.living import DRAIN, does
from tests.console.test_pages_browser import SIZES, browser, fits, looked_at, picture, served, sign_in

__all__ = ["browser"]
pytestmark = pytest.mark.browser
LAST = 10**6
DONE = (
    ("supervise", "supervisor", {"watch": "2", "why": "居民多次来电，仍无进展"}),
    ("co-handle", "dispatcher-1", {"unit": "heping", "why": "请协助清理对面堆物"}),
    ("flag", "dispatcher-1", {"flag": "group", "people": "12", "why": "一小时内十二个来电"}),
    ("urge", "dispatcher-1", {}),
    ("exclude", "dispatcher-1", {"exclusion_reason": "duplicate", "why": "同一事项已计入"}),
    ("grant", "supervisor", {"what": "exclusion"}),
)
MARKS = {
    "zh_CN": ("督办2级", "会办 0/1 已答复", "群体预警", "催办 ×1", "剔除"),
    "en": ("Supervised, level 2", "Co-handled, 0/1 answered", "Many callers", "Urged ×1", "Not counted"),
}


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_marks_sentences_and_forms_are_there(house: House, browser: Browser, size: str, lang: str) -> None:
    taken = house.case(DRAIN)
    for name, by, said in DONE:
        does(house, lambda tx, who, n=name, s=said: doing.act(tx, who, taken.case_id, n, (s, LAST)), by)
    with served(house) as base, looked_at(browser, base, size, lang) as page:
        sign_in(page)
        for path, form in (("/desk", ""), (f"/cases/{taken.number}", "#co-handle-unit")):
            page.goto(path)
            text = page.inner_text("main")
            assert all(mark in text for mark in MARKS[lang]), text
            if form:
                page.locator("details.deed", has=page.locator(form)).locator("summary").click()
                assert page.is_visible(form)
            assert fits(page), path
            picture(page, f"side-{'case' if form else 'desk'}-{size}-{lang}")
