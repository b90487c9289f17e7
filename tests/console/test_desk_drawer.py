"""The case beside the queue, and in which order the queue stands."""

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from cases.firing import claim, fire
from cases.models import cases
from dispatch import desk
from dispatch.loop.verdicts import Answer
from dispatch.people.accounts import Role
from dispatch.reads import checks
from dispatch.reads.queue import Filter, queue
from tests.console.house import House
from tests.console.living import DRAIN, answered, asked, told, visited
from tests.console.test_desk import numbers


def drawer(text: str) -> str:
    """What stands in the drawer of a page, without its tags."""
    found = re.search(r'<aside id="drawer"(.*?)</aside>', text, re.S)
    assert found is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1]))


def test_a_case_stands_beside_the_queue_without_script(house: House) -> None:
    taken = house.case(DRAIN)
    with house.signed_in() as browser:
        page = browser.get(f"/desk?open={taken.number}&level=L3").text
        fragment = browser.get(f"/desk/drawer/{taken.number}?level=L3").text
        assert "hidden" in browser.get("/desk").text.split('<aside id="drawer"')[1].split(">")[0]
    assert "<html" not in fragment
    for text in (drawer(page), fragment):
        for words in (taken.number, "Drain", "Li Hongmei", "Why routed here", "drain-blocked"):
            assert words in text, words
        assert "13800000001" not in text
        assert "502" not in text
    assert 'href="/desk?level=L3"' in page, "closing leads back to the queue as it was narrowed"
    assert "row-open" in page


def test_a_case_out_of_reach_does_not_open(house: House) -> None:
    house.account("head", "binhe", Role.COMMITTEE)
    taken = house.case(DRAIN)
    with house.signed_in("head") as browser:
        assert taken.number not in drawer(browser.get(f"/desk?open={taken.number}").text)
        for number in (taken.number, "20200101-000001", "%00"):
            assert browser.get(f"/desk/drawer/{number}").status_code == 404


def test_a_closed_case_can_be_looked_at_too(house: House) -> None:
    taken = house.case(DRAIN)
    answered(house, taken, Answer.SATISFIED)
    with house.signed_in() as browser:
        words = drawer(browser.get(f"/desk?open={taken.number}").text)
    assert "Closed" in words
    assert "Running limits" not in words


def test_what_is_due_first_stands_first_whatever_was_promised_before(house: House) -> None:
    first = house.case(DRAIN).number
    done = house.case("幸福里3号楼1单元下水道堵了", number="+8613800000002")
    told(house, done)
    lift = house.case("幸福里5号楼电梯停了").number
    house.execute(sa.update(cases).where(cases.c.number == done.number).values(due_at=house.now()))
    with house.signed_in() as browser:
        text = browser.get("/desk").text
    assert numbers(text) == [lift, first, done.number], "the promise that was kept sorts nothing"
    assert re.search(
        r"0:\d\d left</time></span>\s*<span class=\"left-step\">Sign-for <span class=\"text-nowrap\">11-24 10:30<", text
    )
    assert "told in time" in text


def unlike(house: House) -> list[str]:
    """The cases that the queue would sort by another moment than their first promise."""
    with house.door.transaction("xingfu") as tx:
        return [row.subject for row in checks.broken(tx) if row.trouble.id == "desk.check.next_due"]


def test_the_first_promise_is_known_after_every_deed(house: House) -> None:
    taken = house.case(DRAIN)
    for deed in (visited, told, asked):
        other = house.case("幸福里3号楼1单元下水道堵了", number="+8613800000002")
        deed(house, other)
        assert unlike(house) == [], deed.__name__
    answered(house, taken, Answer.UNSOLVED)
    answered(house, taken, Answer.UNSOLVED)
    assert unlike(house) == []
    moved = house.case("幸福里3号楼2单元下水道堵了", number="+8613800000003")
    with house.door.transaction("xingfu") as tx:
        desk.reroute(tx, moved.number, "heping", "归和平", "command")
    assert unlike(house) == []


def test_the_first_promise_moves_on_when_the_system_signs(house: House) -> None:
    lift = house.case("幸福里5号楼电梯停了").number
    before = _next(house, lift)
    house.move_clock(minutes=31)
    for _ in range(3):
        with house.door.transaction("xingfu") as tx:
            fire(tx, claim(tx, tx.now), top=2)
    assert _next(house, lift) > before + timedelta(minutes=20)
    assert unlike(house) == []


def _next(house: House, number: str) -> datetime:
    with house.door.transaction("xingfu") as tx:
        found: datetime = next(row.next_due_at for row in queue(tx, "xingfu", Filter()).rows if row.number == number)
    return found


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_every_page_of_the_desk_is_whole(house: House, lang: str) -> None:
    taken = house.case(DRAIN)
    with house.signed_in(lang=lang) as browser:
        for path in (f"/desk?open={taken.number}", f"/desk/drawer/{taken.number}", "/new", "/callbacks"):
            text = re.sub(r'(href|src|hx-get|action|data-here|data-address)="[^"]*"', "", browser.get(path).text)
            assert "console." not in text, path
