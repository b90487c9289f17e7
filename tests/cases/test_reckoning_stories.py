"""The reckoning of single lives, worked out by hand: returns, disputes, holds, second attempts, and their words."""

from datetime import datetime, timedelta

import pytest

from app.phrasebook import Catalogues
from cases.clock.happened import HOLD_PAYER, Change, Happened, HoldReason, Terms
from cases.clock.reckoning import reckon
from cases.clock.sla import DEFAULT_TARGETS, Targets, TargetSet, due_at
from cases.clock.telling import sentence
from cases.phrases import EN, ZH
from cases.states import Deed
from cases.steps import WORK, Payer, Step
from tests.cases.test_reckoning import (
    CALENDARS,
    EAST,
    MINUTE,
    OWED,
    URGENT,
    WEST,
    WEST_HOURS,
    at,
    held,
    last,
    limit,
    opened,
    promise,
    promised,
    told,
)  # fmt: skip


def test_a_dispute_is_the_adjudicator_s_time_and_the_unit_that_loses_it_goes_on_where_it_stopped() -> None:
    asked = [*opened(at("10-12T09:00")), Happened(Deed.REQUEST_RETURN, at("10-12T10:00"))]
    disputed = [*asked, Happened(Deed.DISPUTE, at("10-12T11:00"))]
    found = told([*disputed, Happened(Deed.ADJUDICATE, at("10-13T10:00"), unit=EAST)])
    assert found.paid_by(Payer.UNIT) == timedelta(hours=2)
    assert found.paid_by(Payer.ADJUDICATOR) == timedelta(hours=6, minutes=30)
    visit = last(found, Step.VISIT)
    assert (visit.started_at, visit.ran) == (at("10-12T09:00"), timedelta(hours=2))
    assert visit.due_at == at("10-16T16:30")  # Thu 15 Oct 17:30 and 6 h 30 min of Friday
    assert last(found, Step.ADJUDICATION).due_at == at("10-14T17:30")


def test_a_unit_that_has_the_case_again_goes_on_where_it_stopped() -> None:
    away = [
        *opened(at("10-12T09:00")), Happened(Deed.SIGN, at("10-12T10:00")),
        Happened(Deed.REROUTE, at("10-12T11:00"), unit=WEST), Happened(Deed.REROUTE, at("10-12T16:00"), unit=EAST),
    ]  # fmt: skip
    found = told(away)
    told_, signed = last(found, Step.TOLD), last(found, Step.SIGN_FOR)
    assert (told_.unit, told_.started_at, told_.ran) == (EAST, at("10-12T09:00"), timedelta(hours=2))
    assert told_.due_at == at("11-03T14:00")  # Mon 2 Nov 17:30 and the 4 h of the others
    # It signed after an hour, but for another order: for this one it signs in its own time.
    assert (signed.ran, signed.kept, signed.ended_at) == (timedelta(0), False, None)


def test_another_person_of_the_unit_gains_nothing_and_another_unit_may_take_the_clocks_over() -> None:
    start = [*opened(at("10-12T09:00")), Happened(Deed.SIGN, at("10-12T10:00"))]
    same = [*start, Happened(Deed.REROUTE, at("10-12T11:00"), unit=EAST)]
    assert promised(told(same, at("10-13T09:00"))) == promised(told(start, at("10-13T09:00")))
    found = told([*start, Happened(Change.MOVE, at("10-12T11:00"), unit=WEST)], at("10-12T15:00"))
    mine = last(found, Step.TOLD)
    assert (mine.unit, mine.started_at) == (WEST, at("10-12T09:00"))
    assert mine.due_at == due_at(limit("15 wd"), at("10-12T09:00"), WEST_HOURS)
    units = [(charge.payer, charge.unit, charge.time) for charge in found.charges if charge.unit]
    assert units == [(Payer.UNIT, EAST, timedelta(hours=2)), (Payer.UNIT, WEST, timedelta(hours=1))]


