"""CHAIN and ACK, the two invariants that look outside the database: green on honest work, red for each
planted change of history and for each text or call that the carrier took and we do not have."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.proof import checks
from app.proof.checkpoints import Checkpoints
from app.sections import Database, Line, Settings
from app.wiring import House
from dispatch import desk
from hotline.carriers.port import CarrierSilent, ListedCall, ListedText
from tests.signing import sign_all
from tests.stage import LINE, Stage

LONG_AGO = timedelta(minutes=10)


class ListOnly:
    """A carrier of which only the lists are asked."""

    def __init__(self) -> None:
        self.texts: list[ListedText] = []
        self.calls: list[ListedCall] = []
        self.silent = False

    def list_messages(self, _since: datetime) -> list[ListedText]:
        if self.silent:
            raise CarrierSilent("no answer")
        return self.texts

    def list_calls(self, _since: datetime) -> list[ListedCall]:
        return self.calls


@dataclass
class World:
    """A stage with cases, the house around it, and its checkpoint file."""

    stage: Stage
    house: House
    carrier: ListOnly

    @property
    def checkpoints(self) -> Checkpoints:
        return Checkpoints(self.house)

    def sign(self) -> None:
        """A checkpoint over all there is."""
        sign_all(self.checkpoints, self.stage)

    def heads(self) -> list[list[list[Any]]]:
        """Of each line the heads that it signs: case, sequence, hash."""
        return [json.loads(json.loads(line)["body"])["heads"] for line in self.checkpoints.lines()]

    def names(self) -> set[str]:
        return {found.name for found in checks.run_checks(self.house) if found.name in ("CHAIN", "ACK")}


@pytest.fixture
def world(stage: Stage, tmp_path: Path) -> Iterator[World]:
    settings = Settings(
        data=tmp_path / "data",
        database=Database(url=stage.database.url),
        lines=(Line(id="main", number=LINE.number, office="xingfu"),),
    )
    house, carrier = House(settings, "tests", pool=2), ListOnly()
    house.folder.prepare()
    house.__dict__["vault"] = stage.vault
    house.__dict__["carriers"] = {"main": carrier}
    for words in ("幸福里小区3号楼2单元楼道灯坏了", "和平一村5号楼下水道堵了", "幸福里小区7号楼1单元停水了"):
        taken = stage.text(words)
        with stage.door.transaction(LINE) as tx:
            desk.supplement(tx, taken.case_id, "还有一件事")
    yield World(stage, house, carrier)
    house.engine.dispose()


def test_honest_history_holds(world: World) -> None:
    assert world.names() == set()
    world.sign()
    assert not world.checkpoints.write()  # nothing grew
    assert world.names() == set()
    world.stage.text("幸福里小区3号楼2单元楼道灯坏了")
    world.sign()
    assert len(list(world.checkpoints.lines())) >= 2
    assert world.names() == set()


def test_an_open_transaction_is_left_to_the_next_checkpoint(world: World) -> None:
    world.sign()
    before = len(world.heads())
    with world.stage.door.transaction(LINE) as tx:
        first = tx.conn.execute(sa.text("SELECT id FROM cases LIMIT 1")).scalar_one()
        desk.urge(tx, first)
        tx.flush()
        world.stage.text("幸福里小区2号楼1单元楼道灯坏了")
        world.checkpoints.write()
    between = len(world.heads())
    assert str(first) not in {head[0] for line in world.heads()[before:] for head in line}
    world.sign()
    assert str(first) in {head[0] for line in world.heads()[between:] for head in line}
    assert world.names() == set()


TAMPERINGS = {
    "changed": "UPDATE event SET canonical = replace(canonical, 'L3', 'L4') WHERE id = :event",
    "changed, hash made to fit": """UPDATE event SET canonical = canonical || ' ',
        hash = encode(sha256(convert_to(canonical, 'UTF8')), 'hex') WHERE id = :event""",
    "a column beside the text": "UPDATE event SET at = at + interval '1 hour' WHERE id = :event",
    "another actor": "UPDATE event SET actor = 'nobody' WHERE id = :event",
    "missing": "DELETE FROM event WHERE id = :event",
    "moved to another case": """UPDATE event SET seq = 77, case_id =
        (SELECT id FROM cases WHERE id <> case_id LIMIT 1) WHERE id = :event""",
    "moved within the case": "UPDATE event SET seq = seq + 50 WHERE id = :event",
    "its end cut off": """DELETE FROM event e WHERE case_id = (SELECT case_id FROM event WHERE id = :event)
        AND seq >= (SELECT seq FROM event WHERE id = :event)""",
    "a whole case gone": "DELETE FROM event WHERE case_id = (SELECT case_id FROM event WHERE id = :event)",
}


@pytest.mark.parametrize("statement", TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_a_tampered_history_is_found(world: World, statement: str) -> None:
    world.sign()
    events = [row[0] for row in world.stage.rows("SELECT id FROM event WHERE canonical LIKE '%L3%' ORDER BY id")]
    world.stage.plant(statement, event=random.Random(20261124).choice(events))
    assert "CHAIN" in world.names()


def test_a_checkpoint_file_that_was_changed_or_cut_is_found(world: World) -> None:
    world.sign()
    world.stage.text("幸福里小区3号楼2单元楼道灯坏了")
    world.sign()
    file = world.checkpoints.file
    whole = file.read_text()
    first, *_, second = whole.splitlines()
    for tampered in (first + "\n", second + "\n", whole.replace("sig", "sig ", 1), "", whole + "nonsense\n"):
        file.write_text(tampered)
        assert "CHAIN" in world.names(), tampered[:80]
    file.write_text(whole)
    assert world.names() == set()


def test_a_line_that_a_crash_tore_off_is_cut_away(world: World) -> None:
    world.sign()
    with world.checkpoints.file.open("a") as file:
        file.write('{"body": "torn')
    world.stage.text("幸福里小区3号楼2单元楼道灯坏了")
    world.sign()
    assert len(list(world.checkpoints.lines())) >= 2
    assert world.names() == set()


class _Dies(Checkpoints):
    """Killed as its line has been written, before its transaction was committed."""

    def _append(self, line: str) -> tuple[int, int]:
        super()._append(line)
        raise InterruptedError


def test_the_row_of_each_line_is_made_up_for_however_often_its_writer_is_killed(world: World) -> None:
    world.sign()
    for floor in range(3):
        world.stage.text(f"幸福里小区2号楼{floor + 1}单元楼道灯坏了")
        with pytest.raises(InterruptedError):
            sign_all(_Dies(world.house), world.stage)
    assert world.names() == set()
    world.stage.text("和平一村5号楼下水道堵了")
    world.sign()
    assert world.names() == set()


def test_what_the_carrier_took_and_we_do_not_have_is_found(world: World) -> None:
    at = datetime.now(UTC) - LONG_AGO
    known = world.stage.rows("SELECT key FROM inbox WHERE kind = 'text' LIMIT 1")[0][0]
    lost = ListedText("SM" + "1" * 32, "+8613800000001", LINE.number, "救命", "received", True, at)
    world.carrier.texts = [replace(lost, sid=str(known)), replace(lost, inbound=False)]
    assert world.names() == set()
    world.carrier.texts.append(lost)
    assert world.names() == {"ACK"}
    world.carrier.texts = [replace(lost, at=datetime.now(UTC))]  # within its sixty seconds
    assert world.names() == set()
    world.carrier.texts = []
    world.carrier.calls = [ListedCall("CA" + "1" * 32, "+8613800000001", LINE.number, "completed", True, at)]
    assert world.names() == {"ACK"}


def test_a_carrier_that_is_silent_is_no_proof(world: World) -> None:
    world.carrier.silent = True
    assert world.names() == {"ACK"}


def test_a_signature_of_another_key_is_not_believed(world: World, tmp_path: Path) -> None:
    world.sign()
    key: Any = world.house.folder.secrets / "checkpoint.key"
    key.write_text("11" * 32)
    assert "CHAIN" in world.names()
