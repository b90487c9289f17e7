"""INV-SCOPE: nobody sees a case outside their part of the tree; not found and forbidden look the same."""

import re

import pytest

from dispatch.people.accounts import Role
from dispatch.reads import queries
from dispatch.reads.queue import Filter, figures, queue
from tests.console.house import OTHER_LINE, House

ABSENT = "20200101-000001"


def answer_for(house: House, login: str, number: str) -> tuple[int, str]:
    """Status and words of the case page for an account, without the number and the token."""
    with house.signed_in(login) as browser:
        answer = browser.get(f"/cases/{number}")
        text = answer.text.replace(number, "NUMBER")
    text = re.sub(r'data-from="[^"]*"', "MOMENT", text)  # how much of the stream of news this page has seen
    return answer.status_code, re.sub(r'value="[^"]{40,}"', "TOKEN", text)


@pytest.mark.parametrize(
    ("login", "unit", "seen"),
    [
        ("office", "xingfu", True),
        ("committee", "xingfuli", True),
        ("courtyard", "xingfuli-south", True),
        ("next_courtyard", "xingfuli-middle", False),
        ("next_committee", "heping", False),
    ],
)
def test_a_case_is_seen_from_above_only(house: House, login: str, unit: str, seen: bool) -> None:
    house.account(login, unit, Role.COMMITTEE)
    taken = house.case("幸福里3号楼2单元下水道堵了")
    status, text = answer_for(house, login, taken.number)
    if seen:
        assert status == 200
    else:
        assert (status, text) == answer_for(house, login, ABSENT)
        assert status == 404
    with house.signed_in(login) as browser:
        for path in ("/desk", "/desk/rows", "/desk?unit=xingfu"):
            assert (taken.number in browser.get(path).text) == seen
        assert (">1</b>" in browser.get("/desk/rows").text) == seen, "figures count within the scope only"


def test_another_office_sees_nothing(house: House) -> None:
    house.account("elsewhere", "changle", office="changle")
    ours = house.case("幸福里3号楼2单元下水道堵了")
    theirs = house.case("下水道堵了", line=OTHER_LINE)
    assert ours.number == theirs.number, "numbers are counted by each office"
    with house.signed_in("elsewhere") as browser:
        assert "幸福里" not in browser.get(f"/cases/{theirs.number}").text
        second = house.case("幸福里5号楼电梯停了")
        assert browser.get(f"/cases/{second.number}").status_code == 404
        assert second.number not in browser.get("/desk").text


def test_a_path_that_only_begins_alike_is_not_below(house: House) -> None:
    house.case("幸福里3号楼2单元下水道堵了")
    with house.door.transaction("xingfu") as tx:
        for scope in ("xing", "xingfu/xingful", "xingfu/xingfuli-", "x%", "xingf_", ""):
            assert queue(tx, scope, Filter()).rows == [], scope
            assert figures(tx, scope)["all"] == 0
            assert list(queries.units_within(tx, scope)) == []
        assert len(queue(tx, "xingfu/xingfuli", Filter()).rows) == 1