def test_who_falsely_says_that_the_resident_was_told_gains_nothing_by_it() -> None:
    false = [
        *opened(at("10-12T09:00")), Happened(Deed.SIGN, at("10-12T09:00")), Happened(Deed.TELL, at("10-12T10:00")),
        Happened(Deed.SUBMIT, at("10-12T12:00")), Happened(Deed.PASS, at("10-12T14:00")),
        Happened(Deed.ANNUL_TOLD, at("10-13T09:00")),
    ]  # fmt: skip
    found = told(false, at("10-13T10:00"))
    again = last(found, Step.TOLD)
    assert (again.kept, again.ended_at, again.ran) == (False, None, timedelta(hours=4))
    assert (promise(found).ended_at, promise(found).due_at) == (None, at("11-02T17:30"))
    assert (found.paid_by(Payer.VERIFIER), found.paid_by(Payer.CALLER_BACK)) == (
        timedelta(hours=1),
        timedelta(hours=3.5),
    )


def test_a_second_attempt_has_targets_of_its_own_and_the_promise_is_not_made_again() -> None:
    done = [
        *opened(at("10-12T09:00")), Happened(Deed.SIGN, at("10-12T09:10")), Happened(Deed.VISIT, at("10-12T10:00")),
        Happened(Deed.FIND, at("10-12T10:10")), Happened(Deed.TELL, at("10-12T10:20")),
        Happened(Deed.SUBMIT, at("10-12T10:30")), Happened(Deed.PASS, at("10-12T10:30")),
        Happened(Deed.VERDICT, at("10-13T09:00")), Happened(Deed.REDO, at("10-13T09:00"), unit=EAST),
    ]  # fmt: skip
    found = told(done)
    again = last(found, Step.TOLD)
    assert (again.attempt, again.limit, again.due_at) == (2, limit("3 wd"), at("10-16T17:30"))
    assert (promise(found).kept, promise(found).ended_at) == (True, at("10-12T10:20"))
    finding = last(found, Step.FINDING)
    assert (finding.attempt, finding.kept, finding.due_at) == (1, True, at("10-14T17:30"))
    closed = [*done, Happened(Deed.SUBMIT, at("10-13T10:00")), Happened(Deed.PASS, at("10-13T10:00")),
              Happened(Deed.CLOSE, at("10-13T11:00")), Happened(Deed.REOPEN, at("10-14T09:00"), unit=EAST)]  # fmt: skip
    third = last(told(closed), Step.TOLD)
    assert (third.attempt, third.limit) == (3, limit("3 wd"))
    assert told(closed).charges[-1].payer is Payer.NOBODY  # nobody pays for a closed case


@pytest.mark.parametrize("reason", HoldReason)
def test_a_hold_is_charged_by_its_reason_and_to_nobody_outside_hours(reason: HoldReason) -> None:
    found = told(
        [
            *opened(at("10-09T16:00")),
            *held(at("10-09T16:30"), (timedelta(0), timedelta(0), timedelta(hours=26)), reason),
        ]
    )
    working = timedelta(hours=8, minutes=30)  # an hour of Friday, and Sat 10 Oct, which counts as a working day
    paid = found.paid_by(HOLD_PAYER[reason])
    assert paid == (working if reason is HoldReason.WAITING_RESIDENT else timedelta(hours=26))
    assert last(found, Step.TOLD).due_at == at("11-02T10:00")  # Thu 29 Oct 17:30 and 8 h 30 min
    assert last(found, Step.HOLD_REVIEW).due_at == at("11-05T17:30")


def test_an_open_hold_stands_and_its_deadline_waits_with_it() -> None:
    events = [*opened(at("10-12T09:00")), *held(at("10-12T09:00"), (timedelta(0), MINUTE * 60, timedelta(0)))[:2]]
    now = last(told(events, at("10-12T11:00")), Step.VISIT)
    later = last(told(events, at("10-12T12:00")), Step.VISIT)
    assert now.stands
    assert later.stands
    assert (now.left, later.due_at - now.due_at) == (later.left, timedelta(hours=1))
    assert not last(told(events, at("10-12T12:00")), Step.HOLD_REVIEW).stands


