"""The verdict: an answer binds to its question, is taken once, and is asked for by nobody who handled the matter."""

import threading
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from cases.loop.deeds import standing
from cases.states import ClosingKind
from dispatch import desk
from dispatch.due.errands import Errand, Kind
from dispatch.loop import closing, submitting, telling, verdicts, visits
from dispatch.loop.closing import NothingToDecide
from dispatch.loop.verdicts import KEYS, Answer
from dispatch.loop.who import NotYours, Partial
from dispatch.people import parties
from dispatch.reports import Taken, UnknownCase
from tests.dispatch.looping import (
    HER,
    LAMP,
    at_desk,
    case,
    does,
    kept,
    kinds,
    outbox_ids,
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
    value,
)
from tests.dispatch.shifts import at, fire_all, holder, wind_to
from tests.people import LI_JIANGUO, LU_SIYUAN, SHEN_YUEHUA, WU_CHUNMEI, ZHANG_AIMIN
from tests.stage import LINE, RESIDENT, Stage

CALLER = "caller-back"


def stop(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        parties.stop(tx, parties.party_of(tx, RESIDENT).id)


def silent(stage: Stage, asked: UUID) -> None:
    """A question was not answered."""
    with stage.door.transaction(LINE) as tx:
        verdicts.unanswered(tx, asked, "silence")


def missed(stage: Stage, taken: Taken, by: str = CALLER) -> None:
    """A person rang, and nobody answered."""
    with at_desk(stage, by) as (tx, who):
        assert verdicts.attempt(tx, taken.number, who, None).id == "desk.verdict.noted"


def states(stage: Stage) -> list[tuple[object, ...]]:
    """The questions: through what, what became of each."""
    return [tuple(row) for row in stage.rows("SELECT channel, state, answer FROM question ORDER BY asked_at, id")]


def listed(stage: Stage) -> list[tuple[object, ...]]:
    """Whom a person has to ring: number and how many calls reached nobody."""
    with stage.door.transaction(LINE) as tx:
        return [(row.number, row.missed) for row in verdicts.call_back_list(tx)]


def test_the_keys_are_the_answers() -> None:
    assert [str(KEYS[key]) for key in "1234"] == ["satisfied", "dissatisfied", "unsolved", "not_contacted"]


@pytest.mark.parametrize(("answer", "kind"), [(Answer.SATISFIED, "solved"), (Answer.DISSATISFIED, "solved")])
def test_what_is_solved_is_closed_and_the_answer_is_taken_once(stage: Stage, answer: Answer, kind: str) -> None:
    taken = stage.text(LAMP)
    asked = to_asked(stage, taken)
    assert says(stage, asked, answer, "谢谢").id == f"desk.verdict.{answer}"
    row = case(stage, taken)
    assert (row.state, row.closing_kind) == ("closed", kind)
    before = snapshot(stage)
    for again in Answer:
        assert says(stage, asked, again).id == "desk.verdict.over"
    silent(stage, asked)
    assert snapshot(stage) == before, "an answer to a question that is over changes nothing"
    left = {row.kind for row in stage.rows("SELECT kind FROM errand WHERE state = 'open'")}
    assert "archive" in left
    assert "ask_again" not in left
    sound(stage)


def test_an_answer_of_an_earlier_attempt_is_over(stage: Stage) -> None:
    taken = stage.text(LAMP)
    first = to_asked(stage, taken)
    says(stage, first, Answer.UNSOLVED)
    second = to_asked(stage, taken)
    assert says(stage, first, Answer.SATISFIED).id == "desk.verdict.over"
    assert case(stage, taken).state == "to_call_back"
    assert states(stage) == [("text", "answered", "unsolved"), ("text", "open", None)]
    stage.plant("UPDATE question SET attempt = 1 WHERE id = :id", id=second)
    assert says(stage, second, Answer.SATISFIED).id == "desk.verdict.over", "open, but about another attempt"


def test_an_open_question_of_a_case_that_waits_for_no_verdict_is_over(stage: Stage) -> None:
    taken = stage.text(LAMP)
    asked = to_asked(stage, taken)
    stage.plant("UPDATE cases SET state = 'in_progress'")
    before = snapshot(stage)
    assert says(stage, asked, Answer.SATISFIED).id == "desk.verdict.over"
    assert snapshot(stage) == before


def test_of_two_answers_at_once_one_is_taken(stage: Stage) -> None:
    taken = stage.text(LAMP)
    asked = to_asked(stage, taken)
    begin = threading.Barrier(2)
    said: list[str] = []

    def answer(what: Answer) -> None:
        begin.wait(10)
        said.append(says(stage, asked, what).id)

    both = [threading.Thread(target=answer, args=(what,)) for what in (Answer.SATISFIED, Answer.UNSOLVED)]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    assert len(said) == 2
    assert said.count("desk.verdict.over") == 1
    assert kinds(stage, taken).count("verdict") == 1
    [(channel, state, answered)] = states(stage)
    assert (channel, state) == ("text", "answered")
    assert case(stage, taken).state == ("closed" if answered == "satisfied" else "rework")
    sound(stage)


def test_not_contacted_opens_told_again_where_its_clock_stopped(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    due = running(stage, taken)["told"]
    stage.wind(timedelta(hours=1))  # Tuesday, 11:00
    with stage.door.transaction(LINE) as tx:
        telling.delivered(tx, tell(stage, taken))
    does(stage, submitting.submit, taken)
    stage.wind(timedelta(hours=3))  # 14:00: two working hours at the resident's
    said = says(stage, question(stage, taken), Answer.NOT_CONTACTED, "没人来过")
    assert said.id == "desk.verdict.not_contacted"
    assert (case(stage, taken).state, case(stage, taken).attempt) == ("in_progress", 1)
    assert not {"told", "verify", "call_back"} & kept(stage, taken)
    assert {"visit", "finding"} <= kept(stage, taken)
    clocks = running(stage, taken)
    assert set(clocks) == {"told"}
    with stage.door.transaction(LINE) as tx:
        assert tx.calendar.working_minutes_between(due, clocks["told"]) == pytest.approx(120, abs=1)
    assert len(outbox_ids(stage, "annulled")) == 1
    assert does(stage, submitting.submit, taken).id == "desk.work.told_lacking"
    sound(stage)


def test_a_second_no_is_a_supervisors(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_second_no(stage, taken)
    assert (case(stage, taken).state, case(stage, taken).attempt) == ("to_call_back", 2)
    assert set(running(stage, taken)) == {"adjudication"}
    assert len(outbox_ids(stage, "to_supervisor")) == 1
    assert listed(stage) == [], "nobody rings while a supervisor decides"
    before = snapshot(stage)
    with at_desk(stage, CALLER) as (tx, who), pytest.raises(NothingToDecide):
        verdicts.attempt(tx, taken.number, who, Answer.SATISFIED)
    assert snapshot(stage) == before
    sound(stage)


@pytest.mark.parametrize("by", [HER, ZHANG_AIMIN.worker, WU_CHUNMEI.worker, "verifier"])
def test_who_is_no_caller_back_asks_nobody(stage: Stage, by: str) -> None:
    taken = stage.text(LAMP)
    to_asked(stage, taken)
    before = snapshot(stage)
    for said in (None, Answer.SATISFIED):
        with at_desk(stage, by) as (tx, who), pytest.raises(NotYours) as no:
            verdicts.attempt(tx, taken.number, who, said)
        assert no.value.need == "caller_back"
    assert snapshot(stage) == before


def test_who_held_it_for_a_while_asks_nobody_about_it(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with at_desk(stage) as (tx, _):
        desk.reroute(tx, taken.number, "xingfu", "街道直接办", "shen.yuehua")
    held = holder(stage, taken.number)
    with at_desk(stage) as (tx, _):
        desk.reroute(tx, taken.number, "xingfuli-south", "还是归楼院", "shen.yuehua")
    assert held not in (HER, holder(stage, taken.number))
    hers = "(SELECT id FROM staff WHERE code = :her)"
    stage.plant(f"UPDATE assignment SET worker_id = {hers} WHERE until_at IS NULL", her=HER)
    stage.plant(f"UPDATE cases SET worker_id = {hers}", her=HER)
    to_asked(stage, taken)
    before = snapshot(stage)
    for said in (None, Answer.SATISFIED):
        with at_desk(stage, held) as (tx, who), pytest.raises(Partial, match=held):
            verdicts.attempt(tx, taken.number, who, said)
    assert snapshot(stage) == before
    for by in (CALLER, LU_SIYUAN.worker, SHEN_YUEHUA.worker, "agent-1"):
        if by != held:
            missed(stage, taken, by)
    sound(stage)


def test_a_person_rings_only_where_a_verdict_is_waited_for(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with at_desk(stage, CALLER) as (tx, who):
        with pytest.raises(NothingToDecide):
            verdicts.attempt(tx, taken.number, who, None)
        with pytest.raises(UnknownCase):
            verdicts.attempt(tx, "20261124-999999", who, None)


def test_a_persons_call_ends_the_question_that_was_open(stage: Stage) -> None:
    taken = stage.text(LAMP)
    asked = to_asked(stage, taken)
    assert listed(stage) == [], "not while a question is under way"
    missed(stage, taken)
    assert listed(stage) == [(taken.number, 1)]
    assert stage.rows("SELECT 1 FROM errand WHERE kind = 'ask_again' AND state = 'open'") == []
    with at_desk(stage, CALLER) as (tx, who):
        said = verdicts.attempt(tx, taken.number, who, Answer.UNSOLVED, "灯还是不亮")
    assert said.id == "desk.verdict.redone"
    assert (case(stage, taken).state, case(stage, taken).attempt) == ("rework", 2)
    assert len(outbox_ids(stage, "redone")) == 1, "the new visit code comes by a text"
    assert says(stage, asked, Answer.SATISFIED).id == "desk.verdict.over", "it was about the first attempt"
    sound(stage)


def test_a_text_answers_while_calls_are_tried(stage: Stage) -> None:
    """Whoever was asked by text may answer by text, however often they were rung meanwhile."""
    taken = stage.text(LAMP)
    asked = to_asked(stage, taken)
    silent(stage, asked)
    missed(stage, taken)
    with stage.door.transaction(LINE) as tx:
        [open_] = verdicts.open_questions(tx, case(stage, taken).party_id)
        assert open_.id == asked
    assert says(stage, asked, Answer.SATISFIED).id == "desk.verdict.satisfied"
    assert [channel for channel, state, _ in states(stage) if state == "open"] == []
    assert case(stage, taken).state == "closed"
    sound(stage)


def test_silence_becomes_a_call_and_then_the_list(stage: Stage) -> None:
    taken = stage.text(LAMP)
    asked = to_asked(stage, taken)
    fires = value(stage, "SELECT fires_at FROM errand WHERE kind = 'ask_again' AND state = 'open'")
    assert fires == at(25, 9), "when the office opens on the next working day"
    silent(stage, asked)
    assert states(stage) == [("text", "unanswered", None), ("call", "open", None)]
    assert kinds(stage, taken)[-2:] == ["not_reached", "asked"]
    assert listed(stage) == []
    silent(stage, question(stage, taken))
    assert [state for _, state, _ in states(stage)] == ["unanswered", "unanswered"]
    assert listed(stage) == [(taken.number, 1)], "the text counts as no call"
    assert case(stage, taken).state == "to_call_back"
    sound(stage)


def test_a_question_that_did_not_arrive_becomes_a_call_at_once(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_asked(stage, taken)
    [sent] = outbox_ids(stage, "question")
    [receipt] = outbox_ids(stage, "receipt")
    for outbox_id in (receipt, sent, sent):
        with stage.door.transaction(LINE) as tx:
            verdicts.question_failed(tx, outbox_id)
    assert states(stage) == [("text", "unanswered", None), ("call", "open", None)]
    sound(stage)


def test_three_calls_on_one_day_are_not_enough(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_asked(stage, taken)
    for _ in range(5):
        missed(stage, taken)
    assert case(stage, taken).state == "to_call_back"
    stage.wind(timedelta(days=1))
    fire_all(stage)
    missed(stage, taken)
    row = case(stage, taken)
    assert (row.state, row.closing_kind) == ("closed", "unreachable")
    assert "unreachable" in kinds(stage, taken)
    sound(stage)


def test_two_calls_on_two_days_are_not_enough(stage: Stage) -> None:
    taken = stage.text(LAMP)
    silent(stage, to_asked(stage, taken))
    silent(stage, question(stage, taken))
    stage.wind(timedelta(days=1))
    missed(stage, taken)
    assert case(stage, taken).state == "to_call_back", "the text was no call"
    missed(stage, taken)
    assert case(stage, taken).closing_kind == "unreachable"


def test_calls_of_an_earlier_attempt_do_not_count(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_asked(stage, taken)
    missed(stage, taken)
    stage.wind(timedelta(days=1))
    missed(stage, taken)
    with at_desk(stage, CALLER) as (tx, who):
        verdicts.attempt(tx, taken.number, who, Answer.UNSOLVED)
    to_asked(stage, taken)
    missed(stage, taken)
    assert case(stage, taken).state == "to_call_back"
    assert listed(stage) == [(taken.number, 1)]


def test_days_are_those_of_the_office(stage: Stage) -> None:
    taken = stage.text(LAMP)
    wind_to(stage, at(24, 20))
    to_asked(stage, taken)
    missed(stage, taken)
    missed(stage, taken)
    wind_to(stage, at(25, 0, 30))  # in Greenwich it is still the 24th
    missed(stage, taken)
    assert case(stage, taken).closing_kind == "unreachable"


def test_a_call_that_waits_for_the_morning_lies_on_the_day_on_which_it_rings(stage: Stage) -> None:
    """Asked in the evening, rung in the morning: three calls on that one day are not two days."""
    taken = stage.text(LAMP)
    stop(stage)
    wind_to(stage, at(24, 22))
    to_found(stage, taken)
    with at_desk(stage) as (tx, who):
        visits.contacted(tx, taken.case_id, who.id, 40)
        telling.tell(tx, who, taken.case_id, "灯已换好")
        submitting.submit(tx, who, taken.case_id)
    rings = value(stage, "SELECT next_at FROM outbox WHERE purpose = 'verdict_call'")
    assert rings == at(25, 8)
    wind_to(stage, at(25, 8, 3))
    silent(stage, question(stage, taken))
    wind_to(stage, at(25, 9))
    missed(stage, taken)
    missed(stage, taken)
    assert case(stage, taken).state == "to_call_back"
    wind_to(stage, at(26, 9))
    fire_all(stage)
    missed(stage, taken)
    assert case(stage, taken).closing_kind == "unreachable"
    sound(stage)


@pytest.mark.parametrize(
    ("asked_at", "leaves"),
    [
        (at(24, 20, 59), at(24, 20, 59)),
        (at(24, 21), at(25, 8)),
        (at(25, 3), at(25, 8)),
        (at(25, 7, 59), at(25, 8)),
        (at(25, 8), at(25, 8)),
    ],
)
def test_nobody_is_asked_in_the_night(stage: Stage, asked_at: datetime, leaves: datetime) -> None:
    taken = stage.text(LAMP)
    wind_to(stage, asked_at)
    to_asked(stage, taken)
    moment = value(stage, "SELECT next_at FROM outbox WHERE purpose = 'question'")
    assert timedelta() <= moment - leaves < timedelta(minutes=1)


def test_who_stopped_texts_is_asked_by_a_call(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_told(stage, taken)
    stop(stage)
    does(stage, submitting.submit, taken)
    assert states(stage) == [("call", "open", None)]
    with stage.door.transaction(LINE) as tx:
        assert verdicts.open_questions(tx, case(stage, taken).party_id) == [], "no text can answer it"
    says(stage, question(stage, taken), Answer.SATISFIED)
    assert case(stage, taken).state == "closed"
    sound(stage)


def test_of_several_open_questions_each_has_a_number_and_a_free_one_is_taken_again(stage: Stage) -> None:
    several = [stage.text(LAMP) for _ in range(3)]
    asked = [to_asked(stage, taken) for taken in several]
    party = case(stage, several[0]).party_id
    with stage.door.transaction(LINE) as tx:
        assert [each.short for each in verdicts.open_questions(tx, party)] == [1, 2, 3]
    says(stage, asked[0], Answer.SATISFIED)
    other = stage.text(LAMP)
    to_asked(stage, other)
    with stage.door.transaction(LINE) as tx:
        found = {each.number: each.short for each in verdicts.open_questions(tx, party)}
        stranger = parties.party_of(tx, LI_JIANGUO.number).id
        assert verdicts.open_questions(tx, stranger) == []
    assert found == {several[1].number: 2, several[2].number: 3, other.number: 1}
    sound(stage)


def test_the_errand_to_ask_again_ends_with_the_answer(stage: Stage) -> None:
    taken = stage.text(LAMP)
    asked = to_asked(stage, taken)
    says(stage, asked, Answer.NOT_CONTACTED)
    before = snapshot(stage)
    with stage.door.transaction(LINE) as tx:
        verdicts.ask_again(tx, Errand(tx.new_id(), Kind.ASK_AGAIN, taken.case_id, asked, tx.now))
        verdicts.ask_again(tx, Errand(tx.new_id(), Kind.ASK_AGAIN, taken.case_id, None, tx.now))
    assert snapshot(stage) == before
    wind_to(stage, at(25, 9, 1))
    fire_all(stage)
    assert "not_reached" not in kinds(stage, taken)


def test_a_closed_case_leaves_no_question_open(stage: Stage) -> None:
    taken = stage.text(LAMP)
    asked = to_asked(stage, taken)
    with stage.door.transaction(LINE) as tx:
        closing.close(tx, taken.case_id, ClosingKind.SOLVED, "system")
        assert standing(tx, taken.case_id).state == "closed"
    assert states(stage) == [("text", "void", None)]
    silent(stage, asked)
    wind_to(stage, at(25, 9, 1))
    fire_all(stage)
    assert "not_reached" not in kinds(stage, taken)


def test_a_question_that_was_answered_is_over_although_the_same_attempt_is_asked_about_again(stage: Stage) -> None:
    taken = stage.text(LAMP)
    first = to_asked(stage, taken)
    says(stage, first, Answer.NOT_CONTACTED)
    with stage.door.transaction(LINE) as tx:
        telling.delivered(tx, tell(stage, taken))
    does(stage, submitting.submit, taken)
    assert (case(stage, taken).state, case(stage, taken).attempt) == ("to_call_back", 1)
    assert says(stage, first, Answer.SATISFIED).id == "desk.verdict.over"
    assert case(stage, taken).state == "to_call_back"
    assert says(stage, question(stage, taken), Answer.SATISFIED).id == "desk.verdict.satisfied"


def test_a_key_that_is_pressed_after_the_call_ended_answers_nothing(stage: Stage) -> None:
    taken = stage.text(LAMP)
    silent(stage, to_asked(stage, taken))
    call = question(stage, taken)
    silent(stage, call)
    assert case(stage, taken).state == "to_call_back"
    assert says(stage, call, Answer.SATISFIED).id == "desk.verdict.over"
    assert case(stage, taken).state == "to_call_back"
