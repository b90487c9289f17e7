"""The deeds on the case page: each role sees what it may do, does it by a form, and is told what was refused."""

import re
from collections.abc import Callable
from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cases.loop.models import question
from cases.models import cases, owed
from cases.states import ClosingKind
from dispatch.acts import doing
from dispatch.acts.corrections import CORRECTIONS
from dispatch.acts.sides import BESIDE
from dispatch.acts.table import ACTIONS
from dispatch.loop import closing, finding, returns, visits
from dispatch.loop.returns import Reason
from dispatch.loop.verdicts import Answer
from dispatch.people.accounts import Role
from dispatch.reports import Taken
from tests.console.house import House
from tests.console.living import DRAIN, HER, _code, answered, asked, does, told, visited
from tests.console.members import member
from tests.console.test_same_page import looked
from tests.people import SHEN_YUEHUA

SHE = SHEN_YUEHUA.worker
THERE = "heping-head"
LEAD = "xingfuli-liaison"
LAST = 10**6  # a form that has seen everything
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


def act(house: House, taken: Taken, name: str, by: str = HER, **said: str) -> None:
    """A deed done by somebody else before the page is looked at."""
    does(house, lambda tx, who: doing.act(tx, who, taken.case_id, name, (said, LAST)), by)


def rejected(house: House, taken: Taken) -> None:
    given_back(house, taken)
    act(house, taken, "reject", "dispatcher-1", why="是你们的")


def disputed(house: House, taken: Taken) -> None:
    rejected(house, taken)
    act(house, taken, "object", why="属物业公司")


def watched(house: House, taken: Taken) -> None:
    act(house, taken, "supervise", "leader", watch="1", why="多次来电")


def suggested(house: House, taken: Taken) -> None:
    act(house, taken, "suggest", HER, category="lift", why="是电梯")


def accounted(house: House, taken: Taken) -> None:
    watched(house, taken)
    act(house, taken, "account", LEAD, words="明日施工")


def urged(house: House, taken: Taken) -> None:
    act(house, taken, "urge", "dispatcher-1")


def handed(house: House, taken: Taken) -> None:
    act(house, taken, "hand-over", "dispatcher-1", line="110", why="打架")


def confided(house: House, taken: Taken) -> None:
    act(house, taken, "confide", "dispatcher-1", why="举报人要求")


def flagged(house: House, taken: Taken) -> None:
    act(house, taken, "flag", "dispatcher-1", flag="group", why="来电集中")


def shared(house: House, taken: Taken) -> None:
    act(house, taken, "co-handle", "dispatcher-1", unit="heping", why="协助清理")


def whistled(house: House, taken: Taken) -> None:
    act(house, taken, "whistle", "leader", units="heping", why="请一起查看")


def come(house: House, taken: Taken) -> None:
    whistled(house, taken)
    act(house, taken, "come", THERE)


def answered_by_them(house: House, taken: Taken) -> None:
    shared(house, taken)
    act(house, taken, "co-answer", THERE, words="已清理")


def signed(house: House, taken: Taken) -> None:
    does(house, lambda tx, who: visits.sign(tx, who, taken.case_id))


def hold_asked(house: House, taken: Taken) -> None:
    signed(house, taken)
    act(house, taken, "hold", hold_reason="court", until=UNTIL, why="等判决")


def held(house: House, taken: Taken) -> None:
    hold_asked(house, taken)
    act(house, taken, "grant", SHE)


def submitted(house: House, taken: Taken) -> None:
    """It waits for a person who verifies, as policy would have it."""
    asked(house, taken)
    house.execute(sa.delete(question))
    house.execute(sa.update(owed).where(owed.c.step == "verify").values(done_at=None))
    house.execute(sa.update(cases).where(cases.c.id == taken.case_id).values(state="to_verify"))


def enquiry(house: House, taken: Taken) -> None:
    house.execute(sa.update(cases).where(cases.c.id == taken.case_id).values(kind="enquiry"))


