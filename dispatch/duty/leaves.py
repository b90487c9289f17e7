"""Leave: recorded, begun, taken back. What it takes from a person's hands is moved when it begins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.phrases import Message, Name, msg
from cases.states import Coded
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.duty import moves
from dispatch.models import absence, staff
from dispatch.transaction import Tx


class LeaveKind(Coded):
    """Why somebody is away."""

    LEAVE = "leave"
    SICK = "sick"
    TRAINING = "training"
    OTHER = "other"


class LeaveTrouble(ValueError):
    """A leave cannot be recorded or taken back: `message` names the field, the trouble and the remedy."""

    def __init__(self, message: Message) -> None:
        super().__init__(f"{message.id} {dict(message.params)}")
        self.message = message


@dataclass(frozen=True, slots=True)
class Absence:
    """A leave of a member of staff, from when until when, and who recorded it."""

    id: UUID
    staff_id: UUID
    code: str
    name: Name
    kind: LeaveKind
    from_at: datetime
    until_at: datetime
    recorded_by: str


def leave(  # noqa: PLR0913 - who is away, why, from when until when, and who says so
    tx: Tx, code: str, kind: str, from_at: datetime, until_at: datetime, by: str
) -> Absence:
    """Somebody is away. A working day or more moves everything not begun when it begins; a shorter leave what is
    L1 or L2, or due before they are back. Raises LeaveTrouble."""
    if kind not in list(LeaveKind):
        raise LeaveTrouble(msg("desk.leave.no_kind", kind=kind, kinds=", ".join(LeaveKind)))
    if until_at <= max(from_at, tx.now):
        raise LeaveTrouble(msg("desk.leave.ends_first", until=until_at))
    person = tx.conn.execute(
        sa.select(staff.c.id).where(staff.c.office_id == tx.office_id, staff.c.code == code, staff.c.active)
    ).scalar()
    if person is None or tx.district.worker(code) is None:
        raise LeaveTrouble(msg("desk.leave.nobody", code=code))
    id_ = tx.new_id()
    tx.put(
        absence, id=id_, office_id=tx.office_id, staff_id=person, kind=kind, from_at=from_at, until_at=until_at,
        recorded_by=by, recorded_at=tx.now,
    )  # fmt: skip
    errands.put(tx, Kind.ABSENT, id_, max(from_at, tx.now))
    return next(each for each in leaves(tx) if each.id == id_)


def cancel_leave(tx: Tx, absence_id: UUID) -> Absence:
    """They are not away after all, or back earlier; what was moved stays with whoever has it. Raises LeaveTrouble."""
    found = next((each for each in leaves(tx) if each.id == absence_id), None)
    if found is None:
        raise LeaveTrouble(msg("desk.leave.not_recorded"))
    tx.conn.execute(sa.update(absence).where(absence.c.id == absence_id).values(cancelled_at=tx.now))
    errands.call_off(tx, Kind.ABSENT, absence_id)
    return found


def leaves(tx: Tx) -> list[Absence]:
    """Every leave that has not ended, the earliest first."""
    rows = tx.conn.execute(
        sa.select(absence, staff.c.code, staff.c.name_zh, staff.c.name_en)
        .join(staff, staff.c.id == absence.c.staff_id)
        .where(absence.c.office_id == tx.office_id, absence.c.cancelled_at.is_(None), absence.c.until_at > tx.now)
        .order_by(absence.c.from_at, absence.c.id)
    )
    return [_absence(row) for row in rows]


def _absence(row: Any) -> Absence:
    return Absence(
        row.id, row.staff_id, row.code, Name(row.name_zh, row.name_en), LeaveKind(row.kind), row.from_at,
        row.until_at, row.recorded_by,
    )  # fmt: skip


def absence_begins(tx: Tx, errand: Errand) -> None:
    """A leave begins: what the person has in hand is looked at, case by case."""
    begun = next((each for each in leaves(tx) if each.id == errand.ref), None)
    if begun is not None:
        moves.plan_person(tx, begun.staff_id)
