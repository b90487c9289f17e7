"""The smallest stories of what the stateful test found wrong: each once a difference between the record and its
history, now held here."""

from datetime import timedelta

import pytest

from cases.clock.happened import HoldReason
from cases.life.reasons import ExceptionReason, ExtensionReason
from cases.loop.deeds import standing
from cases.steps import Step
from dispatch import desk
from dispatch.duty import giving
from dispatch.life import extensions, granting, holds, waivers
from dispatch.loop import finding, returns, submitting, telling, visits
from dispatch.loop.returns import Reason
from dispatch.loop.verdicts import Answer
from dispatch.reports import Taken
from tests.dispatch.looping import (
    DANGER,
    ENQUIRY,
    LAMP,
    arrived,
    at_desk,
    case,
    does,
    kept,
    kinds,
    lost,
    outbox_ids,
    question,
    rang,
    running,
    says,
    sound,
    submitted,
    tell,
    to_asked,
    to_found,
    to_second_no,
    value,
)
from tests.dispatch.shifts import at, fire_all, holder, wind_to
from tests.dispatch.test_life_holds import DISPATCHER, LIAISON, SUPERVISOR
from tests.dispatch.test_life_leaving import act
from tests.people import ZHANG_AIMIN
from tests.stage import LINE, Stage


def granted(stage: Stage, case_id: object, kind: str) -> None:
    with at_desk(stage, DISPATCHER) as (tx, who):
        granting.grant(tx, who, standing(tx, case_id, lock=True), kind)  # type: ignore[arg-type]


def test_where_the_resident_need_not_be_told_nobody_owes_news(stage: Stage) -> None:
    taken = stage.text(DANGER)
    left = Step.TOLD, ExceptionReason.NOT_REACHABLE
    does(stage, waivers.leave_out, taken, left, "电话不通", by=holder(stage, taken.number))
    granted(stage, taken.case_id, "exception")
    assert "interim" not in running(stage, taken)
    assert {"told", "interim"} <= kept(stage, taken)
    sound(stage)


def test_a_call_while_a_return_is_looked_at_keeps_nothing_and_moves_no_clock(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, visits.sign, taken)
    does(stage, returns.request, taken, Reason.NOT_OURS)
    rang(stage, taken.case_id)
    assert "first_contact" in running(stage, taken)
    sound(stage)
    with at_desk(stage, DISPATCHER) as (tx, who):
        returns.reject(tx, taken.number, "归本单位", who)
    assert "first_contact" in running(stage, taken)
    assert "first_contact" not in kept(stage, taken)
    sound(stage)


def test_what_stands_was_due_as_it_was_extended_whoever_had_it_before(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, visits.sign, taken)
    with at_desk(stage, DISPATCHER) as (tx, who):
        giving.give(tx, taken.case_id, ZHANG_AIMIN.worker, "换人", who)
    until = (case(stage, taken).due_at + timedelta(days=2)).date().isoformat()
    does(stage, extensions.ask, taken, ExtensionReason.MATERIAL, (until, "等配件"), by=LIAISON)
    granted(stage, taken.case_id, "extension")
    extended = running(stage, taken)["told"]
    does(stage, holds.ask, taken, HoldReason.COURT, ("2026-12-03", "等判决"), by=LIAISON)
    granted(stage, taken.case_id, "hold")
    was = value(stage, "SELECT due_at FROM timer WHERE case_id = :id AND step = 'told'", id=taken.case_id)
    assert was == extended
    sound(stage)


