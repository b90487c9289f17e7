"""The ground of an office: how many open cases lie in each of its grids, within a scope."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from cases.models import IS_OPEN, cases
from dispatch.models import unit
from dispatch.reads.queries import within
from dispatch.reads.queue import NOWHERE
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Count:
    """Open cases, and those of them of which a promise is late by now (what the desk calls over)."""

    open: int = 0
    late: int = 0


def by_grid(tx: Tx, scope: str) -> Mapping[str, Count]:
    """The counts by the code of the grid, NOWHERE for all others; a grid without a case is not in it."""
    late = sa.func.count().filter(cases.c.next_due_at <= tx.now)
    rows = tx.conn.execute(
        sa.select(sa.func.coalesce(cases.c.grid, NOWHERE), sa.func.count(), late)
        .join(unit, unit.c.id == cases.c.unit_id)
        .where(cases.c.office_id == tx.office_id, sa.text(IS_OPEN), within(scope))
        .group_by(cases.c.grid)
    )
    return {grid: Count(count, over) for grid, count, over in rows}
