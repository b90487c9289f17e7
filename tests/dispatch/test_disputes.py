"""Disputes: what leads to adjudication, who decides, that nobody gains time by it, and that it is final."""

from datetime import timedelta

import pytest

from cases.lifecycle import IllegalDeed
from cases.loop import clocks
from cases.loop.deeds import standing
from cases.steps import Payer
from dispatch.acts.refusals import Refused
from dispatch.due import handlers
from dispatch.loop import returns, visits
from dispatch.loop.closing import NothingToDecide
from dispatch.loop.disputes import deciding, raising
from dispatch.loop.returns import Reason
from dispatch.loop.who import NotYours
from dispatch.reports import Taken
from tests.dispatch.looping import (
    DANGER,
    HER,
    LAMP,
    at_desk,
    case,
    does,
    kinds,
    one,
    outbox_ids,
    running,
    snapshot,
    sound,
)
from tests.dispatch.shifts import fire_all, holder
from tests.dispatch.test_loop_returns import reject, uphold
from tests.dispatch.test_side_supervising import act, told_to
from tests.people import LU_SIYUAN, SHEN_YUEHUA, WU_CHUNMEI
from tests.stage import LINE, Stage

SUPERVISOR, LEADER = SHEN_YUEHUA.worker, "leader"


def to_objection(stage: Stage, words: str = LAMP) -> Taken:
    """A return that a dispatcher rejects, and the worker objects."""
    taken = stage.text(words)
    by = holder(stage, taken.number)
    does(stage, returns.request, taken, Reason.NOT_OURS, "属物业", by=by)
    reject(stage, taken.number)
    said = does(stage, raising.objecting, taken, "楼道灯属物业公司，不属楼院", by=by)
    assert said.id == "dispute.work.objected"
    return taken


def decides(stage: Stage, taken: Taken, unit: str = "heping", by: str = SUPERVISOR) -> None:
    act(stage, taken, "adjudicate", by=by, unit=unit, why="产权资料显示归该单位")


def paid(stage: Stage, taken: Taken, payer: Payer) -> timedelta:
    with stage.door.transaction(LINE) as tx:
        return clocks.reckoning(tx, standing(tx, taken.case_id).row).paid_by(payer)


def test_an_objection_to_a_rejected_return_waits_for_an_adjudicator(stage: Stage) -> None:
    taken = to_objection(stage)
    assert case(stage, taken).state == "in_dispute"
    assert set(running(stage, taken)) == {"adjudication"}, "the unit's clocks stand"
    assert kinds(stage, taken)[-1] == "disputed"
    [told] = told_to(stage, "disputed")
    assert told == SUPERVISOR
    with pytest.raises(IllegalDeed):
        does(stage, raising.objecting, taken, "再说一遍")
    assert len(stage.rows("SELECT 1 FROM return_request")) == 1
    sound(stage)


def test_only_who_has_not_said_whose_it_is_decides(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, returns.request, taken, Reason.NOT_OURS)
    reject(stage, taken.number, by=SUPERVISOR)
    does(stage, raising.objecting, taken, "楼道灯属物业公司")
    assert told_to(stage, "disputed") == {LEADER}, "she decided about the return"
    before = snapshot(stage)
    for stranger in (HER, WU_CHUNMEI.worker, LU_SIYUAN.worker, "verifier"):
        with pytest.raises(NotYours), at_desk(stage, stranger) as (tx, who):
            deciding.adjudicate(tx, who, standing(tx, taken.case_id, lock=True), "heping", "归和平")
    with pytest.raises(Refused, match="said_before"), at_desk(stage, SUPERVISOR) as (tx, who):
        deciding.adjudicate(tx, who, standing(tx, taken.case_id, lock=True), "heping", "归和平")
    with pytest.raises(Refused, match="no_words"), at_desk(stage, LEADER) as (tx, who):
        deciding.adjudicate(tx, who, standing(tx, taken.case_id, lock=True), "heping", " ")
    assert snapshot(stage) == before
    decides(stage, taken, by=LEADER)
    with pytest.raises(NothingToDecide), at_desk(stage, LEADER) as (tx, who):
        deciding.adjudicate(tx, who, standing(tx, taken.case_id, lock=True), "heping", "归和平")


