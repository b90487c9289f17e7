"""Calls that we place, through the real doors and the exchange's player: keys, connections, nobody at home."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from twilio.rest import Client

from app.embedded.folder import DataFolder
from app.processes import jobs
from app.processes.doors import hooks_of
from app.sections import Settings
from app.settings import load
from app.wiring import House, release
from cases.report import Channel
from dispatch import desk, outbox
from dispatch.due import handlers
from dispatch.loop import who
from dispatch.people.parties import party_of
from dispatch.reports import Report
from dispatch.ringing import relay
from exchange.testing import Exchange
from exchange.wire.asking import Account
from hotline.carriers.twilio import Account as Ours
from hotline.carriers.twilio import TwilioCarrier
from tests.conftest import Database
from tests.exchange.conftest import InProcess
from tests.webhooks.carrier import ACCOUNT, BASE, LINE, TOKENS
from tests.webhooks.conftest import environment_of

RESIDENT = "+8613800000001"
LIFT = "幸福里小区3号楼2单元电梯坏了，有人被困"
LAMP = "幸福里小区3号楼2单元楼道灯坏了"


@dataclass
class Town:
    """An instance and an exchange in one process."""

    house: House
    exchange: Exchange
    engine: sa.Engine
    ahead: timedelta = field(default_factory=timedelta)

    def rows(self, query: str) -> list[Any]:
        with self.engine.connect() as conn:
            return list(conn.execute(sa.text(query)).all())

    def report(self, words: str) -> None:
        with self.house.door.transaction(LINE) as tx:
            desk.take_report(tx, Report(Channel.TEXT, party_of(tx, RESIDENT), words, tx.now))

    def go_on(self) -> None:
        """Everything that waits leaves, is rung and told; everything that is due is done."""
        for _ in range(8):
            with self.house.door.transaction(LINE) as tx:
                busy = outbox.anything_due(tx)
            jobs._send_all(self.house, "xingfu")
            self.exchange.clock.move(3)
            while self.fire():
                busy = True
            if not busy:
                return

    def fire(self) -> bool:
        with self.house.door.transaction("xingfu") as tx:
            return handlers.fire_next(tx)

    def events(self, *kinds: str) -> list[str]:
        rows = self.rows("SELECT kind FROM event ORDER BY case_id, seq")
        return [row[0] for row in rows if row[0] in kinds]


def settings_of(database: Database, folder: Path) -> Settings:
    found = load(environment_of(database, folder))
    DataFolder(found.folder).prepare()
    release(found)
    return found


@pytest.fixture
def town(database: Database, tmp_path: Path) -> Iterator[Town]:
    house = House(settings_of(database, tmp_path), "hooks")
    line = {"number": LINE.number, "voice_url": f"{BASE}/webhooks/twilio/main/voice"}
    exchange = Exchange.start(tmp_path / "exchange", [line], hooks_of(house), Account(ACCOUNT, TOKENS[0]))
    carrier = TwilioCarrier(Ours(ACCOUNT, ACCOUNT, TOKENS[0], BASE))
    carrier._loaded = Client(ACCOUNT, TOKENS[0], http_client=InProcess(exchange))
    house.__dict__["carriers"] = {"main": carrier}
    engine = sa.create_engine(database.owner_url)
    yield Town(house, exchange, engine)
    exchange.close()
    engine.dispose()
    house.engine.dispose()
    house.bell.client.close()


def numbers(town: Town) -> list[str]:
    """Whom the exchange rang for us, in order."""
    return [entry["to"] for entry in town.exchange.ledger("call") if entry["direction"] == "outbound-api"]


def test_an_order_is_rung_through_until_somebody_presses_one(town: Town) -> None:
    town.report(LIFT)
    [(first,)] = town.rows("SELECT s.code FROM cases c JOIN staff s ON s.id = c.worker_id")
    for number in range(1, 61):
        town.exchange.phone(f"+86139000000{number:02}", calls="no-answer")
    town.exchange.phone("+8613900000000", keys="1")  # the duty desk
    town.go_on()
    rung = numbers(town)
    assert rung[-1] == "+8613900000000"
    assert len(rung) == len(set(rung)) >= 3
    assert town.events("signed", "order_call")[-2:] == ["order_call", "signed"]
    [(last,)] = town.rows("SELECT s.code FROM cases c JOIN staff s ON s.id = c.worker_id")
    assert first != last == "duty_desk"
    order, resident = town.exchange.ledger("call")[-2:]
    said = [part["says"] for part in order["conversation"] if part["who"] == "line"]
    assert "接单请按 1" in "".join(said)
    assert "短号是" in said[2]
    assert "现在为您接通" in said[2]
    assert (resident["direction"], resident["to"]) == ("outbound-dial", RESIDENT), "somebody is in danger"
    assert town.exchange.ledger("warning") == []


def test_two_hands_it_to_the_next_who_takes_it(town: Town) -> None:
    town.report(LIFT)
    for number in range(1, 61):
        town.exchange.phone(f"+86139000000{number:02}", keys="1")
    [(party,)] = town.rows("SELECT s.code FROM cases c JOIN staff s ON s.id = c.worker_id")
    with town.house.door.transaction(LINE) as tx:
        first = numbers_of(tx, party)
    town.exchange.phone(first, keys="2")
    town.go_on()
    assert numbers(town)[0] == first
    assert len(numbers(town)) == 2
    assert town.events("signed") == ["signed"]


def numbers_of(tx: Any, code: str) -> str:
    from dispatch.people.parties import number_of

    party = tx.conn.execute(sa.text("SELECT party_id FROM staff WHERE code = :code"), {"code": code}).scalar_one()
    return number_of(tx, party)


@pytest.mark.parametrize(("calls", "kind"), [("answer", "contacted"), ("busy", "relay_missed")])
def test_a_worker_is_connected_with_the_resident(town: Town, calls: str, kind: str) -> None:
    town.report(LAMP)
    town.go_on()
    town.exchange.phone(RESIDENT, calls=calls, texts=["喂", "好的"], talk_seconds=30)
    with town.house.door.transaction(LINE) as tx:
        [case] = tx.conn.execute(sa.text("SELECT c.id, s.code FROM cases c JOIN staff s ON s.id = c.worker_id")).all()
        me = who.by_code(tx, case.code)
        town.exchange.phone(numbers_of(tx, case.code), texts=["我是网格员"])
        relay(tx, me, case.id)
    town.go_on()
    assert town.events("contacted", "relay_missed") == [kind]
    dialled = [entry for entry in town.exchange.ledger("call") if entry["direction"] == "outbound-dial"]
    assert [(entry["from"], entry["to"]) for entry in dialled] == [(LINE.number, RESIDENT)]
    assert town.exchange.ledger("warning") == []
