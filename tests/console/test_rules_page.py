"""The page of the rules: read by an office clerk, tried, changed by two people, taken along and brought back."""

import json
import re
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from dispatch.models import policy_version
from dispatch.people.accounts import Role
from tests.console.house import House, token
from tests.console.living import DRAIN
from tests.console.members import member
from tests.dispatch.sample import policy, raw_policy

ONE, OTHER, DEFAULT = "supervisor", "leader", "default-committee"


@pytest.fixture
def office(house: House) -> House:
    """Two supervisors, an administrator and a dispatcher; the shipped table is version 2."""
    shipped = {"number": 2, "body": json.dumps(raw_policy()), "state": "in_force", "imported_at": house.now()}
    house.execute(sa.insert(policy_version).values(shipped))
    member(house, ONE, Role.SUPERVISOR)
    member(house, OTHER, Role.SUPERVISOR)
    house.account("root", role=Role.ADMIN)
    return house


def seen(house: House, path: str, login: str = ONE, lang: str = "en") -> str:
    with house.signed_in(login, lang) as browser:
        answer = browser.get(path)
        assert answer.status_code == 200, answer.status
        return str(answer.text)


def sent(house: House, path: str, login: str = ONE, **form: Any) -> TestResponse:
    with house.signed_in(login) as browser:
        form = {"csrf_token": token(browser, "/desk"), **form}
        answer = browser.post(path, data=form, content_type="multipart/form-data")
        return browser.get(answer.location) if answer.status_code == 303 else answer


def test_the_bar_searches_for_nothing_of_the_page(office: House) -> None:
    for path in ("/rules", "/rules/try", "/desk", "/rounds"):
        assert re.search(r'id="find"[^>]* value=""', seen(office, path)), path
    page = sent(office, "/rules/drafts", why="试一试")
    assert re.search(r'id="find"[^>]* value=""', page.text)


def numbers(house: House) -> list[int]:
    with house.signed_in(ONE) as browser:
        return sorted({int(each) for each in re.findall(r"/rules/drafts/(\d+)", browser.get("/rules").text)})


def first(house: House) -> Any:
    """The newest policy's number."""
    return house.execute(sa.select(sa.func.max(policy_version.c.number))).scalar()


ROW = {"c_id": "lamps", "c_category": "Stairwell lights", "c_unit": "heping", "why": "one team for all lamps"}


def test_the_table_in_force_is_read_in_words(office: House) -> None:
    text = seen(office, "/rules")
    for rule in policy().rules:
        assert f'<code class="rule">{rule.id}</code>' in text
    assert "Version 2 is in force" in text
    assert "Nothing found" in text
    assert "None of the above" in text
    found = seen(office, "/rules?q=Stairwell+lights")
    assert ("stairwell-grid" in found, "pets" in found) == (True, False)
    assert f"1 of {len(policy().rules) + 1} rows." in found
    chinese = seen(office, "/rules", lang="zh_CN")
    assert "第 2 版生效中" in chinese
    assert "<dt>地点类型</dt>" in chinese
    with office.signed_in("dispatcher") as browser:
        assert browser.get("/rules").status_code == 404, "as if it were not there"
        assert "/rules" not in browser.get("/desk").text
    reader = seen(office, "/rules", "root")
    assert "/rules/row" not in reader
    assert sent(office, "/rules/row", "root", row="", **ROW).status_code == 422


def test_one_text_is_tried_and_nothing_is_kept(office: House) -> None:
    text = sent(office, "/rules/try", text="幸福里小区3号楼2单元楼道灯坏了", channel="call").text
    assert '<code class="rule">stairwell-grid</code>' in text
    assert "Xingfuli South Courtyard" in text
    assert "<dt>Category</dt>" in text
    assert "Units asked, in order" in text
    [asked] = re.findall(r'<ol class="reasons" id="candidates".*?</ol>', text, re.S)
    assert "Li Hongmei" in asked
    assert asked.count("<li>") > 1, "also those who do not get it"
    assert "cannot be read" in sent(office, "/rules/try", text="灯", at="soon").text
    assert office.execute(sa.text("SELECT count(*) FROM cases")).scalar() == 0


