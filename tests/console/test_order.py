"""Work orders on paper: what is owed and until when, no visit code, the door for whoever signed and recorded."""

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from cases.models import owed
from cases.phrases import LANGUAGES
from dispatch.loop import visits
from dispatch.people import reveal
from dispatch.people.accounts import Role
from dispatch.reports import Taken
from tests.console.house import House
from tests.console.living import DRAIN, HER, _code, does
from tests.console.members import member
from tests.console.test_case_deeds import seen

LIFT = "幸福里5号楼电梯停了"


def plain(text: str) -> str:
    """A page's words without its tokens, marks and numbers of cases."""
    return re.sub(r"\d{8}-\d{6}", "", seen(text))


def post(browser: FlaskClient, path: str, **more: object) -> str:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/desk").text)
    assert token is not None
    answer = browser.post(path, data={"csrf_token": token[1], **more})
    assert answer.status_code == 200
    return answer.text


def looks(house: House, taken: Taken) -> list[str]:
    with house.door.transaction("xingfu") as tx:
        return [look.what for look in reveal.looks(tx, taken.case_id)]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh_CN", "派工单|幸福里小区3号楼2单元|下水道|李红梅|上门服务|2026-11-27 17:30|到场定位|经办人签字|居民签字"),
        ("en", "Work order|Xingfuli Estate, building 3, unit 2|Drain|Li Hongmei|Visit|2026-11-27 17:30|On the spot|"
         "Signature of the worker|Signature of the resident"),
    ],
)  # fmt: skip
def test_the_paper_says_what_is_owed_where_and_until_when(house: House, lang: str, words: str) -> None:
    taken = house.case(DRAIN)
    with house.signed_in(lang=lang) as browser:
        assert f'href="/cases/{taken.number}/order"' in browser.get(f"/cases/{taken.number}").text
        text = browser.get(f"/cases/{taken.number}/order").text
    for word in [*words.split("|"), taken.number, "下水道堵了"]:
        assert word in seen(text), word


def test_neither_the_visit_code_nor_a_number_nor_the_door_is_on_it(house: House) -> None:
    member(house, HER)
    taken = house.case(DRAIN)
    with house.door.transaction("xingfu") as tx:
        code = _code(tx, taken)
    for login in ("dispatcher", HER):
        with house.signed_in(login) as browser:
            text = plain(browser.get(f"/cases/{taken.number}/order").text)
            with_door = plain(post(browser, f"/cases/{taken.number}/order"))
        for words in (text, with_door):
            assert not re.search(rf"(?<![\d:-]){code}(?![\d:-])", words)
            assert "502" not in words
            assert "138" not in words
            assert "With the door" not in words
    assert looks(house, taken) == []


def test_the_door_is_told_to_whoever_signed_and_that_is_recorded(house: House) -> None:
    member(house, HER)
    taken = house.case(DRAIN)
    does(house, lambda tx, who: visits.sign(tx, who, taken.case_id))
    with house.signed_in(HER) as browser:
        page = browser.get(f"/cases/{taken.number}/order").text
        assert "With the door" in page
        assert "502" not in plain(page)
        assert looks(house, taken) == [], "looking at the paper without the door is no look at an identity"
        assert "502" in plain(post(browser, f"/cases/{taken.number}/order"))
    assert looks(house, taken) == ["door"]
    with house.signed_in() as browser:
        assert "502" not in plain(post(browser, f"/cases/{taken.number}/order"))
        assert "The door was told to whoever signed." in browser.get(f"/cases/{taken.number}").text
    assert looks(house, taken) == ["door"]


def test_several_orders_are_one_page_each_and_each_once(house: House) -> None:
    member(house, HER)
    first, second = house.case(DRAIN), house.case(LIFT, number="+8613800000002")
    does(house, lambda tx, who: visits.sign(tx, who, first.case_id))
    address = f"/cases/print?n={first.number}&n={second.number}&n={first.number}&n=20200101-000001"
    with house.signed_in() as browser:
        text = browser.get(address).text
    assert text.count('<article class="order"') == 2
    assert "Not found: 20200101-000001" in text
    with house.signed_in(HER) as browser:  # her courtyard has the first only
        text = browser.get(address).text
        assert text.count('<article class="order"') == 1
        assert f"Not found: 20200101-000001, {second.number}" in text
        assert "502" in plain(post(browser, "/cases/print", n=[first.number, second.number]))
    assert looks(house, first) == ["door"]
    assert looks(house, second) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_to_print_is_said(house: House, lang: str) -> None:
    with house.signed_in(lang=lang) as browser:
        answer = browser.get("/cases/print")
        assert answer.status_code == 200
        assert {"zh_CN": "没有可以打印的派工单。", "en": "There is no work order to print."}[lang] in answer.text
        assert browser.get("/cases/20200101-000001/order").status_code == 404


def test_an_order_of_another_part_of_the_tree_is_not_found(house: House) -> None:
    house.account("heping", "heping", Role.COMMITTEE)
    taken = house.case(DRAIN)
    with house.signed_in("heping") as browser:
        assert browser.get(f"/cases/{taken.number}/order").status_code == 404
        assert '<article class="order"' not in browser.get(f"/cases/print?n={taken.number}").text


def test_a_step_that_is_not_owed_is_said_to_be_so(house: House) -> None:
    taken = house.case(DRAIN)
    house.execute(sa.update(owed).where(owed.c.step == "visit").values(is_owed=False))
    with house.signed_in() as browser:
        text = seen(browser.get(f"/cases/{taken.number}/order").text)
    assert "Visit not owed" in text
