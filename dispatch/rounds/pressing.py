"""A round's own clock: three quarters of its working time, its end, then the ladder rung by rung.

A round is no case, and yet it is overdue like one: the holder is told, then those above, each half of the round's
working time, above the top once a day. It presses until it is done, a supervisor ends it, or its successor is over.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.clock.workdays import Calendar
from cases.firing import Firing
from cases.history import SYSTEM
from cases.phrases import msg
from cases.timers import WARNED
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.duty import digests, reach, telling
from dispatch.duty.digests import Clock, News
from dispatch.duty.telling import Recipient
from dispatch.ringing import upwards
from dispatch.rounds.life import record
from dispatch.rounds.life.record import MissReason
from dispatch.rounds.models import round_plan, round_task, rounds
from dispatch.rounds.periods import Window, rung_at
from dispatch.rounds.plans import calendar_of
from dispatch.transaction import Tx

BREACHED = WARNED + 1
_ROUND = (
    sa.select(rounds, round_plan.c.template)
    .join(round_plan, round_plan.c.id == rounds.c.plan_id)
    .where(rounds.c.id == sa.bindparam("round"), rounds.c.state == "open")
    .with_for_update(of=rounds, skip_locked=True)
)
_IS_OPEN = sa.select(rounds.c.id).where(rounds.c.id == sa.bindparam("round"), rounds.c.state == "open")
_AGAIN = timedelta(seconds=2)  # whoever reports something of a round has it no longer than that
_LEFT = sa.select(sa.func.count()).where(
    round_task.c.round_id == sa.bindparam("round"), round_task.c.state == "open"
)  # fmt: skip


def press(tx: Tx, errand: Errand) -> None:
    """The next word of a round that is not done, and the promise of the one after it. Where somebody has the round in
    hand it is tried again soon: they may wait for this errand, so this must not wait for them."""
    row = tx.conn.execute(_ROUND, {"round": errand.ref}).one_or_none()
    if row is None:
        if errand.ref and tx.conn.execute(_IS_OPEN, {"round": errand.ref}).one_or_none():
            errands.put(tx, Kind.ROUND_PRESSES, errand.ref, tx.now + _AGAIN)
        return
    fired = row.fired + 1
    tx.conn.execute(sa.update(rounds).where(rounds.c.id == row.id).values(fired=fired))
    code = next((unit.code for unit in tx.district.units if unit.id == row.unit_id), tx.district.units[0].code)
    if fired == BREACHED:
        _lapse(tx, row)
    _tell(tx, row, code, fired)
    times = Window(row.opens_at, row.warn_at, row.due_at)
    errands.put(tx, Kind.ROUND_PRESSES, row.id, after(tx, times, code, fired))


def after(tx: Tx, of: Window, code: str, fired: int) -> datetime:
    """When a round of a unit presses that has pressed so often; above the top of the ladder once a working day."""
    if fired == WARNED:
        return of.due_at
    calendar: Calendar = calendar_of(tx, code)
    rung, top = fired - WARNED, max(1, len(tx.policy.ladder) - 1)
    at = rung_at(of.opens_at, of.due_at, min(rung, top), calendar)
    return calendar.add_working_time(at, calendar.day_length * max(0, rung - top))


def _lapse(tx: Tx, row: Any) -> None:
    """What the plan owed before is over with this: nobody makes up for two rounds at once."""
    before = sa.select(rounds.c.id).where(
        rounds.c.plan_id == row.plan_id, rounds.c.state == "open", rounds.c.period < row.period
    )
    for round_id in tx.conn.execute(before.order_by(rounds.c.period).with_for_update()).scalars().all():
        miss(tx, round_id, MissReason.LAPSED)


def miss(tx: Tx, round_id: UUID, why: MissReason, by: tuple[str, str] = (SYSTEM, "")) -> None:
    """An open round ends as missed: what was done of it stays done. `by` is who says so, and their words."""
    ended = {"state": "missed", "ended_at": tx.now}
    tx.conn.execute(sa.update(rounds).where(rounds.c.id == round_id).values(ended))
    open_ = (round_task.c.round_id == round_id, round_task.c.state == "open")
    tx.conn.execute(sa.update(round_task).where(*open_).values(ended))
    errands.call_off(tx, Kind.ROUND_PRESSES, round_id)
    record.write(tx, round_id, record.MISSED, {"reason": str(why)}, by)


def _tell(tx: Tx, row: Any, code: str, fired: int) -> None:
    to = _holder(tx, row, code) if fired <= BREACHED else _rung(tx, row, code, fired - BREACHED)
    said = {WARNED: Firing.WARNED, BREACHED: Firing.BREACHED}.get(fired, Firing.ESCALATED)
    template = tx.policy.rounds.get(row.template)
    left = tx.conn.execute(_LEFT, {"round": row.id}).scalar_one()
    step = msg("rounds.step", name=template.name if template else row.template, at=row.grid or code, left=left)
    news = News(None, str(said), step, row.due_at, row.id, Clock(fired))
    if digests.keep(tx, to, news) and to:
        digests.promise(tx, (to.party_id,))
    if fired - BREACHED >= len(tx.policy.ladder) - 1:
        upwards.keep(tx, news)


def _holder(tx: Tx, row: Any, code: str) -> Recipient | None:
    """Whoever has it; where they are away, or stopped texts, somebody who speaks for the unit."""
    held = telling.recipient(tx, row.worker_id, code)
    if held is None or held.code in tx.absent or held.staff_id in reach.stopped_staff(tx):
        return telling.contact(tx, code, telling.LIAISONS, {held.staff_id} if held else ())
    return held


def _rung(tx: Tx, row: Any, code: str, rung: int) -> Recipient | None:
    """Who stands on a rung of the ladder, never the one who is late."""
    step = tx.policy.ladder[min(rung, len(tx.policy.ladder) - 1)]
    return telling.head(tx, step.who, code, {row.worker_id} if row.worker_id else set())
