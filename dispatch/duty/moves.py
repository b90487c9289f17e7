"""Moves: a case goes to somebody else because whoever holds it cannot go on. Every clock goes on as it stands.

What is to be moved when a shift ends, a leave begins or somebody stops texts is one errand for each case, done by
`timers` under that case's lock; it looks once more, so that what has settled itself meanwhile stays where it is.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.lifecycle import Holder
from cases.loop import handing
from cases.loop.deeds import Standing, standing
from cases.models import cases, timer
from cases.phrases import Message, msg, recalled, stored
from cases.states import IN_UNIT, Coded
from cases.steps import URGENT, Level, Payer, Step
from dispatch import orders
from dispatch.choice.stored import written
from dispatch.district import Role
from dispatch.due import errands, news
from dispatch.due.errands import Errand, Kind
from dispatch.duty import bundles, reach, rota, telling, walks
from dispatch.duty.reach import Candidate
from dispatch.models import staff, unit
from dispatch.people.roster import DESK_CODE, desk_id
from dispatch.transaction import Tx

_SUPERVISORS = (Role.SUPERVISOR, Role.LEADER)


class MoveReason(Coded):
    """Why a case goes to somebody else."""

    LEAVE = "leave"
    SHIFT = "shift"
    STOPPED = "stopped"
    NOT_ANSWERED = "not_answered"
    BUSY = "busy"
    FAILED = "failed"
    NO_NUMBER = "no_number"
    CANNOT = "cannot"
    RING_AGAIN = "ring_again"
    BY_HAND = "by_hand"
    RETURNED = "returned"
    ADJUDICATED = "adjudicated"
    GONE = "gone"
    NOBODY = "nobody"
    CORRECTED = "corrected"


_TOGETHER = (MoveReason.LEAVE, MoveReason.STOPPED, MoveReason.GONE)  # what takes many cases from somebody at once


def hand_on(  # noqa: PLR0913 - the case and why, whom not, from which unit on, who says so, and whether to ring
    tx: Tx,
    case_id: UUID,
    reason: str,
    *,
    exclude: Collection[UUID] = (),
    unit: str = "",
    actor: str = history.SYSTEM,
    ring: bool = True,
) -> Standing | None:
    """Hand a case to the next who can take it; where it stands then. They get the order, and are rung where it
    presses; who had it is told.

    `exclude` are further staff ids that are passed over, `unit` is where the search begins if not where the case
    is. None where the case is in no unit's hands, or nobody else is left. Raises LookupError, ValueError.
    """
    why = MoveReason(reason)
    before = standing(tx, case_id, lock=True)
    if before.state not in IN_UNIT:
        return None
    old: UUID | None = before.row.worker_id
    found = reach.next_eligible(
        tx, unit or _unit_code(tx, before), {*exclude, *([old] if old else [])},
        urgent=before.level in URGENT, role=_role(tx, old), case=before.row,
    )  # fmt: skip
    if found is None:
        return None
    return hand_to(tx, before, found, (why, actor), ring=ring)


def hand_to(tx: Tx, before: Standing, found: Candidate, reason: tuple[MoveReason, str], *, ring: bool) -> Standing:
    """Hand a case to this one, for a reason and by an actor; where it stands then. Raises IllegalDeed."""
    why, actor = reason
    former: UUID | None = before.row.worker_id
    together = why in _TOGETHER and bundles.is_one_of_many(tx, before)
    later = together and bundles.can_wait(tx, before, found.staff_id)
    moved = handing.move(tx, before.id, _holder(before, found, why.label), why, actor)
    if found.unit.id != before.row.unit_id:
        news.promise(tx, before.id)
    if later:
        orders.overtake(tx, before.id)
        bundles.give(tx, before.id, found.staff_id)
    else:
        _order(tx, before.id, told=found.staff_id not in reach.stopped_staff(tx), ring=ring)
    if together:
        bundles.went(tx, before.id, former, (found.unit, found.worker))
    else:
        tell_former(tx, before.id, former, why)
    return moved


def given(tx: Tx, case_id: UUID, former: UUID | None, why: MoveReason) -> None:
    """A unit was given a case by hand: its holder gets the order. Where the unit has nobody who can take it, it goes
    on at once to the next who can: only who holds a case can sign for it. `former` held it, and is told `why`."""
    if standing(tx, case_id, lock=True).row.worker_id is not None:
        orders.order_again(tx, case_id)
    else:
        hand_on(tx, case_id, MoveReason.NOBODY)
    tell_former(tx, case_id, former, why)


def tell_former(tx: Tx, case_id: UUID, former: UUID | None, why: MoveReason) -> None:
    """Who held a case is told that it is with others: not the desk, nor who has gone or stopped texts."""
    held: UUID | None = standing(tx, case_id).row.worker_id
    if former in (None, held, desk_id(tx.office_id)) or telling.person(tx, former) is None:
        return
    if former is not None and former not in reach.stopped_staff(tx):
        orders.tell_moved(tx, case_id, former, why.label)


def _order(tx: Tx, case_id: UUID, *, told: bool, ring: bool) -> None:
    """Who stopped texts is rung only; who is chosen for what can wait takes texts."""
    if told:
        orders.order_again(tx, case_id, calls=ring)
    else:
        orders.overtake(tx, case_id)
        if ring:
            orders.ring(tx, case_id)


def _unit_code(tx: Tx, case: Standing) -> str:
    code: str = tx.conn.execute(sa.select(unit.c.code).where(unit.c.id == case.row.unit_id)).scalar_one()
    return code


def _role(tx: Tx, staff_id: UUID | None) -> Role | None:
    return next((worker.role for worker in tx.district.workers if worker.id == staff_id), None)


def _holder(before: Standing, found: Candidate, why: Message) -> Holder:
    """The rule and the reasons of the route stand; the last move is one more."""
    worker = found.worker
    name = worker.name if worker else found.unit.name
    moved = msg("desk.reason.moved", why=why, unit=found.unit.name, worker=name)
    route = (reason for reason in recalled(before.row.reasons) if reason.id != moved.id)
    return Holder(
        found.unit.id, found.unit.code, found.staff_id, worker.code if worker else None, before.row.rule,
        stored((*route, moved)), written(found.judged),
    )  # fmt: skip


def pass_on(tx: Tx, case_id: UUID) -> Standing | None:
    """Hand a case on where whoever holds it cannot go on with it; None where they can."""
    case = standing(tx, case_id, lock=True)
    why = _why(tx, case) if case.state in IN_UNIT else None
    return hand_on(tx, case_id, why) if why else None


def look_again(tx: Tx, case_id: UUID) -> None:
    """A case came back to whoever had it: where they cannot go on with it now, `timers` hands it on."""
    case = standing(tx, case_id, lock=True)
    if case.state in IN_UNIT and _why(tx, case) is not None:
        errands.put(tx, Kind.HAND_ON, case_id, tx.now, case_id)


def _why(tx: Tx, case: Standing) -> MoveReason | None:
    """Why the holder of a case cannot go on with it. The duty desk always can."""
    if case.row.worker_id is None:
        return MoveReason.NOBODY
    if case.row.worker_id == desk_id(tx.office_id):
        return None
    holder = next((worker for worker in tx.district.workers if worker.id == case.row.worker_id), None)
    if holder is None:
        return MoveReason.GONE
    if holder.id in reach.stopped_staff(tx):
        return MoveReason.STOPPED
    back = reach.away_until(tx, holder.code, tx.now)
    presses = case.level in URGENT or _due_before(tx, case, reach.reachable_at(tx, holder.code))
    if back is not None:
        begun = case.kept(Step.VISIT) or case.kept(Step.FINDING)
        long = days_off(tx, holder.code, back)
        return MoveReason.LEAVE if presses or (long and not begun) else None
    return MoveReason.SHIFT if presses and not reach.in_hours(tx, holder.code) else None


def days_off(tx: Tx, code: str, back: datetime) -> bool:
    """Whether the leave that somebody is on takes a working day or more."""
    start = min(start for start, end in tx.absences[code] if start <= tx.now < end)
    return tx.calendar.working_time_between(start, back) >= tx.calendar.day_length


def _due_before(tx: Tx, case: Standing, back: datetime) -> bool:
    """Whether something that the unit owes falls due before that moment; what is late already is told, not moved."""
    due = sa.exists().where(timer.c.case_id == case.id, *_owed_between(tx, back))
    return bool(tx.conn.execute(sa.select(due)).scalar())


def _owed_between(tx: Tx, back: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Nobody need be there for the sign-for: at its limit the system signs."""
    return (
        timer.c.state == "open",
        timer.c.payer == str(Payer.UNIT),
        timer.c.step != str(Step.SIGN_FOR),
        timer.c.due_at > tx.now,
        timer.c.due_at <= back,
    )


