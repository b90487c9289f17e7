"""Open rounds go by the calendar in force: when days off or hours change they move, and their record says so."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.clock.workdays import Calendar
from cases.timers import WARNED
from dispatch.calendar.models import calendar_recount
from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.rounds import pressing
from dispatch.rounds.life import record
from dispatch.rounds.models import round_plan, round_task, rounds
from dispatch.rounds.periods import Period, Window, window
from dispatch.rounds.plans import calendar_of
from dispatch.transaction import Tx

_OPEN = (
    sa.select(rounds)
    .where(rounds.c.office_id == sa.bindparam("office_id"), rounds.c.state == "open")
    .where(rounds.c.id > sa.bindparam("reached"))
    .order_by(rounds.c.id)
)
_FIRST = UUID(int=0)
Moved = tuple[Any, datetime, datetime]  # a round's row, when it was due, and when it is


def move_some(tx: Tx, reached: UUID | None, most: int, version: int) -> tuple[int, UUID | None, list[Moved]]:
    """The next open rounds, by the calendar in force: how many were looked at, the last of them, and which moved."""
    asked = {"office_id": tx.office_id, "reached": reached or _FIRST}
    rows = tx.conn.execute(_OPEN.limit(most).with_for_update(), asked).all()
    both = [(row, _move(tx, row, version)) for row in rows]
    moved = [(row, row.due_at, due) for row, due in both if due is not None]
    return len(rows), rows[-1].id if rows else None, moved


def look_again(tx: Tx) -> None:
    """Every plan's next period may begin at another moment now: its planner looks at once."""
    running = sa.select(round_plan.c.id).where(round_plan.c.office_id == tx.office_id, round_plan.c.active_to.is_(None))
    for plan_id in tx.conn.execute(running.order_by(round_plan.c.id)).scalars().all():
        errands.put(tx, Kind.MAKE_ROUNDS, plan_id, tx.now)


def window_of(period: date, end: date, calendar: Calendar) -> Window:
    """When the work of a round that was made may be done. Where its period lost its last working day it has the next
    one that comes."""
    found = window(Period(period, end), calendar)
    if found is not None:
        return found
    day = calendar.next_working_day(end)
    found = window(Period(day, date.fromordinal(day.toordinal() + 1)), calendar)
    if found is None:
        raise AssertionError("a working day has hours")
    return found


def _move(tx: Tx, row: Any, version: int) -> datetime | None:
    code = _code(tx, row.unit_id)
    now = window_of(row.period, row.period_end, calendar_of(tx, code))
    if now == Window(row.opens_at, row.warn_at, row.due_at):
        return None
    fired, fires_at = _next(tx, now, code, row.fired)
    moments = {"opens_at": now.opens_at, "warn_at": now.warn_at, "due_at": now.due_at}
    tx.conn.execute(sa.update(rounds).where(rounds.c.id == row.id).values(fired=fired, **moments))
    errands.call_off(tx, Kind.ROUND_PRESSES, row.id)
    errands.put(tx, Kind.ROUND_PRESSES, row.id, max(fires_at, tx.now))
    if now.due_at == row.due_at:
        return None
    open_ = (round_task.c.round_id == row.id, round_task.c.state == "open")
    tx.conn.execute(sa.update(round_task).where(*open_).values(due_at=now.due_at))
    facts = {"calendar": version, "was_at": row.due_at.isoformat(), "due_at": now.due_at.isoformat()}
    record.write(tx, row.id, record.MOVED, facts)
    return now.due_at


def _next(tx: Tx, now: Window, code: str, fired: int) -> tuple[int, datetime]:
    """How often a round has pressed that stands so now, and when it presses next: what lies ahead again is said
    again."""
    if fired == 0 or now.warn_at > tx.now:
        return 0, now.warn_at
    if fired == WARNED or now.due_at > tx.now:
        return WARNED, now.due_at
    return fired, pressing.after(tx, now, code, fired)


def misplaced(tx: Tx) -> Iterator[str]:
    """Open rounds that are not due when the calendar in force says (INV-CLOCK); none while a new one is worked in."""
    of_office = calendar_recount.c.office_id == tx.office_id
    if tx.conn.execute(sa.select(sa.exists().where(of_office, calendar_recount.c.done_at.is_(None)))).scalar():
        return
    for row in tx.conn.execute(_OPEN, {"office_id": tx.office_id, "reached": _FIRST}):
        if window_of(row.period, row.period_end, calendar_of(tx, _code(tx, row.unit_id))).due_at != row.due_at:
            yield f"{row.grid or ''} {row.period}".strip()


def _code(tx: Tx, unit_id: UUID) -> str:
    return next((unit.code for unit in tx.district.units if unit.id == unit_id), tx.office.code)
