"""What waits for a person to say what it is: the list of an office, and what is offered for each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.models import IS_OPEN, cases, event
from cases.states import State
from dispatch.assist.waiting import suggested
from dispatch.matters.doubt import Offer, from_facts, with_proposed
from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Waits:
    """A case that waits: why, until when, what it says, and what it may be."""

    number: str
    why: str
    summary: str
    due_at: datetime | None
    offers: tuple[Offer, ...]


def waiting(tx: Tx) -> Sequence[Waits]:
    """What waits in the office, what is due first before."""
    rows = tx.conn.execute(
        sa.select(cases.c.id, cases.c.number, cases.c.triage, cases.c.summary, cases.c.next_due_at)
        .where(cases.c.office_id == tx.office_id, cases.c.triage.is_not(None), sa.text(IS_OPEN))
        .order_by(cases.c.next_due_at.asc().nulls_last(), cases.c.id)
    ).all()
    return [Waits(row.number, row.triage, row.summary, row.next_due_at, offers_of(tx, row.id)) for row in rows]


def offers_of(tx: Tx, case_id: UUID) -> tuple[Offer, ...]:
    """What a case may be, as it was kept when it began to wait, and what the second reader said since; nothing where it
    never did."""
    line = (
        sa.select(event.c.canonical)
        .where(event.c.case_id == case_id, event.c.kind == "triaged")
        .order_by(event.c.seq.desc())
        .limit(1)
    )
    kept = tx.conn.execute(line).scalar()
    if not kept:
        return ()
    return with_proposed(from_facts(json.loads(kept)["facts"]["offers"]), suggested(tx, [case_id]).get(case_id))


def told_as(tx: Tx, case_id: UUID) -> Sequence[str]:
    """The numbers of all that was told in the message of this case, in the order of its receipt."""
    message = sa.select(cases.c.told_with).where(cases.c.id == case_id).scalar_subquery()
    together = sa.or_(cases.c.id == case_id, cases.c.told_with == message)
    return tx.conn.execute(sa.select(cases.c.number).where(together).order_by(cases.c.id)).scalars().all()


def waits(row: Any) -> bool:
    """Whether a case (its row) waits for it now."""
    return row.triage is not None and row.state == State.TO_DISPATCH


def told_with(tx: Tx, row: Any) -> Sequence[str]:
    """The numbers of the cases that the message of this one told too."""
    if row.told_with is None:
        return ()
    others = sa.select(cases.c.number).where(cases.c.told_with == row.told_with, cases.c.id != row.id)
    return tx.conn.execute(others.order_by(cases.c.id)).scalars().all()