def test_an_urgent_case_is_charged_day_and_night() -> None:
    found = reckon(opened(at("10-03T02:15")), [URGENT], CALENDARS, at("10-03T03:15"))
    assert [(charge.payer, charge.time) for charge in found.charges] == [(Payer.UNIT, timedelta(hours=1))]
    interim = last(found, Step.INTERIM)
    assert (interim.due_at, interim.warn_at, interim.left) == (at("10-03T04:15"), at("10-03T03:45"), timedelta(hours=1))
    news = [
        *opened(at("10-03T02:15")),
        Happened(Deed.SIGN, at("10-03T02:20")),
        Happened(Deed.REPORT_PROGRESS, at("10-03T03:00")),
    ]
    assert last(reckon(news, [URGENT], CALENDARS), Step.INTERIM).due_at == at("10-03T05:00")
    safe = reckon([*news, Happened(Deed.MARK_SAFE, at("10-03T03:30"))], [URGENT], CALENDARS)
    assert last(safe, Step.INTERIM).kept
    assert [each.step for each in safe.steps].count(Step.INTERIM) == 2


def test_without_a_promise_a_case_is_looked_at_again() -> None:
    found = reckon(opened(at("10-03T02:15")), [Terms(OWED, None)], CALENDARS)
    assert [(each.step, each.due_at) for each in found.steps] == [(Step.HOLD_REVIEW, at("11-02T02:15"))]
    assert found.promise is None


def test_a_direct_answer_that_arrived_keeps_the_promise_and_is_called_back() -> None:
    events = [Happened(Deed.REGISTER, at("10-12T09:00")), Happened(Deed.ANSWER, at("10-12T09:30"))]
    assert promise(told(events)).ended_at is None, "not before the answer has arrived"
    arrived = Happened(Deed.TELL, at("10-12T09:31"))
    found = told([*events, arrived, Happened(Deed.CLOSE, at("10-12T10:30"))])
    assert (promise(found).kept, promise(found).ended_at) == (True, arrived.at)
    assert (last(found, Step.ACCEPT).kept, last(found, Step.CALL_BACK).due_at) == (True, at("10-13T17:30"))
    assert [(charge.payer, charge.time) for charge in found.charges] == [
        (Payer.INTAKE, timedelta(minutes=30)), (Payer.CALLER_BACK, timedelta(hours=1)),
    ]  # fmt: skip


def test_a_merged_case_that_is_taken_apart_again_goes_on() -> None:
    merged = [*opened(at("10-12T09:00")), Happened(Deed.MERGE, at("10-12T10:00"))]
    assert promise(told(merged, at("10-12T12:00"))).ended_at == at("10-12T10:00")
    apart = [*merged, Happened(Deed.UNMERGE, at("10-12T11:00")), Happened(Deed.DISPATCH, at("10-12T12:00"), unit=EAST)]
    found = told(apart)
    assert promise(found).ended_at is None
    assert (last(found, Step.VISIT).ran, found.paid_by(Payer.NOBODY)) == (timedelta(hours=1), timedelta(hours=1))
    assert last(found, Step.DISPATCH).started_at == at("10-12T11:00")


def test_the_example_of_a_holiday_and_a_hold_in_plain_words() -> None:
    targets: Targets = {Step.VISIT: limit("3 wd")}
    events = [
        *opened(at("09-30T16:40")), Happened(Deed.SIGN, at("10-08T09:30")),
        Happened(Deed.HOLD, at("10-08T10:00"), hold=HoldReason.WAITING_RESIDENT, approver="Wang Fang"),
        Happened(Deed.RESUME, at("10-08T13:10")),
    ]  # fmt: skip
    visit = last(reckon(events, [Terms(OWED, targets)], CALENDARS), Step.VISIT)
    book = Catalogues()
    assert book.say(sentence(visit.why), EN) == (
        "received and dispatched Wed 30 Sep 16:40; 3 working days, the first day not counted; "
        "Thu 1 Oct to Wed 7 Oct holiday; Thu 8 Oct, Fri 9 Oct; Sat 10 Oct, which counts as a working day; "
        "its closing time 17:30; held 2 h 10 min waiting for the resident, approved by Wang Fang; "
        "therefore Mon 12 Oct 11:10."
    )
    assert book.say(sentence(visit.why), ZH) == (
        "9月30日 周三 16:40 收到并派出；限 3 个工作日，当天不计；10月1日 周四 至 10月7日 周三 放假；"
        "10月8日 周四、10月9日 周五；10月10日 周六（调休上班，计工作日）；当日 17:30 下班；"
        "因等候居民挂账 2 小时 10 分（Wang Fang 批准）；因此 10月12日 周一 11:10 到期。"
    )
    assert visit.due_at == at("10-12T11:10")


