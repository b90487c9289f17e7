"""Whom a case complains of, as rows beside it; who is barred from it, and who may have it (INV-COI)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from cases.life.models import case_accused
from dispatch.accused.above import RULE, Codes, answerable, barred, unit_above
from dispatch.district import District, Role, Unit, Worker
from dispatch.models import staff, unit
from dispatch.people.roster import DESK_CODE, desk_id
from dispatch.transaction import Tx

__all__ = ["RULE", "Accusation", "holder", "load", "of", "put"]


@dataclass(frozen=True, slots=True)
class Accusation:
    """Whom a case names: their codes, and by staff id whom it is kept from. `above` None: only somebody above the
    office may know of it."""

    codes: Codes
    barred: frozenset[UUID]
    above: Unit | None

    def keeps_out(self, staff_id: UUID | None) -> bool:
        """Whether the case is kept from this member of staff."""
        return staff_id in self.barred


def of(tx: Tx, case_id: UUID | None) -> Accusation | None:
    """Whom a case names; None for an ordinary one. Asked once for each case of a transaction."""
    if case_id is None:
        return None
    if case_id not in tx.accusations:
        load(tx, (case_id,))
    codes = tx.accusations[case_id]
    return _accusation(tx, codes) if codes else None


def _accusation(tx: Tx, codes: Codes) -> Accusation:
    district = tx.district
    closed = barred(district, codes)
    ids = {worker.id for worker in district.workers if worker.code in closed}
    if _closes_desk(district, closed):
        ids.add(desk_id(tx.office_id))
    return Accusation(codes, frozenset(ids), unit_above(district, codes))


def _closes_desk(district: District, closed: Collection[str]) -> bool:
    """The duty desk's telephone is answered by those on duty: it is closed where any of them is."""
    desk = district.duty_desk.unit.code
    on_duty = {worker.code for worker in district.workers_of(desk) if worker.role is Role.DUTY}
    return DESK_CODE in closed or desk in closed or bool(on_duty & set(closed)) or not _answered(district, closed)


def _answered(district: District, closed: Collection[str]) -> bool:
    return any(worker.code not in closed for worker in district.workers_of(district.duty_desk.unit.code))


_CODES = (
    sa.select(case_accused.c.case_id, sa.func.coalesce(staff.c.code, unit.c.code).label("code"))
    .select_from(case_accused)
    .outerjoin(staff, staff.c.id == case_accused.c.worker_id)
    .outerjoin(unit, unit.c.id == case_accused.c.unit_id)
    .where(case_accused.c.case_id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid))))
)


def load(tx: Tx, ids: Iterable[UUID]) -> None:
    """Read whom these cases name, with one question."""
    wanted = [each for each in dict.fromkeys(ids) if each not in tx.accusations]
    if not wanted:
        return
    tx.accusations.update(dict.fromkeys(wanted, frozenset()))
    for row in tx.conn.execute(_CODES, {"ids": wanted}):
        tx.accusations[row.case_id] |= {row.code}


def put(tx: Tx, case_id: UUID, codes: Sequence[str]) -> None:
    """A case names these. Known at once in this transaction; nothing is read."""
    tx.accusations[case_id] = tx.accusations.get(case_id, frozenset()) | frozenset(codes)
    for code in codes:
        worker, named = tx.district.worker(code), tx.district.unit(code)
        tx.put(
            case_accused, id=tx.new_id(), office_id=tx.office_id, case_id=case_id,
            worker_id=worker.id if worker else None, unit_id=named.id if named and not worker else None,
        )  # fmt: skip


def holder(
    tx: Tx, codes: Iterable[str], gone: Collection[UUID] = (), *, urgent: bool = False
) -> tuple[Unit, Worker | None]:
    """Who gets a case about these: somebody who answers for the unit above them and is there; where all are away the
    first all the same. No worker: only somebody above the office may have it, or none of it is left."""
    district, wanted = tx.district, frozenset(codes)
    able = [(unit, who) for unit, who in answerable(district, wanted) if who.id not in gone]
    here = [(unit, who) for unit, who in able if who.code not in tx.absent and who.id in tx.staff.people]
    if urgent:  # whoever is on duty now, of those who may
        local = tx.now.astimezone(tx.zone)
        here = [pair for pair in here if district.is_on_duty(pair[1].code, local)] or here
    found = next(iter((*here, *able)), None)
    return found or (unit_above(district, wanted) or district.units[0], None)
