"""What somebody may do to a case now, by the table of deeds (`dispatch.acts.table`)."""

from typing import Any

import sqlalchemy as sa

from cases.loop.deeds import Standing, standing
from cases.loop.models import approval, return_request
from cases.models import assignment
from cases.states import State
from dispatch.acts.facts import Facts
from dispatch.acts.table import ACTIONS
from dispatch.correcting import proposing
from dispatch.life import granting
from dispatch.loop import returns
from dispatch.loop.disputes import deciding
from dispatch.loop.submitting import is_telling
from dispatch.loop.who import Who, has_verified
from dispatch.loop.work import taken_by_person
from dispatch.models import unit
from dispatch.side import cohandling
from dispatch.side import possible as side
from dispatch.transaction import Tx


def possible(tx: Tx, who: Who, case: Any) -> list[str]:
    """The names of the deeds that this person may do to a case (its row), in the order of the table."""
    facts = look(tx, who, standing(tx, case.id))
    return [name for name, action in ACTIONS.items() if action.ready(facts)]


def look(tx: Tx, who: Who, case: Standing) -> Facts:
    """What decides whether a deed is possible. Whether the case may be seen at all is decided by the caller."""
    row = tx.conn.execute(_looked(who, case)).one()
    holds = case.row.worker_id == who.id
    return Facts(
        case=case, who=who, now=tx.now,
        covers=who.covers(row.path),
        handled=row.handled, returning=row.returning, proposed=row.proposed,
        taken=taken_by_person(tx, case.id),
        returnable=holds and returns.barred(tx, case) is None,
        telling=holds and is_telling(tx, case),
        life=granting.possible(tx, who, case),
        disputing=deciding.possible(tx, who, case, handled=row.handled),
        correcting=proposing.possible(tx, who, case),
        beside=side.possible(tx, who, case),
        awaiting=holds and bool(cohandling.awaited(tx, case.id)),
        verified=case.state is State.TO_CALL_BACK and not tx.small and has_verified(tx, who, case),
    )  # fmt: skip


def _looked(who: Who, case: Standing) -> sa.Select[Any]:
    attempt = (assignment.c.case_id == case.id, assignment.c.attempt == case.attempt)
    asked = (return_request.c.case_id == case.id, return_request.c.decided_at.is_(None))
    open_ = (approval.c.case_id == case.id, approval.c.attempt == case.attempt, approval.c.decided_at.is_(None))
    return sa.select(
        unit.c.path,
        sa.exists().where(*attempt, assignment.c.worker_id == who.id).label("handled"),
        sa.exists().where(*asked).label("returning"),
        sa.select(approval.c.proposed_by).where(*open_).scalar_subquery().label("proposed"),
    ).where(unit.c.id == case.row.unit_id)
