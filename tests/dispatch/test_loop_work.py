"""A person's work and its short numbers; who people are, and what is promised."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest

from cases.clock.sla import Level
from cases.loop.deeds import standing
from cases.states import Role as Part
from cases.steps import Step, Verification
from dispatch.duty import moves
from dispatch.loop import visits
from dispatch.loop.promises import limits_for, limits_of, verification_of
from dispatch.loop.returns import Reason, request
from dispatch.loop.verdicts import Answer
from dispatch.loop.who import NotYours, Partial, by_code, by_id, demand, demand_impartial
from dispatch.loop.work import NoSuchJob, due_of, find_job, give_short, jobs_of, next_step, taken_by_person
from dispatch.reports import Taken
from tests.dispatch.looping import (
    DANGER,
    ENQUIRY,
    HER,
    LAMP,
    PRAISE,
    arrive,
    at_desk,
    does,
    kinds,
    running,
    says,
    to_asked,
    to_closed,
)
from tests.dispatch.shifts import at, away, fire_all, holder
from tests.people import LI_HONGMEI, ZHANG_AIMIN
from tests.stage import LINE, Stage


def short(stage: Stage, taken: Taken) -> str:
    with stage.door.transaction(LINE) as tx:
        return give_short(tx, taken.case_id)


def jobs(stage: Stage, code: str = HER) -> dict[str, int | None]:
    with stage.door.transaction(LINE) as tx:
        return {job.number: job.short for job in jobs_of(tx, by_code(tx, code).id)}


def found(stage: Stage, named: str) -> str:
    with at_desk(stage) as (tx, who):
        return find_job(tx, who.id, named).number


def test_orders_are_numbered_one_two_three_and_keep_their_numbers(stage: Stage) -> None:
    several = [stage.text(LAMP) for _ in range(3)]
    assert [short(stage, taken) for taken in several] == ["1", "2", "3"]
    assert [short(stage, taken) for taken in reversed(several)] == ["3", "2", "1"]
    assert jobs(stage) == {taken.number: n for n, taken in enumerate(several, 1)}


def test_a_number_is_free_again_when_its_case_leaves(stage: Stage) -> None:
    first, second = stage.text(LAMP), stage.text(LAMP)
    assert (short(stage, first), short(stage, second)) == ("1", "2")
    with at_desk(stage) as (tx, _):
        moves.hand_on(tx, first.case_id, "cannot")
    assert holder(stage, first.number) == ZHANG_AIMIN.worker
    third = stage.text(LAMP)
    assert (short(stage, third), short(stage, second), short(stage, first)) == ("1", "2", "1")
    assert jobs(stage, ZHANG_AIMIN.worker) == {first.number: 1}, "every person counts for themselves"
    to_closed(stage, third)
    fourth = stage.text(LAMP)
    assert short(stage, fourth) == "1"


def test_a_number_stays_with_a_case_that_waits_for_its_verdict(stage: Stage) -> None:
    first, second = stage.text(LAMP), stage.text(LAMP)
    to_asked(stage, first)
    assert short(stage, second) == "2", "she still holds the first"
    assert found(stage, "1") == first.number
    assert found(stage, "") == second.number, "the only one in hand"
    assert jobs(stage) == {second.number: 2}


def test_two_orders_that_leave_at_once_get_different_numbers(stage: Stage) -> None:
    several = [stage.text(LAMP) for _ in range(4)]
    begin = threading.Barrier(len(several))
    got: list[str] = []

    def leaves(taken: Taken) -> None:
        with stage.door.transaction(LINE) as tx:
            tx.open()
            begin.wait(20)
            got.append(give_short(tx, taken.case_id))

    threads = [threading.Thread(target=leaves, args=(taken,)) for taken in several]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert sorted(got) == ["1", "2", "3", "4"]


def test_the_same_order_asked_for_twice_at_once_has_one_number(stage: Stage) -> None:
    taken = stage.text(LAMP)
    begin = threading.Barrier(2)
    got: list[str] = []

    def leaves() -> None:
        with stage.door.transaction(LINE) as tx:
            tx.open()
            begin.wait(20)
            got.append(give_short(tx, taken.case_id))

    threads = [threading.Thread(target=leaves) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert got == ["1", "1"]


def test_what_no_person_holds_is_called_by_its_own_number(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.plant("UPDATE assignment SET worker_id = NULL")
    assert short(stage, taken) == taken.number
    to_close = stage.text(LAMP)
    to_closed(stage, to_close)
    assert short(stage, to_close) == to_close.number, "nor what is closed"


def test_a_job_is_found_by_short_number_by_whole_number_or_alone(stage: Stage) -> None:
    with pytest.raises(NoSuchJob) as none:
        found(stage, "")
    assert none.value.open == []
    first = stage.text(LAMP)
    assert found(stage, "") == first.number
    assert jobs(stage) == {first.number: 1}
    second = stage.text(LAMP)
    assert jobs(stage) == {first.number: 1, second.number: 2}
    assert (found(stage, "2"), found(stage, first.number)) == (second.number, first.number)
    for named in ("", "3", "0", "None", "20261124-999999"):
        with pytest.raises(NoSuchJob) as none:
            found(stage, named)
        assert {job.number for job in none.value.open} == {first.number, second.number}


def test_another_persons_job_is_not_found(stage: Stage) -> None:
    taken = stage.text(LAMP)
    short(stage, taken)
    for named in ("", "1", taken.number):
        with at_desk(stage, ZHANG_AIMIN.worker) as (tx, who), pytest.raises(NoSuchJob):
            find_job(tx, who.id, named)
    with at_desk(stage) as (tx, _):
        moves.hand_on(tx, taken.case_id, "cannot")
    with at_desk(stage) as (tx, who), pytest.raises(NoSuchJob):
        find_job(tx, who.id, taken.number)


def test_what_is_due_first_stands_first(stage: Stage) -> None:
    late, soon, never = stage.text(LAMP), stage.text(LAMP), stage.text(LAMP)
    stage.plant("UPDATE cases SET due_at = due_at - interval '1 day' WHERE id = :id", id=soon.case_id)
    stage.plant("UPDATE cases SET due_at = NULL WHERE id = :id", id=never.case_id)
    assert list(jobs(stage)) == [soon.number, late.number, never.number]


def test_who_took_it_themselves(stage: Stage) -> None:
    taken = stage.text(LAMP)

    def took() -> bool:
        with stage.door.transaction(LINE) as tx:
            return taken_by_person(tx, taken.case_id)

    stage.wind(timedelta(days=2))
    fire_all(stage)
    assert "auto_signed" in kinds(stage, taken)
    assert not took(), "the system's signature is nobody's"
    does(stage, visits.sign, taken)
    assert took()
    with at_desk(stage) as (tx, _):
        moves.hand_on(tx, taken.case_id, "cannot")
    assert not took(), "the next one has said nothing yet"


def test_what_comes_next_is_the_first_that_is_owed_with_its_deadline(stage: Stage) -> None:
    taken = stage.text(LAMP)

    def following() -> tuple[str, object]:
        with stage.door.transaction(LINE) as tx:
            now = next_step(tx, standing(tx, taken.case_id), "1")
            return now.id, now.params.get("due")

    assert following() == ("desk.work.next.visit", running(stage, taken)["visit"])
    arrive(stage, taken, taken.visit_code)
    assert following() == ("desk.work.next.finding", running(stage, taken)["finding"])
    stage.plant("UPDATE timer SET state = 'parked' WHERE step = 'finding'")
    assert following()[0] == "desk.work.next.finding", "a parked timer promises all the same"
    stage.plant("UPDATE timer SET state = 'ended' WHERE step = 'finding'")
    assert following() == ("desk.work.next.finding_open", None)
    stage.plant("UPDATE owed SET done_at = now() WHERE step IN ('finding', 'told')")
    assert following() == ("desk.work.next.submit", None)
    with stage.door.transaction(LINE) as tx:
        assert due_of(tx, standing(tx, taken.case_id), Step.VISIT) is None


def test_people_are_known_by_code_and_id_and_in_their_part(stage: Stage) -> None:
    parts = {
        HER: Part.UNIT, "xingfuli-liaison": Part.UNIT, "dispatcher-1": Part.DISPATCHER, "duty-1": Part.DISPATCHER,
        "duty_desk": Part.DISPATCHER, "supervisor": Part.SUPERVISOR, "leader": Part.SUPERVISOR,
        "caller-back": Part.CALLER_BACK, "verifier": Part.VERIFIER, "agent-1": Part.AGENT,
    }  # fmt: skip
    with stage.door.transaction(LINE) as tx:
        for code, part in parts.items():
            who = by_code(tx, code)
            assert (who.part, who.actor, by_id(tx, who.id)) == (part, f"staff:{code}", who)
        leading = [code for code in parts if by_code(tx, code).leads]
        assert leading == ["xingfuli-liaison", "duty-1", "duty_desk", "supervisor", "leader"]
        her = by_code(tx, HER)
        assert (her.name, her.unit) == (LI_HONGMEI.name, "xingfuli-south")
        for unknown in ("nobody", ""):
            with pytest.raises(LookupError, match="hotline duty"):
                by_code(tx, unknown)
        with pytest.raises(LookupError):
            by_id(tx, uuid4())
        demand(her, Part.DISPATCHER, Part.UNIT)
        with pytest.raises(NotYours) as no:
            demand(her, Part.SUPERVISOR, Part.DISPATCHER)
        assert (no.value.need, no.value.who) == (Part.SUPERVISOR, her)


def test_who_has_left_the_office_acts_no_more(stage: Stage) -> None:
    stage.plant("UPDATE staff SET active = false WHERE code = :code", code=HER)
    with stage.door.transaction(LINE) as tx, pytest.raises(LookupError):
        by_code(tx, HER)


def test_who_held_an_earlier_attempt_is_impartial_about_this_one(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with at_desk(stage) as (tx, who), pytest.raises(Partial):
        demand_impartial(tx, who, standing(tx, taken.case_id))
    says(stage, to_asked(stage, taken), Answer.UNSOLVED)
    stage.plant("UPDATE assignment SET worker_id = NULL WHERE attempt = 2")
    with at_desk(stage) as (tx, who):
        demand_impartial(tx, who, standing(tx, taken.case_id))


def test_what_is_promised_follows_category_level_and_attempt(stage: Stage) -> None:
    lamp, praise, enquiry, danger = (stage.text(words) for words in (LAMP, PRAISE, ENQUIRY, DANGER))
    rubbish = stage.text("幸福里小区3号楼门口垃圾没人清运")
    with stage.door.transaction(LINE) as tx:
        at = {name: standing(tx, taken.case_id) for name, taken in {
            "lamp": lamp, "praise": praise, "enquiry": enquiry, "danger": danger, "rubbish": rubbish,
        }.items()}  # fmt: skip
        told = {name: str(limits_for(tx, case_).get(Step.TOLD)) for name, case_ in at.items()}
        assert told == {"lamp": "5 wd", "praise": "None", "enquiry": "1 wd", "danger": "24 h", "rubbish": "4 wh"}
        assert limits_for(tx, at["praise"]) == {}
        category = tx.policy.category(at["rubbish"].row.category)
        assert str(limits_of(tx.policy, category, Level.L1, "complaint")[Step.TOLD]) == "24 h"  # type: ignore[index]
        again = limits_of(tx.policy, category, Level.L3, "complaint", rework=True)
        assert again is not None
        assert (str(again[Step.TOLD]), again.get(Step.RETURN_REQUEST)) == ("3 wd", None)
        looked = {name for name, case_ in at.items() if verification_of(tx, case_) is Verification.PERSON}
        assert looked == {"danger"}, "the evidence passes the others"


def told_of_a_return(stage: Stage) -> list[object]:
    taken = stage.text(LAMP)
    does(stage, request, taken, Reason.NOT_OURS)
    rows = stage.rows(
        "SELECT s.code FROM outbox o JOIN staff s ON s.party_id = o.party_id WHERE o.purpose = 'return_asked' "
        "AND o.case_id = :id",
        id=taken.case_id,
    )
    return [row.code for row in rows]


def test_somebody_who_is_there_is_told_of_a_return_and_at_last_the_desk(stage: Stage) -> None:
    assert told_of_a_return(stage) == ["dispatcher-1"]
    gone = ["dispatcher-1", "dispatcher-2", "duty-1"]
    for code, then in zip(gone, ["dispatcher-2", "duty-1", "duty-2"], strict=True):
        away(stage, code, at(24, 10), at(30, 10))
        assert told_of_a_return(stage) == [then]
    for code in ("duty-2", "duty-3"):
        away(stage, code, at(24, 10), at(30, 10))
    assert told_of_a_return(stage) == ["duty_desk"]
