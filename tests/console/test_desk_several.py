"""Several cases at once: each in its own transaction, a line of result for each, and nobody beyond their part."""

import re
from typing import Any

import sqlalchemy as sa

from cases.models import cases, event
from dispatch.loop.verdicts import Answer
from dispatch.models import staff, unit
from dispatch.people.accounts import Role
from tests.console.house import OTHER_LINE, House, token
from tests.console.living import DRAIN, answered


def sent(house: House, login: str = "dispatcher", status: int = 200, **form: Any) -> str:
    """The answer to the form under the queue, without its tags."""
    with house.signed_in(login) as browser:
        answer = browser.post("/desk/several", data={"csrf_token": token(browser, "/desk"), "do": "give", **form})
        assert answer.status_code == status, answer.text
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def holder(house: House, number: str) -> tuple[str, str | None]:
    """Unit and worker that hold a case, by their codes."""
    wanted = (
        sa.select(unit.c.code, staff.c.code)
        .select_from(cases.join(unit, unit.c.id == cases.c.unit_id).outerjoin(staff, staff.c.id == cases.c.worker_id))
        .where(cases.c.number == number)
    )
    with house.owner.connect() as conn:
        row = conn.execute(wanted).one()
    return row[0], row[1]


def test_cases_go_to_another_unit_with_the_reason(house: House) -> None:
    numbers = [house.case(f"幸福里{n}号楼下水道堵了").number for n in (3, 6)]
    words = sent(house, n=numbers, to="unit:heping", why="归和平居委会")
    assert "2 of 2 done." in words
    assert {holder(house, number)[0] for number in numbers} == {"heping"}
    with house.owner.connect() as conn:
        kinds = list(conn.execute(sa.select(event.c.kind, event.c.actor).where(event.c.kind == "rerouted")))
    assert kinds == [("rerouted", "account:dispatcher")] * 2


def test_cases_go_to_one_person_whatever_their_unit(house: House) -> None:
    near, far = house.case("幸福里3号楼2单元下水道堵了").number, house.case("滨河路18号路边垃圾没人收").number
    words = sent(house, n=[near, far], to="worker:xingfuli-grid-01", why="今天他在")
    assert "Now with Zhang Aimin" in words
    assert holder(house, near) == holder(house, far) == ("xingfuli-south", "xingfuli-grid-01")


def test_what_is_refused_says_why_and_leaves_the_others_done(house: House) -> None:
    closed, fine, there = house.case(DRAIN), house.case("幸福里6号楼下水道堵了"), house.case("和平小区有人唱歌太吵")
    answered(house, closed, Answer.SATISFIED)
    sent(house, n=[there.number], to="unit:heping", why="归和平")
    numbers = [closed.number, "20200101-000001", "\x00", there.number, fine.number]
    words = sent(house, n=numbers, to="unit:heping", why="归和平居委会")
    assert "1 of 5 done." in words
    for sentence in (
        "is not possible",
        "There is no such case within your reach.",
        "in these hands already",
        "Now with",
    ):
        assert sentence in words, sentence
    assert holder(house, fine.number)[0] == "heping"


def test_what_is_missing_is_said_before_anything_is_done(house: House) -> None:
    number = house.case(DRAIN).number
    before = holder(house, number)
    forms: tuple[tuple[dict[str, Any], str], ...] = (
        ({"to": "unit:heping", "why": "x"}, "No case was selected."),
        ({"n": number, "why": "x"}, "It was not said who gets the cases."),
        ({"n": number, "to": "unit:no-such", "why": "x"}, "It was not said who gets the cases."),
        ({"n": number, "to": "unit:heping", "why": "  "}, "The reason is missing."),
    )
    for form, wanted in forms:
        assert wanted in sent(house, **form)
    assert holder(house, number) == before


def test_somebody_on_leave_or_at_a_desk_gets_nothing(house: House) -> None:
    number = house.case(DRAIN).number
    before = holder(house, number)
    assert "This person takes no orders now" in sent(house, n=[number], to="worker:verifier", why="请核查")
    assert holder(house, number) == before, "the move to the unit is undone with it"


def test_who_sees_a_case_may_still_not_give_it_away(house: House) -> None:
    house.account("head", "xingfuli", Role.COMMITTEE)
    number = house.case(DRAIN).number
    with house.signed_in("head") as browser:
        assert 'name="to"' not in browser.get("/desk").text
    sent(house, "head", 403, n=[number], to="unit:heping", why="x")


def test_nobody_reaches_beyond_their_part(house: House) -> None:
    house.account("far", "binhe", Role.SUPERVISOR)
    near = house.case(DRAIN).number
    other = [house.case("电梯停了", line=OTHER_LINE).number for _ in range(2)][1]  # our office has no such number
    assert "There is no such case within your reach." in sent(house, "far", n=[near], to="unit:binhe", why="x")
    assert "It was not said who gets" in sent(house, "far", n=[near], to="unit:xingfuli", why="x")
    assert "There is no such case" in sent(house, n=[other], to="unit:xingfuli", why="x")


def test_work_orders_are_printed_of_what_was_selected(house: House) -> None:
    with house.signed_in() as browser:
        form = {"csrf_token": token(browser, "/desk"), "do": "print", "n": ["20261124-000001", "20261124-000002"]}
        answer = browser.post("/desk/several", data=form)
    assert (answer.status_code, answer.location) == (303, "/cases/print?n=20261124-000001&n=20261124-000002")


def test_a_form_of_another_site_does_nothing(house: House) -> None:
    number = house.case(DRAIN).number
    with house.signed_in() as browser:
        answer = browser.post("/desk/several", data={"n": number, "to": "unit:heping", "why": "x", "do": "give"})
    assert answer.status_code == 400
    assert holder(house, number)[0] == "xingfuli-south"
