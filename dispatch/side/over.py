"""With a case ends what stands beside it."""

from uuid import UUID

import sqlalchemy as sa

from cases.life.models import side
from cases.life.sides import End
from dispatch.same import storms
from dispatch.transaction import Tx


def over(tx: Tx, case_id: UUID, actor: str) -> None:
    """The case is over; its clocks ended with it, and so does what was owed on them."""
    open_ = (side.c.case_id == case_id, side.c.ended_at.is_(None))
    ended = {"ended_by": actor, "ended_at": tx.now, "result": str(End.CASE_OVER)}
    tx.conn.execute(sa.update(side).where(*open_).values(ended))
    storms.over(tx, case_id, actor)
