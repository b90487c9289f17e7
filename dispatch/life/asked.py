"""What was asked about cases and waits for a second person's decision, and what was decided: for desks and reports."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.life.models import permission
from cases.models import cases
from cases.states import CLOSED
from dispatch.life.deciding import OF_CASE
from dispatch.models import unit
from dispatch.reads.queries import within
from dispatch.transaction import Tx


def waiting(tx: Tx, scope: str) -> Sequence[Any]:
    """What waits for a decision in a scope, the oldest first: the columns of `permission`, number and level."""
    same = sa.and_(permission.c.attempt == cases.c.attempt, permission.c.unit_id == cases.c.unit_id)
    open_ = sa.and_(same, cases.c.state.not_in([str(state) for state in CLOSED]))
    wanted = _asked(tx, scope).where(permission.c.decided_at.is_(None), sa.or_(open_, OF_CASE))
    return tx.conn.execute(wanted.order_by(permission.c.asked_at, permission.c.id)).all()


def granted(tx: Tx, scope: str, start: datetime, end: datetime) -> Sequence[Any]:
    """What was granted in a scope from `start` up to `end`, the oldest first: every waiver, exception, extension and
    hold is seen in reports."""
    decided = (permission.c.decision == "granted", permission.c.decided_at >= start, permission.c.decided_at < end)
    wanted = _asked(tx, scope).where(*decided)
    return tx.conn.execute(wanted.order_by(permission.c.decided_at, permission.c.id)).all()


def _asked(tx: Tx, scope: str) -> sa.Select[Any]:
    return (
        sa.select(permission, cases.c.number, cases.c.level)
        .join(cases, cases.c.id == permission.c.case_id)
        .join(unit, unit.c.id == cases.c.unit_id)
        .where(permission.c.office_id == tx.office_id, within(scope))
    )
