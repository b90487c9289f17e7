"""The form to report: without script, once, within limits, with every fault named."""

import re

import pytest
import sqlalchemy as sa

from cases.models import cases
from cases.models import party as party_table
from cases.phrases import LANGUAGES
from cases.report import Channel
from console.resident.report import PER_NUMBER
from tests.console.house import LINE, RESIDENT, House
from tests.console.residents import codes, fields, receipt, send, sent
from tests.console.whole import sample

__all__ = ["sample"]

LIFT = "5号楼电梯停了"
WHERE = "幸福里5号楼"
SAME = ("state", "category", "kind", "level", "unit_id", "worker_id", "rule", "estate", "building")


def rows(house: House) -> list[sa.Row[tuple[object, ...]]]:
    """All cases."""
    return list(house.execute(sa.select(cases).order_by(cases.c.number)).all())


def test_a_report_becomes_a_case_as_a_text_does(house: House) -> None:
    house.case(f"{LIFT}，{WHERE}")
    with house.client() as browser:
        page = sent(browser, what=LIFT, where=WHERE, number="138 0000 0002", name="王女士")
    text, web = rows(house)
    assert web.channel == Channel.WEB
    assert {column: getattr(web, column) for column in SAME} == {column: getattr(text, column) for column in SAME}
    assert receipt(page)[:2] == (web.number, codes(house, web.id))
    assert f"/t/{web.address}" in page
    with house.door.transaction("xingfu") as tx:
        assert tx.vault.open(web.id, "visit_code", web.visit_code_sealed) in page
        name = house.execute(sa.select(party_table.c.name_sealed).where(party_table.c.id == web.party_id)).scalar_one()
        assert tx.vault.open(web.party_id, "name", name) == "王女士"
    assert "王女士" not in web.summary


def test_a_name_that_is_known_stays(house: House) -> None:
    with house.client() as browser:
        sent(browser, what=LIFT, where=WHERE, number=RESIDENT, name="王女士")
        sent(browser, what=LIFT, where=WHERE, number=RESIDENT, name="别人")
    with house.door.transaction("xingfu") as tx:
        id_, name = house.execute(
            sa.select(party_table.c.id, party_table.c.name_sealed).where(party_table.c.name_sealed.is_not(None))
        ).one()
        assert tx.vault.open(id_, "name", name) == "王女士"


def test_anonymous_is_possible_and_nobody_is_owed_an_answer(house: House) -> None:
    with house.client() as browser:
        page = sent(browser, what=LIFT, where=WHERE)
    (case,) = rows(house)
    assert case.party_id is None
    assert "没有留电话" in page
    told = sa.text("SELECT is_owed FROM owed WHERE step IN ('told', 'call_back')")
    assert set(house.execute(told).scalars()) == {False}


def test_the_receipt_leaves_as_a_text_too_in_the_language_of_the_page(house: House) -> None:
    with house.client() as browser:
        browser.set_cookie("lang", "en")
        sent(browser, what="The lift has stopped", where="幸福里5号楼", number=RESIDENT)
    assert house.execute(
        sa.text("SELECT purpose, line FROM outbox o JOIN party p ON p.id = o.party_id WHERE p.lang = 'en'")
    ).all() == [("receipt", LINE.id)]


def test_sent_twice_it_is_one_case(house: House) -> None:
    with house.client() as browser:
        form = {**fields(browser.get("/report").text), "what": LIFT, "where": WHERE, "number": RESIDENT}
        first, second = (browser.post("/report", data=form) for _ in range(2))
        assert (first.status_code, first.location) == (303, second.location)
        assert browser.get(first.location).text.count(rows(house)[0].number) > 0
    assert len(rows(house)) == 1
    assert house.execute(sa.text("SELECT count(*) FROM outbox WHERE purpose = 'receipt'")).scalar_one() == 1


def test_the_same_form_with_other_words_is_asked_about(house: House) -> None:
    with house.client() as browser:
        form = {**fields(browser.get("/report").text), "what": LIFT, "where": WHERE}
        browser.post("/report", data=form)
        other = browser.post("/report", data={**form, "what": "3号楼下水道堵了"})
        assert other.status_code == 409
        assert rows(house)[0].number in other.text
        assert "3号楼下水道堵了" in other.text
        again = browser.post("/report", data={**form, **fields(other.text), "what": "3号楼下水道堵了"})
        assert again.status_code == 303
    assert len(rows(house)) == 2


@pytest.mark.parametrize("key", ["", "1", "0" * 31, "G" * 32, "%00"])
def test_a_key_that_is_none_of_ours_is_no_one_s(house: House, key: str) -> None:
    with house.client() as one, house.client() as other:
        for browser in (one, other):
            form = {**fields(browser.get("/report").text), "what": LIFT, "where": WHERE, "key": key}
            assert browser.post("/report", data=form).status_code == 303
    assert len(rows(house)) == 2


