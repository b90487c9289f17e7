"""Danger on the telephone: the line stays, says what saves, asks, and connects with a person (INV-DANGER)."""

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from cases.models import assignment, cases
from dispatch.models import errand, staff
from hotline.events import TurnIn
from tests.hotline.dangers import DANGERS
from tests.hotline.talking import Caller, all_cases, events
from tests.stage import LINE, Stage

GAS, DIE = "家里一股煤气味头晕", "我不想活了"


@pytest.fixture
def caller(stage: Stage) -> Caller:
    return Caller(stage)


def dialed(caller: Caller, status: str, seconds: int | None = None, speech: str = "") -> str:
    """The turn after somebody was rung for the caller."""
    turn = TurnIn(LINE, caller.sid, 0, caller.number, speech=speech, raw_speech=speech, dialed=status)
    return caller.next(replace(turn, dialed_seconds=seconds))


def rings(document: str) -> str:
    """The number that a document connects the caller with."""
    found = re.search(r"<Dial [^>]*>([^<]+)</Dial>", document)
    return found[1] if found else ""


def holder(stage: Stage) -> str:
    with stage.owner.connect() as conn:
        return str(conn.execute(sa.select(staff.c.code).join(cases, cases.c.worker_id == staff.c.id)).scalar_one())


@pytest.mark.parametrize(("words", "saves"), DANGERS.values(), ids=DANGERS)
def test_the_first_answer_saves_and_the_line_stays(caller: Caller, words: str, saves: str) -> None:
    caller.ring()
    document = caller.say(words)
    assert saves in document
    assert "请不要挂断" in document
    assert rings(document)
    assert "<Hangup" not in document
    (case,) = all_cases(caller.stage)
    assert (case.level, case.estate) == ("L1", None)


def test_whoever_spoke_with_them_has_the_case_and_made_the_first_contact(caller: Caller) -> None:
    caller.ring()
    caller.say(DIE)
    document = dialed(caller, "completed", 95)
    assert "<Hangup" in document
    assert "一直管着" in document
    assert {"signed", "contacted"} <= set(events(caller.stage))
    number = all_cases(caller.stage)[0].number
    assert number not in document
    assert " ".join(number[:4]) not in document, "no number is read to somebody in danger"


def test_who_does_not_answer_hands_it_to_the_next_and_the_line_stays(caller: Caller) -> None:
    caller.ring()
    first = rings(caller.say(DIE))
    before = holder(caller.stage)
    document = dialed(caller, "no-answer")
    assert rings(document) not in ("", first)
    assert holder(caller.stage) != before
    assert "<Hangup" not in document


def test_who_wants_to_die_is_not_asked_where(caller: Caller) -> None:
    caller.ring()
    caller.say(DIE)
    for _ in range(4):
        document = dialed(caller, "no-answer")
        assert "小区" not in document
        assert rings(document)


def test_others_are_asked_where_between_two_tries_and_it_goes_there(caller: Caller) -> None:
    caller.ring()
    caller.say(GAS)
    asked = dialed(caller, "busy")
    assert "小区和楼号" in asked
    assert "<Gather" in asked
    document = caller.say("幸福里3号楼2单元")
    assert rings(document)
    (case,) = all_cases(caller.stage)
    assert (case.estate, case.building) == ("幸福里小区", "3")
    with caller.stage.owner.connect() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(assignment)).scalar_one() > 1


def test_silence_goes_on_connecting(caller: Caller) -> None:
    caller.ring()
    caller.say(GAS)
    dialed(caller, "busy")
    assert rings(caller.silence())


def test_danger_in_a_later_turn_is_heard(caller: Caller) -> None:
    caller.ring()
    caller.say("楼道灯不亮")
    document = caller.say("等一下，隔壁着火了")
    assert "119" in document
    assert rings(document)


def test_who_rings_off_before_is_rung_about_at_once(caller: Caller) -> None:
    caller.ring()
    caller.say(GAS)
    caller.status("completed")
    with caller.stage.door.transaction("xingfu") as tx:
        row = tx.conn.execute(sa.select(errand).where(errand.c.kind == "ring_next", errand.c.state == "open")).one()
        assert row.fires_at <= tx.now


def test_after_many_tries_the_line_says_whom_to_ring_and_lets_go(caller: Caller) -> None:
    caller.ring()
    document = caller.say(DIE)
    tries = 0
    while "<Hangup" not in document:
        document = dialed(caller, "no-answer")
        tries += 1
        assert tries < 40
    assert tries > 10
    assert "110" in document