def test_what_was_told_before_anybody_signed_is_submitted_all_the_same(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    sent = tell(stage, taken)
    with stage.door.transaction(LINE) as tx:
        desk.reroute(tx, taken.number, "binhe-east", "改派", "dispatcher")
    arrived(stage, sent)
    wind_to(stage, at(26, 10))
    fire_all(stage)
    sound(stage)
    wind_to(stage, at(27, 10))
    fire_all(stage)
    assert case(stage, taken).state == "to_call_back", "nobody said so: the system did"
    sound(stage)


def test_a_proposal_of_an_earlier_attempt_stands_in_no_way(stage: Stage) -> None:
    taken = stage.text(LAMP)
    asked = to_asked(stage, taken)
    act(stage, taken.case_id, "propose", by=SUPERVISOR, kind="void", why="测试登记")
    says(stage, asked, Answer.UNSOLVED)
    act(stage, taken.case_id, "propose", by=SUPERVISOR, kind="void", why="测试登记")
    act(stage, taken.case_id, "approve", by="leader")
    assert case(stage, taken).state == "void"
    sound(stage)


def test_until_the_answer_arrived_the_unit_owes_it_though_it_submitted(stage: Stage) -> None:
    taken = stage.text(ENQUIRY)
    due, hers = running(stage, taken)["told"], holder(stage, taken.number)
    does(stage, finding.find, taken, "月底选举，已核实", by=hers)
    does(stage, telling.tell, taken, "本月底投票", by=hers)
    does(stage, submitting.submit, taken, by=hers)
    assert (case(stage, taken).state, running(stage, taken)) == ("to_verify", {"told": due})
    sound(stage)
    wind_to(stage, at(27, 10))
    fire_all(stage)
    assert "breached" in kinds(stage, taken), "the carrier says nothing, and somebody is told"
    arrived(stage, outbox_ids(stage, "told")[-1])
    assert (case(stage, taken).state, set(running(stage, taken))) == ("to_call_back", {"call_back"})
    sound(stage)


def test_where_the_answer_is_left_out_what_is_still_owed_is_looked_at_again(stage: Stage) -> None:
    taken = stage.text(ENQUIRY)
    left = Step.TOLD, ExceptionReason.NOT_REACHABLE
    does(stage, waivers.leave_out, taken, left, "电话不通", by=holder(stage, taken.number))
    granted(stage, taken.case_id, "exception")
    assert set(running(stage, taken)) == {"hold_review"}
    sound(stage)


def test_what_was_answered_is_answered_when_it_is_taken_out_of_another_case(stage: Stage) -> None:
    taken, lead = stage.text(ENQUIRY), stage.text(LAMP)
    act(stage, taken.case_id, "answer", words="本月底投票")
    arrived(stage, outbox_ids(stage, "told")[-1])
    merged_and_taken_out(stage, taken, lead)
    assert (case(stage, taken).state, set(running(stage, taken))) == ("answered", {"call_back"})
    sound(stage)
    says(stage, question(stage, taken), Answer.SATISFIED)
    assert case(stage, taken).state == "closed"
    sound(stage)


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_answer_that_does_not_arrive_is_the_units_to_tell_after_a_merger_too(stage: Stage, when: str) -> None:
    taken, lead = stage.text(ENQUIRY), stage.text(LAMP)
    act(stage, taken.case_id, "answer", words="本月底投票")
    sent = outbox_ids(stage, "told")[-1]
    act(stage, taken.case_id, "merge", lead=lead.number, why="同一件事")
    if when == "before":
        lost(stage, sent)
    act(stage, taken.case_id, "unmerge", why="不是同一件")
    if when == "after":
        assert case(stage, taken).state == "answered"
        sound(stage)
        lost(stage, sent)
    assert (case(stage, taken).state, case(stage, taken).attempt) == ("rework", 2)
    sound(stage)


def test_what_was_signed_for_is_signed_for_again_in_its_own_time(stage: Stage) -> None:
    taken, lead = stage.text(LAMP), stage.text(LAMP)
    wind_to(stage, at(25, 20))
    fire_all(stage)
    assert kinds(stage, taken).count("auto_signed") == 1
    merged_and_taken_out(stage, taken, lead)
    fire_all(stage)
    assert (case(stage, taken).state, kinds(stage, taken).count("auto_signed")) == ("dispatched", 1)
    assert running(stage, taken)["sign_for"] == at(26, 17, 30), "a working day from the new order"
    wind_to(stage, at(26, 18))
    fire_all(stage)
    assert (case(stage, taken).state, kinds(stage, taken).count("auto_signed")) == ("in_progress", 2)
    sound(stage)


def test_no_verdict_from_before_a_merger_closes_a_case(stage: Stage) -> None:
    taken, lead = stage.text(LAMP), stage.text(LAMP)
    to_second_no(stage, taken)
    merged_and_taken_out(stage, taken, lead)
    assert {"verify", "call_back"}.isdisjoint(kept(stage, taken))
    sound(stage)
    submitted(stage, taken)
    assert (case(stage, taken).state, set(running(stage, taken))) == ("to_call_back", {"call_back"})
    sound(stage)
    says(stage, question(stage, taken), Answer.UNSOLVED)
    assert (case(stage, taken).state, case(stage, taken).awaits) == ("to_call_back", "supervisor")
    sound(stage)


def merged_and_taken_out(stage: Stage, taken: Taken, lead: Taken) -> None:
    act(stage, taken.case_id, "merge", lead=lead.number, why="同一件事")
    assert case(stage, taken).state == "merged"
    act(stage, taken.case_id, "unmerge", why="不是同一件")