def _plan(tx: Tx, found: Iterable[Any]) -> int:
    """An errand for each of these cases; how many."""
    ids = sorted(row.id for row in found)
    for case_id in ids:
        errands.put(tx, Kind.HAND_ON, case_id, tx.now, case_id)
    return len(ids)


def plan_person(tx: Tx, staff_id: UUID) -> list[Any]:
    """Everything in the hands of one person is looked at: what cannot stay is handed on. Their cases."""
    wanted = sa.select(cases.c.id, cases.c.level).where(
        cases.c.office_id == tx.office_id, cases.c.worker_id == staff_id, cases.c.state.in_([str(s) for s in IN_UNIT])
    )
    found = list(tx.conn.execute(wanted).all())
    _plan(tx, found)
    walks.plan_person(tx, staff_id)
    return found


def hand_over(tx: Tx, errand: Errand) -> None:
    """The errand of one case: its holder's shift or leave, or that they stopped texts."""
    if errand.case_id is not None:
        pass_on(tx, errand.case_id)


def ensure_shift_errand(tx: Tx) -> None:
    """The next end of a shift is an errand; called when `timers` starts."""
    errands.put(tx, Kind.SHIFT, tx.office_id, _next_shift_end(tx))


def look_over(tx: Tx) -> None:
    """The district or its rota is another one: whoever is no longer there may hold what presses, and the next end of a
    shift may be another."""
    errands.put(tx, Kind.SHIFT, tx.office_id, tx.now)


