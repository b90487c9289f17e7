"""The one door: one moment, one statement for all inserts, all or nothing."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cases.models import cases
from dispatch import inbox
from dispatch.models import clock
from dispatch.transaction import Claim, DatabaseAway, Door, UnknownOffice
from tests.stage import EMPTY, LINE, Stage


def test_now_is_one_moment_and_wound_by_the_offset(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        before = tx.now
        assert tx.now is before
        assert before.utcoffset() == timedelta()
    stage.wind(timedelta(days=3))
    with stage.door.transaction(LINE) as tx:
        assert timedelta(days=3) <= tx.now - before < timedelta(days=3, minutes=1)


def test_what_fails_leaves_nothing(stage: Stage) -> None:
    with pytest.raises(RuntimeError, match="in the middle"), stage.door.transaction(LINE) as tx:
        assert inbox.claim(tx, "text", "SM1") is None
        tx.conn.execute(sa.text("SELECT 1"))
        raise RuntimeError("in the middle")
    assert stage.rows("SELECT * FROM inbox") == []


def test_an_office_that_is_none(stage: Stage) -> None:
    with pytest.raises(UnknownOffice, match="nowhere"), stage.door.transaction("nowhere") as tx:
        tx.open()


def test_claim_comes_first(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        assert tx.now
        with pytest.raises(RuntimeError, match="claim first"):
            tx.open(Claim("text", "SM1"))


def test_a_column_that_is_none_is_refused(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx, pytest.raises(ValueError, match="colour"):
        tx.put(cases, colour="red")


def test_a_savepoint_fails_alone(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        assert inbox.claim(tx, "text", "SM1") is None
        with pytest.raises(ZeroDivisionError), tx.savepoint():
            inbox.settle(tx, "text", "SM1", EMPTY)
            raise ZeroDivisionError
        assert tx.conn.execute(sa.text("SELECT status FROM inbox")).scalar() is None
        inbox.settle(tx, "text", "SM1", EMPTY)
    assert stage.rows("SELECT status FROM inbox") == [(200,)]


def test_a_database_that_is_away_says_so(stage: Stage) -> None:
    url = sa.engine.make_url(stage.database.url).update_query_dict({"host": "/nowhere"})
    engine = sa.create_engine(url)
    door = Door(engine, stage.vault, stage.door.phrasebooks, lambda who, at: None)
    with pytest.raises(DatabaseAway), door.transaction(LINE) as tx:
        tx.open()
    engine.dispose()


def test_a_connection_that_dies_says_so(stage: Stage) -> None:
    with pytest.raises(DatabaseAway), stage.door.transaction(LINE) as tx:
        pid = tx.conn.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
        stage.end_backend(pid)
        tx.conn.execute(sa.text("SELECT 1"))
    with stage.door.transaction(LINE) as tx:
        assert tx.conn.execute(sa.select(clock.c.id)).scalar() == 1


def test_an_intake_takes_few_round_trips(stage: Stage) -> None:
    """Claim; party and number; one write."""
    stage.text("幸福里小区3号楼2单元楼道灯坏了")  # the party is known from here on
    said: list[str] = []
    sa.event.listen(stage.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    stage.text("幸福里小区4号楼1单元楼道灯坏了")
    assert len(said) == 3, "\n".join(said)
