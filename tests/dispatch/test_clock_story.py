"""One case to which everything happens: after every deed its timers are what its history alone comes to."""

import json
from datetime import date, datetime, time, timedelta
from functools import partial

from cases import queries
from cases.clock.happened import HoldReason
from cases.clock.lines import Line
from cases.clock.reckoning import Reckoning, reckon
from cases.clock.sla import parse_limit
from cases.clock.workdays import DayKind
from cases.history import words_of
from cases.life.reasons import ExtensionReason
from cases.loop.deeds import Act, do, standing
from cases.loop.recounting import Recount, recount
from cases.report import Channel
from cases.states import Deed, State
from cases.steps import BESIDE, Payer, Step
from console.standing.telling import Teller
from dispatch import desk
from dispatch.calendar import entering
from dispatch.calendar.changing import with_day, with_hours
from dispatch.calendar.entering import Change
from dispatch.calendar.versions import Made, Source
from dispatch.life import extensions, granting, holds, merging, verifying
from dispatch.loop import finding, reopening, returns, submitting, telling, visits
from dispatch.loop.returns import Reason
from dispatch.loop.verdicts import Answer
from dispatch.loop.visits import Proof
from dispatch.people import parties
from dispatch.reports import Report, Taken
from tests.dispatch.looping import (
    LAMP,
    at_desk,
    case,
    does,
    kinds,
    outbox_ids,
    question,
    running,
    says,
    sound,
    value,
    visit_code,
)
from tests.dispatch.recounted import events_and_terms
from tests.dispatch.shifts import at, fire_all, holder, wind_to
from tests.dispatch.test_life_holds import DISPATCHER, LIAISON, SUPERVISOR, grant
from tests.stage import LINE, RESIDENT, Stage

VERIFIER = "verifier"
A_WHILE = timedelta(minutes=1)  # more than this test takes from one deed to the next
EARLY = ((time(8), time(11)), (time(14), time(19)))


def entered(stage: Stage, change: Change) -> None:
    """The office's calendar is changed."""
    with stage.door.transaction(LINE) as tx:
        assert entering.enter(tx, change, Made(Source.EDIT, "", "staff:x")) is not None


def go_to(stage: Stage, moment: datetime) -> None:
    """Time passes, and what falls due is told."""
    wind_to(stage, moment)
    fire_all(stage)


def told(stage: Stage, taken: Taken) -> Reckoning:
    """What the case's history comes to, by the table of states as it stands."""
    row = case(stage, taken)
    stored = stage.rows("SELECT kind, at, actor, canonical FROM event WHERE case_id = :id ORDER BY seq", id=row.id)
    lines = [Line(each.kind, each.at, each.actor, json.loads(each.canonical)["facts"]) for each in stored]
    with stage.door.transaction(LINE) as tx:
        events, terms = events_and_terms(tx, row, lines)
        return reckon(events, terms, tx.hours(row.policy_version), row.last_at)


def agreed(stage: Stage, taken: Taken) -> Reckoning:
    """The stored timers and the promise are what the history comes to, and its times add up; what that is."""
    found, row = told(stage, taken), case(stage, taken)
    runs = [each for each in found.steps if each.ended_at is None and not each.stands]
    stored = running(stage, taken)
    assert row.next_due_at == min(stored.values(), default=None)
    loop = {step: due for step, due in stored.items() if Step(step) not in BESIDE}
    assert {str(each.step): each.due_at for each in runs if each.step is not Step.RETURN_REQUEST} == loop
    if found.promises[-1].ended_at is None and row.state != State.SUSPENDED:
        assert row.due_at == found.promises[-1].due_at
    total = sum((found.paid_by(payer) for payer in Payer), timedelta())
    assert total == (row.closed_at or row.last_at) - row.received_at
    sound(stage)
    return found


def at_december(day: int, hour: int, minute: int = 0) -> datetime:
    return at(day, hour, minute).replace(month=12)


def decided(stage: Stage, taken: Taken) -> None:
    with at_desk(stage, DISPATCHER) as (tx, who):
        granting.grant(tx, who, standing(tx, taken.case_id, lock=True), "")


def moved(stage: Stage, taken: Taken, unit: str) -> None:
    with stage.door.transaction(LINE) as tx:
        desk.reroute(tx, taken.number, unit, "改派", "dispatcher")


def acts(stage: Stage, taken: Taken, *deeds: Act) -> None:
    with stage.door.transaction(LINE) as tx:
        for act in deeds:
            do(tx, taken.case_id, act)


