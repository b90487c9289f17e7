"""Many timers fire together: as if each had fired alone, only sooner."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch import escalation
from dispatch.due import errands, handlers
from dispatch.due.errands import Kind
from dispatch.reads import checks
from dispatch.transaction import Tx
from tests.dispatch.looping import one, value
from tests.dispatch.shifts import LAMP, WATER, coming, fire_all
from tests.stage import LINE, Stage

TEXTS = (LAMP, WATER, "和平一村5号楼下水道堵了", "幸福里小区5号楼电梯困人了", LAMP)
# All that a firing leaves, but for ids. The lines' hashes say that nothing of them differs.
LEFT = (
    "SELECT case_id, seq, kind, at, actor, canonical, hash FROM event ORDER BY case_id, seq",
    "SELECT id, state, fired, fires_at, ended_at, tries, trouble FROM timer ORDER BY id",
    "SELECT id, state, next_due_at, last_seq, last_at, last_hash FROM cases ORDER BY id",
    "SELECT case_id, step, done_at FROM owed ORDER BY case_id, step",
    "SELECT case_id, signed_at FROM assignment ORDER BY id",
    "SELECT case_id, party_id, kind, message FROM notice ORDER BY case_id, party_id, kind, message",
    "SELECT case_id, party_id, purpose, next_at FROM outbox ORDER BY case_id, party_id, purpose, id",
    "SELECT kind, ref, fires_at, state FROM errand ORDER BY kind, ref",
)


class Undone(Exception):
    """Ends what was only tried."""


def left(tx: Tx) -> list[list[Any]]:
    return [list(map(tuple, tx.conn.execute(sa.text(query)))) for query in LEFT]


def alone(tx: Tx) -> list[list[Any]]:
    """What one firing after another leaves; taken back."""
    found: list[list[Any]] = []
    with pytest.raises(Undone), tx.savepoint():
        while escalation.fire_next(tx):
            pass
        found = left(tx)
        raise Undone
    return found


@pytest.mark.parametrize("later", [timedelta(hours=1), timedelta(days=1, hours=5), timedelta(days=9)])
def test_together_they_leave_what_each_alone_would(stage: Stage, later: timedelta) -> None:
    for words in TEXTS:
        stage.text(words)
    stage.wind(later)
    with stage.door.transaction(LINE) as tx:
        before, one_by_one = left(tx), alone(tx)
        assert left(tx) == before
        batches = []
        while fired := escalation.fire_some(tx, tx.now):
            batches.append(fired)
        assert left(tx) == one_by_one
    assert max(batches) > 1
    with stage.door.transaction(LINE) as tx:
        assert [row for row in checks.broken(tx) if row.name in ("TIMER", "CLOCK", "CHAIN", "OWNER")] == []


def test_one_that_cannot_fire_hinders_none_of_its_neighbours(stage: Stage) -> None:
    for words in TEXTS:
        stage.text(words)
    poisoned = stage.text(LAMP)
    stage.plant(
        "UPDATE timer SET limit_text = 'none', fired = 1 WHERE case_id = :id AND step = 'visit'", id=poisoned.case_id
    )
    stage.wind(timedelta(days=4))
    for _ in range(4):
        while True:
            with stage.door.transaction(LINE) as tx:
                if not handlers.fire_some(tx):
                    break
        stage.wind(timedelta(seconds=2))
    step, tries, trouble = one(stage, "SELECT step, tries, trouble FROM timer WHERE state = 'parked'")
    assert (step, tries) == ("visit", 3)
    assert "limit" in trouble
    assert fire_all(stage) == 0
    late = value(stage, "SELECT count(*) FROM event WHERE kind = 'breached'")
    assert late > len(TEXTS)


def test_none_is_fired_before_an_errand_that_was_due_earlier(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with stage.door.transaction(LINE) as tx:
        first = coming(tx, escalation.NEXT)
        assert first is not None
        errands.put(tx, Kind.HAND_ON, taken.case_id, first + timedelta(minutes=1), taken.case_id)
    before = value(stage, "SELECT count(*) FROM timer WHERE warn_at <= :first", first=first)
    stage.wind(timedelta(days=9))
    seen = []
    for _ in range(2):
        with stage.door.transaction(LINE) as tx:
            handlers.fire_some(tx)
        warned = value(stage, "SELECT count(*) FROM event WHERE kind = 'warned'")
        seen.append((warned, value(stage, "SELECT state FROM errand WHERE kind = 'hand_on'")))
    assert seen == [(before, "open"), (before, "done")]
    fire_all(stage)
    assert value(stage, "SELECT count(*) FROM event WHERE kind = 'warned'") > before
