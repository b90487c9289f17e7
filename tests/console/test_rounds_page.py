"""Rounds on pages: plans are made and ended, a task is reported by hand, what was found is a case, figures add up."""

import re
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from dispatch.due import handlers
from dispatch.people.accounts import Role
from tests.console.house import House, token


def words(text: str) -> str:
    """A page's words in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(text)))


def happens(house: House) -> None:
    """What `timers` does that is due now."""
    doing = True
    while doing:
        with house.door.transaction("xingfu") as tx:
            doing = handlers.fire_next(tx)


def send(browser: FlaskClient, address: str, **form: Any) -> tuple[int, str]:
    """A form is sent; the status, and the words of the answer or of the page that it leads to."""
    answer = browser.post(address, data={"csrf_token": token(browser, "/rounds"), **form})
    page = browser.get(answer.location) if answer.status_code == 303 else answer
    return answer.status_code, words(page.text)


def column(house: House, query: str) -> list[Any]:
    return list(house.execute(sa.text(query)).scalars())


@pytest.fixture
def walked(house: House) -> House:
    """A daily inspection of grid xingfuli-02 has begun this morning."""
    house.account("supervisor", role=Role.SUPERVISOR)
    with house.signed_in("supervisor") as browser:
        assert send(browser, "/rounds/plans", template="daily", grid="xingfuli-02")[0] == 303
    happens(house)
    return house


def test_plans_are_made_and_ended(house: House) -> None:
    with house.signed_in() as browser:
        assert "Nothing in this month." in words(browser.get("/rounds").text)
        status, text = send(browser, "/rounds/plans", template="weekly")
        assert (status, "40 plans made." in text) == (303, True)
        status, text = send(browser, "/rounds/plans", template="weekly", grid="moon")
        assert (status, "No grid is called moon" in text) == (422, True)
        status, text = send(browser, "/rounds/plans", template="daily", grid="xingfuli-01", rule="FREQ=HOURLY")
        assert (status, "comes round within a day" in text) == (422, True)
        [first] = column(house, "SELECT id FROM round_plan WHERE grid = 'xingfuli-01'")
        status, text = send(browser, f"/rounds/plans/{first}/end")
        assert (status, "The plan has ended" in text) == (303, True)
        assert column(house, "SELECT count(*) FROM round_plan WHERE active_to IS NULL") == [39]
        for made in (41, 0):  # the one that ended, and a kind that nobody has yet; then none
            assert f"{made} plans made." in send(browser, "/rounds/plans", template="")[1]
    assert column(house, "SELECT count(*) FROM round_plan WHERE active_to IS NULL") == [80]


def test_a_committee_plans_for_its_own_grids_and_sees_no_others(house: House) -> None:
    house.account("heping", "heping", Role.COMMITTEE)
    with house.signed_in("heping") as browser:
        assert "10 plans made." in send(browser, "/rounds/plans", template="daily")[1]
    happens(house)
    house.account("xingfuli", "xingfuli", Role.COMMITTEE)
    [mine] = column(house, "SELECT id FROM round LIMIT 1")
    [plan] = column(house, "SELECT id FROM round_plan LIMIT 1")
    with house.signed_in("xingfuli") as browser:
        assert "Nothing in this month." in words(browser.get("/rounds").text)
        assert browser.get(f"/rounds/{mine}").status_code == 404
        assert send(browser, f"/rounds/{mine}/miss")[0] == 404
        assert send(browser, f"/rounds/plans/{plan}/end")[0] == 404


def test_a_task_is_reported_by_hand(walked: House) -> None:
    [round_] = column(walked, "SELECT id FROM round")
    [task] = column(walked, "SELECT id FROM round_task")
    there = f"/rounds/{round_}/tasks/{task}"
    with walked.signed_in("supervisor") as browser:
        for form, says in (
            ({"outcome": "finding"}, "write what"),
            ({"answers": "ten"}, "must be numbers"),
            ({"answers": "11 3"}, "got 11 points of at most 10"),
        ):
            status, text = send(browser, there, **form)
            assert (status, says in text) == (422, True), text
        status, text = send(browser, there, outcome="finding", words="下水道堵了", place="幸福里小区")
        assert (status, "opened" in text) == (303, True)
        assert "inspect 1 and 2 scores" in text
        status, text = send(browser, there, answers="9 8")
        assert "✓ done" in text
        assert "score 85.0" in text
        [number] = column(walked, "SELECT number FROM cases WHERE channel = 'inspection'")
        assert number in text
        assert "Found on the Daily inspection of 2026-11-24" in words(browser.get(f"/cases/{number}").text)
        assert f'href="/rounds/{round_}"' in browser.get(f"/cases/{number}").text
        assert send(browser, there, answers="9 8")[0] == 422
        assert "rounds' coverage – visited" in words(browser.get("/rounds").text)  # its limit has not come
        walked.move_clock(hours=9)
        text = words(browser.get("/rounds").text)
    assert "rounds' coverage 100.0 % 1/1" in text
    assert "found before anyone called 100.0 % 1/1" in text
    assert "Score 2026-11" in text


def test_what_is_overdue_stands_with_what_is_late(walked: House) -> None:
    walked.move_clock(hours=9)
    happens(walked)
    [round_] = column(walked, "SELECT id FROM round WHERE due_at < '2026-11-24T10:00Z'")
    with walked.signed_in("supervisor") as browser:
        assert "Rounds overdue (1)" in words(browser.get("/overdue").text)
        for deed, form, says in (
            ("miss", {"reason": "weather"}, "Choose a reason, and say"),
            ("miss", {"reason": "lapsed", "why": "x"}, "Choose a reason, and say"),
            ("give", {"to": "xingfuli-grid-01"}, "why this person gets it"),
            ("give", {"to": "nobody", "why": "x"}, "choose one of the list"),
        ):
            status, text = send(browser, f"/rounds/{round_}/{deed}", **form)
            assert (status, says in text) == (422, True), text
        status, text = send(browser, f"/rounds/{round_}/give", to="xingfuli-grid-01", why="she knows the place")
        assert (status, "Handed to" in text) == (303, True)
        assert "(given to another by hand) “she knows the place”" in text
        text = send(browser, f"/rounds/{round_}/miss", reason="weather", why="thunderstorm")[1]
        assert "Ended as missed." in text
        assert "Ended as missed: weather “thunderstorm”" in text
        assert "Missed because weather 1" in words(browser.get("/rounds").text)
        assert send(browser, f"/rounds/{round_}/give", to="xingfuli-grid-02", why="x")[0] == 422
        assert "Rounds overdue" not in words(browser.get("/overdue").text)
        assert "rounds' coverage 0.0 % 0/1" in words(browser.get("/rounds").text)
        assert browser.get("/rounds?month=2026-13&kind=x&state=y&grid=%00").status_code == 200
        assert browser.get("/rounds/nothing").status_code == 404


def test_an_administrator_looks_and_reports_nothing(walked: House) -> None:
    walked.account("admin", role=Role.ADMIN)
    [round_] = column(walked, "SELECT id FROM round")
    [task] = column(walked, "SELECT id FROM round_task")
    with walked.signed_in("admin", "zh_CN") as browser:
        assert "录入结果" not in browser.get(f"/rounds/{round_}").text
        assert send(browser, f"/rounds/{round_}/tasks/{task}", outcome="nothing")[0] == 404


def test_plates_are_printed_for_who_plans_and_prove_a_visit(walked: House) -> None:
    [round_] = column(walked, "SELECT id FROM round")
    [task] = column(walked, "SELECT id FROM round_task")
    walked.account("worker", role=Role.WORKER)
    walked.account("heping", "heping", Role.COMMITTEE)
    there = "/rounds/plates?grid=xingfuli-02"
    for login in ("worker", "heping"):
        with walked.signed_in(login) as browser:
            assert browser.get(there).status_code == 404
    with walked.signed_in("supervisor") as browser:
        assert there in browser.get("/rounds").text
        answer = browser.get(there)
        assert answer.headers["Cache-Control"] == "no-store"
        [code] = re.findall(r'class="plate-code"[^>]*>([0-9]{4})<', answer.text)
        assert "Daily inspection" in words(answer.text)
        assert browser.get("/rounds/plates?grid=moon").status_code == 404
        send(browser, f"/rounds/{round_}/tasks/{task}", code=code, outcome="nothing")
    assert column(walked, "SELECT grade FROM round_task") == ["met"]
