"""Waivers and exceptions: a step is left out by two people, on record, and the case goes its way."""

import pytest

from cases.life.reasons import ExceptionReason, WaiverReason
from cases.loop.deeds import standing
from cases.steps import Step
from dispatch.acts.refusals import Refused
from dispatch.life import asked, granting, waivers
from dispatch.loop import finding, submitting, visits
from dispatch.loop.closing import NothingToDecide, SamePerson
from dispatch.loop.verdicts import Answer
from dispatch.loop.who import NotYours
from dispatch.reports import Taken
from tests.dispatch.looping import (
    HER,
    LAMP,
    arrived,
    at_desk,
    case,
    does,
    kept,
    kinds,
    one,
    question,
    running,
    says,
    snapshot,
    sound,
    tell,
    to_asked,
    to_found,
    to_second_no,
    to_told,
)
from tests.dispatch.shifts import at, wind_to
from tests.dispatch.test_life_holds import DISPATCHER, LIAISON, NEIGHBOUR, SUPERVISOR, grant
from tests.stage import Stage

REMOTE, NOBODY = WaiverReason.SETTLED_REMOTELY, ExceptionReason.NOT_REACHABLE


def waive(stage: Stage, taken: Taken, by: str = HER, words: str = "电话里已办妥") -> None:
    assert does(stage, waivers.waive, taken, REMOTE, words, by=by).id == "life.said.waiver_asked"


def leave_out(stage: Stage, taken: Taken, step: Step, by: str = HER) -> None:
    said = does(stage, waivers.leave_out, taken, (step, NOBODY), "居民已搬走", by=by)
    assert said.id == "life.said.exception_asked"


def test_a_waived_visit_lets_the_case_go_to_its_end(stage: Stage) -> None:
    taken = stage.text(LAMP)
    waive(stage, taken)
    assert kinds(stage, taken)[-2:] == ["signed", "waiver_asked"]
    assert does(stage, finding.find, taken, "灯泡坏了").id == "desk.work.visit_first", "asking changes nothing"
    grant(stage, taken)
    assert "visit" in kept(stage, taken)
    assert {"visit", "finding"} & set(running(stage, taken)) == {"finding"}, "the finding's clock begins with it"
    does(stage, finding.find, taken, "灯泡坏了")
    arrived(stage, tell(stage, taken))
    assert does(stage, submitting.submit, taken).id == "desk.work.submitted"
    sound(stage)
    says(stage, question(stage, taken), Answer.SATISFIED)
    assert case(stage, taken).state == "closed"
    sound(stage)
    with at_desk(stage) as (tx, _):
        [row] = asked.granted(tx, tx.office.code, at(1, 0), at(30, 0))
        assert (row.kind, row.step, row.code, row.number) == ("waiver", "visit", "settled_remotely", taken.number)


def test_without_its_approval_a_step_that_was_left_out_breaks_an_invariant(stage: Stage) -> None:
    taken = stage.text(LAMP)
    waive(stage, taken)
    grant(stage, taken)
    sound(stage)
    stage.plant("UPDATE permission SET decision = 'refused'")
    with pytest.raises(AssertionError, match="weak_visit"):
        sound(stage)


@pytest.mark.parametrize("step", [Step.FINDING, Step.TOLD])
def test_an_excepted_step_is_owed_no_more(stage: Stage, step: Step) -> None:
    taken = stage.text(LAMP)
    does(stage, visits.sign, taken)
    leave_out(stage, taken, step, LIAISON)
    grant(stage, taken, SUPERVISOR)
    assert step in kept(stage, taken)
    assert step not in running(stage, taken)
    assert kinds(stage, taken)[-1] == "step_excepted"
    sound(stage)


def test_a_verdict_that_nobody_can_give_closes_the_case_as_unreachable(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_asked(stage, taken)
    with pytest.raises(NotYours):
        leave_out(stage, taken, Step.CALL_BACK)
    leave_out(stage, taken, Step.CALL_BACK, "caller-back")
    grant(stage, taken)
    row = case(stage, taken)
    assert (row.state, row.closing_kind) == ("closed", "unreachable")
    assert one(stage, "SELECT state FROM question").state == "void"
    sound(stage)


def test_where_the_resident_said_no_the_verdict_is_not_left_out(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_second_no(stage, taken)
    with pytest.raises(Refused, match="not_owed"):
        leave_out(stage, taken, Step.CALL_BACK, DISPATCHER)


def test_what_was_told_while_it_was_asked_needs_no_exception(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    leave_out(stage, taken, Step.TOLD)
    arrived(stage, tell(stage, taken))
    with pytest.raises(Refused, match="not_owed"):
        grant(stage, taken)
    with pytest.raises(Refused, match="not_owed"):
        leave_out(stage, taken, Step.FINDING)
    with pytest.raises(Refused, match="not_owed"):
        waive(stage, taken)


def test_two_people_and_words(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_told(stage, taken)
    other = stage.text("和平一村5号楼楼道灯坏了", number="+8613800000002")
    with pytest.raises(NotYours):
        waive(stage, other)
    third = stage.text(LAMP, number="+8613800000003")
    before = snapshot(stage)
    with pytest.raises(Refused, match="no_words"):
        waive(stage, third, words="好")
    with pytest.raises(Refused, match="step"):
        leave_out(stage, third, Step.VERIFY)
    with pytest.raises(NotYours):
        waive(stage, third, NEIGHBOUR)
    with pytest.raises(NothingToDecide):
        grant(stage, third)
    assert snapshot(stage) == before
    waive(stage, third, SUPERVISOR)
    with pytest.raises(Refused, match="asked_already"):
        waive(stage, third)
    with pytest.raises(SamePerson):
        grant(stage, third, SUPERVISOR)
    leave_out(stage, third, Step.TOLD)
    with at_desk(stage, DISPATCHER) as (tx, who), pytest.raises(Refused, match="which"):
        granting.grant(tx, who, standing(tx, third.case_id, lock=True), "")
    wind_to(stage, at(24, 11))
    with at_desk(stage, DISPATCHER) as (tx, who):
        granting.grant(tx, who, standing(tx, third.case_id, lock=True), "exception")
        assert [row.kind for row in asked.waiting(tx, tx.office.code)] == ["waiver"]
    assert kept(stage, third) >= {"told"}
    sound(stage)