def test_a_row_is_changed_replayed_and_approved_by_another(office: House) -> None:
    taken = office.case("幸福里小区3号楼2单元楼道灯坏了")
    assert 'name="c_category"' in seen(office, "/rules/row?before=stairwell-grid")
    page = sent(office, "/rules/row", row="", before="stairwell-grid", **ROW)
    assert "Draft 1 is proposed" in page.text
    assert '<code class="rule">lamps</code>' in page.text
    assert "Another supervisor decides" in page.text
    [number] = numbers(office)
    replay = seen(office, f"/rules/drafts/{number}/replay?days=7")
    assert "1 cases of the last 7 days; 1 would go another way." in replay
    assert f"/cases/{taken.number}" in replay
    assert "+1" in replay
    with office.signed_in(ONE) as browser:
        part = browser.get(f"/rules/drafts/{number}/replay?days=999", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "last 30 days" in part
    assert "does not decide" in sent(office, f"/rules/drafts/{number}/approve", revision="1").text
    assert "Say why" in sent(office, f"/rules/drafts/{number}/refuse", OTHER, why=" ", revision="1").text
    for form in ({}, {"revision": ""}, {"revision": "x"}):
        old = sent(office, f"/rules/drafts/{number}/approve", OTHER, **form)
        assert (old.status_code, "this page is an old one" in old.text) == (422, True)
    assert "is approved" in sent(office, f"/rules/drafts/{number}/approve", OTHER, revision="1").text
    assert first(office) == 3
    assert "lamps" in seen(office, "/rules")
    assert "decided already" in sent(office, f"/rules/drafts/{number}/refuse", OTHER, why="late").text
    assert "no such version, or it is in force" in sent(office, "/rules/versions/3/back", why="x").text
    back = sent(office, "/rules/versions/2/back", why="cases went astray")
    assert "The rows of version 2 are in force again, as version 4." in back.text


def test_rows_are_moved_taken_out_and_the_default_changed(office: House) -> None:
    ids = [rule.id for rule in policy().rules]
    sent(office, "/rules/row", row=ids[1], step="down", why="order")
    sent(office, "/rules/row", row=ids[-1], step="remove", why="not needed")
    rest = {"row": DEFAULT, "c_id": DEFAULT, "c_to": "office", "why": "the office takes the rest"}
    sent(office, "/rules/row", **rest)
    assert numbers(office) == [1, 2, 3]
    assert "In another place" in seen(office, "/rules/drafts/1")
    removed = seen(office, "/rules/drafts/2")
    assert "Removed" in removed
    assert f'<code class="rule">{ids[-1]}</code>' in removed
    assert "Changed" in seen(office, "/rules/drafts/3")
    chained = sent(office, "/rules/row", draft="2", revision="1", **rest).text
    assert "Removed" in chained
    assert "Changed" in chained
    assert sent(office, "/rules/drafts/2/refuse", OTHER, why="keep it", revision="2").status_code == 200
    assert "refused" in seen(office, "/rules/drafts/2")


def test_what_people_have_in_hand_counts_when_a_text_is_tried(office: House) -> None:
    """The grid's own worker has the first right while there is room: with one case in hand of one there is none."""
    lamp = "幸福里小区3号楼2单元楼道灯坏了"
    assert "Li Hongmei" in tried_title(office, lamp)
    raw = raw_policy() | {"choice": {"capacity": 1}}
    tight = {"number": 3, "body": json.dumps(raw), "state": "in_force", "imported_at": office.now()}
    office.execute(sa.insert(policy_version).values(tight))
    assert "Li Hongmei" in tried_title(office, lamp)
    office.case(lamp)
    assert "Li Hongmei" not in tried_title(office, lamp)


def tried_title(house: House, text: str) -> str:
    [title] = re.findall(r'id="tried-title">(.*?)</h2>', sent(house, "/rules/try", text=text).text)
    return str(title)


def test_a_row_of_an_open_draft_is_changed_in_that_draft(office: House) -> None:
    sent(office, "/rules/row", row="", before="stairwell-grid", **ROW)
    form = seen(office, "/rules/row?id=lamps&draft=1", OTHER)
    assert 'name="revision" value="1"' in form
    assert "Save in draft 1" in form
    again = ROW | {"row": "lamps", "draft": "1", "revision": "1", "c_unit": "binhe", "why": "Binhe is nearer"}
    page = sent(office, "/rules/row", OTHER, **again).text
    assert "Draft 1 is changed: version 2." in page
    assert "Binhe is nearer" in page
    assert "Earlier versions (1)" in page
    assert ROW["why"] in page
    assert "Nobody is left who may decide" in page, "both supervisors have written on it"
    assert numbers(office) == [1]
    assert "changed last by" in seen(office, "/rules")
    stale = sent(office, "/rules/row", **again)
    assert (stale.status_code, "changed this draft meanwhile" in stale.text) == (422, True)
    assert "does not decide" in sent(office, "/rules/drafts/1/approve", OTHER, revision="2").text
    office.account("chief", role=Role.SUPERVISOR)
    assert "Another supervisor decides" in seen(office, "/rules/drafts/1", OTHER)
    assert "changed this draft meanwhile" in sent(office, "/rules/drafts/1/approve", "chief", revision="1").text
    late = sent(office, "/rules/drafts/1/refuse", "chief", revision="2", why="no")
    assert "is refused" in late.text
    assert "decided already" in sent(office, "/rules/row", **again | {"revision": "2"}).text
    assert (
        "Draft 2 is proposed" in sent(office, "/rules/row", **{k: v for k, v in again.items() if k != "revision"}).text
    )


def test_all_that_is_wrong_with_a_row_is_said_at_once_and_kept(office: House) -> None:
    bad = sent(
        office, "/rules/row", row="", **ROW | {"c_category": "dragons", "c_co_handlers": "atlantis", "c_to": "office"}
    )
    assert bad.status_code == 422
    for part in ("dragons", "send.unit", 'value="one team for all lamps"', 'value="lamps"'):
        assert part in bad.text, part
    assert numbers(office) == []
    with office.signed_in(ONE) as browser:
        for path in (
            "/rules/row?id=gone",
            "/rules/row?draft=9",
            "/rules/drafts/9",
            "/rules/drafts/9/replay",
            "/rules.pdf",
        ):
            assert browser.get(path).status_code == 404, path


def test_the_table_goes_along_and_comes_back(office: House) -> None:
    office.case(DRAIN)
    with office.signed_in(ONE, "zh_CN") as browser:
        given = browser.get("/rules.xlsx")
        assert "attachment" in given.headers["Content-Disposition"]
        assert browser.get("/rules.csv").data.startswith(b"\xef\xbb\xbf")
    same = sent(office, "/rules/drafts", file=(BytesIO(given.data), "a.xlsx"), why="x", step="propose")
    assert "there is nothing to propose" in same.text
    book = load_workbook(BytesIO(given.data))
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    assert head[0] == "编号"
    sheet.cell(2, head.index("紧急程度") + 1).value = "L9"
    out = BytesIO()
    book.save(out)
    wrong = sent(office, "/rules/drafts", file=(BytesIO(out.getvalue()), "a.xlsx"), why="x", step="propose")
    assert (wrong.status_code, "policy.rules[1].when.level" in wrong.text) == (422, True)
    copy = sent(office, "/rules/drafts", file=(BytesIO(out.getvalue()), "a.xlsx"), step="errors")
    seen_ = load_workbook(BytesIO(copy.data)).worksheets[0]
    assert (seen_.cell(1, 1).value, "L9" in str(seen_.cell(2, 1).value)) == ("Errors", True)
    sheet.cell(2, head.index("紧急程度") + 1).value = "紧急"
    out = BytesIO()
    book.save(out)
    page = sent(
        office, "/rules/drafts", file=(BytesIO(out.getvalue()), "a.xlsx"), why="only what presses", step="propose"
    )
    assert "Draft 1 is proposed" in page.text
    assert "cannot be read" in sent(office, "/rules/drafts", file=(BytesIO(b"PK"), "b.xlsx"), step="propose").text
    assert "Choose a file" in sent(office, "/rules/drafts", step="propose").text
