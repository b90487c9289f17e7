"""Rounds whose holder may have gone: each is an errand, looked at once more by `dispatch.rounds.life.handing`."""

from uuid import UUID

import sqlalchemy as sa

from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.duty import reach
from dispatch.models import staff
from dispatch.rounds.models import rounds
from dispatch.transaction import Tx


def plan_person(tx: Tx, staff_id: UUID) -> None:
    """Every round in the hands of one person is looked at."""
    mine = sa.select(rounds.c.id).where(
        rounds.c.office_id == tx.office_id, rounds.c.worker_id == staff_id, rounds.c.state == "open"
    )
    for round_id in tx.conn.execute(mine.order_by(rounds.c.id)).scalars().all():
        errands.put(tx, Kind.HAND_ROUND, round_id, tx.now)


def plan_shift(tx: Tx) -> None:
    """A shift has ended: looked at is what falls due before whoever has it, and has gone, is back."""
    rows = tx.conn.execute(
        sa.select(rounds.c.id, rounds.c.due_at, staff.c.code)
        .join(staff, staff.c.id == rounds.c.worker_id)
        .where(rounds.c.office_id == tx.office_id, rounds.c.state == "open", rounds.c.due_at > tx.now)
        .order_by(rounds.c.id)
    ).all()
    back = {code: reach.reachable_at(tx, code) for code in {row.code for row in rows} if not reach.in_hours(tx, code)}
    for row in rows:
        if row.code in back and row.due_at <= back[row.code]:
            errands.put(tx, Kind.HAND_ROUND, row.id, tx.now)
