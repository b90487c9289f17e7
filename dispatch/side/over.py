"""With a case ends what stands beside it, and what was asked about it."""

from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.life.models import permission, side
from cases.life.reasons import Decision, Request
from cases.life.sides import End
from cases.loop.models import approval, return_request
from cases.models import cases
from cases.states import State
from dispatch.same import storms
from dispatch.transaction import Tx


def over(tx: Tx, case_id: UUID, actor: str) -> None:
    """The case is over; its clocks ended with it, and so does what was owed on them."""
    open_ = (side.c.case_id == case_id, side.c.ended_at.is_(None))
    ended = {"ended_by": actor, "ended_at": tx.now, "result": str(End.CASE_OVER)}
    tx.conn.execute(sa.update(side).where(*open_).values(ended))
    _overtake(tx, case_id)
    storms.over(tx, case_id, actor)


# What was merged may be taken apart again, and then still waits for what was asked about it.
_IS_MERGED = sa.exists().where(cases.c.id == permission.c.case_id, cases.c.state == str(State.MERGED))


def _overtake(tx: Tx, case_id: UUID) -> None:
    """What waits for a second person's word waits no longer; an exclusion is about the case whatever becomes of it."""
    overtaken = {"decision": str(Decision.OVERTAKEN), "decided_by": history.SYSTEM, "decided_at": tx.now}
    for asked in (permission, return_request, approval):
        open_ = (asked.c.case_id == case_id, asked.c.decided_at.is_(None))
        apart = (asked.c.kind != str(Request.EXCLUSION), ~_IS_MERGED) if asked is permission else ()
        tx.conn.execute(sa.update(asked).where(*open_, *apart).values(overtaken))
