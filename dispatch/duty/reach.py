"""Who is there: on duty by the table, or because the office is at work, and not on leave."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from cases.models import party
from cases.phrases import Name
from dispatch.district import DutyRow, Role, Unit, Worker
from dispatch.duty import rota
from dispatch.models import staff
from dispatch.people.roster import DESK_CODE, desk_id
from dispatch.transaction import Tx

LOOK_AHEAD = timedelta(days=400)
# Who goes out for whatever there is. Others keep their desk, or must stay impartial: they verify, ask and decide.
URGENT_ROLES = (Role.DUTY, Role.GRID_WORKER, Role.COURTYARD_MEMBER, Role.LIAISON, Role.COMMITTEE_HEAD)
ORDINARY_ROLES = (Role.GRID_WORKER, Role.COURTYARD_MEMBER, Role.LIAISON, Role.COMMITTEE_HEAD, Role.DUTY)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can take a case over. `worker` None: the duty desk, whose staff id it is."""

    unit: Unit
    staff_id: UUID
    worker: Worker | None


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody who is there, or away, and until when."""

    worker: Worker
    until: datetime


@dataclass(frozen=True, slots=True)
class UnitDuty:
    """A unit at this moment: who is there by the duty table, by the office's hours, and who is on leave.

    `stands_in` is who takes what is urgent where nobody of the unit is there: a unit above, or the duty desk.
    """

    unit: Unit
    on_duty: tuple[Presence, ...]
    at_work: tuple[Presence, ...]
    away: tuple[Presence, ...]
    stands_in: Name | None


def on_shift(tx: Tx, code: str) -> bool:
    """Whether a person is there now, on duty or in the office's hours. The duty desk always is."""
    return code == DESK_CODE or reachable_at(tx, code) == tx.now


def in_hours(tx: Tx, code: str) -> bool:
    """As `on_shift`, and the pause at noon ends nobody's shift."""
    if on_shift(tx, code):
        return True
    windows = tx.calendar.windows_on(tx.calendar.local_day(tx.now))
    return bool(windows) and windows[0][0] <= tx.now < windows[-1][1] and code not in tx.absent


def reachable_at(tx: Tx, code: str) -> datetime:
    """When a person is next there: now, or when their duty or the office's hours begin, after their leave.

    Nobody is waited for longer than LOOK_AHEAD. Asks the database nothing.
    """
    at, last = tx.now, tx.now + LOOK_AHEAD
    if code == DESK_CODE:
        return at
    rows = tuple(row for row in tx.district.duty if row.worker == code)
    while at < last:
        back = away_until(tx, code, at)
        if back is not None:
            at = back
        elif rota.until(rows, at, tx.zone) is not None or tx.calendar.is_working_moment(at):
            return at
        else:
            opens = tx.calendar.next_working_moment(at)
            at = min(rota.next_start(rows, at, tx.zone) or opens, opens)
    return last


def away_until(tx: Tx, code: str, at: datetime) -> datetime | None:
    """When the leave ends that a person is on at that moment; None where they are on none."""
    return max((end for start, end in tx.absences.get(code, ()) if start <= at < end), default=None)


def upwards(tx: Tx, unit_code: str) -> Iterator[Unit]:
    """A unit and those above it, up to the office."""
    unit = tx.district.unit(unit_code)
    above = (tx.district.unit(code) for code in reversed(unit.path)) if unit else ()
    yield from (each for each in above if each is not None)


_STOPPED = (
    sa.select(staff.c.id)
    .join(party, party.c.id == staff.c.party_id)
    .where(staff.c.office_id == sa.bindparam("office_id"), party.c.stopped_at.is_not(None))
)


def stopped_staff(tx: Tx) -> frozenset[UUID]:
    """The staff ids of those who stopped texts."""
    return tx.remembered(_stopped)


def _stopped(tx: Tx) -> frozenset[UUID]:
    return frozenset(tx.conn.execute(_STOPPED, {"office_id": tx.office_id}).scalars())


def next_eligible(
    tx: Tx, unit_code: str, exclude: Collection[UUID], *, urgent: bool, role: Role | None = None
) -> Candidate | None:
    """Who can take a case of that unit: of the unit, else of those above it, at last the duty desk.

    `exclude` are staff ids. What is urgent goes to who is there now, the duty table first; those who stopped texts
    come last, since they can be rung. What is not goes to anybody who is not on leave and takes texts, best to
    one of the same `role`. None where even the desk is excluded.
    """
    stopped = stopped_staff(tx)
    for unit in upwards(tx, unit_code):
        ranked = _ranked_now(tx, unit, (role, stopped)) if urgent else _ranked(tx, unit, (role, stopped))
        for worker in ranked:
            if worker.id not in exclude and worker.id in tx.staff.people:
                return Candidate(unit, worker.id, worker)
    desk = desk_id(tx.office_id)
    return None if desk in exclude else Candidate(tx.district.duty_desk.unit, desk, None)


