"""The calendar on its page: who sees it, what a supervisor enters there, and the note that it ends."""

from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from dispatch.people.accounts import Role
from tests.console.house import House, token
from tests.console.test_duty_page import seen

NOTICE = """date,kind,name
2027-01-01,holiday,元旦
2027-05-01,holiday,劳动节
2027-05-02,holiday,劳动节
2027-10-01,holiday,国庆节
2027-10-02,holiday,国庆节
2027-10-03,holiday,国庆节
2027-10-09,makeup,国庆节
"""


def sent(house: House, part: str, login: str = "boss", **form: Any) -> TestResponse:
    """A form of the page is sent; the answer, or the page that it leads to."""
    with house.signed_in(login) as browser:
        form = {"csrf_token": token(browser, "/desk"), "year": "2027", **form}
        answer = browser.post(f"/calendar/{part}", data=form, content_type="multipart/form-data")
        return browser.get(answer.location) if answer.status_code == 303 else answer


@pytest.fixture
def boss(house: House) -> House:
    house.account("boss", role=Role.SUPERVISOR)
    house.account("hand", role=Role.WORKER)
    return house


def versions(house: House) -> list[int]:
    with house.door.transaction("xingfu") as tx:
        from dispatch.calendar.versions import listed

        return [row.number for row in listed(tx)]


def test_a_supervisor_enters_the_year_and_the_note_that_it_lacks_goes(boss: House) -> None:
    assert "The notice of this year was not entered" in seen(boss, "/desk", "boss")
    this_year = NOTICE.replace("2027-10-09", "2026-10-10").replace("2027", "2026")
    assert "is in force" in sent(boss, "notice", step="enter", text=this_year).text
    assert "The calendar ends on 2026-12-31: enter the notice of the next year" in seen(boss, "/desk", "boss")
    assert "enter the notice of the next year" not in seen(boss, "/desk", "hand")
    assert "2027 is provisional" in seen(boss, "/calendar?year=2027", "boss")
    tried = sent(boss, "notice", step="preview", text=NOTICE)
    assert tried.status_code == 200
    assert "nothing was written yet" in tried.text
    assert "2027-10-09" in tried.text
    assert "2027 is provisional" in tried.text
    entered = sent(boss, "notice", step="enter", file=(BytesIO(NOTICE.encode("gb18030")), "2027.csv"))
    assert "is in force" in entered.text
    assert "2027 is provisional" not in entered.text
    assert "day-makeup" in entered.text
    assert "enter the notice of the next year" not in seen(boss, "/desk", "boss")
    assert "Nothing changes." in sent(boss, "notice", step="enter", text=NOTICE).text


def test_a_day_and_a_closure_are_entered_and_taken_back(boss: House) -> None:
    assert "is in force" in sent(boss, "day", date="2027-12-24", kind="holiday", name="own").text
    closure = {"from": "2027-07-15T13:00", "to": "2027-07-16T00:00", "unit": "heping", "why": "typhoon"}
    page = sent(boss, "closure", **closure).text
    assert "2027-07-15 13:00–24:00" in page
    assert "typhoon" in page
    assert "2027-07-15 13:00–24:00" not in sent(boss, "reopening", **closure).text
    assert versions(boss) == [4, 3, 2, 1]


def test_what_cannot_be_stands_beside_its_form_and_changes_nothing(boss: House) -> None:
    before = versions(boss)
    wrong = sent(boss, "notice", step="enter", text="date,kind\n2027-01-32,holiday\n2027-01-04,makeup\n")
    assert wrong.status_code == 422
    assert "notice:2 date" in wrong.text
    assert "notice:3 date" in wrong.text
    assert "2027-01-32,holiday" in wrong.text, "what was written stays"
    assert "it lacks the holidays" in sent(boss, "notice", text=NOTICE.replace("10-03", "10-04")).text
    assert "is no date" in sent(boss, "day", date="soon", kind="holiday").text
    closure = {"from": "2027-07-15T13:00", "to": "2027-07-15T12:00", "why": "typhoon"}
    assert "ends before it begins" in sent(boss, "closure", **closure).text
    assert "Nothing was closed" in sent(boss, "reopening", **closure | {"to": "2027-07-16T00:00"}).text
    assert versions(boss) == before


def test_it_is_the_office_s_and_its_supervisors_alone_edit_it(boss: House) -> None:
    with boss.signed_in("hand") as browser:
        assert browser.get("/calendar").status_code == 404
    with boss.signed_in("dispatcher") as browser:
        page = browser.get("/calendar?year=2026")
        assert page.status_code == 200
        assert '<form method="post" action="/calendar' not in page.text
        assert browser.get("/calendar?year=1900").status_code == 404
        assert browser.get("/calendar?year=x").status_code == 404
    assert sent(boss, "day", "dispatcher", date="2027-12-24", kind="holiday").status_code == 404