@pytest.mark.parametrize(
    ("field", "filled", "said"),
    [
        ("what", {"what": "", "where": WHERE}, "没有说明是什么事"),
        ("what", {"what": "您好，在吗", "where": WHERE}, "没有说明是什么事"),
        ("what", {"what": "堵" * 1001, "where": WHERE}, "写了1001个字，最多1000个"),
        ("where", {"what": LIFT, "where": "里" * 201}, "写了201个字，最多200个"),
        ("number", {"what": LIFT, "where": WHERE, "number": "12345"}, "不是能打通的电话号码"),
        ("number", {"what": LIFT, "where": WHERE, "number": "+1 202 555 0123"}, "不是能打通的电话号码"),
        ("number", {"what": LIFT, "where": WHERE, "number": LINE.number}, "不是能打通的电话号码"),
        ("number", {"what": LIFT, "where": WHERE, "number": "1" * 60}, "不是能打通的电话号码"),
        ("name", {"what": LIFT, "where": WHERE, "name": "王女士"}, "请同时留电话"),
        ("name", {"what": LIFT, "where": WHERE, "number": RESIDENT, "name": "王" * 41}, "最多40个"),
        ("website", {"what": LIFT, "where": WHERE, "website": "http://spam.example"}, "这一栏请留空"),
        ("where", {"what": "有人唱歌太吵"}, "看不出在哪里"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    house: House, field: str, filled: dict[str, str], said: str
) -> None:
    with house.client() as browser:
        answer = send(browser, **filled)
        assert answer.status_code == 422
        assert said in answer.text
        assert f'id="{field}-fault"' in answer.text
        assert re.search(rf'id="{field}"[^>]*aria-invalid="true" aria-describedby="{field}-fault', answer.text)
        assert filled["what"] in answer.text
    assert rows(house) == []


def test_where_is_asked_once(house: House) -> None:
    with house.client() as browser:
        first = send(browser, what="有人唱歌太吵")
        again = browser.post("/report", data={**fields(first.text), "what": "有人唱歌太吵", "where": ""})
        assert again.status_code == 303
        assert "还不清楚具体在哪里" in browser.get(again.location).text
    assert len(rows(house)) == 1


def test_danger_is_told_to_call_now_and_does_not_wait_for_an_address(sample: House) -> None:
    with sample.client() as browser:
        faulty = send(browser, what="隔壁着火了，有人被困", number="1")
        assert faulty.status_code == 422
        assert 'href="tel:119"' in faulty.text
        page = sent(browser, what="隔壁着火了，有人被困")
        assert 'href="tel:119"' in page
        assert 'role="alert"' in page
        assert 'href="tel:119"' not in browser.get("/report").text
    assert rows(sample)[0].level == "L1"


def test_one_number_in_too_many_reports_is_refused_kindly(house: House) -> None:
    with house.client() as browser:
        for _ in range(PER_NUMBER):
            sent(browser, what=LIFT, where=WHERE, number=RESIDENT)
        answer = send(browser, what=LIFT, where=WHERE, number=RESIDENT)
        assert answer.status_code == 429
        assert f'href="tel:{LINE.number}"' in answer.text
        sent(browser, what=LIFT, where=WHERE, number="13800000003")
        house.move_clock(hours=1, minutes=1)
        sent(browser, what=LIFT, where=WHERE, number=RESIDENT)
    assert len(rows(house)) == PER_NUMBER + 2


def test_one_client_s_flood_is_refused_and_another_is_let_in(house: House) -> None:
    with house.client() as browser:
        taken = [send(browser, what=LIFT, where=WHERE).status_code for _ in range(22)]
        assert (taken[0], taken[19], taken[20]) == (303, 303, 429)
    with house.client() as other:
        answer = send(other, REMOTE_ADDR="198.51.100.7", what=LIFT, where=WHERE)
        assert answer.status_code == 303
    assert len(rows(house)) == 21


def test_a_form_without_its_token_is_kept_and_asked_for_once_more(house: House) -> None:
    with house.client() as browser:
        answer = browser.post("/report", data={"what": LIFT, "where": WHERE})
        assert answer.status_code == 400
        assert LIFT in answer.text
        assert browser.post("/report", data={**fields(answer.text), "what": LIFT, "where": WHERE}).status_code == 303


def test_too_much_is_refused_in_a_light_page(house: House) -> None:
    with house.client() as browser:
        answer = send(browser, what="x" * 70_000)
    assert answer.status_code == 413
    assert "tabler" not in answer.text


def test_a_receipt_is_for_the_browser_that_sent_it(house: House) -> None:
    with house.client() as browser:
        sent(browser, what=LIFT, where=WHERE)
        number = rows(house)[0].number
        assert browser.get(f"/report/{number}").status_code == 200
        house.move_clock(hours=1)
        assert browser.get(f"/report/{number}").location == f"/status?number={number}"
    with house.client() as other:
        assert other.get(f"/report/{number}").location == f"/status?number={number}"


def test_the_form_names_its_office_and_lets_choose(house: House) -> None:
    with house.client() as browser:
        assert "长乐街道办事处" in browser.get("/report").text
        send(browser, what="路灯坏了", where="长乐路5号", office="changle")
        assert house.execute(sa.text("SELECT o.code FROM cases c JOIN office o ON o.id = c.office_id")).all() == [
            ("changle",)
        ]
        send(browser, what="路灯坏了", where="长乐路5号", office="no such")
    assert len(rows(house)) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_of_residents_are_shown_as_words(house: House, lang: str) -> None:
    with house.client() as browser:
        browser.set_cookie("lang", lang)
        answer = send(browser, what='<script>alert(1)</script>" onmouseover="x', number="1")
    assert "<script" not in answer.text
    assert '" onmouseover' not in answer.text