def receiver(tx: Tx, unit: Unit, *, urgent: bool) -> Worker | None:
    """Who of a unit takes a case that it is given by hand: whoever is on duty, else the first who can be reached,
    for what is urgent now. None where nobody can."""
    stopped = stopped_staff(tx)
    for worker in (*on_duty(tx, unit), *tx.district.workers_of(unit.code)):
        away = worker.code in tx.absent or worker.id in stopped or worker.id not in tx.staff.people
        if not away and (not urgent or on_shift(tx, worker.code)):
            return worker
    return None


_Wanted = tuple[Role | None, frozenset[UUID]]


def _ranked_now(tx: Tx, unit: Unit, wanted: _Wanted) -> list[Worker]:
    """Who of a unit is there at this moment, in the order in which they are asked."""
    role, stopped = wanted
    table = on_duty(tx, unit)
    at_work = tx.district.workers_of(unit.code) if tx.calendar.is_working_moment(tx.now) else ()
    others = _of_roles(at_work, role, URGENT_ROLES)
    there = [*table, *(worker for worker in others if worker not in table and worker.code not in tx.absent)]
    return sorted(there, key=lambda worker: worker.id in stopped)


def _ranked(tx: Tx, unit: Unit, wanted: _Wanted) -> list[Worker]:
    """Who of a unit is not on leave and takes texts; who is there now before others of the same role."""
    role, stopped = wanted
    known = _of_roles(tx.district.workers_of(unit.code), role, ORDINARY_ROLES)
    there = [worker for worker in known if worker.code not in tx.absent and worker.id not in stopped]
    return sorted(there, key=lambda worker: (_rank(worker, role, ORDINARY_ROLES), not on_shift(tx, worker.code)))


def _of_roles(people: Iterable[Worker], role: Role | None, roles: tuple[Role, ...]) -> list[Worker]:
    known = [worker for worker in people if worker.role in (*roles, role)]
    return sorted(known, key=lambda worker: _rank(worker, role, roles))


def _rank(worker: Worker, role: Role | None, roles: tuple[Role, ...]) -> int:
    return -1 if worker.role is role else roles.index(worker.role)


def on_duty(tx: Tx, unit: Unit) -> tuple[Worker, ...]:
    """Who is on duty for a unit by the duty table, without those on leave."""
    table = tx.district.on_duty(unit.code, tx.now.astimezone(tx.zone))
    return tuple(worker for worker in table if worker.code not in tx.absent)


def who_is_on(tx: Tx) -> list[UnitDuty]:
    """Every unit of the office at this moment, from the office downwards."""
    return [_unit_duty(tx, unit) for unit in tx.district.units]


def _unit_duty(tx: Tx, unit: Unit) -> UnitDuty:
    table = on_duty(tx, unit)
    here = tx.district.workers_of(unit.code)
    at_work = [w for w in here if w not in table and w.code not in tx.absent and on_shift(tx, w.code)]
    away = [(worker, away_until(tx, worker.code, tx.now)) for worker in here]
    return UnitDuty(
        unit,
        tuple(Presence(worker, _duty_ends(tx, unit, worker)) for worker in table),
        tuple(Presence(worker, _work_ends(tx, worker)) for worker in at_work),
        tuple(Presence(worker, back) for worker, back in away if back is not None),
        None if table or at_work else _stand_in(tx, unit),
    )


def _duty_ends(tx: Tx, unit: Unit, worker: Worker) -> datetime:
    return rota.until(_rows(tx, worker, unit), tx.now, tx.zone) or tx.now


def _work_ends(tx: Tx, worker: Worker) -> datetime:
    """The end of their duty elsewhere, or the closing time of the office's day."""
    windows = tx.calendar.windows_on(tx.calendar.local_day(tx.now))
    return rota.until(_rows(tx, worker, None), tx.now, tx.zone) or windows[-1][1]


def _rows(tx: Tx, worker: Worker, unit: Unit | None) -> tuple[DutyRow, ...]:
    mine = (row for row in tx.district.duty if row.worker == worker.code)
    return tuple(row for row in mine if unit is None or row.unit == unit.code)


def _stand_in(tx: Tx, unit: Unit) -> Name:
    """Who takes what is urgent for a unit where nobody is."""
    found = next_eligible(tx, unit.code, (), urgent=True)
    return found.unit.name if found and found.worker else tx.district.duty_desk.name
