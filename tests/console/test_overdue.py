"""What is late and what soon will be: the table, the list, the ladder, and who sees what."""

import re
from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from cases.models import timer
from cases.phrases import LANGUAGES
from dispatch.people.accounts import Role
from dispatch.reads import pressing
from dispatch.reads.overdue import overdue
from tests.console.house import House
from tests.console.living import DRAIN

LIFT = "幸福里5号楼电梯停了"


def rows(text: str) -> list[str]:
    """The promises of a page's list, in order."""
    return re.findall(r'id="timer-([0-9a-f-]+)"', text)


def links(text: str) -> list[tuple[str, int]]:
    """The numbers of the table, with the list that each counts."""
    found = re.findall(r'<a class="press[^"]*" href="([^"#]+)#list"[^>]*>(\d+)</a>', text)
    return [(unescape(address), int(count)) for address, count in found]


def every_page(browser: FlaskClient, address: str) -> list[str]:
    """The rows of a list to its end."""
    found: list[str] = []
    wanted: str | None = address
    while wanted:
        text = browser.get(wanted).text
        found += rows(text)
        link = re.search(r'rel="next" href="([^"]+)"', text)
        wanted = unescape(link[1]) if link else None
    return found


def test_every_number_counts_the_list_that_it_links_to(house: House) -> None:
    for n in range(9):
        house.case(f"幸福里{n % 9 + 1}号楼电梯停了", number=f"+86138000000{n:02d}")
    house.case(DRAIN)
    house.move_clock(hours=2)
    with house.signed_in() as browser:
        text = browser.get("/overdue").text
        found = links(text)
        assert len(found) > 6
        for address, count in found:
            assert len(every_page(browser, address)) == count, address
        total = sum(count for address, count in found if "step=" not in address and "unit=xingfu&" in address + "&")
        assert total == len(every_page(browser, "/overdue"))


def test_pages_follow_each_other_without_gap_or_repeat(house: House) -> None:
    for n in range(20):
        house.case(f"幸福里{n % 9 + 1}号楼电梯停了", number=f"+86138000000{n:02d}")
    house.move_clock(hours=5)
    wanted = house.execute(
        sa.select(timer.c.id).where(timer.c.state == "open", timer.c.warn_at <= house.now())
    ).scalars()
    with house.signed_in() as browser:
        found = every_page(browser, "/overdue")
    assert len(found) > pressing.PAGE
    assert len(found) == len(set(found))
    assert set(found) == {str(id_) for id_ in wanted}


def test_the_list_has_what_the_command_has(house: House) -> None:
    house.case(LIFT)
    house.case(DRAIN)
    house.move_clock(hours=9)
    with house.door.transaction("xingfu") as tx:
        wanted = sorted((late.number, late.step, late.due_at) for late in overdue(tx))
        page = pressing.pressing(tx, "xingfu", pressing.Narrowed(time="over"))
    assert wanted
    assert sorted((row.case.number, row.step, row.due_at) for row in page.rows) == wanted


def test_the_ladder_is_shown_with_who_stands_on_it(house: House) -> None:
    house.case(LIFT)
    house.move_clock(hours=2)
    house.execute(sa.update(timer).where(timer.c.step == "visit").values(fired=0))
    house.execute(sa.update(timer).where(timer.c.step == "first_contact").values(fired=2))
    with house.signed_in() as browser:
        text = unescape(browser.get("/overdue?step=first_contact").text)
    assert "the holder" in text
    assert "the office" in text, "the policy of this house has two rungs: the committee's came with the breach"
    assert "Xingfu Sub-district Office" in text


def test_a_promise_that_stands_still_says_so(house: House) -> None:
    house.case(LIFT)
    house.move_clock(hours=2)
    house.execute(sa.update(timer).values(state="parked", trouble="it broke"))
    with house.signed_in() as browser:
        assert "Stands still" in browser.get("/overdue").text


@pytest.mark.parametrize(
    ("login", "unit", "seen"),
    [("courtyard", "xingfuli-south", True), ("committee", "xingfuli", True), ("neighbour", "heping", False)],
)
def test_it_is_seen_from_above_only(house: House, login: str, unit: str, seen: bool) -> None:
    house.account(login, unit, Role.COMMITTEE)
    taken = house.case(DRAIN)
    house.move_clock(days=9)
    with house.signed_in(login) as browser:
        for path in ("/overdue", "/overdue/rows", "/overdue?unit=xingfu", "/overdue.csv"):
            text = browser.get(path).text
            assert (taken.number in text) == seen, path
        assert bool(links(browser.get("/overdue").text)) == seen


def test_another_office_sees_nothing(house: House) -> None:
    house.account("elsewhere", "changle", office="changle")
    taken = house.case(LIFT)
    house.move_clock(hours=3)
    with house.signed_in("elsewhere") as browser:
        assert taken.number not in browser.get("/overdue").text


@pytest.mark.parametrize("query", ["time=never", "step=x", "unit=%00", "unit=no-such", "level=L9", "x=%FF"])
def test_odd_filters_are_no_error(house: House, query: str) -> None:
    with house.signed_in() as browser:
        for path in ("/overdue", "/overdue/rows", "/overdue.csv", "/overdue.xlsx", "/desk.csv"):
            assert browser.get(f"{path}?{query}").status_code == 200


@pytest.mark.parametrize("after", ["x", "~", "2026-11-24~x", "%00~%00"])
def test_a_page_that_cannot_be_is_not_found(house: House, after: str) -> None:
    with house.signed_in() as browser:
        assert browser.get(f"/overdue?after={after}").status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_whole_in_both_languages(house: House, lang: str) -> None:
    with house.signed_in(lang=lang) as browser:
        assert browser.get("/overdue").status_code == 200
        house.case(LIFT)
        house.move_clock(hours=3)
        text = re.sub(r'(href|src|hx-get|id)="[^"]*"', "", browser.get("/overdue").text)
    assert "supervise." not in text
    assert "console." not in text
    if lang == "en":
        left = re.findall(r"[\u4e00-\u9fff]+", re.sub(r'title="[^"]*"', "", text).replace(LIFT, ""))
        assert set(left) == {"中文"}, "the way to the other language, in the bar and in its menu"