def test_where_all_who_could_decide_have_said_so_one_of_them_must(stage: Stage) -> None:
    """A case never stays undecided: first the leader upheld a return, then the supervisor would uphold another."""
    taken = stage.text(LAMP)
    does(stage, returns.request, taken, Reason.WRONG_PLACE)
    uphold(stage, taken.number, by=LEADER)
    does(stage, returns.request, taken, Reason.WRONG_PLACE, by=holder(stage, taken.number))
    uphold(stage, taken.number, "binhe", by=SUPERVISOR)
    assert case(stage, taken).state == "in_dispute"
    decides(stage, taken, "binhe", by=LEADER)
    assert holder(stage, taken.number).startswith("binhe")


def test_who_loses_has_it_back_with_the_time_that_was_left(stage: Stage) -> None:
    taken = stage.text(LAMP)  # on Tuesday at ten
    does(stage, visits.sign, taken)
    clocks_before, promised = running(stage, taken), case(stage, taken).due_at
    does(stage, returns.request, taken, Reason.NOT_OURS)
    stage.wind(timedelta(hours=1))
    reject(stage, taken.number)
    does(stage, raising.objecting, taken, "属物业公司")
    stage.wind(timedelta(hours=4))
    decides(stage, taken, "xingfuli-south")
    row, after = case(stage, taken), running(stage, taken)
    assert (row.state, holder(stage, taken.number), row.due_at) == ("dispatched", HER, promised)
    spent = paid(stage, taken, Payer.ADJUDICATOR)
    assert timedelta(hours=3) <= spent <= timedelta(hours=3, minutes=1), "eleven to three, without the noon"
    with at_desk(stage) as (tx, _):
        for step in ("visit", "first_contact"):
            gained = tx.calendar.working_minutes_between(clocks_before[step], after[step])
            assert gained == pytest.approx(180, abs=1), "no more than what was the adjudicator's"
    assert "sign_for" in after, "it is ordered anew"
    assert one(stage, "SELECT decision FROM return_request").decision == "rejected"
    assert HER in told_to(stage, "order")
    sound(stage)


def test_who_wins_is_rid_of_it_and_the_return_was_right(stage: Stage) -> None:
    taken = to_objection(stage)
    stage.wind(timedelta(hours=1))
    decides(stage, taken)
    after = running(stage, taken)
    assert {"sign_for", "visit", "told"} <= set(after), "full targets"
    assert kinds(stage, taken)[-2:] == ["adjudicated", "reason_given"]
    row = one(stage, "SELECT decision, decided_by FROM return_request")
    assert tuple(row) == ("upheld", f"staff:{SUPERVISOR}"), "dispatch accuracy counts by what holds in the end"
    assert HER in told_to(stage, "moved")
    assert len(outbox_ids(stage, "adjudicated")) == 2, "the heads of both units"
    sound(stage)


def test_what_was_adjudicated_is_returned_by_nobody(stage: Stage) -> None:
    taken = to_objection(stage)
    decides(stage, taken)
    now = holder(stage, taken.number)
    does(stage, visits.sign, taken, by=now)
    said = does(stage, returns.request, taken, Reason.NOT_OURS, by=now)
    assert said.id == "desk.work.return_final"
    with stage.door.transaction(LINE) as tx:
        assert "终审" in tx.say(said, "zh_CN")
        assert "adjudicated" in tx.say(said, "en")
    with pytest.raises(Refused, match="final"):
        does(stage, raising.objecting, taken, "还是不服", by=now)
    assert case(stage, taken).state == "in_progress"


