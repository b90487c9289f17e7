"""Service points, patrols, experts and neighbouring lines on the pages: their own, the new case, the case."""

import html
import json
import re
from datetime import datetime
from typing import Any

import pytest

from dispatch.people.accounts import Role
from tests.console import test_new
from tests.console.house import House, token
from tests.console.test_new import form_of, kept
from tests.dispatch.sample import SHANGHAI

LIFT = "幸福里小区3号楼2单元电梯停了"
TALL = {"zh": "专家", "en": "Lift expert"}
DOOR = {"hours": ["12345 09:00-12:00"], "phone": "021-55500099", "grid": "binhe-01"}
OUTSIDE = {"phone": "021-55500098", "body": {"zh": "院", "en": "Institute"}}
YARD = {
    "code": "yard",
    "name": {"zh": "点", "en": "The Yard"},
    "unit": "binhe",
    "address": {"zh": "路", "en": "1 Road"},
}


def words_of(page: str) -> str:
    return html.unescape(test_new.words_of(page))


def wind_to(house: House, *moment: int) -> None:
    at = datetime(2026, 11, *moment, tzinfo=SHANGHAI)
    with house.owner.begin() as conn:
        conn.exec_driver_sql("UPDATE clock SET ahead = %s - now()", (at,))


def put(house: House, **tables: list[dict[str, Any]]) -> None:
    """A version of the district with these tables."""
    with house.owner.begin() as conn:
        rows = conn.exec_driver_sql("SELECT number, office_id, body FROM district_version ORDER BY number").all()
        row = next(row for row in rows if json.loads(row.body)["office"]["code"] == "xingfu")
        conn.exec_driver_sql(
            "INSERT INTO district_version (number, office_id, body, imported_at) VALUES (%s, %s, %s, now())",
            (rows[-1].number + 1, row.office_id, json.dumps({**json.loads(row.body), **tables})),
        )


def offering(house: House) -> None:
    """A point, a line and two experts for lifts; whoever gets the case is one of the experts."""
    put(
        house,
        points=[{**YARD, **DOOR, "serves": ["lift"]}],
        other_lines=[
            {"number": "119", "name": {"zh": "消防", "en": "Fire"}, "serves": ["lift"], "levels": ["L1", "L2"]},
            {"number": "12365", "name": {"zh": "质量", "en": "Quality"}, "serves": ["public_safety"]},
            {"number": "12345", "name": {"zh": "市", "en": "City"}, "serves": ["lift"], "levels": ["L4"]},
        ],
        experts=[
            {"code": "a", "name": TALL, "serves": ["lift"], **OUTSIDE},
            {"code": "b", "name": {"zh": "里", "en": "Insider"}, "serves": ["lift"], "worker": "aid-desk"},
            {"code": "c", "name": {"zh": "手", "en": "Holder"}, "serves": ["lift"], "worker": "xingfuli-grid-01"},
        ],
    )  # fmt: skip


def test_the_page_shows_what_stands_beside_the_units(house: House) -> None:
    wind_to(house, 24, 12, 30)
    with house.signed_in() as browser:
        page = browser.get("/map/district").text
        assert 'href="/map/district"' in browser.get("/map").text
        assert 'href="/map/district#teams"' in browser.get("/duty").text
    words = words_of(page)
    for said in (
        "12356 Psychological help", "Heping Community Station", "18 Heping Road", "closed now, opens at 13:00 today",
        "Monday to Friday 09:00–12:00 13:00–17:00", "West Patrol", "Zheng Dayong, Wei Guoliang",
        "Xingfuli Residents' Committee, 10 grids", "Feng Yuxia, Jiang Shufen each by their own duty",
        "Zhu Yongkang every day 08:00–20:00 Shi Xuelian every day 08:00–20:00 Xu Dongqing every day 20:00–08:00",
        "Community lawyer", "021-55500012",
    ):  # fmt: skip
        assert said in words, said
    assert 'href="tel:02155500012"' in page


