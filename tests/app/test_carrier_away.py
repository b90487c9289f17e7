"""A carrier that is away for a day: one probe at a time, nothing lost, nothing twice, and what presses goes another
way."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from app.processes.jobs import drain_office
from cases.phrases import msg
from dispatch import outbox
from dispatch.due import handlers
from dispatch.outbox import Way, put_text
from dispatch.outbox.away import LIMIT
from dispatch.people.parties import party_of
from dispatch.reads import failures
from hotline.carriers.port import CallOut, Hindrance, Later, Outcome, Sent, TextOut
from tests.hotline.shelf import Shelf
from tests.stage import LINE, RESIDENT, Stage

LAMP = "幸福里小区3号楼2单元楼道灯坏了"
LIFT = "幸福里小区3号楼2单元电梯坏了，有人被困"
REFUSED = Later("HTTP 401, code 20003: Authenticate", why=Hindrance.credentials)


@dataclass
class Carrier(Shelf):
    """Takes texts and calls, or not, as it is told, and remembers all that it was asked."""

    texts_away: Outcome | None = None
    calls_away: Outcome | None = None
    asked_texts: int = 0
    took: Counter[tuple[str, str]] = field(default_factory=Counter)
    rung: list[str] = field(default_factory=list)

    def send_text(self, text: TextOut) -> Outcome:
        self.asked_texts += 1
        if self.texts_away is not None:
            return self.texts_away
        self.took[text.to, text.body] += 1
        return Sent(f"SM{sum(self.took.values()):032x}")

    def place_call(self, call: CallOut) -> Outcome:
        if self.calls_away is not None:
            return self.calls_away
        self.rung.append(call.to)
        return Sent(f"CA{len(self.rung):032x}")


@dataclass
class Office:
    """What sending asks of a house."""

    door: Any
    carrier: Carrier

    def line(self, _id: str) -> Any:
        return LINE

    def carrier_of(self, _line: str) -> Carrier:
        return self.carrier

    def way(self, line: str, channel: str) -> Way:
        return Way("rehearsal", channel, (line,))

    def crossing(self, _point: str) -> None:
        return


@pytest.fixture
def office(stage: Stage) -> Office:
    return Office(stage.door, Carrier())


def drain(office: Office) -> None:
    drain_office(office, LINE.office)  # type: ignore[arg-type]


def wind(stage: Stage, office: Office, span: timedelta, step: timedelta = timedelta(seconds=20)) -> int:
    """The clock forward, and at each step all that is due leaves; how many steps."""
    steps = -(-span // step)
    for _ in range(steps):
        stage.wind(step)
        drain(office)
    return steps


def do_errands(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        handlers.fire_due(tx)


def test_a_day_away_each_text_leaves_once_afterwards(stage: Stage, office: Office) -> None:
    office.carrier.texts_away = Later("ConnectionRefusedError")
    for number in range(5):
        stage.text(LAMP, f"+86138000001{number:02}")
    drain(office)
    first = office.carrier.asked_texts
    assert first <= LIMIT + 4, "the breaker opens after two misses, of up to four senders"
    probes = wind(stage, office, timedelta(hours=24), timedelta(minutes=20))
    assert office.carrier.asked_texts - first == probes, "one at a time, at the latest every six minutes"
    assert not office.carrier.took
    texts = {row.id for row in stage.rows("SELECT id FROM outbox WHERE channel = 'text'")}
    waiting = {row.id for row in stage.rows("SELECT id FROM outbox WHERE state = 'pending' AND held_at IS NOT NULL")}
    assert texts <= waiting
    office.carrier.texts_away = None
    wind(stage, office, timedelta(minutes=10), timedelta(minutes=7))
    assert set(office.carrier.took.values()) == {1}
    assert len(office.carrier.took) == len(texts)
    assert {row.state for row in stage.rows("SELECT state FROM outbox WHERE channel = 'text'")} == {"sent"}
    assert stage.rows("SELECT * FROM carrier_away") == []


def test_what_its_case_has_outrun_is_not_sent_and_accounted_for(stage: Stage, office: Office) -> None:
    office.carrier.texts_away = Later("ConnectionRefusedError")
    number = stage.text(LAMP).number
    [(case_id,)] = stage.rows("SELECT id FROM cases WHERE number = :number", number=number)
    with stage.door.transaction(LINE) as tx:
        me = party_of(tx, RESIDENT)
        for purpose in ("question", "warned", "receipt"):
            put_text(tx, me.id, msg("desk.receipt.no_promise"), me.lang, purpose=purpose, case_id=case_id)
    drain(office)
    stage.plant("UPDATE cases SET state = 'closed', closed_at = now()")
    office.carrier.texts_away = None
    wind(stage, office, timedelta(minutes=10), timedelta(minutes=5))
    left = {(row.purpose, row.state, row.trouble) for row in stage.rows("SELECT purpose, state, trouble FROM outbox")}
    assert {
        ("question", "failed", "overtaken"),
        ("warned", "failed", "overtaken"),
        ("order", "failed", "overtaken"),
    } <= left
    assert [row.state for row in stage.rows("SELECT state FROM outbox WHERE purpose = 'receipt'")] == ["sent"] * 2


def test_refused_credentials_are_told_apart_and_shown(stage: Stage, office: Office) -> None:
    office.carrier.texts_away = REFUSED
    for number in range(3):
        stage.text(LAMP, f"+86138000001{number:02}")
    drain(office)
    with stage.door.transaction(LINE) as tx:
        [shown] = [each for each in failures.failures(tx) if each.kind == failures.CARRIER]
    assert (shown.what, shown.why) == ("credentials", REFUSED.trouble)
    office.carrier.texts_away = None
    wind(stage, office, timedelta(minutes=1))
    with stage.door.transaction(LINE) as tx:
        assert not [each for each in failures.failures(tx) if each.kind == failures.CARRIER]


def test_an_order_whose_text_does_not_leave_is_rung_after_two_minutes(stage: Stage, office: Office) -> None:
    office.carrier.texts_away = Later("ConnectionRefusedError")
    stage.text(LAMP)
    drain(office)
    wind(stage, office, timedelta(seconds=90), timedelta(seconds=30))
    do_errands(stage)
    drain(office)
    assert office.carrier.rung == []
    wind(stage, office, timedelta(seconds=60))
    do_errands(stage)
    drain(office)
    assert len(office.carrier.rung) == 1
    [(purpose, level)] = stage.rows(
        "SELECT o.purpose, c.level FROM outbox o JOIN cases c ON c.id = o.case_id WHERE o.channel = 'call'"
    )
    assert (purpose, level) == ("order_call", "L3")


def test_a_call_that_is_not_placed_for_two_minutes_leaves_the_case_with_who_had_the_text(
    stage: Stage, office: Office
) -> None:
    office.carrier.calls_away = Later("ConnectionRefusedError")
    stage.text(LIFT)
    drain(office)
    [(worker,)] = stage.rows("SELECT worker_id FROM cases")
    assert any("电梯" in body or "特急" in body for _, body in office.carrier.took), "the order's text left"
    wind(stage, office, timedelta(minutes=3))
    do_errands(stage)
    calls = stage.rows("SELECT state, trouble FROM outbox WHERE channel = 'call'")
    assert ("failed", outbox.CARRIER_AWAY) in [tuple(row) for row in calls]
    assert stage.rows("SELECT worker_id FROM cases") == [(worker,)], "nobody failed to answer"
    office.carrier.calls_away = None
    wind(stage, office, timedelta(minutes=3))
    do_errands(stage)
    drain(office)
    assert len(office.carrier.rung) == 1, "it is rung once the carrier is back"