def test_the_third_return_is_for_no_dispatcher(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, returns.request, taken, Reason.WRONG_PLACE)
    uphold(stage, taken.number, "heping")
    does(stage, returns.request, taken, Reason.NOT_OURS, by=holder(stage, taken.number))
    reject(stage, taken.number)
    act(stage, taken, "reroute", by=LU_SIYUAN.worker, unit="binhe", why="改派滨河")
    said = does(stage, returns.request, taken, Reason.NOT_OURS, "也不归滨河", by=holder(stage, taken.number))
    assert said.id == "dispute.work.third"
    assert case(stage, taken).state == "in_dispute"
    assert kinds(stage, taken)[-2:] == ["return_asked", "disputed"]
    for decide in (uphold, reject):
        with pytest.raises(NothingToDecide):
            decide(stage, taken.number)
    decides(stage, taken, "binhe")
    rows = stage.rows("SELECT decision FROM return_request ORDER BY asked_at")
    assert [row.decision for row in rows] == ["upheld", "rejected", "rejected"]
    sound(stage)


def test_a_second_return_that_seems_right_is_only_a_proposal(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, returns.request, taken, Reason.WRONG_PLACE)
    uphold(stage, taken.number, "heping")
    there = holder(stage, taken.number)
    does(stage, returns.request, taken, Reason.WRONG_PLACE, by=there)
    uphold(stage, taken.number, "binhe", "河边那一段")
    assert (case(stage, taken).state, holder(stage, taken.number)) == ("in_dispute", there)
    line = one(stage, "SELECT canonical::jsonb -> 'facts' AS facts FROM event WHERE kind = 'disputed'")
    assert line.facts == {"cause": "upheld_twice", "proposed": "binhe"}
    decides(stage, taken, "binhe")
    assert holder(stage, taken.number).startswith("binhe")
    sound(stage)


def test_nothing_to_object_to_and_too_late_to_object(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, visits.sign, taken)
    with pytest.raises(Refused, match="nothing"):
        does(stage, raising.objecting, taken, "不服")
    does(stage, returns.request, taken, Reason.NOT_OURS)
    reject(stage, taken.number)
    with pytest.raises(NotYours):
        does(stage, raising.objecting, taken, "不服", by="heping-liaison")
    stage.wind(timedelta(days=2))
    fire_all(stage)
    with pytest.raises(Refused, match="late"):
        does(stage, raising.objecting, taken, "不服")


def test_the_head_of_the_unit_objects_too(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, returns.request, taken, Reason.NOT_OURS)
    reject(stage, taken.number)
    does(stage, raising.objecting, taken, "居委会也认为属物业", by=WU_CHUNMEI.worker)
    assert case(stage, taken).state == "in_dispute"
    assert holder(stage, taken.number) == HER


def test_a_late_adjudication_climbs(stage: Stage) -> None:
    taken = to_objection(stage, DANGER)  # an hour for the adjudicator
    stage.wind(timedelta(hours=1, minutes=1))
    with stage.door.transaction(LINE) as tx:
        while handlers.fire_some(tx):
            pass
    late = stage.rows(
        "SELECT canonical::jsonb -> 'facts' ->> 'step' AS step FROM event WHERE case_id = :id AND kind = 'breached'",
        id=taken.case_id,
    )
    assert "adjudication" in {row.step for row in late}
    assert SUPERVISOR in told_to(stage, "breached")


def test_a_case_that_leaves_ends_its_dispute(stage: Stage) -> None:
    taken = to_objection(stage)
    act(stage, taken, "withdraw", by=LU_SIYUAN.worker, why="居民已自行修好")
    assert case(stage, taken).state == "withdrawn"
    assert running(stage, taken) == {}
    with pytest.raises(NothingToDecide), at_desk(stage, SUPERVISOR) as (tx, who):
        deciding.adjudicate(tx, who, standing(tx, taken.case_id, lock=True), "heping", "归和平")
    sound(stage)
