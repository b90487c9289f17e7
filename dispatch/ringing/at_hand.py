"""A call of ours that is under way: its row, its case locked, whom or what it is about."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.loop.deeds import Standing, standing
from cases.models import content, party
from dispatch.due import errands
from dispatch.due.errands import Kind
from dispatch.models import errand, outbox
from dispatch.outbox import CALL, placed
from dispatch.transaction import Tx

ENDS = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})  # the carrier's words for it
CONNECTED = "connected"  # our word for a call in which the one who was rung spoke with somebody else
_RANK = MappingProxyType(
    {"queued": 0, "initiated": 0, "ringing": 1, "in-progress": 2, "answered": 2, CONNECTED: 4} | dict.fromkeys(ENDS, 3)
)


@dataclass(frozen=True, slots=True)
class Ring:
    """A call of ours. `about` is the member of staff, the question or the case that it is for, `lang` theirs whom it
    rings."""

    row: Any
    case: Standing
    about: UUID
    lang: str

    @property
    def ref(self) -> UUID:
        ref: UUID = self.row.id
        return ref

    @property
    def purpose(self) -> str:
        purpose: str = self.row.purpose
        return purpose


_CALL = sa.select(outbox.c.case_id, outbox.c.party_id).where(
    outbox.c.id == sa.bindparam("ref"), outbox.c.channel == CALL, outbox.c.office_id == sa.bindparam("office_id")
)
_WHOLE = (
    sa.select(outbox, party.c.lang, content.c.sealed)
    .join(party, party.c.id == outbox.c.party_id)
    .join(content, content.c.id == outbox.c.content_id)
    .where(outbox.c.id == sa.bindparam("ref"))
)


def look(tx: Tx, ref: UUID, *, hold: bool = False) -> Ring | None:
    """A call of ours, its case locked; None where there is none.

    `hold`: whoever is rung is locked too, before the case, as by a text of theirs.
    """
    found = tx.conn.execute(_CALL, {"ref": ref, "office_id": tx.office_id}).one_or_none()
    if found is None:
        return None
    if hold:
        tx.conn.execute(sa.select(party.c.id).where(party.c.id == found.party_id).with_for_update(key_share=True))
    case = standing(tx, found.case_id, lock=True)
    row = tx.conn.execute(_WHOLE, {"ref": ref}).one()  # as it stands under the lock
    about = UUID(tx.vault.open(row.content_id, "content", row.sealed))
    return Ring(row, case, about, row.lang)


def hear(tx: Tx, ring: Ring, sid: str, status: str) -> None:
    """The carrier speaks of a call: so it was placed, and stands where it says, forwards only."""
    placed(tx, ring.ref, sid)
    if _RANK.get(status, -1) > _RANK.get(ring.row.delivery or "", -1):
        tx.conn.execute(sa.update(outbox).where(outbox.c.id == ring.ref).values(delivery=status))


_ENDS = sa.select(errand.c.state).where(errand.c.kind == str(Kind.RING_OVER), errand.c.ref == sa.bindparam("ref"))


def is_counted(tx: Tx, ring: Ring) -> bool:
    """Whether the end of the call was taken up already."""
    return "open" not in set(tx.conn.execute(_ENDS, {"ref": ring.ref}).scalars())


def count(tx: Tx, ring: Ring) -> bool:
    """Take up the end of a call now. False: that was done before (INV-ONCE)."""
    if is_counted(tx, ring):
        return False
    errands.call_off(tx, Kind.RING_OVER, ring.ref)
    return True
