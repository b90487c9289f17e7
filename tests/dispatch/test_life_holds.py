"""Holds: the clocks stand for a named reason, by two people, and go on with what they had left."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from cases.clock.happened import HoldReason
from cases.lifecycle import IllegalDeed
from cases.loop.deeds import Act, do, standing
from cases.states import Deed
from dispatch import desk
from dispatch.acts.refusals import Refused
from dispatch.life import asked, granting, holds, leaving
from dispatch.loop import finding, returns, telling, visits
from dispatch.loop.closing import NothingToDecide, SamePerson
from dispatch.loop.who import NotYours
from dispatch.reports import Taken
from tests.dispatch.looping import (
    DANGER,
    ENQUIRY,
    HER,
    LAMP,
    at_desk,
    case,
    does,
    kinds,
    outbox_ids,
    running,
    snapshot,
    sound,
    tell,
    to_found,
    to_told,
    value,
)
from tests.dispatch.shifts import at, fire_all, holder, wind_to
from tests.people import LU_SIYUAN, SHEN_YUEHUA, WU_CHUNMEI, ZHANG_AIMIN
from tests.stage import LINE, Stage

DISPATCHER, SUPERVISOR, LIAISON, NEIGHBOUR = (one.worker for one in (LU_SIYUAN, SHEN_YUEHUA, WU_CHUNMEI, ZHANG_AIMIN))
WAITS = HoldReason.WAITING_RESIDENT


def ask(stage: Stage, taken: Taken, until: str = "2026-12-03", reason: HoldReason = WAITS, by: str = HER) -> None:
    said = does(stage, holds.ask, taken, reason, (until, "居民出差，下周回来"), by=by)
    assert said.id == "life.said.hold_asked"


def grant(stage: Stage, taken: Taken, by: str = DISPATCHER) -> None:
    with at_desk(stage, by) as (tx, who):
        granting.grant(tx, who, standing(tx, taken.case_id, lock=True), "")


def held(stage: Stage, taken: Taken, until: str = "2026-12-03", reason: HoldReason = WAITS) -> None:
    does(stage, visits.sign, taken)
    ask(stage, taken, until, reason)
    grant(stage, taken)
    assert case(stage, taken).state == "suspended"


def left(stage: Stage, due: datetime, now: datetime) -> timedelta:
    with stage.door.transaction(LINE) as tx:
        return tx.calendar.working_time_between(now, due)


def test_a_hold_that_waits_for_its_decision_ends_with_the_case(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, visits.sign, taken)
    ask(stage, taken)
    with stage.door.transaction(LINE) as tx:
        assert leaving.given_up(tx, taken.case_id, "不用来了")
    assert stage.rows("SELECT decision, decided_by FROM permission") == [("overtaken", "system")]
    with pytest.raises(NothingToDecide):
        grant(stage, taken)
    sound(stage)


def test_over_a_weekend_every_clock_keeps_what_it_had_left(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, visits.sign, taken)
    ask(stage, taken)
    before, promise = running(stage, taken), case(stage, taken).due_at
    wind_to(stage, at(27, 16, 30))
    fire_all(stage)
    grant(stage, taken)
    begun = case(stage, taken).last_at
    assert running(stage, taken) == {"hold_review": at(3, 17, 30).replace(month=12)}
    assert case(stage, taken).next_due_at == at(3, 17, 30).replace(month=12)
    sound(stage)
    wind_to(stage, at(30, 10, 0))
    spoken = kinds(stage, taken)
    fire_all(stage)
    assert kinds(stage, taken) == spoken, "no clock speaks while it stands"
    does(stage, holds.resume, taken)
    after, ended = running(stage, taken), case(stage, taken).last_at
    assert set(after) == set(before)
    for step, due in before.items():
        assert left(stage, after[step], ended) == left(stage, due, begun), step
    assert left(stage, case(stage, taken).due_at, ended) == left(stage, promise, begun)
    moved = left(stage, after["told"], before["told"])
    assert moved == left(stage, ended, begun), "no weekend counts"
    assert abs(moved - timedelta(hours=2)) < timedelta(minutes=1), "an hour on Friday, one on Monday"
    assert case(stage, taken).state == "in_progress"
    assert len(outbox_ids(stage, "held")) == len(outbox_ids(stage, "resumed")) == 1, "the resident is told both"
    sound(stage)


def test_at_its_review_date_it_goes_on_by_itself(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    sent = tell(stage, taken)
    ask(stage, taken, "2026-11-27", HoldReason.WEATHER)
    grant(stage, taken, SUPERVISOR)
    with stage.door.transaction(LINE) as tx:
        telling.delivered(tx, sent)
    assert value(stage, "SELECT count(*) FROM owed WHERE step = 'told' AND done_at IS NOT NULL") == 0
    wind_to(stage, at(27, 17, 29))
    fire_all(stage)
    assert case(stage, taken).state == "suspended"
    wind_to(stage, at(27, 17, 30))
    fire_all(stage)
    assert case(stage, taken).state == "in_progress"
    found = kinds(stage, taken)
    assert found.index("review_due") + 1 == found.index("resumed")
    assert found.index("resumed") < found.index("told"), "what arrived meanwhile counts now"
    assert "breached" not in found
    sound(stage)


def test_when_the_resident_answers_what_waited_for_them_goes_on(stage: Stage) -> None:
    taken = stage.text(LAMP)
    held(stage, taken)
    with stage.door.transaction(LINE) as tx:
        desk.supplement(tx, taken.case_id, "我今天回来了")
    assert case(stage, taken).state == "in_progress"
    assert kinds(stage, taken)[-2:] == ["supplemented", "resumed"]
    sound(stage)


def test_a_word_of_the_resident_ends_no_other_hold(stage: Stage) -> None:
    taken = stage.text(LAMP)
    held(stage, taken, reason=HoldReason.COURT)
    with stage.door.transaction(LINE) as tx:
        desk.supplement(tx, taken.case_id, "还要多久")
    assert case(stage, taken).state == "suspended"


def test_what_cannot_be_held(stage: Stage) -> None:
    for words, number, why in ((DANGER, "+8613800000003", "urgent"), (ENQUIRY, "+8613800000004", "no_hold")):
        taken = stage.text(words, number=number)
        by = holder(stage, taken.number)
        with pytest.raises(Refused) as no:
            does(stage, holds.ask, taken, WAITS, ("2026-12-03", "等候"), by=by)
        assert no.value.why.id == f"life.refused.{why}"


@pytest.mark.parametrize(
    ("until", "words", "why"),
    [
        ("soon", "等候", "no_date"),
        ("2026-11-24", "等候", "past"),
        ("2020-11-24", "等候", "past"),
        ("2026-12-23", "等候", "too_far"),  # 20 working days end on the 22nd
        ("2026-12-22", " ", "no_words"),
    ],
)
def test_what_is_wrong_with_a_hold_is_said_and_changes_nothing(stage: Stage, until: str, words: str, why: str) -> None:
    taken = stage.text(LAMP)
    before = snapshot(stage)
    with pytest.raises(Refused) as no:
        does(stage, holds.ask, taken, WAITS, (until, words))
    assert no.value.why.id == f"life.refused.{why}"
    assert snapshot(stage) == before
    assert stage.rows("SELECT 1 FROM permission") == []


def test_two_people_and_the_right_ones(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with pytest.raises(NotYours):
        ask(stage, taken, by=NEIGHBOUR)
    with pytest.raises(Refused):
        ask(stage, taken, by=SUPERVISOR)  # a lead signs first
    ask(stage, taken)
    with pytest.raises(Refused, match="asked_already"):
        ask(stage, taken)
    before = snapshot(stage)
    for stranger in (HER, NEIGHBOUR, LIAISON, "caller-back", "verifier"):
        with pytest.raises(NotYours):
            grant(stage, taken, stranger)
    assert snapshot(stage) == before
    grant(stage, taken)
    with pytest.raises(NothingToDecide):
        grant(stage, taken)
    with pytest.raises(IllegalDeed):
        does(stage, finding.find, taken, "看过了")
    with pytest.raises(NotYours):
        does(stage, holds.resume, taken, by=NEIGHBOUR)
    does(stage, holds.resume, taken)
    with pytest.raises(IllegalDeed):
        does(stage, holds.resume, taken)
    ask(stage, taken, "2026-12-01", by=SUPERVISOR)
    with pytest.raises(SamePerson):
        grant(stage, taken, SUPERVISOR)
    with pytest.raises(sa.exc.IntegrityError):
        stage.plant("UPDATE permission SET decided_by = asked_by WHERE decided_at IS NULL")
    with at_desk(stage, "leader") as (tx, who):
        granting.deny(tx, who, standing(tx, taken.case_id, lock=True), ("", "不符合"))
    assert kinds(stage, taken)[-1] == "request_refused"
    assert case(stage, taken).state == "in_progress"
    sound(stage)


def test_a_second_hold_has_a_review_of_its_own(stage: Stage) -> None:
    taken = stage.text(LAMP)
    held(stage, taken, "2026-11-30")
    does(stage, holds.resume, taken)
    ask(stage, taken, "2026-12-02", HoldReason.SEASON)
    grant(stage, taken)
    assert running(stage, taken) == {"hold_review": at(2, 17, 30).replace(month=12)}
    sound(stage)


def test_news_while_it_is_held_starts_no_clock(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.plant("UPDATE cases SET level = 'L4' WHERE id = :id", id=taken.case_id)
    held(stage, taken)
    does(stage, finding.report, taken, "仍在等")
    assert set(running(stage, taken)) == {"hold_review"}
    does(stage, holds.resume, taken)
    sound(stage)


def test_what_lost_its_case_is_not_decided_any_more(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, visits.sign, taken)
    ask(stage, taken)
    does(stage, returns.request, taken, returns.Reason.WRONG_PLACE)
    with pytest.raises(IllegalDeed):
        grant(stage, taken)
    with at_desk(stage, DISPATCHER) as (tx, who):
        returns.uphold(tx, taken.number, "heping", "地点属和平", who)
        assert [row.kind for row in asked.waiting(tx, tx.office.code)] == []
    with pytest.raises(NothingToDecide):
        grant(stage, taken)
    sound(stage)


def test_whatever_ends_the_case_ends_its_hold(stage: Stage) -> None:
    taken = stage.text(LAMP)
    held(stage, taken)
    with at_desk(stage, "agent-1") as (tx, who):
        do(tx, taken.case_id, Act(Deed.WITHDRAW, who.actor, "closed", columns={"closing_kind": "solved"}))
    assert stage.rows("SELECT 1 FROM permission WHERE ended_at IS NULL") == []
    assert running(stage, taken) == {}
    with at_desk(stage) as (tx, _):
        holds.review_over(tx, taken.case_id)
    assert case(stage, taken).state == "withdrawn"


def test_whoever_decides_is_reminded(stage: Stage) -> None:
    taken = stage.text(LAMP)
    ask(stage, taken)
    assert len(outbox_ids(stage, "hold_asked")) == 1
    stage.wind(timedelta(hours=1, minutes=59))
    fire_all(stage)
    assert outbox_ids(stage, "undecided") == []
    stage.wind(timedelta(hours=1, minutes=2))  # noon rests
    fire_all(stage)
    assert len(outbox_ids(stage, "undecided")) == 1
    grant(stage, taken)
    assert stage.rows("SELECT 1 FROM errand WHERE kind = 'decide' AND state = 'open'") == []


def test_held_after_it_was_told_the_promise_does_not_move(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_told(stage, taken)
    promise = case(stage, taken).due_at
    ask(stage, taken)
    grant(stage, taken)
    stage.wind(timedelta(days=1))
    fire_all(stage)
    assert stage.rows("SELECT 1 FROM errand WHERE kind = 'submit' AND state = 'open'") == []
    does(stage, holds.resume, taken)
    assert case(stage, taken).due_at == promise
    assert stage.rows("SELECT 1 FROM errand WHERE kind = 'submit' AND state = 'open'"), "the unit has only to say so"
    sound(stage)