def with_another(house: House, taken: Taken) -> None:
    """Another case, told a little earlier by somebody else."""
    other = house.case(DRAIN, number="+8613800000002")
    house.execute(
        sa.text("UPDATE cases SET received_at = received_at - interval '1 hour' WHERE id = :id").bindparams(
            id=other.case_id
        )
    )


def other_of(house: House, taken: Taken) -> str:
    wanted = sa.select(cases.c.number).where(cases.c.id != taken.case_id)
    return str(house.execute(wanted).scalar_one())


def proposed_with(house: House, taken: Taken) -> None:
    """It was looked at beside one that somebody else told before."""
    with_another(house, taken)
    earlier = "UPDATE likeness SET received_at = received_at - interval '1 hour', due_at = due_at - interval '1 hour'"
    house.execute(sa.text(f"{earlier} WHERE case_id <> :id").bindparams(id=taken.case_id))
    looked(house)


def announced(house: House, taken: Taken) -> None:
    act(house, taken, "announce", "dispatcher-1", words="主管爆裂，正在抢修", reach="place")


def merged(house: House, taken: Taken) -> None:
    with_another(house, taken)
    act(house, taken, "merge", "dispatcher-1", lead=other_of(house, taken), why="同一处")


def linked(house: House, taken: Taken) -> None:
    with_another(house, taken)
    act(house, taken, "link", "dispatcher-1", earlier=other_of(house, taken), why="同一处")


def excluded(house: House, taken: Taken) -> None:
    act(house, taken, "exclude", "dispatcher-1", exclusion_reason="abuse", why="反复拨打")
    act(house, taken, "grant", SHE)


def nothing(house: House, taken: Taken) -> None:
    """It just came in."""


Life = Callable[[House, Taken], object]


@pytest.mark.parametrize(
    ("life", "login", "role", "can"),
    [
        (nothing, HER, Role.WORKER, "sign call arrive news return hold waive except"),
        (nothing, "xingfuli-liaison", Role.COMMITTEE, "sign assign extend waive except"),
        (nothing, "dispatcher", None, "reroute assign supplement urge decline hand-over withdraw merge"),
        (
            nothing,
            "supervisor",
            Role.SUPERVISOR,
            "sign reroute assign propose supplement urge extend waive except decline hand-over withdraw merge",
        ),
        (nothing, "verifier", Role.ADMIN, ""),
        (given_back, "dispatcher", None, "uphold reject supplement urge decline hand-over withdraw merge"),
        (proposed, "leader", Role.SUPERVISOR, "approve refuse redo supplement urge withdraw merge"),
    ],
)
def test_each_role_sees_what_it_may_do(house: House, life: Life, login: str, role: Role | None, can: str) -> None:
    if role is not None:
        member(house, login, role)
    taken = house.case(DRAIN)
    life(house, taken)
    with house.signed_in(login) as browser:
        text = browser.get(f"/cases/{taken.number}").text
    assert [name for name in offered(text) if name not in {*BESIDE, *CORRECTIONS}] == can.split()
    assert ("There is nothing for you to do" in text) == (not can)


@pytest.mark.parametrize(
    ("role", "can"),
    [(Role.DISPATCHER, "reroute assign supplement urge decline hand-over withdraw merge"), (Role.ADMIN, "")],
)
def test_an_account_that_is_nobody_s_acts_in_the_part_of_its_role(house: House, role: Role, can: str) -> None:
    house.account("somebody", role=role)
    taken = house.case(DRAIN)
    with house.signed_in("somebody") as browser:
        text = browser.get(f"/cases/{taken.number}").text
        assert [name for name in offered(text) if name not in {*BESIDE, *CORRECTIONS}] == can.split()
        if can:
            send(browser, taken, "urge")
            text = seen(browser.get(f"/cases/{taken.number}").text)
            assert re.search(r"Urged it on\. Somebody", text), "who urged stands in the timeline by name"


