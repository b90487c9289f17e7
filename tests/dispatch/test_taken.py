"""An order is taken by whoever works on it, also where the system signed for the unit first."""

from datetime import timedelta

from dispatch.due.errands import Kind
from dispatch.loop import visits
from dispatch.loop.visits import Proof
from dispatch.reports import Taken
from dispatch.ringing import at_hand, relay, relaying
from tests.dispatch import looping as L
from tests.dispatch.shifts import WATER, fire_all, holder, wind_to
from tests.stage import LINE, MORNING, Stage


def auto_signed(stage: Stage) -> tuple[Taken, str]:
    """An urgent order for which the system signed; who holds it."""
    taken = stage.text(WATER)
    wind_to(stage, MORNING + timedelta(minutes=31))
    stage.plant("UPDATE errand SET fires_at = fires_at + interval '1 day' WHERE kind = 'ring_over'")
    fire_all(stage)
    assert "auto_signed" in L.kinds(stage, taken)
    return taken, holder(stage, taken.number)


def is_rung(stage: Stage, taken: Taken) -> bool:
    """Whether a call for the order still waits, or an errand to place one."""
    calls = "SELECT 1 FROM outbox WHERE case_id = :id AND purpose = 'order_call' AND state = 'pending'"
    errands = "SELECT 1 FROM errand WHERE case_id = :id AND kind = :kind AND state = 'open'"
    waits = stage.rows(calls, id=taken.case_id)
    return bool(waits or stage.rows(errands, id=taken.case_id, kind=str(Kind.RING_NEXT)))


def test_who_is_there_has_taken_it(stage: Stage) -> None:
    taken, by = auto_signed(stage)
    assert is_rung(stage, taken)
    L.does(stage, visits.arrive, taken, Proof(taken.visit_code), by=by)
    assert L.kinds(stage, taken)[-2:] == ["signed", "arrived"]
    assert not is_rung(stage, taken)
    wind_to(stage, MORNING + timedelta(minutes=50))
    fire_all(stage)
    assert holder(stage, taken.number) == by
    L.sound(stage)


def test_it_is_signed_for_once_however_often_somebody_says_so(stage: Stage) -> None:
    taken, by = auto_signed(stage)
    for _ in range(2):
        L.does(stage, visits.sign, taken, by=by)
    L.does(stage, visits.arrive, taken, Proof(taken.visit_code), by=by)
    assert L.kinds(stage, taken).count("signed") == 1
    assert not is_rung(stage, taken)


def connected(stage: Stage, taken: Taken, by: str) -> None:
    with L.at_desk(stage, by) as (tx, who):
        ref = relay(tx, who, taken.case_id)
    with stage.door.transaction(LINE) as tx:
        ring = at_hand.look(tx, ref)
        assert ring is not None
        relaying.connected(tx, ring, "CA" + "1" * 32, 95)


def test_who_spoke_to_the_resident_has_taken_it(stage: Stage) -> None:
    taken = stage.text(WATER)
    by = holder(stage, taken.number)
    connected(stage, taken, by)
    assert L.kinds(stage, taken)[-2:] == ["signed", "contacted"]
    assert L.case(stage, taken).state == "in_progress"
    assert not is_rung(stage, taken)
    L.sound(stage)


def test_who_spoke_to_the_resident_after_the_system_signed_has_taken_it_too(stage: Stage) -> None:
    taken, by = auto_signed(stage)
    connected(stage, taken, by)
    assert L.kinds(stage, taken)[-2:] == ["signed", "contacted"]
    assert not is_rung(stage, taken)


def test_somebody_elses_call_takes_nothing(stage: Stage) -> None:
    taken, _ = auto_signed(stage)
    connected(stage, taken, "leader")
    assert "signed" not in L.kinds(stage, taken)
    assert is_rung(stage, taken)
