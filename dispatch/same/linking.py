"""A matter that comes back: the new case knows the closed one that told of it before, whoever told it then."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.loop.deeds import standing
from cases.models import cases
from dispatch.side import rows
from dispatch.side.rows import Line
from dispatch.transaction import Tx


def hold(tx: Tx, *ids: UUID) -> None:
    """Lock these cases, in the order in which everybody locks several."""
    wanted = sa.select(cases.c.id).where(cases.c.id.in_(ids)).order_by(cases.c.id)
    tx.conn.execute(wanted.with_for_update(key_share=True)).all()


def link(tx: Tx, row: Any, earlier: UUID) -> None:
    """Link a new case (its row) with an earlier one; whoever holds it is told."""
    hold(tx, row.id, earlier)
    case, before = standing(tx, row.id), standing(tx, earlier)
    if case.row.repeat_of is not None:
        return
    tx.conn.execute(sa.update(cases).where(cases.c.id == case.id).values(repeat_of=before.id))
    rows.write(tx, case, Line("repeat_linked", history.SYSTEM, facts={"earlier": before.row.number}))
    rows.write(tx, before, Line("repeated", history.SYSTEM, facts={"later": case.row.number}))
    rows.tell(tx, case, "side.text.repeat", [case.row.worker_id], earlier=before.row.number)
