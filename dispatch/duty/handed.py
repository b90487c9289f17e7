"""What somebody has in hand, and what went to others because of their leave."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.models import assignment, cases, event
from cases.phrases import Name
from cases.states import IN_UNIT
from dispatch.duty.leaves import Absence
from dispatch.duty.moves import MoveReason
from dispatch.models import staff, unit
from dispatch.reads.queries import within
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Handed:
    """A case that was handed on, and who has it now. `unit` None: it is outside the scope of who looks."""

    number: str
    at: datetime
    unit: Name | None
    worker: Name | None


def in_hand(tx: Tx, staff_id: UUID) -> Sequence[str]:
    """The numbers of the cases that are in somebody's hands, the oldest first."""
    wanted = sa.select(cases.c.number).where(
        cases.c.office_id == tx.office_id, cases.c.worker_id == staff_id, cases.c.state.in_([str(s) for s in IN_UNIT])
    )
    return tx.conn.execute(wanted.order_by(cases.c.number)).scalars().all()


def handed_on(tx: Tx, scope: str, leave: Absence) -> list[Handed]:
    """The cases that a leave took from somebody's hands, in the order in which they went."""
    rows = tx.conn.execute(
        sa.select(
            cases.c.number, event.c.at, event.c.canonical, unit.c.name_zh, unit.c.name_en,
            staff.c.name_zh.label("worker_zh"), staff.c.name_en.label("worker_en"), within(scope).label("is_seen"),
        )
        .select_from(assignment)
        .join(event, sa.and_(event.c.case_id == assignment.c.case_id, event.c.at == assignment.c.until_at))
        .join(cases, cases.c.id == assignment.c.case_id)
        .join(unit, unit.c.id == cases.c.unit_id)
        .outerjoin(staff, staff.c.id == cases.c.worker_id)
        .where(
            assignment.c.office_id == tx.office_id,
            assignment.c.worker_id == leave.staff_id,
            assignment.c.until_at >= leave.from_at,
            event.c.kind == "moved",
        )
        .order_by(event.c.at, cases.c.number)
    )  # fmt: skip
    return [_handed(row) for row in rows if _reason(row) == MoveReason.LEAVE]


def _reason(row: Any) -> str | None:
    found: str | None = json.loads(row.canonical).get("facts", {}).get("reason")
    return found


def _handed(row: Any) -> Handed:
    if not row.is_seen:
        return Handed(row.number, row.at, None, None)
    worker = Name(row.worker_zh, row.worker_en) if row.worker_zh else None
    return Handed(row.number, row.at, Name(row.name_zh, row.name_en), worker)
