"""Firing what is due, and telling people: the holder first, then rung by rung up the ladder."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import sqlalchemy as sa

from cases import timers
from cases.models import cases, timer
from cases.phrases import Message, Name, msg
from cases.steps import PAYER, URGENT, Level, Payer
from cases.timers import Fired, Firing
from dispatch import orders
from dispatch.district import Role
from dispatch.duty import digests, reach, telling
from dispatch.duty.digests import News
from dispatch.duty.telling import Recipient
from dispatch.models import unit
from dispatch.people.roster import desk_id
from dispatch.transaction import DatabaseAway, Tx

# Who of the office is told of what its own desks owe: the step is charged to them, not to whoever went out.
_DESKS: Mapping[Payer, tuple[Role, ...]] = MappingProxyType(
    {
        Payer.INTAKE: (Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER),
        Payer.DISPATCHER: (Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER),
        Payer.ADJUDICATOR: (Role.SUPERVISOR, Role.LEADER),
        Payer.VERIFIER: (Role.VERIFIER, Role.SUPERVISOR, Role.LEADER),
        Payer.CALLER_BACK: (Role.CALLER_BACK, Role.SUPERVISOR, Role.LEADER),
    }
)


def fire_next(tx: Tx) -> bool:
    """Fire the one timer that has waited longest; whether there was one.

    One firing, one savepoint: a row that cannot be fired is counted and, after three tries, parked; its
    neighbours go on.
    """
    row = timers.claim(tx)
    if row is None:
        return False
    try:
        with tx.savepoint():
            fired = timers.fire(tx, row, _top(tx))
            tell(tx, fired)
    except (DatabaseAway, sa.exc.OperationalError, sa.exc.InterfaceError):
        raise
    except Exception as trouble:
        timers.park(tx, row.id, f"{type(trouble).__name__}: {trouble}".splitlines()[0][:200])
    return True


_NEXT = sa.select(sa.func.min(timer.c.fires_at)).where(
    timer.c.office_id == sa.bindparam("office_id"), timer.c.state == "open"
)


def next_firing(tx: Tx) -> datetime | None:
    """The moment of the office's next firing; None where nothing runs."""
    found: datetime | None = tx.conn.execute(_NEXT, {"office_id": tx.office_id}).scalar()
    return found


def _top(tx: Tx) -> int:
    """How many rungs stand above the one who is told of the breach itself."""
    return max(1, len(tx.policy.ladder) - 1)


def tell(tx: Tx, fired: Fired) -> None:
    """Tell whom this firing concerns: L1 and L2 at once, what can wait with the next digest of each."""
    code = _unit_code(tx, fired)
    for to in _whom(tx, fired, code):
        if Level(fired.level) in URGENT:
            telling.tell_staff(
                tx, to.staff_id if to else None, _text(tx, fired),
                purpose=str(fired.kind), level=Level(fired.level), case_id=fired.case_id,
            )  # fmt: skip
        else:
            digests.notice(tx, to, News(fired.case_id, str(fired.kind), fired.step.label, fired.due_at))


def _unit_code(tx: Tx, fired: Fired) -> str:
    code: str = tx.conn.execute(sa.select(unit.c.code).where(unit.c.id == fired.unit_id)).scalar_one()
    return code


def _text(tx: Tx, fired: Fired) -> Message:
    row = tx.conn.execute(
        sa.select(cases, unit.c.name_zh, unit.c.name_en)
        .join(unit, unit.c.id == fired.unit_id)
        .where(cases.c.id == fired.case_id)
    ).one()
    return msg(
        f"desk.text.{fired.kind}",
        number=fired.number,
        category=tx.policy.category(row.category).name,
        place=orders.place_of(tx, row),
        step=fired.step.label,
        due=fired.due_at,
        unit=Name(row.name_zh, row.name_en),
        rung=fired.rung,
    )


def _whom(tx: Tx, fired: Fired, code: str) -> tuple[Recipient | None, ...]:
    """The holder, or the part of the office that owes the step; for a rung, somebody of the unit that stands there.

    Of an order that nobody took, and that can wait, the unit's liaison is told beside the holder, who keeps it.
    """
    if fired.kind is Firing.ESCALATED:
        return (_rung(tx, fired, code),)
    holder = _owing(tx, fired, code)
    if fired.kind is Firing.AUTO_SIGNED and Level(fired.level) not in URGENT:
        but = {holder.staff_id} if holder else set()
        liaison = telling.contact(tx, code, telling.LIAISONS, but)
        return (holder, liaison) if liaison else (holder,)
    return (holder,)


def _owing(tx: Tx, fired: Fired, code: str) -> Recipient | None:
    """Who is told first. A holder on leave, or who stopped texts, has somebody of their unit told."""
    roles = _DESKS.get(PAYER[fired.step])
    if roles:
        return telling.contact(tx, tx.district.duty_desk.unit.code, roles)
    holder = telling.recipient(tx, fired.worker_id, code)
    if holder is None or holder.code in tx.absent or holder.staff_id in reach.stopped_staff(tx):
        return telling.contact(tx, code, telling.LIAISONS, {holder.staff_id} if holder else ())
    return holder


def _rung(tx: Tx, fired: Fired, code: str) -> Recipient | None:
    """Who stands on the rung, never the one who is late; above the office the duty desk."""
    step = tx.policy.ladder[min(fired.rung, len(tx.policy.ladder) - 1)]
    if step.who == "worker":
        return _owing(tx, fired, code)
    late = {fired.worker_id} if fired.worker_id else set()
    for above in reach.upwards(tx, code):
        if above.kind == step.who:
            return telling.rung(tx, above.code, late)
    return telling.person(tx, desk_id(tx.office_id))
