"""Holds, extensions and waivers on pages: who asked for what, until when, and what was left out."""

import re
from datetime import timedelta

from cases.clock.happened import HoldReason
from cases.life.reasons import ExtensionReason, WaiverReason
from cases.loop.deeds import standing
from dispatch.life import extensions, granting, holds, waivers
from dispatch.reports import Taken
from tests.console.house import House
from tests.console.living import DRAIN, does
from tests.console.test_desk import numbers
from tests.console.test_loop_on_pages import page, seen
from tests.people import LU_SIYUAN, SHEN_YUEHUA


def granted(house: House, taken: Taken, kind: str) -> None:
    does(
        house,
        lambda tx, who: granting.grant(tx, who, standing(tx, taken.case_id, lock=True), kind),
        by=LU_SIYUAN.worker,
    )


def test_what_is_asked_waits_on_the_page_and_in_the_queue_and_then_stands_there(house: House) -> None:
    taken = house.case(DRAIN)
    assert taken.due_at is not None
    day = f"{taken.due_at + timedelta(days=3):%Y-%m-%d}"
    does(house, lambda tx, who: waivers.waive(tx, who, taken.case_id, WaiverReason.NO_ACCESS, "大门锁着"))
    wanted = ExtensionReason.MATERIAL, (day, "等配件")
    does(house, lambda tx, who: extensions.ask(tx, who, taken.case_id, *wanted), by=SHEN_YUEHUA.worker)
    words = seen(page(house, taken))
    assert "this: waiver of the visit (the place cannot be entered" in words
    assert "大门锁着" in words
    assert re.search(r"this: extension until .* \(parts or material are lacking.*等配件", words)
    with house.signed_in() as browser:
        assert re.search(r'href="/desk\?awaits=decision"[^>]*><b>1</b>', browser.get("/desk/rows").text)
        assert numbers(browser.get("/desk?awaits=decision").text) == [taken.number]
    granted(house, taken, "waiver")
    granted(house, taken, "extension")
    words = seen(page(house, taken))
    assert "was left out with approval (the place cannot be entered)" in words
    assert re.search(r'class="lamp lamp-left_out"', page(house, taken))
    assert "– Visited Left out · " in words
    assert re.search(r"Extended by .* \(parts or material are lacking\); asked for by ", words)
    with house.signed_in() as browser:
        assert "awaits=decision" not in browser.get("/desk/rows").text


def test_a_hold_says_why_and_until_when(house: House) -> None:
    taken = house.case(DRAIN)
    assert taken.due_at is not None
    said = f"{taken.due_at:%Y-%m-%d}", "台风停工令"
    does(house, lambda tx, who: holds.ask(tx, who, taken.case_id, HoldReason.WEATHER, said))
    granted(house, taken, "hold")
    words = seen(page(house, taken))
    assert re.search(r"On hold \(by a weather order\) since .* when it goes on by itself; its clocks stand\.", words)
    assert "Put on hold: by a weather order" in words
    assert "its clock stands while the case is on hold" in words
    assert "case-left" not in page(house, taken), "what stands is neither late nor near"
    does(house, lambda tx, who: holds.resume(tx, who, taken.case_id), by=LU_SIYUAN.worker)
    words = seen(page(house, taken))
    assert "On hold (" not in words
    assert "case-left" in page(house, taken)
    assert "Goes on (said by the office); its clocks go on." in words
