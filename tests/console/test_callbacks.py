"""The call-back list: who is on it, what is said, that a look is recorded, and that no handler asks."""

import re

import pytest
import sqlalchemy as sa

from cases.models import assignment, cases, event, owed
from console.entry.passwords import hash_password
from dispatch.beside import ringbacks
from dispatch.loop.verdicts import Answer
from dispatch.models import staff
from dispatch.people import reveal
from dispatch.people.accounts import NewAccount, Role, create
from dispatch.people.parties import party_of
from dispatch.reads import checks
from dispatch.reports import Taken
from tests.console.house import PASSWORD, House, token
from tests.console.living import DRAIN, answered, asked, to_call_back
from tests.console.test_new import words_of

NUMBER = "+8613800000001"


def listed(text: str) -> list[str]:
    """The cases of the list, in order."""
    return re.findall(r'class="card callback" id="case-([0-9-]+)"', text)


def waiting(house: House, text: str = DRAIN, number: str = NUMBER) -> Taken:
    """A case that a person has to ring about."""
    taken = house.case(text, number=number)
    to_call_back(house, taken)
    return taken


def answer(house: House, taken: Taken, said: str, login: str = "dispatcher", **more: str) -> tuple[int, str]:
    """The status of an answer written down, and what the page then says."""
    with house.signed_in(login) as browser:
        form = {"csrf_token": token(browser, "/desk"), "answer": said, **more}
        got = browser.post(f"/callbacks/{taken.number}", data=form)
        return got.status_code, words_of(browser.get("/callbacks").text if got.status_code == 303 else got.text)


def state(house: House, taken: Taken) -> str:
    with house.owner.connect() as conn:
        found: str = conn.execute(sa.select(cases.c.state).where(cases.c.id == taken.case_id)).scalar_one()
    return found


def test_the_list_has_what_a_person_must_ask_about_the_first_due_first(house: House) -> None:
    late = waiting(house)
    house.move_clock(hours=1)
    later = waiting(house, "幸福里3号楼1单元下水道堵了", "+8613800000002")
    house.case("幸福里5号楼电梯停了")
    answering = house.case("幸福里3号楼2单元下水道返水", number="+8613800000003")
    answered_by_text = house.case("幸福里3号楼3单元下水道返水", number="+8613800000004")
    asked(house, answering)
    answered(house, answered_by_text, Answer.SATISFIED)
    with house.signed_in() as browser:
        text = browser.get("/callbacks").text
    assert listed(text) == [late.number, later.number]
    words = words_of(text)
    for sentence in (
        "Residents to ring about what was done: 2",
        "Did somebody contact you",
        "管道已疏通",
        "calls without an answer: 1",
    ):
        assert sentence in words, sentence
    for hidden in ("13800000001", "13812345678"):
        assert hidden not in text
    assert "502" not in words


@pytest.mark.parametrize(
    ("said", "after", "sentence"),
    [
        ("1", "closed", "is closed"),
        ("2", "closed", "your complaint is kept"),
        ("3", "rework", "is taken up again"),
        ("4", "in_progress", "nobody contacted you"),
        ("none", "to_call_back", "not reached, noted"),
    ],
)
def test_each_answer_does_what_it_says(house: House, said: str, after: str, sentence: str) -> None:
    taken = waiting(house)
    status, words = answer(house, taken, said, words="谢谢")
    assert (status, state(house, taken)) == (303, after)
    assert sentence in words
    with house.owner.connect() as conn:
        actors = conn.execute(sa.select(event.c.actor).where(event.c.kind.in_(("verdict", "not_reached")))).scalars()
        assert "account:dispatcher" in list(actors)
    with house.door.transaction("xingfu") as tx:
        assert [row for row in checks.broken(tx) if row.name in ("ROLES", "LOOP")] == []


def test_a_visit_code_is_not_told_to_whoever_rings(house: House) -> None:
    taken = waiting(house)
    assert "visit code" not in answer(house, taken, "3")[1].casefold()


def test_nothing_is_written_down_without_an_answer(house: House) -> None:
    taken = waiting(house)
    for said in ("", "9", "satisfied"):
        status, words = answer(house, taken, said, words="保留这句话")
        assert status == 422
        assert "Choose what the resident said" in words
        assert "保留这句话" in words
    assert state(house, taken) == "to_call_back"


def test_an_answer_is_taken_once(house: House) -> None:
    taken = waiting(house)
    assert answer(house, taken, "1")[0] == 303
    assert answer(house, taken, "3")[0] == 404
    assert state(house, taken) == "closed"