def done(stage: Stage, taken: Taken) -> None:
    """Signed for where that is owed, visited, looked into, told and submitted."""
    by = holder(stage, taken.number)
    if case(stage, taken).state == State.DISPATCHED or "sign_for" in running(stage, taken):
        does(stage, visits.sign, taken, by=by)
    with at_desk(stage, by) as (tx, who):
        visits.arrive(tx, who, taken.case_id, Proof(visit_code(tx, taken.case_id)))
        finding.find(tx, who, taken.case_id, "灯泡烧坏，属物业维修")
    agreed(stage, taken)
    told_now(stage, taken, "灯已换好")
    submitted(stage, taken)


def told_now(stage: Stage, taken: Taken, words: str) -> None:
    assert does(stage, telling.tell, taken, words, by=holder(stage, taken.number)).id == "desk.work.telling"
    with stage.door.transaction(LINE) as tx:
        telling.delivered(tx, outbox_ids(stage, "told")[-1])
    agreed(stage, taken)


def submitted(stage: Stage, taken: Taken) -> None:
    said = does(stage, submitting.submit, taken, by=holder(stage, taken.number))
    if said.id == "ending.work.to_verify":
        agreed(stage, taken)
        with at_desk(stage, VERIFIER) as (tx, who):
            verifying.accept(tx, who, taken.case_id)
    agreed(stage, taken)


def last(found: Reckoning, step: Step) -> datetime:
    each = found.of(step)
    assert each is not None
    return each.due_at


