"""Several people at one draft: nobody overwrites what they were not shown, and whoever wrote on it may withdraw it."""

import re

import sqlalchemy as sa
from werkzeug.test import TestResponse

from dispatch.people.accounts import Role
from tests.console.house import House, token
from tests.console.test_rules_page import ONE, OTHER, ROW, office, seen, sent

__all__ = ["office"]  # the fixture

MINE = ROW | {"row": "lamps", "draft": "1", "revision": "1"}


def two_at_one_row(house: House, **other: str) -> TestResponse:
    """Two have the same row of a draft before them; the other saves first, then this one."""
    sent(house, "/rules/row", row="", before="stairwell-grid", **ROW)
    assert "version 2" in sent(house, "/rules/row", OTHER, **MINE | {"c_unit": "binhe", "why": "nearer"} | other).text
    return sent(house, "/rules/row", **MINE | {"c_unit": "xingfuli", "c_keywords": "灯泡", "why": "mine"})


def test_a_form_that_was_overtaken_does_not_overwrite_what_it_never_showed(office: House) -> None:
    late = two_at_one_row(office, c_keywords="路灯")
    assert (late.status_code, "changed this draft meanwhile" in late.text) == (422, True)
    [kept] = re.findall(r'name="revision" value="(\d+)"', late.text)
    assert (kept, 'value="灯泡"' in late.text) == ("1", True), "what was looked at, and what was written"
    assert 'value="save"' not in late.text
    again = sent(office, "/rules/row", **MINE | {"revision": kept, "c_keywords": "灯泡"})
    assert (again.status_code, "changed this draft meanwhile" in again.text) == (422, True)
    assert "路灯" in seen(office, "/rules/drafts/1"), "the other's row stands"


def test_the_form_that_was_overtaken_leads_to_the_row_as_it_is_now(office: House) -> None:
    late = two_at_one_row(office, c_keywords="路灯")
    [link, _] = re.findall(r'href="([^"]+)">Open the form again', late.text)
    assert link == "/rules/row?id=lamps&amp;draft=1"
    form = seen(office, link.replace("&amp;", "&"))
    assert ('value="路灯"' in form, 'name="revision" value="2"' in form) == (True, True)
    assert "重新打开表单" in overtaken_in_chinese(office)


def overtaken_in_chinese(house: House) -> str:
    with house.signed_in(ONE, "zh_CN") as browser:
        return str(browser.post("/rules/row", data={"csrf_token": token(browser, "/desk"), **MINE}).text)


def test_a_row_that_was_taken_out_meanwhile_leads_to_the_draft(office: House) -> None:
    two_at_one_row(office)
    sent(office, "/rules/row", OTHER, row="stairwell-grid", draft="1", revision="2", step="remove", why="not needed")
    late = sent(office, "/rules/row", **MINE | {"row": "stairwell-grid", "revision": "2"})
    assert (late.status_code, "changed this draft meanwhile" in late.text) == (422, True)
    assert re.search(r'href="/rules/drafts/1">The row is gone', late.text)
    office.account("chief", role=Role.SUPERVISOR)
    sent(office, "/rules/drafts/1/refuse", "chief", revision="3", why="no")
    late = sent(office, "/rules/row", **MINE | {"revision": "3"})
    assert (late.status_code, "decided already" in late.text) == (422, True)
    assert 'name="revision" value="3"' in late.text, "no further draft comes of it unseen"


def test_who_wrote_on_a_draft_withdraws_it_where_nobody_else_is_left(office: House) -> None:
    assert 'id="alone"' not in seen(office, "/rules/row?id=stairwell-grid")
    sent(office, "/rules/row", row="", before="stairwell-grid", **ROW)
    assert "Another supervisor decides" in seen(office, "/rules/drafts/1")
    assert 'id="alone"' not in seen(office, "/rules/row?id=lamps&draft=1"), "the other one is left"
    assert "With your change nobody is left" in seen(office, "/rules/row?id=lamps&draft=1", OTHER)
    assert "所有主管都写过它" in seen(office, "/rules/row?id=lamps&draft=1", OTHER, "zh_CN")
    sent(office, "/rules/row", OTHER, **MINE | {"c_unit": "binhe"})
    assert "Nobody is left who may decide" in seen(office, "/rules/drafts/1")
    assert "Say why" in sent(office, "/rules/drafts/1/withdraw", revision="2").text
    assert "changed this draft meanwhile" in sent(office, "/rules/drafts/1/withdraw", revision="1", why="x").text
    office.account("chief", role=Role.SUPERVISOR)
    assert "Withdraw the draft" not in seen(office, "/rules/drafts/1", "chief")
    other = sent(office, "/rules/drafts/1/withdraw", "chief", revision="2", why="x")
    assert "Only who wrote on a draft" in other.text
    done = sent(office, "/rules/drafts/1/withdraw", revision="2", why="one of us proposes it anew").text
    assert "Draft 1 is withdrawn." in done
    assert "Withdrawn by" in done
    assert "已撤回" in seen(office, "/rules", lang="zh_CN")


def test_the_only_supervisor_is_told_that_nobody_may_approve(office: House) -> None:
    office.execute(sa.text("UPDATE staff SET active = false WHERE code = 'leader'"))
    office.execute(sa.text("UPDATE account SET disabled_at = now() WHERE login = 'leader'"))
    assert "no other supervisor in the office" in seen(office, "/rules/row?id=stairwell-grid")
    assert 'id="alone"' not in seen(office, "/rules/row?id=stairwell-grid", "root"), "who only reads changes nothing"
