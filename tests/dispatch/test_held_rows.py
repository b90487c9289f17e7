"""Somebody has a row for an hour: everything else fires on time, and what needs it as soon as they are done."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cases.firing import TRIES
from dispatch.due import errands, handlers
from dispatch.due.errands import Kind
from dispatch.same import looking
from dispatch.transaction import DatabaseAway, RowHeld
from dispatch.tx.faults import HELD_AGAIN
from tests.dispatch.shifts import LAMP
from tests.people import LI_HONGMEI
from tests.stage import LINE, RESIDENT, Stage

OTHER, THEIRS = "+8613800000002", "和平一村5号楼下水道堵了"


@pytest.fixture
def hasty(stage: Stage) -> Stage:
    """Nobody waits longer for a row than `timers` does."""
    stage.plant(f'ALTER DATABASE "{stage.database.name}" SET lock_timeout = 200')
    stage.engine.dispose()
    return stage


@contextmanager
def held(stage: Stage, number: str) -> Iterator[None]:
    """The row of whoever has this number, in a transaction that stays open."""
    with stage.door.transaction(LINE) as tx:
        hashed = tx.vault.number_hash(tx.office_id, number)
    with stage.owner.connect() as conn:
        found = conn.execute(
            sa.text("SELECT id FROM party WHERE number_hash = :hash FOR UPDATE"), {"hash": hashed}
        ).all()
        assert len(found) == 1
        yield
        conn.rollback()


def round_(stage: Stage) -> int:
    """What `timers` does until nothing is due; how much."""
    for count in range(200):
        with stage.door.transaction(LINE) as tx:
            if not handlers.fire_some(tx) and not looking.look_next(tx):
                return count
    raise AssertionError("it never ends")


def states(stage: Stage, table: str, where: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in stage.rows(f"SELECT state, tries, trouble FROM {table} WHERE {where} ORDER BY id")]


def news(stage: Stage) -> None:
    """Both residents are to hear of their cases now."""
    first, second = stage.text(LAMP, RESIDENT), stage.text(THEIRS, OTHER)
    round_(stage)
    stage.plant("UPDATE outbox SET state = 'sent'")
    with stage.door.transaction(LINE) as tx:
        for taken in (first, second):
            errands.put(tx, Kind.RESIDENT_NEWS, taken.case_id, tx.now, taken.case_id)
    stage.plant("UPDATE cases SET due_at = '2026-11-20T02:00Z'")


def told(stage: Stage, number: str) -> int:
    """Texts that wait for somebody."""
    with stage.door.transaction(LINE) as tx:
        hashed = tx.vault.number_hash(tx.office_id, number)
    waiting = (
        "SELECT o.id FROM outbox o JOIN party p ON p.id = o.party_id WHERE o.state = 'pending' AND p.number_hash = :h"
    )
    return len(stage.rows(waiting, h=hashed))


def test_a_residents_row_that_is_held_for_an_hour_holds_up_nobody_else(hasty: Stage) -> None:
    news(hasty)
    with held(hasty, RESIDENT):
        for _ in range(TRIES + 2):
            round_(hasty)
            assert told(hasty, OTHER) == 1
            hasty.wind(HELD_AGAIN)
        [(state, tries, trouble)] = states(hasty, "errand", "kind = 'resident_news' AND state <> 'done'")
        assert (state, tries) == ("open", TRIES - 1), "it is not set aside: nothing is wrong with it"
        assert str(trouble).startswith("LockNotAvailable")
        assert told(hasty, RESIDENT) == 0
    round_(hasty)
    assert told(hasty, RESIDENT) == 1
    assert states(hasty, "errand", "kind = 'resident_news' AND state <> 'done'") == []


def test_timers_that_fire_together_go_on_without_the_one_that_is_held(hasty: Stage) -> None:
    hasty.text(LAMP, RESIDENT)
    for n in range(6):
        hasty.text(THEIRS, f"+861380000001{n}")
    hasty.wind(timedelta(hours=2))
    round_(hasty)
    before = len(hasty.rows("SELECT id FROM notice"))
    hasty.wind(timedelta(days=2))
    with held(hasty, LI_HONGMEI.number):
        round_(hasty)
        told_ = hasty.rows("SELECT DISTINCT s.code FROM notice n JOIN staff s ON s.party_id = n.party_id")
        assert len(hasty.rows("SELECT id FROM notice")) > before
        assert LI_HONGMEI.worker not in {row[0] for row in told_}
        waits = states(hasty, "timer", "trouble IS NOT NULL")
        assert waits
        assert {state for state, _, _ in waits} == {"open"}
    hasty.wind(HELD_AGAIN)
    round_(hasty)
    told_ = hasty.rows("SELECT DISTINCT s.code FROM notice n JOIN staff s ON s.party_id = n.party_id")
    assert LI_HONGMEI.worker in {row[0] for row in told_}
    assert hasty.rows("SELECT id FROM timer WHERE state = 'parked'") == []


def test_a_held_row_is_told_from_a_database_that_is_away(hasty: Stage) -> None:
    hasty.text(LAMP, RESIDENT)
    statement = sa.text("SELECT id FROM party FOR UPDATE")
    with held(hasty, RESIDENT), pytest.raises(RowHeld), hasty.door.transaction(LINE) as tx:
        tx.conn.execute(statement)
    with pytest.raises(DatabaseAway) as away, hasty.door.transaction(LINE) as tx:
        hasty.end_backend(tx.conn.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())
        tx.conn.execute(statement)
    assert not isinstance(away.value, RowHeld)
