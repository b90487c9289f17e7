"""Somebody who told a matter says that it was understood wrong: the desk sees it in its lane and decides."""

from uuid import UUID

import sqlalchemy as sa

from cases import lifecycle
from cases.loop.deeds import Standing, standing
from cases.models import cases
from cases.phrases import Message, msg
from cases.states import CLOSED, Role
from dispatch.loop.closing import NothingToDecide, by_number
from dispatch.loop.who import Who, demand
from dispatch.matters.doubt import CORRECTION
from dispatch.transaction import Tx

PARTS = (Role.DISPATCHER, Role.SUPERVISOR)


def ask(tx: Tx, case_id: UUID) -> None:
    """It is put into the lane; its unit goes on, and no clock moves. What waits there stays as it is."""
    case = standing(tx, case_id, lock=True)
    if case.state not in CLOSED and case.row.triage is None:
        lifecycle.note(tx, case_id, "correction_asked", "resident")
        tx.conn.execute(sa.update(cases).where(cases.c.id == case_id).values(triage=CORRECTION))


def settle(tx: Tx, who: Who, number: str) -> Message:
    """Somebody of the desk has seen to it. Raises UnknownCase, NotYours, NothingToDecide."""
    case = by_number(tx, number)
    demand(who, *PARTS)
    if case.row.triage != CORRECTION:
        raise NothingToDecide(number)
    lifecycle.note(tx, case.id, "correction_settled", who.actor)
    is_seen_to(tx, case)
    return msg("triage.said.settled", number=number)


def is_seen_to(tx: Tx, case: Standing) -> None:
    """What the resident called wrong is no more to be looked at."""
    if case.row.triage == CORRECTION:
        tx.conn.execute(sa.update(cases).where(cases.c.id == case.id).values(triage=None))
