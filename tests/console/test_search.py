"""The search of the bar: what was found and where, a number's own case, pages, and nothing for strangers."""

import re

import pytest

from dispatch.people.accounts import Role
from dispatch.search.following import follow
from tests.console.house import House

DRAIN, LIFT = "幸福里3号楼2单元下水道堵了", "幸福里5号楼电梯停了"


@pytest.fixture(autouse=True)
def begun(house: House) -> None:
    """The index stands, as it does from the first second of `jobs` on."""
    follow_all(house)


def follow_all(house: House) -> None:
    while True:
        with house.parts.door.found() as conn:
            if not follow(conn):
                return


def found_in(text: str) -> list[str]:
    return re.findall(r'class="search-number" href="/cases/([0-9-]+)"', text)


@pytest.mark.parametrize("indexed", [True, False])
def test_words_lead_to_the_newest_cases_and_are_marked(house: House, indexed: bool) -> None:
    drain, lift = house.case(DRAIN), house.case(LIFT)
    if indexed:
        follow_all(house)
    with house.signed_in() as browser:
        page = browser.get("/search?words=幸福里").text
        assert found_in(page) == [lift.number, drain.number]
        page = browser.get("/search?words=下水+堵了").text
        assert found_in(page) == [drain.number]
        assert "<mark>下水</mark>道<mark>堵了</mark>" in page
        assert found_in(browser.get("/search?words=没有的词").text) == []


def test_a_place_is_found_by_its_english_name_and_marked(house: House) -> None:
    drain = house.case(DRAIN)
    house.case(LIFT)
    follow_all(house)
    with house.signed_in() as browser:
        page = browser.get("/search?words=Xingfuli+Estate+building+3").text
        assert found_in(page) == [drain.number]
        assert "<mark>3号楼</mark>" in page
        assert found_in(browser.get("/search?words=Xingfuli+building+4").text) == []


def test_a_whole_number_leads_to_its_case_and_a_part_of_it_to_the_list(house: House) -> None:
    taken = house.case(LIFT)
    with house.signed_in() as browser:
        assert browser.get(f"/search?words=+{taken.number}+").location == f"/cases/{taken.number}"
        assert found_in(browser.get(f"/search?words={taken.number[:8]}").text) == [taken.number]
        assert browser.get("/search?words=20200101-000001").status_code == 200


def test_a_number_of_others_looks_like_none(house: House) -> None:
    house.account("next_committee", "heping", Role.COMMITTEE)
    taken = house.case(DRAIN)
    with house.signed_in("next_committee") as browser:
        for said in (taken.number, taken.number[:8], "下水", "道"):
            answer = browser.get(f"/search?words={said}")
            assert (answer.status_code, found_in(answer.text)) == (200, []), said


def test_pages_are_turned_from_newer_to_older(house: House) -> None:
    taken = [house.case(LIFT).number for _ in range(23)]
    with house.signed_in() as browser:
        first = browser.get("/search?words=电梯").text
        older = re.search(r'rel="next" href="([^"]+)"', first)
        assert older
        second = browser.get(older[1].replace("&amp;", "&")).text
        assert found_in(first) + found_in(second) == taken[::-1]
        assert 'rel="next"' not in second
        assert browser.get("/search?words=电梯&after=x").status_code == 404


def test_one_character_says_how_far_was_looked(house: House) -> None:
    taken = house.case(LIFT)
    follow_all(house)
    with house.signed_in() as browser:
        page = browser.get("/search?words=梯").text
        assert found_in(page) == [taken.number]
        assert "newest 5000" in page
        assert "newest 5000" not in browser.get("/search?words=电梯").text


@pytest.mark.parametrize("said", ["", "%20", "%00", "<script>alert(1)</script>", "%", "_", "' OR 1=1", "长" * 500])
def test_whatever_is_typed_is_words(house: House, said: str) -> None:
    house.case(LIFT)
    with house.signed_in() as browser:
        answer = browser.get(f"/search?words={said}")
        assert answer.status_code == 200
        assert found_in(answer.text) == []
        assert "<script>alert" not in answer.text


def test_words_of_residents_are_shown_as_words(house: House) -> None:
    house.case('幸福里5号楼电梯停了<script>alert(1)</script>" onmouseover="x')
    with house.signed_in() as browser:
        page = browser.get("/search?words=电梯停").text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_nobody_searches_without_signing_in(house: House) -> None:
    assert "/login" in house.client().get("/search?words=电梯").location
    assert 'id="find"' not in house.client().get("/login").text
