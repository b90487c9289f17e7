"""Extensions: asked before the target is over, decided by another, capped, and told to the resident."""

import json
from datetime import datetime, timedelta

import pytest

from cases.clock.happened import Calendars, Change, Happened, HoldReason, Terms
from cases.clock.reckoning import Reckoning, reckon
from cases.clock.sla import parse_limit
from cases.life.reasons import ExtensionReason
from cases.loop.deeds import standing
from cases.states import Deed
from cases.steps import Payer, Step
from dispatch import desk
from dispatch.acts.refusals import Refused
from dispatch.life import asked, extensions, granting, holds
from dispatch.loop import visits
from dispatch.loop.closing import NothingToDecide, SamePerson
from dispatch.loop.promises import limits_for
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
from tests.dispatch.shifts import OFFICE, fire_all, wind_to
from tests.dispatch.test_life_holds import DISPATCHER, LIAISON, SUPERVISOR, WAITS, grant
from tests.stage import Stage

MATERIAL = ExtensionReason.MATERIAL


def at(month: int, day: int, hour: int = 17, minute: int = 30) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=OFFICE)


def ask(stage: Stage, taken: Taken, until: str = "2026-12-03", by: str = LIAISON, words: str = "灯具要定制") -> None:
    assert does(stage, extensions.ask, taken, MATERIAL, (until, words), by=by).id == "life.said.extension_asked"


def deny(stage: Stage, taken: Taken, by: str = DISPATCHER) -> None:
    with at_desk(stage, by) as (tx, who):
        granting.deny(tx, who, standing(tx, taken.case_id, lock=True), ("extension", "请按时完成"))


def test_granted_it_moves_target_and_promise_and_the_resident_is_told(stage: Stage) -> None:
    taken = stage.text(LAMP)  # on Tuesday at ten: until Tuesday, 1 December
    assert running(stage, taken)["told"] == case(stage, taken).due_at == at(12, 1)
    wind_to(stage, at(11, 30, 17, 0))
    fire_all(stage)
    assert "warned" in kinds(stage, taken)
    ask(stage, taken)
    assert running(stage, taken)["told"] == at(12, 1), "asking moves nothing"
    with pytest.raises(Refused, match="asked_already"):
        ask(stage, taken, "2026-12-04")
    grant(stage, taken)
    assert running(stage, taken)["told"] == case(stage, taken).due_at == at(12, 3)
    clock = one(stage, "SELECT fired, warn_at, fires_at, due_at FROM timer WHERE step = 'told' AND state = 'open'")
    assert (clock.fired, clock.fires_at) == (0, clock.warn_at), "it is warned of anew"
    assert at(11, 30) < clock.warn_at < clock.due_at
    asked_for = one(stage, "SELECT was_at, wanted_at, amount, decision FROM permission")
    assert tuple(asked_for) == (at(12, 1), at(12, 3), "2 wd", "granted")
    assert len(outbox_ids(stage, "extended")) == 1
    with pytest.raises(NothingToDecide):
        grant(stage, taken)
    with at_desk(stage) as (tx, _):
        assert [row.code for row in asked.granted(tx, tx.office.code, at(11, 1), at(12, 31))] == ["material"]
    sound(stage)


def test_refused_it_leaves_everything_as_it_was(stage: Stage) -> None:
    taken = stage.text(LAMP)
    clocks, promise = running(stage, taken), case(stage, taken).due_at
    ask(stage, taken)
    deny(stage, taken)
    assert (running(stage, taken), case(stage, taken).due_at) == (clocks, promise)
    assert outbox_ids(stage, "extended") == []
    assert len(outbox_ids(stage, "refused")) == 2, "who asked, and who holds it"
    ask(stage, taken, "2026-12-02")
    sound(stage)


@pytest.mark.parametrize(
    ("until", "why"),
    [("2026-12-01", "not_later"), ("2026-11-27", "not_later"), ("2026-12-09", "over_cap"), ("bald", "no_date")],
)
def test_what_is_wrong_with_an_extension_changes_nothing(stage: Stage, until: str, why: str) -> None:
    taken = stage.text(LAMP)
    before = snapshot(stage)
    with pytest.raises(Refused) as no:
        ask(stage, taken, until)
    assert (no.value.why.id, no.value.field) == (f"life.refused.{why}", "until")
    assert snapshot(stage) == before


def test_only_the_lead_asks_and_another_decides(stage: Stage) -> None:
    taken = stage.text(LAMP)
    for stranger in (HER, DISPATCHER, "heping-head"):
        with pytest.raises(NotYours):
            ask(stage, taken, by=stranger)
    ask(stage, taken, by=SUPERVISOR)
    with pytest.raises(SamePerson):
        grant(stage, taken, SUPERVISOR)
    with pytest.raises(NotYours):
        deny(stage, taken, LIAISON)
    deny(stage, taken)