def test_a_case_with_everything(stage: Stage) -> None:
    entered(stage, lambda table: with_hours(table, EARLY, "heping"))
    taken = stage.text(LAMP)  # Tuesday 24 November, ten
    mine = str(value(stage, "SELECT u.code FROM cases c JOIN unit u ON u.id = c.unit_id"))
    found = agreed(stage, taken)
    assert (last(found, Step.VISIT), last(found, Step.TOLD)) == (at(27, 17, 30), at_december(1, 17, 30))
    go_to(stage, at(24, 11))
    does(stage, visits.sign, taken)
    agreed(stage, taken)

    # A return that is rejected was the unit's own time.
    go_to(stage, at(24, 14))
    does(stage, returns.request, taken, Reason.NOT_OURS, "物业的事")
    agreed(stage, taken)
    go_to(stage, at(25, 10))
    with at_desk(stage, DISPATCHER) as (tx, who):
        returns.reject(tx, taken.number, "归楼院", who)
    found = agreed(stage, taken)
    assert last(found, Step.VISIT) == at(27, 17, 30)
    assert found.paid_by(Payer.DISPATCHER) == timedelta()

    # A dispute is the adjudicator's: from Wednesday 14:00 to 16:00.
    go_to(stage, at(25, 14))
    acts(stage, taken, Act(Deed.DISPUTE, "staff:x", "disputed"))
    found = agreed(stage, taken)
    assert set(running(stage, taken)) == {"adjudication"}
    before = case(stage, taken).last_at
    go_to(stage, at(25, 16))
    acts(stage, taken, Act(Deed.ADJUDICATE, "staff:y", "adjudicated", {"unit": mine}, opens=(Step.SIGN_FOR,)))
    found = agreed(stage, taken)
    lost = case(stage, taken).last_at - before
    assert found.paid_by(Payer.ADJUDICATOR) == lost
    assert last(found, Step.VISIT) - at(30, 9) == lost  # Friday 27, 17:30, and two hours more
    assert case(stage, taken).due_at == at_december(1, 17, 30), "the promise to the resident goes on"

    # Held over a weekend, and extended.
    does(stage, visits.sign, taken)
    does(stage, extensions.ask, taken, ExtensionReason.MATERIAL, ("2026-12-04", "灯具要定制"), by=LIAISON)
    decided(stage, taken)
    agreed(stage, taken)
    go_to(stage, at(27, 10))
    does(stage, holds.ask, taken, HoldReason.WEATHER, ("2026-12-03", "大风预警，高处作业停"))
    grant(stage, taken, SUPERVISOR)
    agreed(stage, taken)
    assert set(running(stage, taken)) == {"hold_review"}
    begun = case(stage, taken).last_at
    go_to(stage, at(30, 11))
    does(stage, holds.resume, taken)
    found = agreed(stage, taken)
    with stage.door.transaction(LINE) as tx:
        held = tx.calendar.working_time_between(begun, case(stage, taken).last_at)
        asked = tx.calendar.end_of_working_day(at_december(1, 17, 30), 2)
        assert case(stage, taken).due_at == tx.calendar.add_working_time(asked, held)
    assert timedelta(hours=8) < held < timedelta(hours=9), "no weekend counts"

    # Another unit, with hours of its own: full targets; it asks to give the case back, and is right.
    go_to(stage, at(30, 15))
    moved(stage, taken, "heping")
    found = agreed(stage, taken)
    assert last(found, Step.VISIT) == at_december(3, 19), "by its own hours"
    go_to(stage, at(30, 18))
    acts(stage, taken, Act(Deed.REQUEST_RETURN, "staff:z", "return_asked", keeps=(Step.SIGN_FOR,)))
    agreed(stage, taken)
    go_to(stage, at_december(1, 10))
    acts(stage, taken, Act(Deed.UPHOLD_RETURN, "staff:y", "return_upheld", opens=(Step.SIGN_FOR,)))
    moved(stage, taken, mine)
    found = agreed(stage, taken)
    assert abs(found.paid_by(Payer.DISPATCHER) - timedelta(hours=1)) < A_WHILE, "office hours, from the request on"

    # Merged and taken out again, then done; what was falsely called told gains nothing.
    go_to(stage, at_december(1, 11))
    with at_desk(stage, DISPATCHER) as (tx, who):
        lead = desk.take_report(tx, Report(Channel.HAND, None, LAMP, tx.now))
        merging.merge(tx, who, standing(tx, taken.case_id, lock=True), lead.number, "同一盏灯")
    assert running(stage, taken) == {}
    go_to(stage, at_december(1, 15))
    with at_desk(stage, DISPATCHER) as (tx, who):
        merging.unmerge(tx, who, standing(tx, taken.case_id, lock=True), "不是一回事")
    agreed(stage, taken)
    done(stage, taken)
    promised = agreed(stage, taken).promises[0]
    assert promised.kept
    go_to(stage, at_december(3, 10))
    says(stage, question(stage, taken), Answer.NOT_CONTACTED)
    found = agreed(stage, taken)
    assert (found.promises[0].ended_at, found.promises[0].due_at) == (None, promised.due_at)
    go_to(stage, at_december(3, 11))
    told_now(stage, taken, "灯已换好，请试")
    submitted(stage, taken)

    # Not solved: done again. Then solved, closed, and opened once more, which is promised anew.
    go_to(stage, at_december(4, 10))
    says(stage, question(stage, taken), Answer.UNSOLVED)
    found = agreed(stage, taken)
    assert len(found.promises) == 1, "the promise is not made again"
    again = found.of(Step.TOLD)
    assert again is not None
    assert (again.attempt, again.limit) == (2, parse_limit("3 wd"))
    done(stage, taken)
    says(stage, question(stage, taken), Answer.SATISFIED)
    agreed(stage, taken)
    go_to(stage, at_december(8, 9, 30))
    with stage.door.transaction(LINE) as tx:
        assert reopening.reopen(tx, parties.party_of(tx, RESIDENT).id, taken.number, "又坏了")
    found = agreed(stage, taken)
    assert [each.attempt for each in found.promises] == [1, 3]
    assert case(stage, taken).due_at == at_december(11, 17, 30)


def test_hours_that_change_move_what_runs_and_the_history_says_so(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, visits.sign, taken)
    before = case(stage, taken)
    assert anew(stage, taken) is None, "nothing changed"
    assert case(stage, taken).last_seq == before.last_seq
    entered(stage, lambda table: with_day(table, date(2026, 11, 26), DayKind.OFF, "停电"))
    found = anew(stage, taken)
    assert found is not None
    assert found.promise == (before.due_at, at_december(2, 17, 30))
    assert {step: (was, now) for step, was, now in found.steps} == {
        Step.VISIT: (at(27, 17, 30), at(30, 17, 30)), Step.TOLD: (before.due_at, at_december(2, 17, 30)),
    }  # fmt: skip
    agreed(stage, taken)
    assert (kinds(stage, taken)[-1], anew(stage, taken)) == ("recounted", None)
    with stage.door.transaction(LINE) as tx:
        teller = Teller(tx.district, tx.policy, partial(words_of, tx))
        said = tx.say(teller.told(queries.timeline(tx.conn, taken.case_id)[-1]).what, "en")
    assert said.startswith("Reckoned anew, as working hours or days off changed: ")
    assert said.count("→") == 3, "the visit, the finish, and the promise to the resident"


def anew(stage: Stage, taken: Taken) -> Recount | None:
    with stage.door.transaction(LINE) as tx:
        return recount(tx, taken.case_id, {"calendar": 2})
