"""Figures on pages: what they count, the cases behind them, units among each other, and days that cannot be."""

import re

import pytest

from dispatch.acts import doing
from dispatch.loop import returns
from dispatch.people.accounts import Role
from dispatch.reports import Taken
from tests.console.house import House
from tests.console.living import DRAIN, does
from tests.console.members import member
from tests.console.test_rounds_page import words

HERE, THERE = "幸福里小区3号楼2单元楼道灯坏了", "和平一村5号楼下水道堵了"


@pytest.fixture
def told(house: House) -> House:
    """Two cases of one committee and one of another."""
    for words_, number in ((HERE, "+8613800000011"), (HERE, "+8613800000012"), (THERE, "+8613800000013")):
        house.case(words_, number=number)
    return house


def test_every_figure_shows_what_it_counts_and_leads_to_the_cases(told: House) -> None:
    with told.signed_in() as browser:
        page = browser.get("/figures").text
        assert "Accepted" not in page
        assert "100.0 % 3 / 3 43.9 % – 100.0 %" in words(page)
        assert "Cases per 10,000 residents: none (3 cases; nobody said" in words(page)
        [link] = set(re.findall(r'href="(/figures/accepted\?[^"]*part=all[^"]*)"', page))
        listed = browser.get(link.replace("&amp;", "&")).text
        numbers = re.findall(r'href="/cases/([0-9-]+)"', listed)
        assert len(numbers) == 3
        assert "fewer than 10: not ranked" in words(listed)
        narrowed = browser.get("/figures/accepted?unit=heping&part=all").text
        assert len(re.findall(r'href="/cases/([0-9-]+)"', narrowed)) == 1
        assert "Nothing to count in this period." in words(browser.get("/figures/accepted?part=no").text)
        empty = words(browser.get("/figures?from=2020-01-01&to=2020-01-31").text)
        assert "Xingfu Sub-district Office, 2020-01-01 to 2020-01-31" in empty
        file = browser.get("/figures.csv")
        assert file.data.decode().startswith("\ufefffigure,share,counted / over")
        assert b"accepted,100.0 %,3,3," in file.data


def test_what_cannot_be_asked_is_said_or_is_not_there(told: House) -> None:
    with told.signed_in() as browser:
        for days in ("from=yesterday", "from=2026-10-02&to=2026-10-01", "from=0001-01-01&to=2026-10-01"):
            page = browser.get(f"/figures?{days}")
            assert (page.status_code, "Give two days in order" in page.text) == (200, True)
        for address in ("/figures?unit=moon", "/figures/moon", "/figures/coverage", "/figures/accepted?part=most"):
            assert browser.get(address).status_code == 404


def test_a_committee_counts_its_own(told: House) -> None:
    told.account("committee", role=Role.COMMITTEE, unit="heping")
    with told.signed_in("committee") as browser:
        assert "100.0 % 1 / 1" in words(browser.get("/figures").text)
        assert browser.get("/figures?unit=xingfuli").status_code == 404
        assert len(set(re.findall(r'href="/cases/([0-9-]+)"', browser.get("/figures/accepted").text))) == 1


def sent_astray(house: House) -> tuple[Taken, Taken]:
    """Of two orders of one rule one comes back, upheld, and a dispatcher sends it on."""
    first, second = (house.case(DRAIN, number=f"+861380000002{n}") for n in (1, 2))
    does(house, lambda tx, who: returns.request(tx, who, first.case_id, returns.Reason.NOT_OURS, "不在本网格"))
    said = ({"unit": "heping", "why": "属和平"}, 10**6)
    does(house, lambda tx, who: doing.act(tx, who, first.case_id, "uphold", said), "dispatcher-1")
    return first, second


def test_accuracy_is_told_by_rule_and_by_who_gave_it(house: House) -> None:
    first, second = sent_astray(house)
    member(house, "supervisor", Role.SUPERVISOR)
    with house.signed_in("supervisor") as browser:
        page = browser.get("/figures").text
        said = words(page)
        assert "row drain-blocked 50.0 % 1 / 2" in said
        assert "a person's choice 100.0 % 1 / 1" in said
        assert said.index("row drain-blocked") < said.index("a person's choice"), "the worst first"
        assert "System 50.0 % 1 / 2" in said
        assert "Lu Siyuan 100.0 % 1 / 1" in said
        kept = browser.get("/figures/accurate?rule=drain-blocked&part=yes").text
        assert set(re.findall(r'href="/cases/([0-9-]+)"', kept)) == {second.number}
        assert "Given to the right unit by row drain-blocked 50.0 %" in words(kept)
        assert 'name="rule" value="drain-blocked"' in kept, "other days keep the rule"
        sent_back = browser.get("/figures/accurate?rule=drain-blocked&part=no").text
        assert set(re.findall(r'href="/cases/([0-9-]+)"', sent_back)) == {first.number}
        by_person = browser.get("/figures/accurate?dispatcher=staff:dispatcher-1").text
        assert set(re.findall(r'href="/cases/([0-9-]+)"', by_person)) == {first.number}
        for odd in ("/figures/accepted?rule=drain-blocked", "/figures/accurate?rule=a&dispatcher=b"):
            assert browser.get(odd).status_code == 404
        assert "Nothing to count in this period." in words(browser.get("/figures/accurate?rule=gone").text)


@pytest.mark.parametrize(("role", "sees"), [(Role.DISPATCHER, True), (Role.WORKER, False), (Role.COMMITTEE, False)])
def test_who_gave_cases_is_told_to_those_who_answer_for_them(house: House, role: Role, sees: bool) -> None:
    sent_astray(house)
    house.account("other", "xingfuli", role)
    with house.signed_in("other") as browser:
        page = words(browser.get("/figures").text)
        assert ("row drain-blocked" in page) is sees
        assert "Lu Siyuan" not in page
        assert browser.get("/figures/accurate?dispatcher=system").status_code == 404
        assert (browser.get("/figures/accurate?rule=drain-blocked").status_code == 200) is sees
