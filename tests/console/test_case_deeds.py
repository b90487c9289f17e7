"""The deeds on the case page: each role sees what it may do, does it by a form, and is told what was refused."""

import re
from collections.abc import Callable
from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cases.models import cases, owed
from cases.states import ClosingKind
from dispatch.acts.table import ACTIONS
from dispatch.loop import closing, finding, returns, visits
from dispatch.loop.returns import Reason
from dispatch.loop.verdicts import Answer
from dispatch.people.accounts import Role
from dispatch.reports import Taken
from tests.console.house import House
from tests.console.living import DRAIN, HER, _code, answered, asked, does, told, visited
from tests.console.members import member
from tests.people import SHEN_YUEHUA

SHE = SHEN_YUEHUA.worker
DANGER = "幸福里小区3号楼2单元电梯困人"


def offered(text: str) -> list[str]:
    """The deeds for which a page has a form, in order."""
    return re.findall(r'action="/cases/[^/"]+/act/([a-z-]+)', text)


def send(browser: FlaskClient, taken: Taken, name: str, **values: str) -> TestResponse:
    """The form of a deed as the page gives it, filled in and sent."""
    page = browser.get(f"/cases/{taken.number}").text
    form = re.search(rf'<form method="post" action="([^"]+/act/{name}[^"]*)".*?</form>', page, re.DOTALL)
    assert form is not None, f"no form for {name}: {offered(page)}"
    hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', form[0]))
    for field in values:
        assert f'name="{field}"' in form[0], f"{name} has no field {field}"
    return browser.post(form[1].partition("#")[0], data={**hidden, **values})


def state(house: House, taken: Taken) -> str:
    found: str = house.execute(sa.select(cases.c.state).where(cases.c.id == taken.case_id)).scalar_one()
    return found