ROLES = {HER: Role.WORKER, LEAD: Role.COMMITTEE, THERE: Role.COMMITTEE}
CODE, OTHER = "the code of this case", "the number of another case"
UNTIL = "2026-12-03"
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
    ("object", rejected, HER, {"why": "属物业公司"}, "your objection goes to adjudication"),
    ("adjudicate", disputed, SHE, {"unit": "heping", "why": "归和平"}, "The units are told."),
    ("reroute", nothing, "dispatcher", {"unit": "heping", "why": "走错"}, "Sent to the other unit."),
    ("assign", nothing, "dispatcher", {"person": "xingfuli-grid-01", "why": "换人"}, "Given to that person"),
    ("call-back", asked, "dispatcher", {"answer": "1"}, "Thank you"),
    ("propose", twice_no, SHE, {"kind": "explained", "why": "属业主"}, "Proposed; a second person decides."),
    ("approve", proposed, "leader", {}, "Approved: the case is closed."),
    ("refuse", proposed, "leader", {}, "Refused; it waits for a supervisor."),
    ("redo", twice_no, SHE, {"why": "再修一次"}, "A rework is ordered."),
    ("reopen", closed, "dispatcher", {"words": "又堵了"}, "is taken up again"),
    ("supplement", nothing, "dispatcher", {"words": "漏水了"}, "Added; whoever holds the case is told."),
    ("urge", nothing, "dispatcher", {}, "Urged; whoever holds the case is told."),
    ("decline", nothing, "dispatcher", {"decline_reason": "too_vague", "why": "说不清"}, "is Declined now"),
    ("hand-over", nothing, "dispatcher", {"line": "110", "why": "打架"}, "the resident is told to ring 110"),
    ("confirm-handover", handed, "dispatcher", {"why": "派出所王警官接手"}, "is Handed over now"),
    ("withdraw", nothing, "dispatcher", {"why": "自己修好了"}, "is Withdrawn now"),
    ("correct", nothing, "dispatcher", {"category": "lift", "why": "是电梯"}, "is corrected;"),
    ("suggest", nothing, HER, {"category": "lift", "why": "是电梯"}, "Sent: the head decides."),
    ("confirm", suggested, "dispatcher", {}, "is corrected;"),
    ("dismiss", suggested, "dispatcher", {"why": "就是下水道"}, "Not taken over"),
    ("supervise", nothing, SHE, {"watch": "1", "why": "多次来电"}, "is under supervision at level 1"),
    ("regrade", watched, SHE, {"watch": "2", "why": "仍无进展"}, "is under supervision at level 2 now"),
    ("account", watched, LEAD, {"words": "明日施工"}, "the account is kept"),
    ("co-handle", nothing, "dispatcher", {"unit": "heping", "why": "协助清理"}, "both sides are told"),
    ("co-answer", shared, THERE, {"words": "已清理"}, "your part is kept"),
    ("co-accept", answered_by_them, HER, {}, "is accepted"),
    ("co-return", answered_by_them, HER, {"co_unit": "heping", "why": "还有一半"}, "is asked for again"),
    ("co-release", shared, "dispatcher", {"why": "无需会办"}, "does not wait for"),
    ("whistle", nothing, SHE, {"units": "heping", "why": "请一起查看"}, "all are told"),
    ("come", whistled, THERE, {}, "is there in time"),
    ("rate", come, SHE, {"part": "yes", "score": "5", "why": "到得快"}, "was given 5 of 5"),
    ("answer-urge", urged, HER, {"words": "今晚修好"}, "the answer is kept"),
    ("flag", nothing, "dispatcher", {"flag": "group", "people": "12", "why": "来电集中"}, "a supervisor is told"),
    ("unflag", flagged, "dispatcher", {"flag": "group", "why": "已平息"}, "is not marked any more"),
    ("confide", nothing, "dispatcher", {"why": "举报人要求"}, "see place and words"),
    ("disclose", confided, SHE, {"why": "已公开"}, "is not confidential any more"),
    ("hold", signed, HER, {"hold_reason": "court", "until": UNTIL, "why": "等判决"}, "Hold asked for"),
    ("resume", held, HER, {}, "The case goes on; every clock"),
    ("extend", nothing, LEAD, {"extension_reason": "material", "until": UNTIL, "why": "等配件"}, "Extension asked for"),
    ("waive", nothing, HER, {"waiver_reason": "no_access", "why": "大门锁着"}, "a second person decides."),
    (
        "except",
        visited,
        HER,
        {"step": "finding", "exception_reason": "nothing_there", "why": "无异常"},
        "a second person decides.",
    ),
    ("grant", hold_asked, "dispatcher", {"what": "hold"}, "Granted."),
    ("deny", hold_asked, "dispatcher", {"what": "hold", "why": "先做完"}, "Refused; everything stays as it was"),
    ("pass", submitted, SHE, {}, "has passed; it is"),
    ("send-back", submitted, SHE, {"back_reason": "finding_thin", "why": "说清楚"}, "was sent back to the unit."),
    ("answer", enquiry, "dispatcher", {"words": "下周三投票"}, "is on its way to the resident, who is asked"),
    ("merge", with_another, "dispatcher", {"lead": OTHER, "why": "同一处"}, "is merged into 2026"),
    ("unmerge", merged, "dispatcher", {"why": "不是一处"}, "is a case of its own again."),
    ("join", proposed_with, "dispatcher", {"lead": OTHER}, "is merged into 2026"),
    ("apart", proposed_with, "dispatcher", {"lead": OTHER}, "are two matters; they are not proposed again."),
    ("announce", nothing, "dispatcher", {"words": "主管爆裂，正在抢修", "reach": "place"}, "is an event now"),
    ("all-clear", announced, "dispatcher", {"words": "已修好"}, "is over; "),
    ("link", with_another, "dispatcher", {"earlier": OTHER, "why": "同一处"}, "is linked as a repeat of"),
    ("unlink", linked, "dispatcher", {"why": "不是一处"}, "is not linked with"),
    ("exclude", nothing, "dispatcher", {"exclusion_reason": "abuse", "why": "反复拨打"}, "Exclusion asked for"),
    ("include", excluded, SHE, {"why": "查明属实"}, "counts in the figures again"),
    ("release", accounted, SHE, {"why": "进展正常"}, "is no longer under supervision"),
)
# They have stories of their own: whoever is in danger is none of a drain's, and nothing is told of a drain
# (test_beside_page.py).
ELSEWHERE = {"safe", "refer"}


def test_every_deed_is_tried() -> None:
    assert {name for name, *_ in EACH} | ELSEWHERE == set(ACTIONS)


@pytest.mark.parametrize(("name", "life", "login", "values", "says"), EACH, ids=[name for name, *_ in EACH])
def test_each_deed_is_done_by_its_form(
    house: House, name: str, life: Life, login: str, values: dict[str, str], says: str
) -> None:
    if login != "dispatcher":
        member(house, login, ROLES.get(login, Role.SUPERVISOR))
    taken = house.case(DRAIN)
    life(house, taken)
    if CODE in values.values():
        with house.door.transaction("xingfu") as tx:
            values = {"visit_code": _code(tx, taken)}
    values = {field: other_of(house, taken) if value == OTHER else value for field, value in values.items()}
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


def test_a_co_handlers_answer_is_due_from_its_unit(house: House) -> None:
    taken = house.case(DRAIN)
    told(house, taken)
    shared(house, taken)
    with house.signed_in(lang="en") as browser:
        words = seen(browser.get(f"/cases/{taken.number}").text)
    assert re.search(r"Next .{0,40}\(Heping Residents' Committee\) · until", words), words[:900]