def test_a_look_at_the_number_is_recorded_before_it_is_shown(house: House) -> None:
    taken = waiting(house)
    with house.signed_in() as browser:
        assert NUMBER not in browser.get("/callbacks").text
        form = {"csrf_token": token(browser, "/desk")}
        shown = browser.post(f"/callbacks/{taken.number}/number", data=form).text
        assert NUMBER in shown
        assert NUMBER not in browser.get("/callbacks").text, "shown once, for whoever asked"
        assert browser.get(f"/callbacks/{taken.number}/number").status_code == 405
    with house.door.transaction("xingfu") as tx:
        [look] = reveal.looks(tx, taken.case_id)
    assert (look.actor, look.what, look.why) == ("account:dispatcher", "contact", "call-back")


def test_where_the_look_cannot_be_written_nothing_is_shown(house: House) -> None:
    taken = waiting(house)
    house.execute(sa.text("REVOKE INSERT ON event FROM hotline_app"))
    with house.signed_in() as browser:
        form = {"csrf_token": token(browser, "/desk")}
        house.app.config["PROPAGATE_EXCEPTIONS"] = False
        answer = browser.post(f"/callbacks/{taken.number}/number", data=form)
    assert answer.status_code == 500
    assert NUMBER not in answer.text


def handler(house: House, taken: Taken) -> None:
    """An account of whoever held the case."""
    with house.door.transaction("xingfu") as tx:
        held = sa.select(assignment.c.worker_id).where(assignment.c.case_id == taken.case_id)
        id_ = tx.conn.execute(held).scalars().first()
        create(
            tx,
            NewAccount("handler", hash_password(PASSWORD), Role.DISPATCHER, "Handler", "zh_CN", "xingfu", staff_id=id_),
        )
    # In a small office the same person answers calls as well.
    house.execute(sa.update(staff).where(staff.c.id == id_).values(role="agent"))


def test_who_handled_it_is_not_offered_it_and_cannot_ask(house: House) -> None:
    taken = waiting(house)
    handler(house, taken)
    with house.signed_in("handler") as browser:
        text = browser.get("/callbacks").text
        assert listed(text) == []
        assert "1 more that you handled yourself" in text
        form = {"csrf_token": token(browser, "/desk")}
        assert browser.post(f"/callbacks/{taken.number}/number", data=form).status_code == 404
    assert answer(house, taken, "1", "handler")[0] == 404
    assert state(house, taken) == "to_call_back"


@pytest.mark.parametrize(("unit", "role"), [("xingfuli", Role.COMMITTEE), ("xingfu", Role.WORKER)])
def test_others_do_not_ring_residents(house: House, unit: str, role: Role) -> None:
    house.account("somebody", unit, role)
    taken = waiting(house)
    with house.signed_in("somebody") as browser:
        assert browser.get("/callbacks").status_code == 403
        assert 'href="/callbacks"' not in browser.get("/desk").text
        form = {"csrf_token": token(browser, "/desk"), "answer": "1"}
        for path in (f"/callbacks/{taken.number}", f"/callbacks/{taken.number}/number"):
            assert browser.post(path, data=form).status_code == 403
    assert state(house, taken) == "to_call_back"


def test_a_case_out_of_reach_is_not_on_the_list(house: House) -> None:
    house.account("far", "binhe", Role.SUPERVISOR)
    taken = waiting(house)
    with house.signed_in("far") as browser:
        assert listed(browser.get("/callbacks").text) == []
        form = {"csrf_token": token(browser, "/desk")}
        for number in (taken.number, "20200101-000001", "%00"):
            assert browser.post(f"/callbacks/{number}/number", data=form).status_code == 404
    with house.owner.connect() as conn:
        assert conn.execute(sa.select(owed.c.done_at).where(owed.c.step == "call_back")).scalar() is None


def test_whoever_rang_in_vain_is_on_the_page_and_a_look_at_their_number_is_kept(house: House) -> None:
    with house.door.transaction("xingfu") as tx:
        ringbacks.put(tx, party_of(tx, NUMBER).id, ringbacks.Reason.EMPTY, "CA1")
    with house.signed_in("dispatcher") as browser:
        page = browser.get("/callbacks").text
        [entry] = re.findall(r'action="/callbacks/ring/([0-9a-f-]+)"', page)
        assert NUMBER not in page
        form = {"csrf_token": token(browser, "/desk")}
        assert NUMBER in browser.post(f"/callbacks/ring/{entry}/number", data=form).text
        ended = browser.post(f"/callbacks/ring/{entry}", data={**form, "result": "reached"})
        assert ended.status_code == 303
        assert entry not in browser.get("/callbacks").text
        assert browser.post(f"/callbacks/ring/{entry}", data={**form, "result": "reached"}).status_code == 409
    with house.owner.connect() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM ring_back_look").scalar() == 1