@pytest.mark.parametrize(("role", "shown"), [(Role.SUPERVISOR, True), (Role.WORKER, False)])
def test_what_is_to_mend_is_shown_to_those_who_can(house: House, role: Role, shown: bool) -> None:
    house.account("somebody", role=role)
    put(house, points=[{**YARD, "serves": ["dragons"]}], experts=[], teams=[], duty=[], other_lines=[])
    with house.signed_in("somebody") as browser:
        words = words_of(browser.get("/map/district").text)
    assert "The Yard" in words
    assert ("points yard There is no service line or category 'dragons'." in words) is shown
    assert ("points yard It has no hours" in words) is shown


def test_a_new_case_offers_what_the_caller_can_be_told(house: House) -> None:
    wind_to(house, 24, 10)
    offering(house)
    with house.signed_in() as browser:
        lift = words_of(browser.post("/new", data=form_of(browser, words=LIFT)).text)
        drain = words_of(browser.post("/new", data=form_of(browser, words="幸福里3号楼2单元下水道堵了")).text)
    assert "Worker Zhang Aimin" in lift
    assert "119 Fire 12365 Quality The Yard open now 1 Road · 021-55500099 Monday to Friday 09:00–12:00" in lift
    assert "12345" not in lift, "only for L4"
    assert "Whom to ask Lift expert Institute · 021-55500098 Insider Xingfu Sub-district Office, aid desk" in lift
    assert "Holder" not in lift, "who gets it asks others"
    assert "What the caller can be told" not in drain


def test_a_case_offers_whom_to_ask_until_it_is_over(house: House) -> None:
    wind_to(house, 24, 10)
    offering(house)
    with house.signed_in() as browser:
        made = browser.post("/new", data=kept(form_of(browser, words=LIFT)))
        number = made.headers["Location"].rpartition("=")[2]
        page = browser.get(f"/cases/{number}").text
        assert "119 Fire 12365 Quality The Yard open now" in words_of(page)
        assert "Whom to ask Lift expert Institute" in words_of(page)
        assert "Holder" not in words_of(page)
        known = re.search(r'<datalist id="hand-over-line_name-known">(.*?)</datalist>', page)
        assert known is not None
        assert re.findall(r'value="(\d+)"', known[1]) == ["12365", "12345"], "119 stands in the list itself"
        with house.owner.begin() as conn:
            conn.exec_driver_sql("UPDATE cases SET state = 'closed', closed_at = now()")
        assert "Whom to ask" not in words_of(browser.get(f"/cases/{number}").text)


def test_a_confidential_case_offers_nothing_to_those_who_may_not_see_it(house: House) -> None:
    offering(house)
    with house.signed_in() as browser:
        made = browser.post("/new", data=kept(form_of(browser, words=LIFT)))
        number = made.headers["Location"].rpartition("=")[2]
        assert "Whom to ask" in words_of(browser.get(f"/cases/{number}").text)
        with house.owner.begin() as conn:
            conn.exec_driver_sql("UPDATE cases SET confidential = true")
        page = words_of(browser.get(f"/cases/{number}").text)
    assert number in page
    assert "Whom to ask" not in page


def test_the_resident_is_told_by_the_form_where_to_go(house: House) -> None:
    wind_to(house, 24, 10)
    offering(house)
    with house.signed_in() as browser:
        taken = house.case(LIFT)
        path = f"/cases/{taken.number}"
        page = browser.get(path).text
        form = page[page.index(f'action="{path}/act/refer') :].partition("</form>")[0]
        assert re.findall(r'<option value="(\w+)"', form) == ["119", "12365", "yard"]
        seen = re.search(r'name="seen" value="(\d+)"', form)
        assert seen is not None
        fields = {"csrf_token": token(browser, path), "seen": seen[1]}
        nothing = browser.post(f"{path}/act/refer", data=fields)
        assert nothing.status_code == 422
        assert "Choose a service point or a line." in words_of(nothing.text)
        done = browser.post(f"{path}/act/refer", data={**fields, "refer_to": "yard"}, follow_redirects=True)
    assert "the resident is told by text." in words_of(done.text)
    assert "The resident was told of The Yard" in words_of(done.text)
