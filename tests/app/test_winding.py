"""Winding the clock: what falls due on the way happens at its moment, in order, once."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from app.embedded.folder import DataFolder
from app.sections import Database, Line, Settings
from app.trouble import Trouble
from app.winding.winder import Winder, alone
from app.wiring import House
from dispatch import outbox
from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.reads import checks
from dispatch.reads.happened import happened
from dispatch.reads.overdue import overdue
from hotline import dialogue
from hotline.carriers.port import Sent, TextOut
from hotline.events import TextIn
from tests.stage import LINE, Stage

WORDS = ("幸福里小区3号楼2单元楼道灯坏了", "和平一村5号楼下水道堵了", "滨河花园东院2号楼垃圾没人清")
OFFICE = "xingfu"


@dataclass
class Deliverer:
    """A carrier that takes every text; its word that it arrived comes before its answer."""

    stage: Stage
    texts: list[TextOut] = field(default_factory=list)

    def send_text(self, text: TextOut) -> Sent:
        self.texts.append(text)
        sid = "SM" + secrets.token_hex(16)
        with self.stage.door.transaction(OFFICE) as tx:
            outbox.take_receipt(tx, sid, "delivered")
        return Sent(sid)


@dataclass
class World:
    """The stage, a winder on its database, and the carrier."""

    stage: Stage
    winder: Winder
    carrier: Deliverer
    told: list[datetime]

    @property
    def now(self) -> datetime:
        with self.stage.door.transaction(OFFICE) as tx:
            return tx.now

    def wind(self, stretch: timedelta) -> datetime:
        """On by so much; the moment that it went to."""
        to = self.now + stretch
        self.winder.wind(to)
        return to


@pytest.fixture
def world(stage: Stage, tmp_path: Path) -> Iterator[World]:
    settings = Settings(
        data=tmp_path / "data",
        database=Database(url=stage.database.url),
        lines=(Line(id="main", number=LINE.number, office=OFFICE),),
    )
    house, carrier = House(settings, "tests", 8, rings=False), Deliverer(stage)
    house.__dict__["vault"] = stage.vault
    house.__dict__["carriers"] = {"main": carrier}
    told: list[datetime] = []
    yield World(stage, Winder(house, told.append), carrier, told)
    house.engine.dispose()


def broken(world: World) -> list[str]:
    with world.stage.door.transaction(LINE) as tx:
        return [found.name for found in checks.broken(tx)]


def test_nothing_is_due_and_the_clock_just_goes_on(world: World) -> None:
    to = world.wind(timedelta(days=400))
    assert timedelta() <= world.now - to < timedelta(minutes=1)
    assert world.winder.steps == 0


def test_everything_happens_at_its_moment_in_order_and_once(world: World) -> None:
    for number, words in enumerate(WORDS):
        world.stage.text(words, f"+861380000001{number}")
    begun = world.now
    to = world.wind(timedelta(days=9))
    assert timedelta() <= world.now - to < timedelta(minutes=1)
    fired = world.stage.rows(
        """SELECT e.kind, e.at, (e.canonical::jsonb -> 'facts' ->> 'due_at')::timestamptz AS due FROM event e
           WHERE e.kind IN ('warned', 'breached', 'escalated', 'auto_signed') ORDER BY e.xid, e.id"""
    )
    assert {row.kind for row in fired} == {"warned", "breached", "escalated", "auto_signed"}
    assert [row.at for row in fired] == sorted(row.at for row in fired)
    at_limit = [row for row in fired if row.kind in ("breached", "auto_signed")]
    assert all(row.due <= row.at for row in at_limit)
    # At its moment, or right after the firing before it where many fall due at once: the clock stood meanwhile,
    # save for the real time that the firing took.
    waited = [row.at - max(row.due, before.at) for before, row in pairwise(fired) if row in at_limit]
    assert max(waited) < timedelta(minutes=1), waited
    assert broken(world) == []
    with world.stage.door.transaction(LINE) as tx:
        counts, behind = happened(tx, begun), overdue(tx)
    kinds = [row.kind for row in fired]
    assert {kind: counts[kind] for kind in set(kinds)} == {kind: kinds.count(kind) for kind in set(kinds)}
    assert counts["text"] == len(world.carrier.texts) > 0
    assert {late.number for late in behind} == {row[0] for row in world.stage.rows("SELECT number FROM cases")}
    assert max(late.rung for late in behind) >= 1
    assert all(late.rung_name for late in behind if late.rung)


def test_a_long_way_and_many_short_ones_are_the_same(world: World) -> None:
    world.stage.text(WORDS[0])
    for _ in range(9):
        world.wind(timedelta(hours=8))
    assert [row[0] for row in world.stage.rows("SELECT kind FROM event ORDER BY xid, id")].count("warned") >= 1
    assert broken(world) == []


def test_dialogues_and_errands_fall_due_too(world: World) -> None:
    with world.stage.door.transaction(LINE) as tx:
        dialogue.take_text(tx, TextIn(LINE, "SM" + "1" * 32, "+8613800000019", "楼道灯不亮", "楼道灯不亮"))
        errands.put(tx, Kind.ARCHIVE, tx.new_id(), tx.now + timedelta(hours=1))
    world.wind(timedelta(hours=2))
    assert world.stage.rows("SELECT state FROM dialogue") == [("expired",)]
    assert world.stage.rows("SELECT count(*) FROM cases") == [(1,)]
    [parked] = world.stage.rows("SELECT state, tries FROM errand WHERE kind = 'archive'")
    assert tuple(parked) == ("parked", 3)  # it names no case: tried three times on the way, then shown


def test_what_the_carrier_never_tells_is_not_waited_for_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.winding.winder._PATIENCE", 0.2)
    monkeypatch.setattr(Deliverer, "send_text", lambda _self, _text: Sent("SM" + secrets.token_hex(16)))
    world.stage.text(WORDS[0])
    world.wind(timedelta(minutes=1))
    assert world.winder.left_alone
    known = set(world.winder.left_alone)
    world.wind(timedelta(minutes=1))
    assert world.winder.left_alone == known


def test_a_row_that_another_holds_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = world.stage.text(WORDS[0]).case_id
    world.wind(timedelta(minutes=1))
    monkeypatch.setattr("app.winding.winder._STUCK", 0.3)  # of what is held, not of what takes its time before
    with world.stage.door.transaction(LINE) as tx:
        tx.conn.exec_driver_sql(f"SELECT id FROM cases WHERE id = '{case}' FOR UPDATE")
        with pytest.raises(Trouble) as caught:
            world.wind(timedelta(days=3))
        assert caught.value.messages[0].id == "app.wind.stuck"
    monkeypatch.undo()
    world.wind(timedelta(days=3))
    assert broken(world) == []


def test_two_do_not_wind_at_once(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with alone(folder):
        with pytest.raises(Trouble) as caught, alone(folder):
            raise AssertionError("the second one wound")
        assert caught.value.messages[0].id == "app.wind.twice"
    with alone(folder):
        pass
