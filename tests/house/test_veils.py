"""INV-COI cannot be forgotten: row security is drawn over every table that is bound to a case, and the console has no
door but the one that reads for whoever is signed in."""

import ast

import sqlalchemy as sa

import cases.life.models
import cases.loop.models  # noqa: F401 - together they fill the metadata
import hotline.models  # noqa: F401
from app.migrations.veils import OPEN
from cases.db import metadata
from console.entry.reading import ReadDoor
from console.parts import ConsoleParts
from dispatch.coi import reading
from tests.conftest import Database
from tests.house.source import rooms
from tests.stage import LINE, Stage

OF_THE_OFFICE = {"case_accused"}  # whom a case names: read to know whom it is kept from


def bound() -> set[str]:
    return {"cases"} | {table.name for table in metadata.tables.values() if "case_id" in table.c}


def test_every_table_that_is_bound_to_a_case_is_read_under_the_readers_bars(database: Database) -> None:
    engine = sa.create_engine(database.owner_url)
    with engine.connect() as conn:
        drawn = conn.execute(sa.text(
            "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid WHERE c.relrowsecurity"
        )).scalars()  # fmt: skip
        assert set(drawn) == bound() - OPEN - OF_THE_OFFICE
    engine.dispose()


def test_the_role_of_the_processes_cannot_pass_by(stage: Stage) -> None:
    [role] = stage.rows("SELECT rolsuper OR rolbypassrls AS passes FROM pg_roles WHERE rolname = 'hotline_app'")
    assert not role.passes


def test_no_statement_of_a_reader_finds_it_whatever_it_asks(stage: Stage) -> None:
    """Every table, raw: nothing of the case is there for whom it names, all of it for whoever stands above."""
    taken = stage.text("我要投诉网格员李红梅，走访记录上的签字是假的，幸福里小区3号楼")
    with stage.door.transaction(LINE) as tx:
        people = {worker.code: worker.id for worker in tx.district.workers}
    there: dict[str, set[str]] = {}
    for code in ("xingfuli-grid-02", "xingfuli-head"):
        with stage.door.transaction(LINE) as tx:
            tx.read_by(lambda opened, me=people[code]: reading.of_staff(opened, me))
            for table in bound() - OPEN - OF_THE_OFFICE:
                key = "id" if table == "cases" else "case_id"
                query = sa.text(f"SELECT count(*) FROM {table} WHERE {key} = :id")
                if tx.conn.execute(query, {"id": taken.case_id}).scalar():
                    there.setdefault(code, set()).add(table)
    assert there.get("xingfuli-grid-02", set()) == set()
    assert there["xingfuli-head"] >= {"cases", "event", "timer", "assignment", "outbox", "report", "owed"}


def test_the_office_itself_goes_on_with_what_a_reader_does_not_see(stage: Stage) -> None:
    taken = stage.text("我要投诉网格员李红梅，走访记录上的签字是假的，幸福里小区3号楼")
    with stage.door.transaction(LINE) as tx:
        me = next(worker.id for worker in tx.district.workers if worker.code == "xingfuli-grid-02")
        count = sa.text("SELECT count(*) FROM cases WHERE id = :id")
        tx.read_by(lambda opened: reading.of_staff(opened, me))
        assert tx.conn.execute(count, {"id": taken.case_id}).scalar() == 0
        with tx.for_office():
            assert tx.conn.execute(count, {"id": taken.case_id}).scalar() == 1
        assert tx.conn.execute(count, {"id": taken.case_id}).scalar() == 0
    with stage.door.transaction(LINE) as tx:
        assert tx.conn.execute(count, {"id": taken.case_id}).scalar() == 1, "bars end with their transaction"


def test_the_console_has_no_other_door() -> None:
    """Whatever door is handed in is read through; nothing of the console opens a connection of its own, but the hub,
    whose changes carry whom they name."""
    assert "ReadDoor.of(self.door)" in ast.unparse(ast.parse(_source(ConsoleParts)))
    assert issubclass(ReadDoor, object)
    own = [
        room.name
        for room in rooms(("console",))
        for node in ast.walk(room.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("found", "engine", "begin")
        and "door" in ast.unparse(node.value)
    ]
    assert set(own) <= {"console/live/hub.py"}


def _source(what: type) -> str:
    import inspect
    import textwrap

    return textwrap.dedent(inspect.getsource(what))
