"""By what a case is found again: a row beside it, written once."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

import sqlalchemy as sa

from dispatch.same.models import likeness
from dispatch.same.spots import Spot, spot_of_case, without
from dispatch.same.storm import topic_of
from dispatch.transaction import Tx


@lru_cache(4096)  # in a storm the same reports are looked at for each that comes
def compared(estate: str | None, building: str | None, road: str | None, summary: str) -> tuple[Spot, str]:
    """The spot of a stored case, and its words without the names of its place."""
    spot = spot_of_case(estate, building, road, summary)
    return spot, without(summary, spot.names)


def put(tx: Tx, case_id: UUID, category: str, told: tuple[UUID | None, datetime]) -> None:
    """The row of a new case, told by whom and when, to be looked at soon; it leaves with all that its intake writes."""
    party_id, received_at = told
    tx.put(
        likeness, case_id=case_id, office_id=tx.office_id, category=category,
        topic=topic_of(tx.policy.branch(category)), party_id=party_id, people=0,
        received_at=received_at, due_at=tx.now, tries=0,
    )  # fmt: skip


def found_at(tx: Tx, case_id: UUID, spot: Spot, people: int) -> None:
    """It was looked at: by what it is found from now on."""
    mine = likeness.c.case_id == case_id
    found = {"place": spot.place, "spot": spot.point, "people": people, "looked_at": tx.now}
    tx.conn.execute(sa.update(likeness).where(mine).values(found))


def leads(tx: Tx, case_id: UUID, as_of: UUID) -> None:
    """A master case stands for the place and topic of the case that it was opened for, and belongs to itself; nobody
    looks at it."""
    first = tx.conn.execute(sa.select(likeness).where(likeness.c.case_id == as_of)).one()
    as_one = {"place": first.place, "topic": first.topic, "lead_id": case_id, "looked_at": tx.now}
    tx.conn.execute(sa.update(likeness).where(likeness.c.case_id == case_id).values(as_one))