def test_over_is_over(stage: Stage) -> None:
    taken = stage.text(LAMP)
    ask(stage, taken)
    wind_to(stage, at(12, 1))
    fire_all(stage)
    with pytest.raises(Refused, match="over"):
        grant(stage, taken)
    deny(stage, taken)
    with pytest.raises(Refused, match="over"):
        ask(stage, taken, "2026-12-04")
    sound(stage)


def test_twice_and_within_the_cap_and_a_hold_between(stage: Stage) -> None:
    """Every extension counts from what was promised, what was held comes on top: INV-CLOCK."""
    taken = stage.text(LAMP)
    does(stage, visits.sign, taken)
    ask(stage, taken, "2026-12-03")
    grant(stage, taken)
    does(stage, holds.ask, taken, WAITS, ("2026-12-10", "等居民"))
    grant(stage, taken)
    with pytest.raises(Refused, match="no_target"):
        ask(stage, taken, "2026-12-04")
    stage.wind(timedelta(hours=2))  # ten to noon
    does(stage, holds.resume, taken)
    assert running(stage, taken)["told"] == case(stage, taken).due_at
    due = case(stage, taken).due_at
    assert abs(due - at(12, 4, 11, 0)) < timedelta(minutes=1), "two hours after Thursday's closing time"
    with pytest.raises(Refused, match="over_cap"):
        ask(stage, taken, "2026-12-10")
    ask(stage, taken, "2026-12-07")
    grant(stage, taken)
    due = case(stage, taken).due_at
    assert abs(due - at(12, 7, 11, 0)) < timedelta(minutes=1), "Friday's closing time and the two hours of the hold"
    with pytest.raises(Refused, match="often"):
        ask(stage, taken, "2026-12-08")
    sound(stage)
    found = reckoned(stage, taken)
    told, visit = found.of(Step.TOLD), found.of(Step.VISIT)
    assert told is not None
    assert visit is not None
    assert found.promise is not None
    clocks = running(stage, taken)
    assert (told.due_at, visit.due_at, found.promise.due_at) == (clocks["told"], clocks["visit"], due)
    assert found.paid_by(Payer.RESIDENT) > timedelta(hours=1, minutes=59), "who is waited for pays"


# What the lines of history are to the reckoning.
_DEEDS = {
    "registered": Deed.REGISTER, "accepted": Deed.ACCEPT, "dispatched": Deed.DISPATCH, "signed": Deed.SIGN,
    "held": Deed.HOLD, "resumed": Deed.RESUME, "extended": Change.EXTEND,
}  # fmt: skip


def reckoned(stage: Stage, taken: Taken) -> Reckoning:
    """What the events alone come to."""
    lines = stage.rows("SELECT kind, at, canonical FROM event WHERE case_id = :id ORDER BY seq", id=taken.case_id)
    events = []
    for line in lines:
        facts = json.loads(str(line.canonical))["facts"]
        if line.kind in _DEEDS:
            hold = HoldReason(facts["code"]) if line.kind == "held" else None
            by = parse_limit(facts["amount"]) if line.kind == "extended" else None
            events.append(Happened(_DEEDS[str(line.kind)], line.at, "south", hold=hold, by=by))
    with at_desk(stage) as (tx, _):
        case_ = standing(tx, taken.case_id)
        terms = Terms(frozenset(case_.owed), limits_for(tx, case_))
        return reckon(events, [terms], Calendars(tx.calendar), tx.now)


def test_the_next_unit_is_not_bound_by_it(stage: Stage) -> None:
    taken = stage.text(LAMP)
    ask(stage, taken)
    with at_desk(stage, DISPATCHER) as (tx, who):
        desk.reroute(tx, taken.number, "heping", "属和平", who.actor)
    with pytest.raises(NothingToDecide):
        grant(stage, taken)
    ask(stage, taken, "2026-12-02", by="heping-head")
    assert one(stage, "SELECT decision FROM permission WHERE decided_by = 'system'").decision == "overtaken"
    grant(stage, taken)
    sound(stage)


def test_on_the_wall_clock_too(stage: Stage) -> None:
    taken = stage.text(DANGER)
    due = running(stage, taken)["told"]
    ask(stage, taken, f"{due + timedelta(hours=5):%Y-%m-%d} 15:00", by=SUPERVISOR)
    grant(stage, taken)
    assert running(stage, taken)["told"] == due + timedelta(hours=5)
    assert case(stage, taken).due_at - due == timedelta(hours=5)
    sound(stage)
