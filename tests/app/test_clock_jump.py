"""The database's own clock jumps by two days: nothing fires until it goes back or somebody says that it is right."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from app.processes.timers import LOOK, Rounds
from app.processes.watch import Watch
from app.sections import Database, Line, Settings
from app.wiring import House
from dispatch.due import handlers, jumps
from dispatch.due.retrying import retry
from dispatch.reads import checks
from dispatch.reads.failures import failures
from tests.dispatch.shifts import LAMP
from tests.stage import A_TUESDAY, LINE, Stage

TWO_DAYS = timedelta(days=2)


# The database's own clock, in a database whose clock can be moved by hand: what it calls now() is ours.
CLOCK = """CREATE SCHEMA moved; GRANT USAGE ON SCHEMA moved TO PUBLIC;
    CREATE TABLE moved.moved AS SELECT interval '0' AS by; GRANT SELECT, UPDATE ON moved.moved TO PUBLIC;
    CREATE FUNCTION moved.now() RETURNS timestamptz STABLE LANGUAGE SQL
        AS 'SELECT pg_catalog.now() + by FROM moved.moved'"""


@dataclass
class World:
    """The stage and its `timers`."""

    stage: Stage
    house: House

    def process(self) -> Rounds:
        """A `timers` that starts now."""
        return Rounds(self.house, Watch(timedelta(minutes=5)))

    def jump(self, by: timedelta) -> None:
        """The database's own clock, on by so much."""
        self.stage.plant("UPDATE moved.moved SET by = by + :by", by=by)

    def events(self) -> list[tuple[object, ...]]:
        """What has fired."""
        kinds = "('warned', 'breached', 'escalated', 'auto_signed')"
        return [tuple(row) for row in self.stage.rows(f"SELECT case_id, kind, at FROM event WHERE kind IN {kinds}")]

    def states(self) -> list[tuple[object, ...]]:
        return [tuple(row) for row in self.stage.rows("SELECT state, settled_by FROM clock_jump ORDER BY id")]

    def told(self) -> int:
        [(count,)] = self.stage.rows("SELECT count(*) FROM outbox WHERE purpose = 'clock'")
        assert isinstance(count, int)
        return count


@pytest.fixture
def world(stage: Stage, tmp_path: Path) -> Iterator[World]:
    with stage.server.connect(stage.database.name) as connection:
        connection.execute(CLOCK)
        connection.execute(f"ALTER DATABASE {stage.database.name} SET search_path = moved, pg_catalog, public")
    settings = Settings(
        data=tmp_path / "data",
        database=Database(url=stage.database.url),
        lines=(Line(id="main", number=LINE.number, office=LINE.office),),
    )
    house = House(settings, "timers", 2, rings=False)
    house.__dict__["vault"] = stage.vault
    stage.owner.dispose()
    stage.engine.dispose()
    stage.plant("UPDATE clock SET ahead = :day - now()", day=A_TUESDAY)
    yield World(stage, house)
    house.engine.dispose()
    house.bell.client.close()


def test_a_jump_waits_for_a_person_and_one_that_goes_back_for_nobody(world: World) -> None:
    world.stage.text(LAMP)
    first, second = world.process(), world.process()
    first.go()
    second.go()
    world.jump(TWO_DAYS)
    assert [process.go() for process in (first, second, first, world.process())] == [LOOK] * 4
    assert (world.events(), world.states(), world.told()) == ([], [("open", None)], 1)
    with world.stage.door.transaction(LINE) as tx:
        [failure] = failures(tx)
        expected, found = (f"{jumps.shown(tx) - by:%Y-%m-%d}" for by in (TWO_DAYS, timedelta()))
        assert (failure.kind, expected in failure.why, found in failure.why) == ("clock", True, True)
        with pytest.raises(jumps.Halted):
            handlers.fire_next(tx)
        assert retry(tx, failure, "shen.yuehua")
        assert not jumps.resume(tx, "twice")
    first.go()
    second.go()
    fired = world.events()
    assert fired
    assert (world.states(), world.told()) == ([("resumed", "shen.yuehua")], 1)

    world.stage.text(LAMP, "+8613800000002")
    world.jump(TWO_DAYS)
    second.go()
    assert world.states()[1:] == [("open", None)], "the answer to one jump is none to the next"
    world.stage.plant("UPDATE clock_jump SET noticed_at = noticed_at - interval '9 days' WHERE state = 'open'")
    world.jump(-TWO_DAYS)
    world.process().go()
    assert world.states()[1:] == [("open", None)], "who did not see it stray cannot tell that it came back"
    second.go()
    assert (world.states()[1:], world.told()) == ([("went_back", "clock")], 3)
    assert world.events() == fired, "none fired early"
    world.stage.wind(TWO_DAYS)
    first.go()
    assert len(world.events()) > len(fired), "a rehearsal's clock that is wound on purpose is no jump"
    with world.stage.door.transaction(LINE) as tx:
        assert [row for row in checks.broken(tx) if row.name in ("TIMER", "CLOCK", "CHAIN")] == []


def test_a_clock_that_went_back_while_nothing_ran_is_known_by_what_it_shows(world: World) -> None:
    world.process().go()
    world.stage.plant(
        """INSERT INTO clock_jump (id, expected_at, noticed_at, state)
        VALUES (gen_random_uuid(), now() - interval '1 hour', now() + interval '47 hours', 'open')"""
    )
    world.process().go()
    assert world.states() == [("went_back", "clock")]