RECEIVED, SENT = Happened(Deed.REGISTER, at("10-12T09:00")), opened(at("10-12T09:00"))

IMPOSSIBLE: dict[str, list[Happened]] = {
    "nothing to reckon": [],
    "accept is the first event": [Happened(Deed.ACCEPT, at("10-12T09:00"))],
    "comes before what happened already": [*SENT, Happened(Deed.SIGN, at("10-12T08:59"))],
    "resume is not possible in the state dispatched": [*SENT, Happened(Deed.RESUME, at("10-12T09:59"))],
    "visit is not promised now": [
        RECEIVED, Happened(Change.EXTEND, at("10-12T09:00"), by=limit("1 wd"), step=Step.VISIT),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("why", "events"), IMPOSSIBLE.items())
def test_what_cannot_have_happened_is_refused(why: str, events: list[Happened]) -> None:
    with pytest.raises(ValueError, match=why):
        told(events)


def test_what_happened_is_whole() -> None:
    with pytest.raises(ValueError, match="hold has no reason"):
        Happened(Deed.HOLD, at("10-12T09:00"))
    with pytest.raises(ValueError, match="by is missing"):
        Happened(Change.EXTEND, at("10-12T09:00"))
    with pytest.raises(ValueError, match="unit is missing"):
        Happened(Change.MOVE, at("10-12T09:00"))
    with pytest.raises(ValueError, match="at has no zone"):
        Happened(Deed.SIGN, datetime(2026, 10, 12))  # noqa: DTZ001


def _corrected(at_: datetime, terms: Terms) -> Happened:
    return Happened(Deed.CORRECT, at_, terms=terms)


def _due(events: list[Happened], now: datetime) -> datetime:
    return last(reckon(events, [LOOSE], CALENDARS, now), Step.VISIT).due_at


LOOSE = Terms(OWED, DEFAULT_TARGETS[TargetSet.L3])
MIDDLE = Terms(OWED, DEFAULT_TARGETS[TargetSet.L2])


def test_a_tighter_limit_counts_from_when_it_is_said() -> None:
    """Danger that is heard three hours late is no breach of whoever has the case."""
    begun, said = at("10-12T10:00"), at("10-12T13:00")
    events = [*opened(begun), _corrected(said, URGENT)]
    assert _due(events, said) == said + timedelta(minutes=30)
    found = last(reckon(events, [LOOSE], CALENDARS, said), Step.VISIT)
    assert found.started_at == begun
    assert found.left == timedelta(minutes=30)
    assert Catalogues().say(sentence(found.why), ZH).startswith("10月12日 周一 13:00 更正")


def test_what_is_less_tight_again_counts_from_when_something_as_tight_was_said() -> None:
    begun = at("10-12T10:00")
    events = [*opened(begun), _corrected(at("10-12T13:00"), URGENT), _corrected(at("10-12T14:00"), MIDDLE)]
    assert _due(events, at("10-12T14:00")) == at("10-12T17:00"), "four hours from the first that was as tight"
    events.append(_corrected(at("10-12T15:00"), LOOSE))
    assert _due(events, at("10-12T15:00")) == _due(opened(begun), begun), "and what held at first holds as it did"


def test_nobody_gains_time_by_a_tighter_limit_that_is_said_late() -> None:
    events = opened(at("10-12T10:00"))
    due = _due(events, at("10-12T10:00"))
    late = due + timedelta(hours=1)
    assert _due([*events, _corrected(late, MIDDLE)], late) == due


def test_work_is_what_a_unit_does_in_its_turn() -> None:
    assert Step.HOLD_REVIEW not in WORK
    assert {Step.SIGN_FOR, Step.VISIT, Step.FINDING, Step.TOLD, Step.INTERIM} <= WORK