def _next_shift_end(tx: Tx) -> datetime:
    """The next end of a duty row, or of the office's day for those who work in its hours."""
    day = tx.calendar.local_day(tx.now)
    windows = tx.calendar.windows_on(day)
    if not windows or windows[-1][1] <= tx.now:
        windows = tx.calendar.windows_on(tx.calendar.next_working_day(day))
    ends = rota.next_end(tx.district.duty, tx.now, tx.zone)
    return min(ends or windows[-1][1], windows[-1][1])


def shift_over(tx: Tx, _errand: Errand) -> None:
    """A shift has ended, or the district is another one: what presses and is with somebody who has gone is looked at,
    and all that is with somebody who is of the office no more, case by case."""
    due = sa.select(sa.func.min(timer.c.due_at)).where(
        timer.c.case_id == cases.c.id, *_owed_between(tx, tx.now + reach.LOOK_AHEAD)
    )
    rows = tx.conn.execute(
        sa.select(cases.c.id, cases.c.level, staff.c.code, due.scalar_subquery().label("due_at"))
        .join(staff, staff.c.id == cases.c.worker_id)
        .where(cases.c.office_id == tx.office_id, cases.c.state.in_([str(state) for state in IN_UNIT]))
    ).all()
    holders = {row.code for row in rows}
    left = {code for code in holders if code != DESK_CODE and tx.district.worker(code) is None}
    gone = {code for code in holders - left if not reach.in_hours(tx, code)}
    back = {code: reach.reachable_at(tx, code) for code in gone}
    presses = (
        row for row in rows
        if row.code in gone and (row.level in URGENT or (row.due_at is not None and row.due_at <= back[row.code]))
    )  # fmt: skip
    _plan(tx, (*(row for row in rows if row.code in left), *presses))
    walks.plan_shift(tx)
    ensure_shift_errand(tx)


def stopped(tx: Tx, staff_id: UUID) -> None:
    """Somebody of the office stopped texts and cannot be reached: their work goes on with others, and the
    supervisor is told how much that is."""
    held = plan_person(tx, staff_id)
    office = tx.district.duty_desk.unit.code
    to = telling.contact(tx, office, _SUPERVISORS, but={staff_id})
    who = next((worker for worker in tx.district.workers if worker.id == staff_id), None)
    presses = any(Level(row.level) in URGENT for row in held)
    telling.tell_staff(
        tx, to.staff_id if to else None,
        msg("desk.text.supervisor_stopped", name=who.name if who else tx.district.duty_desk.name, count=len(held)),
        purpose="supervisor_stopped", level=Level.L1 if presses else Level.L3,
    )  # fmt: skip
