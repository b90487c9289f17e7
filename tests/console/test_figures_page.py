"""Figures on pages: what they count, the cases behind them, units among each other, and days that cannot be."""

import re

import pytest

from dispatch.people.accounts import Role
from tests.console.house import House
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
