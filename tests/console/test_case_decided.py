"""The case page says which row of which version decided, and the values that it looked at."""

import sqlalchemy as sa

from cases.loop.deeds import standing
from cases.models import event
from dispatch.loop.who import Who
from dispatch.side import confiding
from dispatch.transaction import Tx
from tests.console.house import House
from tests.console.living import DRAIN, does

VALUES = "What the rules looked at"


def page(house: House, number: str, lang: str = "en") -> str:
    with house.signed_in() as browser:
        browser.set_cookie("lang", lang)
        return str(browser.get(f"/cases/{number}").text)


def test_the_row_and_its_values_stand_in_words(house: House) -> None:
    taken = house.case(DRAIN)
    text = page(house, taken.number)
    assert "Version 1 of the rules, row " in text
    for label, value in (("Season", "heating season"), ("Area", "Xingfuli South Courtyard"), ("Level", "Ordinary")):
        assert f"<dt>{label}</dt><dd>{value}" in text, label
    chinese = page(house, taken.number, "zh_CN")
    assert "第 1 版规则，第 " in chinese
    assert "<dt>区域</dt><dd>幸福里南院</dd>" in chinese
    assert "<dt>季节</dt><dd>供暖季</dd>" in chinese


def test_what_a_rule_did_not_decide_or_what_is_for_a_few_is_not_told(house: House) -> None:
    taken = house.case(DRAIN)

    def confide(tx: Tx, who: Who) -> None:
        confiding.confide(tx, who, standing(tx, taken.case_id, lock=True), "要求保密")

    does(house, confide, "dispatcher-1")
    assert VALUES not in page(house, taken.number)
    other = house.case(DRAIN)
    old = sa.func.replace(event.c.canonical, '"values"', '"older"')
    house.execute(sa.update(event).where(event.c.kind == "dispatched").values(canonical=old))
    text = page(house, other.number)
    assert VALUES not in text
    assert "Why" in text


def test_the_default_is_no_row(house: House) -> None:
    taken = house.case("公告栏上的钟慢了半个小时")
    assert taken.rule == "default"
    assert "no row held" in page(house, taken.number)
