"""Closing by two people, putting away, and opening again."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cases.lifecycle import IllegalDeed
from cases.states import ClosingKind
from dispatch.due.errands import Errand, Kind
from dispatch.loop import closing, reopening, reworking
from dispatch.loop.closing import NothingToDecide, SamePerson
from dispatch.loop.reopening import Reopened, TooLate
from dispatch.loop.verdicts import Answer
from dispatch.loop.who import NotYours
from dispatch.people import parties
from dispatch.reports import Taken, UnknownCase
from tests.dispatch.looping import (
    HER,
    LAMP,
    anonymous,
    at_desk,
    case,
    kinds,
    outbox_ids,
    running,
    says,
    snapshot,
    sound,
    to_asked,
    to_closed,
    to_second_no,
    value,
)
from tests.dispatch.shifts import fire_all
from tests.people import LI_JIANGUO, LU_SIYUAN, SHEN_YUEHUA
from tests.stage import LINE, RESIDENT, Stage

SHE, LEADER = SHEN_YUEHUA.worker, "leader"
DAYS = timedelta(days=30)


def propose(
    stage: Stage, number: str, kind: ClosingKind = ClosingKind.EXPLAINED, why: str = "属产权", by: str = SHE
) -> None:
    with at_desk(stage, by) as (tx, who):
        closing.propose(tx, number, kind, why, who)


def approve(stage: Stage, number: str, by: str = LEADER) -> None:
    with at_desk(stage, by) as (tx, who):
        closing.approve(tx, number, who)


def refuse(stage: Stage, number: str, by: str = LEADER) -> None:
    with at_desk(stage, by) as (tx, who):
        closing.refuse(tx, number, who)


def reopen(stage: Stage, number: str = "", words: str = "", phone: str = RESIDENT) -> Reopened | TooLate | None:
    with stage.door.transaction(LINE) as tx:
        return reopening.reopen(tx, parties.party_of(tx, phone).id, number, words)


def wind_after_closing(stage: Stage, taken: Taken, ahead: timedelta) -> None:
    """The clock stands so long after the case was closed; nothing was fired."""
    stage.plant("UPDATE clock SET ahead = :to - now()", to=case(stage, taken).closed_at + ahead)


def archive(stage: Stage, case_id: UUID | None) -> None:
    with stage.door.transaction(LINE) as tx:
        closing.archive(tx, Errand(uuid4(), Kind.ARCHIVE, case_id, case_id, tx.now))


def test_two_people_close_what_the_resident_calls_unsolved(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_second_no(stage, taken)
    propose(stage, taken.number, ClosingKind.NOT_SUBSTANTIATED, "  现场灯亮着  ")
    before = snapshot(stage)
    with pytest.raises(NothingToDecide):
        propose(stage, taken.number, by=LEADER)
    with pytest.raises(SamePerson):
        approve(stage, taken.number, by=SHE)
    with pytest.raises(SamePerson):
        refuse(stage, taken.number, by=SHE)
    for stranger in (HER, LU_SIYUAN.worker, "caller-back", "verifier"):
        with pytest.raises(NotYours):
            approve(stage, taken.number, by=stranger)
        with pytest.raises(NotYours):
            refuse(stage, taken.number, by=stranger)
    assert snapshot(stage) == before
    approve(stage, taken.number)
    row = case(stage, taken)
    assert (row.state, row.closing_kind, row.awaits) == ("closed", "not_substantiated", None)
    assert kinds(stage, taken)[-3:] == ["closing_proposed", "closing_approved", "closed"]
    for decide in (approve, refuse):
        with pytest.raises(NothingToDecide):
            decide(stage, taken.number)
    sound(stage)


def test_the_database_knows_two_people_too(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_second_no(stage, taken)
    propose(stage, taken.number)
    with pytest.raises(sa.exc.IntegrityError, match="two_people"):
        stage.plant("UPDATE approval SET decision = 'approved', decided_at = now(), decided_by = proposed_by")
    with pytest.raises(sa.exc.IntegrityError, match="uq_approval_open"):
        stage.plant(
            "INSERT INTO approval (id, office_id, case_id, attempt, what, proposed_by, proposed_at) "
            "SELECT gen_random_uuid(), office_id, case_id, attempt, what, 'staff:leader', now() FROM approval"
        )


def test_what_cannot_be_proposed(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with pytest.raises(NothingToDecide):
        propose(stage, taken.number)
    to_asked(stage, taken)
    with pytest.raises(NothingToDecide):
        propose(stage, taken.number)
    says(stage, _open_question(stage), Answer.UNSOLVED)
    says(stage, to_asked(stage, taken), Answer.UNSOLVED)
    before = snapshot(stage)
    for kind in set(ClosingKind) - set(closing.PROPOSABLE):
        with pytest.raises(ValueError, match=str(kind)):
            propose(stage, taken.number, kind)
    with pytest.raises(ValueError, match="why is empty"):
        propose(stage, taken.number, why=" ")
    with pytest.raises(UnknownCase):
        propose(stage, "20261124-999999")
    for stranger in (HER, LU_SIYUAN.worker, "caller-back"):
        with pytest.raises(NotYours):
            propose(stage, taken.number, by=stranger)
        with at_desk(stage, stranger) as (tx, who), pytest.raises(NotYours):
            reworking.order(tx, taken.number, "再去一次", who)
    with at_desk(stage, SHE) as (tx, who), pytest.raises(ValueError, match="why is empty"):
        reworking.order(tx, taken.number, "", who)
    assert snapshot(stage) == before


def _open_question(stage: Stage) -> UUID:
    asked: UUID = value(stage, "SELECT id FROM question WHERE state = 'open'")
    return asked


def test_a_refused_closing_waits_for_a_supervisor_again(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_second_no(stage, taken)
    propose(stage, taken.number)
    refuse(stage, taken.number)
    assert (case(stage, taken).state, case(stage, taken).awaits) == ("to_call_back", "supervisor")
    with pytest.raises(NothingToDecide):
        approve(stage, taken.number)
    propose(stage, taken.number, by=LEADER)
    approve(stage, taken.number, by=SHE)
    assert case(stage, taken).closing_kind == "explained"
    sound(stage)


def test_a_further_rework_is_ordered_where_a_supervisor_decides_and_nowhere_else(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with at_desk(stage, SHE) as (tx, who), pytest.raises(NothingToDecide):
        reworking.order(tx, taken.number, "再去一次", who)
    to_second_no(stage, taken)
    with at_desk(stage, SHE) as (tx, who):
        reworking.order(tx, taken.number, "再去一次", who)
    row = case(stage, taken)
    assert (row.state, row.attempt, row.awaits) == ("rework", 3, None)
    assert "adjudication" not in running(stage, taken)
    with at_desk(stage, SHE) as (tx, who), pytest.raises(NothingToDecide):
        reworking.order(tx, taken.number, "再去一次", who)
    sound(stage)


def test_a_proposal_of_an_earlier_attempt_closes_nothing(stage: Stage) -> None:
    """One proposes to close, another orders a rework instead: the proposal is over with that."""
    taken = stage.text(LAMP)
    to_second_no(stage, taken)
    propose(stage, taken.number)
    with at_desk(stage, LEADER) as (tx, who):
        reworking.order(tx, taken.number, "再去一次", who)
    to_asked(stage, taken)
    with pytest.raises((NothingToDecide, IllegalDeed)):
        approve(stage, taken.number)
    assert case(stage, taken).state == "to_call_back", "the resident is asked about the third attempt"


def test_after_a_further_rework_a_closing_can_be_proposed_again(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_second_no(stage, taken)
    propose(stage, taken.number)
    with at_desk(stage, LEADER) as (tx, who):
        reworking.order(tx, taken.number, "再去一次", who)
    says(stage, to_asked(stage, taken), Answer.UNSOLVED)
    assert case(stage, taken).awaits == "supervisor"
    propose(stage, taken.number, by=LEADER)
    approve(stage, taken.number, by=SHE)
    assert case(stage, taken).state == "closed"


def test_thirty_days_after_closing_a_case_is_archived(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_closed(stage, taken)
    before = snapshot(stage)
    with pytest.raises(LookupError, match="names no case"):
        archive(stage, None)
    assert snapshot(stage) == before
    archive(stage, taken.case_id)
    assert case(stage, taken).state == "closed", "too early: it is put off"
    fires = value(stage, "SELECT fires_at FROM errand WHERE kind = 'archive' AND state = 'open'")
    assert fires == case(stage, taken).closed_at + DAYS
    wind_after_closing(stage, taken, DAYS)
    fire_all(stage)
    assert (case(stage, taken).state, kinds(stage, taken)[-1]) == ("archived", "archived")
    assert stage.rows("SELECT 1 FROM errand WHERE state = 'open'") == []
    archive(stage, taken.case_id)
    assert kinds(stage, taken).count("archived") == 1
    sound(stage)


def test_only_what_is_still_closed_is_archived_and_thirty_days_count_from_the_last_closing(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_closed(stage, taken)
    first = case(stage, taken)
    wind_after_closing(stage, taken, timedelta(days=20))
    fire_all(stage)
    assert isinstance(reopen(stage, taken.number), Reopened)
    archive(stage, taken.case_id)
    assert case(stage, taken).state == "rework"
    to_closed(stage, taken)
    second = case(stage, taken)
    assert second.first_closed_at == first.closed_at < second.closed_at
    stage.plant("UPDATE clock SET ahead = :to - now()", to=first.closed_at + DAYS)
    fire_all(stage)
    assert case(stage, taken).state == "closed", "the first closing was thirty days ago, not the last"
    sound(stage)
    wind_after_closing(stage, taken, DAYS)
    fire_all(stage)
    assert case(stage, taken).state == "archived"
    sound(stage)


def test_a_case_is_opened_again_until_the_thirtieth_day(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_closed(stage, taken)
    wind_after_closing(stage, taken, DAYS - timedelta(minutes=1))
    fire_all(stage)
    found = reopen(stage, taken.number, "  灯又坏了 ")
    assert isinstance(found, Reopened)
    row = case(stage, taken)
    assert (row.state, row.attempt, row.closed_at, row.closing_kind) == ("rework", 2, None, None)
    assert row.first_closed_at is not None
    assert row.due_at == running(stage, taken)["told"], "what is promised now is new"
    assert len(outbox_ids(stage, "rework")) == 1
    assert outbox_ids(stage, "redone") == [], "whoever asked is answered"
    sound(stage)


def test_at_exactly_thirty_days_it_is_the_same_case_and_a_moment_later_a_new_one(stage: Stage) -> None:
    for ahead, expected in ((timedelta(0), Reopened), (timedelta(microseconds=-1), TooLate)):
        taken = stage.text(LAMP)
        to_closed(stage, taken)
        with stage.door.transaction(LINE) as tx:
            stage_now = tx.now - DAYS + ahead
            tx.conn.execute(
                sa.text("UPDATE cases SET closed_at = :at WHERE number = :n"), {"at": stage_now, "n": taken.number}
            )
            found = reopening.reopen(tx, parties.party_of(tx, RESIDENT).id, taken.number)
        assert isinstance(found, expected)


def test_what_is_too_late_is_a_new_matter_in_the_residents_words(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_closed(stage, taken)
    wind_after_closing(stage, taken, DAYS)
    fire_all(stage)
    wind_after_closing(stage, taken, timedelta(days=31))
    before = snapshot(stage)
    assert reopen(stage, taken.number, " 灯又坏了 ") == TooLate(taken.case_id, f"{LAMP}，灯又坏了")
    assert reopen(stage, taken.number) == TooLate(taken.case_id, LAMP), "without words the old ones"
    assert snapshot(stage) == before
    stage.plant("UPDATE cases SET content_id = NULL")
    assert reopen(stage) == TooLate(taken.case_id, case(stage, taken).summary)


def test_somebody_elses_case_is_not_found(stage: Stage) -> None:
    taken = stage.text(LAMP)
    nobodys = anonymous(stage)
    to_closed(stage, taken)
    before = snapshot(stage)
    assert reopen(stage, taken.number, phone=LI_JIANGUO.number) is None
    assert reopen(stage, phone=LI_JIANGUO.number) is None
    assert reopen(stage, nobodys.number) is None
    assert reopen(stage, "20261124-999999") is None
    assert snapshot(stage) == before


def test_an_open_case_is_not_opened_again(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_asked(stage, taken)
    before = snapshot(stage)
    assert reopen(stage, taken.number) is None
    assert reopen(stage) is None
    assert snapshot(stage) == before


def test_without_a_number_the_one_closed_last_is_meant(stage: Stage) -> None:
    first, second = stage.text(LAMP), stage.text(LAMP)
    to_closed(stage, second)
    stage.wind(timedelta(minutes=5))
    to_closed(stage, first)
    found = reopen(stage)
    assert isinstance(found, Reopened)
    assert found.case_id == first.case_id
    assert case(stage, second).state == "closed"


def test_closing_is_possible_only_where_a_verdict_is_waited_for(stage: Stage) -> None:
    taken = stage.text(LAMP)
    before = snapshot(stage)
    with pytest.raises(IllegalDeed), stage.door.transaction(LINE) as tx:
        closing.close(tx, taken.case_id, ClosingKind.SOLVED, "system")
    assert snapshot(stage) == before


def test_what_waits_to_leave_about_a_closed_case_is_overtaken(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_closed(stage, taken)
    waits = stage.rows("SELECT purpose FROM outbox WHERE state = 'pending' AND case_id = :id", id=taken.case_id)
    assert not {row.purpose for row in waits} & {"order", "question", "order_call", "verdict_call", "relay_call"}
