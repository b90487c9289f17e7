"""Hands for the tests of duty: what time it is, what falls due, who holds what."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select

from dispatch.due import handlers
from dispatch.duty import leaves
from dispatch.duty.leaves import Absence
from dispatch.transaction import Tx
from tests.stage import LINE, Stage

OFFICE = ZoneInfo("Asia/Shanghai")
LAMP = "幸福里小区3号楼2单元楼道灯坏了"  # L3, to the grid's own worker: 李红梅
WATER = "幸福里小区3号楼1单元停水了"  # L2, to whoever is on duty in 幸福里南院: by day 张爱民, by night 李红梅


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 on the office's clock; the 24th is a Tuesday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=OFFICE)


def wind_to(stage: Stage, moment: datetime) -> None:
    """The rehearsal clock shows this moment."""
    stage.plant("UPDATE clock SET ahead = :moment - now()", moment=moment)


def coming(tx: Tx, moments: Select[Any]) -> datetime | None:
    """When the next timer or errand of the office is due; None where there is none."""
    found: datetime | None = tx.conn.execute(moments, {"office_id": tx.office_id}).scalar()
    return found


def fire_all(stage: Stage) -> int:
    """Everything that is due, one transaction each; how many."""
    count = 0
    while True:
        with stage.door.transaction(LINE) as tx:
            if not handlers.fire_next(tx):
                return count
        count += 1


def holder(stage: Stage, number: str) -> str:
    """The code of whoever holds a case; the unit's code where no person does."""
    [(code,)] = stage.rows(
        "SELECT coalesce(s.code, u.code) FROM cases c JOIN unit u ON u.id = c.unit_id "
        "LEFT JOIN staff s ON s.id = c.worker_id WHERE c.number = :number",
        number=number,
    )
    return str(code)


def staff_id(stage: Stage, code: str) -> UUID:
    """The id of a member of staff."""
    [(found,)] = stage.rows("SELECT id FROM staff WHERE code = :code", code=code)
    assert isinstance(found, UUID)
    return found


def away(stage: Stage, code: str, start: datetime, end: datetime) -> Absence:
    """A leave, recorded and, where it has begun, taken up."""
    with stage.door.transaction(LINE) as tx:
        found = leaves.leave(tx, code, "leave", start, end, "shen.yuehua")
    fire_all(stage)
    return found


def waiting(stage: Stage, purpose: str) -> list[tuple[object, ...]]:
    """Who is told for this purpose, and when it leaves; in the order in which it was written."""
    rows = stage.rows(
        "SELECT s.code, o.next_at FROM outbox o JOIN staff s ON s.party_id = o.party_id "
        "WHERE o.purpose = :purpose AND o.state = 'pending' AND o.channel = 'text' ORDER BY o.created_at, o.id",
        purpose=purpose,
    )
    return [tuple(row) for row in rows]
