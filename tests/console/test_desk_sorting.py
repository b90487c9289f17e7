"""The triage lane on the desk: listed, counted, sorted with one press."""

import re
from dataclasses import replace

from cases.report import Channel
from dispatch import desk
from dispatch.assist import waiting
from dispatch.assist.waiting import Question
from dispatch.matters.suggestion import Suggestion
from dispatch.people import parties
from dispatch.people.accounts import Role
from dispatch.reports import Report, Taken
from dispatch.understanding import understand
from tests.console.house import LINE, RESIDENT, House, token

WORDS = "幸福里3号楼2单元那边不太对劲"


def doubtful(house: House) -> Taken:
    """A case that nobody is sure of."""
    with house.door.transaction(LINE) as tx:
        heard = understand(tx, WORDS)
        best = (Suggestion("drain", 0.4, ()), Suggestion("lift", 0.3, ()))
        matter = replace(heard.matter, category="drain", unsure=True, unclear=False, best=best)
        report = Report(Channel.TEXT, parties.party_of(tx, RESIDENT), WORDS, tx.now)
        return desk.take_report(tx, report, replace(heard, matter=matter))


def test_it_is_counted_listed_and_offered(house: House) -> None:
    taken = doubtful(house)
    house.case("幸福里6号楼下水道堵了")
    with house.signed_in() as browser:
        page = browser.get("/desk?awaits=triage").text
        drawer = browser.get(f"/desk/drawer/{taken.number}").text
    assert re.search(r'href="/desk\?awaits=triage"[^>]*><b>1</b>', page)
    assert re.findall(r'id="case-([0-9-]+)"', page) == [taken.number]
    assert re.findall(r'name="category" value="([a-z]+)" data-key="([0-9])"', drawer) == [("drain", "1"), ("lift", "2")]


def test_what_the_second_reader_proposes_is_marked(house: House) -> None:
    taken = doubtful(house)
    with house.door.transaction(LINE) as tx:
        waiting.answered(tx, Question(taken.case_id, WORDS), "lift")
    with house.signed_in() as browser:
        drawer = browser.get(f"/desk/drawer/{taken.number}").text
    assert re.findall(r'value="([a-z]+)" data-key|(Proposed by the second reader)', drawer)[:3] == [
        ("drain", ""), ("lift", ""), ("", "Proposed by the second reader"),
    ]  # fmt: skip


def test_one_press_sends_it(house: House) -> None:
    taken = doubtful(house)
    with house.signed_in() as browser:
        form = {"csrf_token": token(browser, "/desk"), "category": "drain"}
        assert browser.post(f"/desk/triage/{taken.number}", data=form).status_code == 303
        page = browser.get("/desk?awaits=triage").text
        again = browser.post(f"/desk/triage/{taken.number}", data=form, follow_redirects=True).text
    assert f"{taken.number} went to" in page
    assert f"case-{taken.number}" not in page
    assert "needs no sorting any more" in again


def test_nobody_else_is_offered_it_or_does_it(house: House) -> None:
    taken = doubtful(house)
    house.account("committee", "xingfuli", Role.COMMITTEE)
    with house.signed_in("committee") as browser:
        form = {"csrf_token": token(browser, "/desk"), "category": "drain"}
        assert browser.post(f"/desk/triage/{taken.number}", data=form).status_code == 404
