"""Handing on: to another person while the clocks go on, and to a new attempt with targets of its own."""

from datetime import datetime, timedelta

import pytest

from cases.lifecycle import Holder, IllegalDeed
from cases.loop.deeds import Act, Standing
from cases.loop.handing import Attempt, attempt_again, move
from cases.states import Deed
from cases.steps import Owes, Step
from dispatch.loop.who import by_code
from dispatch.reports import Taken
from dispatch.transaction import Tx
from tests.dispatch.looping import (
    HER,
    LAMP,
    anonymous,
    arrive,
    case,
    kept,
    kinds,
    running,
    snapshot,
    sound,
    to_asked,
    value,
)
from tests.dispatch.shifts import holder
from tests.people import WU_CHUNMEI, ZHANG_AIMIN
from tests.stage import LINE, Stage


def to(tx: Tx, code: str) -> Holder:
    who = by_code(tx, code)
    unit = tx.district.unit(who.unit)
    assert unit is not None
    return Holder(unit.id, unit.code, who.id, code, "by-hand", '[{"id": "x"}]')


def moved(stage: Stage, taken: Taken, code: str) -> Standing:
    with stage.door.transaction(LINE) as tx:
        return move(tx, taken.case_id, to(tx, code), "cannot", "system")


def again(stage: Stage, taken: Taken, deed: Deed = Deed.REDO) -> tuple[Standing, dict[Step, datetime]]:
    with stage.door.transaction(LINE) as tx:
        new = Attempt(Owes(), to(tx, ZHANG_AIMIN.worker), "0042", 1)
        return attempt_again(tx, taken.case_id, Act(deed, "system", "redone", {"by": "x"}, "再去一次"), new)


def live_timers(stage: Stage) -> list[tuple[object, ...]]:
    sql = "SELECT step, state, started_at, due_at, fires_at, fired FROM timer WHERE state <> 'ended' ORDER BY id"
    return [tuple(row) for row in stage.rows(sql)]


@pytest.mark.parametrize("code", [ZHANG_AIMIN.worker, WU_CHUNMEI.worker])
def test_a_move_changes_who_and_no_clock(stage: Stage, code: str) -> None:
    taken = stage.text(LAMP)
    clocks, steps = live_timers(stage), kept(stage, taken)
    stage.wind(timedelta(hours=3))
    after = moved(stage, taken, code)
    assert (after.state, holder(stage, taken.number)) == ("dispatched", code)
    assert (live_timers(stage), kept(stage, taken)) == (clocks, steps)
    units = stage.rows("SELECT DISTINCT unit_id FROM timer WHERE state IN ('open', 'waiting')")
    assert units == [(case(stage, taken).unit_id,)], "the promises are the new unit's"
    held = stage.rows("SELECT until_at, since_at FROM assignment ORDER BY since_at")
    assert held[0].until_at == held[1].since_at
    assert held[1].until_at is None
    assert kinds(stage, taken)[-1] == "moved"
    reason = value(stage, "SELECT canonical::jsonb -> 'facts' ->> 'reason' FROM event WHERE kind = 'moved'")
    assert reason == "cannot"
    sound(stage)


def test_a_move_leaves_the_state_as_it_is(stage: Stage) -> None:
    taken = stage.text(LAMP)
    arrive(stage, taken, taken.visit_code)
    assert moved(stage, taken, ZHANG_AIMIN.worker).state == "in_progress", "what is signed for stays so"
    assert {"visit", "sign_for"} <= kept(stage, taken)
    sound(stage)


def test_what_was_ended_stays_with_the_unit_that_ended_it(stage: Stage) -> None:
    taken = stage.text(LAMP)
    before = case(stage, taken).unit_id
    arrive(stage, taken, taken.visit_code)
    moved(stage, taken, WU_CHUNMEI.worker)
    assert stage.rows("SELECT DISTINCT unit_id FROM timer WHERE step IN ('visit', 'sign_for')") == [(before,)]


def test_what_is_in_no_units_hands_is_neither_moved_nor_done_again(stage: Stage) -> None:
    taken = stage.text(LAMP)
    before = snapshot(stage)
    for deed in (Deed.REDO, Deed.REOPEN):
        with pytest.raises(IllegalDeed):
            again(stage, taken, deed)
    assert snapshot(stage) == before
    to_asked(stage, taken)
    before = snapshot(stage)
    with pytest.raises(IllegalDeed):
        moved(stage, taken, ZHANG_AIMIN.worker)
    with pytest.raises(IllegalDeed):
        again(stage, taken, Deed.REOPEN)
    assert snapshot(stage) == before


def test_a_new_attempt_owes_everything_anew_with_targets_of_its_own(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_asked(stage, taken)
    stage.plant("UPDATE cases SET visit_tries = 4, awaits = 'supervisor'")
    stage.wind(timedelta(hours=1))
    after, dues = again(stage, taken)
    row = case(stage, taken)
    assert (after.state, after.attempt, row.visit_tries, row.awaits) == ("rework", 2, 0, None)
    assert (row.closed_at, row.closing_kind, row.policy_version) == (None, None, 1)
    assert kept(stage, taken) == {"accept", "dispatch"}
    assert dues == {step: running(stage, taken)[step] for step in dues}
    assert {str(step) for step in dues} == {"sign_for", "first_contact", "visit", "told"} == set(running(stage, taken))
    with stage.door.transaction(LINE) as tx:
        at = row.last_at
        assert dues[Step.VISIT] == tx.calendar.end_of_working_day(at, 2)
        assert dues[Step.TOLD] == tx.calendar.end_of_working_day(at, 3)
        assert dues[Step.SIGN_FOR] == tx.calendar.add_working_minutes(at, 240)
        assert tx.vault.open(taken.case_id, "visit_code", row.visit_code_sealed) == "0042"
    waiting = stage.rows("SELECT step FROM timer WHERE state = 'waiting' ORDER BY step")
    assert [each.step for each in waiting] == ["call_back", "finding", "verify"]
    assert stage.rows("SELECT 1 FROM timer WHERE attempt = 1 AND state IN ('open', 'waiting', 'parked')") == []
    assert kinds(stage, taken)[-2:] == ["redone", "dispatched"]
    assert holder(stage, taken.number) == ZHANG_AIMIN.worker != HER
    sound(stage)


def test_a_new_attempt_without_limits_is_looked_at_again(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_asked(stage, taken)
    with stage.door.transaction(LINE) as tx:
        praise = next(code for code, each in tx.policy.categories.items() if each.sla == "none")
    stage.plant("UPDATE cases SET category = :code", code=praise)
    _, dues = again(stage, taken)
    assert set(dues) == {Step.HOLD_REVIEW}
    assert set(running(stage, taken)) == {"hold_review"}
    sound(stage)


def test_a_new_attempt_of_an_anonymous_case_owes_nobody_an_answer(stage: Stage) -> None:
    taken = anonymous(stage)
    stage.plant("UPDATE cases SET state = 'closed', closed_at = now(), closing_kind = 'solved'")
    stage.plant("UPDATE timer SET state = 'ended', ended_at = now(), fires_at = NULL WHERE state <> 'ended'")
    after, dues = again(stage, taken, Deed.REOPEN)
    assert Step.TOLD not in after.owed
    assert Step.TOLD not in dues
    assert set(running(stage, taken)) == {"sign_for", "visit"}