def seen(text: str) -> str:
    """A page's words in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(text)))


def given_back(house: House, taken: Taken) -> None:
    does(house, lambda tx, who: visits.sign(tx, who, taken.case_id))
    does(house, lambda tx, who: returns.request(tx, who, taken.case_id, Reason.NOT_OURS, "物业的事"))


def twice_no(house: House, taken: Taken) -> None:
    answered(house, taken, Answer.UNSOLVED)
    answered(house, taken, Answer.UNSOLVED)


def proposed(house: House, taken: Taken) -> None:
    twice_no(house, taken)
    does(house, lambda tx, who: closing.propose(tx, taken.number, ClosingKind.EXPLAINED, "属业主", who), SHE)


def found(house: House, taken: Taken) -> None:
    visited(house, taken)
    does(house, lambda tx, who: finding.find(tx, who, taken.case_id, "管道被油污堵住"))


def closed(house: House, taken: Taken) -> None:
    answered(house, taken, Answer.SATISFIED)


def nothing(house: House, taken: Taken) -> None:
    """It just came in."""


Life = Callable[[House, Taken], object]


@pytest.mark.parametrize(
    ("life", "login", "role", "can"),
    [
        (nothing, HER, Role.WORKER, "sign call arrive news return"),
        (nothing, "xingfuli-liaison", Role.COMMITTEE, "sign assign"),
        (nothing, "dispatcher", None, "reroute assign supplement urge"),
        (nothing, "supervisor", Role.SUPERVISOR, "sign reroute assign supplement urge"),
        (nothing, "verifier", Role.ADMIN, ""),
        (given_back, "dispatcher", None, "uphold reject supplement urge"),
        (proposed, "leader", Role.SUPERVISOR, "approve refuse redo supplement urge"),
    ],
)
def test_each_role_sees_what_it_may_do(house: House, life: Life, login: str, role: Role | None, can: str) -> None:
    if role is not None:
        member(house, login, role)
    taken = house.case(DRAIN)
    life(house, taken)
    with house.signed_in(login) as browser:
        text = browser.get(f"/cases/{taken.number}").text
    assert offered(text) == can.split()
    assert ("There is nothing for you to do" in text) == (not can)


@pytest.mark.parametrize(("role", "can"), [(Role.DISPATCHER, "reroute assign supplement urge"), (Role.ADMIN, "")])
def test_an_account_that_is_nobody_s_acts_in_the_part_of_its_role(house: House, role: Role, can: str) -> None:
    house.account("somebody", role=role)
    taken = house.case(DRAIN)
    with house.signed_in("somebody") as browser:
        assert offered(browser.get(f"/cases/{taken.number}").text) == can.split()
        if can:
            send(browser, taken, "urge")
            text = seen(browser.get(f"/cases/{taken.number}").text)
            assert re.search(r"Urged it on\. Somebody", text), "who urged stands in the timeline by name"


CODE = "the code of this case"
EACH: tuple[tuple[str, Life, str, dict[str, str], str], ...] = (
    ("sign", nothing, HER, {}, "Signed for."),
    ("call", nothing, HER, {}, "The hotline is ringing you now."),
    ("arrive", nothing, HER, {"visit_code": CODE}, "Your visit is kept (Met the resident)."),
    ("find", visited, HER, {"words": "管道堵了"}, "The finding is kept."),
    ("tell", found, HER, {"words": "明天疏通"}, "On its way to the resident; it counts once it has arrived."),
    ("submit", told, HER, {}, "Submitted, its proof is whole; the resident is asked next."),
    ("news", nothing, HER, {"words": "师傅已到"}, "The news is kept."),
    ("return", nothing, HER, {"reason": "not_ours", "why": "物业的事"}, "The return (not ours) is sent for review"),
    ("uphold", given_back, "dispatcher", {"unit": "heping", "why": "对"}, "The return is upheld"),
    ("reject", given_back, "dispatcher", {"why": "是你们的"}, "The return is rejected."),
    ("reroute", nothing, "dispatcher", {"unit": "heping", "why": "走错"}, "Sent to the other unit."),
    ("assign", nothing, "dispatcher", {"person": "xingfuli-grid-01", "why": "换人"}, "Given to that person"),
    ("call-back", asked, "dispatcher", {"answer": "1"}, "Thank you"),
    ("propose", twice_no, SHE, {"kind": "explained", "why": "属业主"}, "Proposed; a second person decides."),
    ("approve", proposed, "leader", {}, "Approved: the case is closed."),
    ("refuse", proposed, "leader", {}, "Refused; it waits for a supervisor."),
    ("redo", twice_no, SHE, {"why": "再修一次"}, "A rework is ordered."),
    ("reopen", closed, "dispatcher", {"words": "又堵了"}, "taken up again"),
    ("supplement", nothing, "dispatcher", {"words": "漏水了"}, "Added; whoever holds the case is told."),
    ("urge", nothing, "dispatcher", {}, "Urged; whoever holds the case is told."),
)


def test_every_deed_is_tried() -> None:
    assert {name for name, *_ in EACH} | {"safe"} == set(ACTIONS)


@pytest.mark.parametrize(("name", "life", "login", "values", "says"), EACH, ids=[name for name, *_ in EACH])
def test_each_deed_is_done_by_its_form(
    house: House, name: str, life: Life, login: str, values: dict[str, str], says: str
) -> None:
    if login != "dispatcher":
        member(house, login, Role.WORKER if login == HER else Role.SUPERVISOR)
    taken = house.case(DRAIN)
    life(house, taken)
    if CODE in values.values():
        with house.door.transaction("xingfu") as tx:
            values = {"visit_code": _code(tx, taken)}
    with house.signed_in(login) as browser:
        answer = send(browser, taken, name, **values)
        assert answer.status_code == 303, seen(answer.text)
        page = browser.get(answer.location.partition("#")[0]).text
        assert says in seen(page)
        assert says not in seen(browser.get(f"/cases/{taken.number}").text), "it is said once"


def test_danger_is_marked_safe_by_a_lead(house: House) -> None:
    member(house, "supervisor", Role.SUPERVISOR)
    taken = house.case(DANGER)
    house.execute(sa.update(cases).values(level="L1"))
    house.execute(sa.update(owed).where(owed.c.step == "interim").values(is_owed=True))
    with house.signed_in("supervisor") as browser:
        assert send(browser, taken, "safe", words="人已救出").status_code == 303
        assert "Marked as safe" in seen(browser.get(f"/cases/{taken.number}").text)


def test_who_proposed_a_closing_is_not_asked_to_decide_it(house: House) -> None:
    member(house, SHE, Role.SUPERVISOR)
    taken = house.case(DRAIN)
    proposed(house, taken)
    with house.signed_in(SHE) as browser:
        can = offered(browser.get(f"/cases/{taken.number}").text)
    assert "approve" not in can
    assert "redo" in can
