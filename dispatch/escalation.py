"""Firing what is due, and telling people: the holder first, then rung by rung up the ladder."""

from datetime import datetime

import sqlalchemy as sa

from cases import timers
from cases.models import cases, timer
from cases.phrases import Message, Name, msg
from cases.timers import Fired, Firing
from dispatch import orders
from dispatch.models import unit
from dispatch.outbox import put_text
from dispatch.people.roster import desk_id
from dispatch.transaction import DatabaseAway, Tx
from dispatch.tx.snapshots import Reach


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
        timers.park(tx, row.id, f"{type(trouble).__name__}: {str(trouble).splitlines()[0]}"[:200])
    return True


def next_firing(tx: Tx) -> datetime | None:
    """The moment of the office's next firing; None where nothing runs."""
    found: datetime | None = tx.conn.execute(
        sa.select(sa.func.min(timer.c.fires_at)).where(timer.c.office_id == tx.office_id, timer.c.state == "open")
    ).scalar()
    return found


def _top(tx: Tx) -> int:
    """How many rungs stand above the one who is told of the breach itself."""
    return max(1, len(tx.policy.ladder) - 1)


def tell(tx: Tx, fired: Fired) -> None:
    """A text to whom this firing concerns."""
    to = _who(tx, fired)
    if to is None:
        orders.nobody(tx, fired.case_id, str(fired.kind))
        return
    code = tx.conn.execute(sa.select(unit.c.name_zh, unit.c.name_en).where(unit.c.id == fired.unit_id)).one()
    text = _text(tx, fired, Name(code.name_zh, code.name_en))
    put_text(tx, to.party_id, text, to.lang, purpose=str(fired.kind), case_id=fired.case_id)


def _text(tx: Tx, fired: Fired, held_by: Name) -> Message:
    row = tx.conn.execute(sa.select(cases).where(cases.c.id == fired.case_id)).one()
    return msg(
        f"desk.text.{fired.kind}",
        number=fired.number,
        category=tx.policy.category(row.category).name,
        place=orders.place_of(tx, row),
        step=fired.step.label,
        due=fired.due_at,
        unit=held_by,
        rung=fired.rung,
    )


def _who(tx: Tx, fired: Fired) -> Reach | None:
    """The holder of the case; for a rung, somebody of the unit that stands there, at last the duty desk."""
    code = tx.conn.execute(sa.select(unit.c.code).where(unit.c.id == fired.unit_id)).scalar_one()
    if fired.kind is not Firing.ESCALATED:
        return orders.recipient(tx, fired.worker_id, code)
    rung = tx.policy.ladder[min(fired.rung, len(tx.policy.ladder) - 1)]
    if rung.who == "worker":
        return orders.recipient(tx, fired.worker_id, code)
    held_by = tx.district.unit(code)
    path = held_by.path if held_by else ()
    for step in reversed(path):
        there = tx.district.unit(step)
        if there is not None and there.kind == rung.who:
            return orders.recipient(tx, None, there.code)
    return orders.recipient(tx, desk_id(tx.office_id), tx.district.duty_desk.unit.code)
