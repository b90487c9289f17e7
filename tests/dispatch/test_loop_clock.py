"""INV-CLOCK: whatever people do in whatever order, nobody gains or loses time by it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cases.lifecycle import IllegalDeed
from dispatch import desk
from dispatch.duty import moves
from dispatch.loop import returns, visits
from dispatch.loop.closing import NothingToDecide
from dispatch.loop.returns import Reason
from dispatch.reads import checks
from dispatch.reports import Taken
from dispatch.transaction import Tx
from tests.dispatch.looping import LAMP, at_desk, running, sound
from tests.dispatch.shifts import fire_all, holder
from tests.people import LU_SIYUAN
from tests.stage import LINE, MORNING, Stage

UNIT_STEPS = ("first_contact", "visit", "told")
UNITS = ("heping", "xingfuli-south", "xingfu")
HOURS = st.tuples(st.just("wind"), st.integers(1, 30))
AT_HOME = st.one_of(st.tuples(st.sampled_from(["sign", "ask", "reject", "move"]), st.just(0)), HOURS)
ABROAD = st.one_of(st.tuples(st.sampled_from(["sign", "ask", "uphold", "reroute"]), st.integers(0, 2)), HOURS)
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def play(stage: Stage, taken: Taken, deed: str, n: int) -> bool:
    """One deed of whoever may do it; False where it is not possible just then."""
    if deed == "wind":
        stage.wind(timedelta(hours=n))
        fire_all(stage)
        return True
    by = LU_SIYUAN.worker if deed in ("reject", "uphold", "reroute") else _holder(stage, taken)
    try:
        with at_desk(stage, by) as (tx, who):
            match deed:
                case "sign":
                    visits.sign(tx, who, taken.case_id)
                case "ask":
                    returns.request(tx, who, taken.case_id, Reason.NOT_OURS)
                case "reject":
                    returns.reject(tx, taken.number, "归楼院", who)
                case "uphold":
                    returns.uphold(tx, taken.number, UNITS[n], "归别处", who)
                case "reroute":
                    desk.reroute(tx, taken.number, UNITS[n], "归别处", who.actor)
                case _:
                    return moves.hand_on(tx, taken.case_id, "cannot", exclude=(who.id,)) is not None
    except (IllegalDeed, NothingToDecide, ValueError):
        return False
    return True


def _holder(stage: Stage, taken: Taken) -> str:
    """Whoever holds it; where no person does, somebody of the office."""
    code = holder(stage, taken.number)
    return code if stage.rows("SELECT 1 FROM staff WHERE code = :code", code=code) else "supervisor"


@pytest.mark.slow
@FEW
@given(deeds=st.lists(AT_HOME, min_size=3, max_size=7))
def test_no_sequence_of_sign_return_reject_and_move_changes_a_deadline(
    stage: Stage, deeds: list[tuple[str, int]]
) -> None:
    stage.plant("UPDATE clock SET ahead = :morning - now()", morning=MORNING)
    stage.plant("UPDATE timer SET state = 'ended', fires_at = NULL, ended_at = greatest(started_at, ended_at, now())")
    stage.plant("UPDATE cases SET state = 'void' WHERE state <> 'void'")
    taken = stage.text(LAMP)
    before = {step: due for step, due in running(stage, taken).items() if step in UNIT_STEPS}
    assert set(before) == set(UNIT_STEPS)
    for deed, n in deeds:
        play(stage, taken, deed, n)
        after = {step: due for step, due in running(stage, taken).items() if step in UNIT_STEPS}
        assert after == before, deed
    own_case_is_sound(stage, taken)


@dataclass
class Ledger:
    """What each unit has of its time: how much is left when a step leaves it."""

    left: dict[tuple[str, str], float] = field(default_factory=dict)

    def check(self, tx: Tx, unit: str, now: datetime, dues: dict[str, datetime]) -> None:
        """A unit that gets a case back has what it had left, no more and no less."""
        for step, due in dues.items():
            had = self.left.get((unit, step))
            if had is not None:
                assert _left(tx, now, due) == pytest.approx(had, abs=1), (unit, step)

    def leave(self, tx: Tx, unit: str, now: datetime, dues: dict[str, datetime]) -> None:
        for step, due in dues.items():
            self.left[unit, step] = _left(tx, now, due)


def _left(tx: Tx, now: datetime, due: datetime) -> float:
    """Working minutes until due; less than nothing where it is late."""
    if due >= now:
        return tx.calendar.working_minutes_between(now, due)
    return -tx.calendar.working_minutes_between(due, now)


@pytest.mark.slow
@FEW
@example(deeds=[("ask", 0), ("wind", 1), ("uphold", 0), ("reroute", 1)])
@given(deeds=st.lists(ABROAD, min_size=4, max_size=8))
def test_a_unit_that_gets_a_case_back_goes_on_where_it_stopped(stage: Stage, deeds: list[tuple[str, int]]) -> None:
    stage.plant("UPDATE clock SET ahead = :morning - now()", morning=MORNING)
    stage.plant("UPDATE timer SET state = 'ended', fires_at = NULL, ended_at = greatest(started_at, ended_at, now())")
    stage.plant("UPDATE cases SET state = 'void' WHERE state <> 'void'")
    taken, ledger = stage.text(LAMP), Ledger()
    for deed, n in deeds:
        was, dues = unit_of(stage, taken), unit_dues(stage, taken)
        done = play(stage, taken, deed, n)
        now_at, new = unit_of(stage, taken), unit_dues(stage, taken)
        with stage.door.transaction(LINE) as tx:
            if done and deed in ("ask", "reroute"):  # where it was right to ask, the time since then was not its own
                ledger.leave(tx, was, tx.now, dues)
            if done and now_at != was:
                ledger.check(tx, now_at, tx.now, new)
            else:
                assert new == dues, deed
    own_case_is_sound(stage, taken)


def unit_of(stage: Stage, taken: Taken) -> str:
    sql = "SELECT u.code FROM cases c JOIN unit u ON u.id = c.unit_id WHERE c.number = :number"
    return str(stage.rows(sql, number=taken.number)[0][0])


def unit_dues(stage: Stage, taken: Taken) -> dict[str, datetime]:
    return {step: due for step, due in running(stage, taken).items() if step in UNIT_STEPS}


def own_case_is_sound(stage: Stage, taken: Taken) -> None:
    """No invariant is broken by this case; those of earlier examples were swept away by hand."""
    with stage.door.transaction(LINE) as tx:
        assert [row for row in checks.broken(tx) if row.subject == taken.number] == []


def test_a_night_a_weekend_and_a_move_later_the_deadlines_are_the_same(stage: Stage) -> None:
    taken = stage.text(LAMP)
    before = {step: due for step, due in running(stage, taken).items() if step in UNIT_STEPS}
    for deed, n in (("sign", 0), ("wind", 20), ("move", 0), ("ask", 0), ("wind", 90), ("reject", 0), ("move", 0)):
        assert play(stage, taken, deed, n), deed
    assert {step: due for step, due in running(stage, taken).items() if step in UNIT_STEPS} == before
    sound(stage)
