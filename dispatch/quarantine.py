"""Quarantine: requests that were signed and yet look cut anew. Never trusted, never lost.

Each waits until it is settled: taken in with what the carrier really has, or dismissed by a person.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dispatch.models import quarantine
from dispatch.transaction import Tx

AT_ONCE = 100  # to be asked about in one go
OPEN, TAKEN, DISMISSED = "open", "taken", "dismissed"


@dataclass(frozen=True, slots=True)
class Suspect:
    """A request to be set aside: its door (text, voice, status, recording), the carrier's id or empty, the reason
    (a code), and what was said (JSON: names and values of `query` and `body`)."""

    door: str
    sid: str
    reason: str
    said: str


@dataclass(frozen=True, slots=True)
class Held:
    """One that waits. `trouble` says why it could not be taken in, empty as long as nobody asked the carrier."""

    id: UUID
    line: str
    suspect: Suspect
    received_at: datetime
    trouble: str


def put(tx: Tx, suspect: Suspect) -> None:
    """Set a request aside; the same one again is the same."""
    id_ = tx.new_id()
    tx.conn.execute(
        insert(quarantine)
        .values(
            id=id_,
            office_id=tx.office_id,
            line=tx.line.id if tx.line else "",
            door=suspect.door,
            sid=suspect.sid,
            digest=_digest(tx, suspect.said),
            reason=suspect.reason,
            body_sealed=tx.vault.seal(id_, "body", suspect.said),
            received_at=tx.now,
            state=OPEN,
        )
        .on_conflict_do_nothing()
    )


def _digest(tx: Tx, said: str) -> str:
    """Keyed: what a person may have said is not to be guessed from it."""
    return tx.vault.number_hash(tx.office_id, sha256(said.encode()).hexdigest()).hex()


def open_items(tx: Tx) -> list[Held]:
    """What waits, the oldest first."""
    return [_held(tx, row) for row in tx.conn.execute(_open(tx))]


def unasked(tx: Tx) -> list[Held]:
    """Of what waits, the oldest that the carrier was not asked about yet."""
    return [_held(tx, row) for row in tx.conn.execute(_open(tx).where(quarantine.c.trouble.is_(None)).limit(AT_ONCE))]


def _open(tx: Tx) -> sa.Select[Any]:
    return (
        sa.select(quarantine)
        .where(quarantine.c.office_id == tx.office_id, quarantine.c.state == OPEN)
        .order_by(quarantine.c.received_at, quarantine.c.id)
    )


def _held(tx: Tx, row: Any) -> Held:
    suspect = Suspect(row.door, row.sid, row.reason, tx.vault.open(row.id, "body", row.body_sealed))
    return Held(row.id, row.line, suspect, row.received_at, row.trouble or "")


def settle(tx: Tx, id_: UUID, state: str, by: str) -> bool:
    """Taken or dismissed, by whom; False where it was settled before. Raises ValueError for another state."""
    if state not in (TAKEN, DISMISSED):
        raise ValueError(f"state {state!r}: a request in quarantine is {TAKEN} or {DISMISSED} at last")
    return _change(tx, id_, {"state": state, "settled_at": tx.now, "settled_by": by})


def doubt(tx: Tx, id_: UUID, trouble: str) -> bool:
    """Why the carrier's word did not settle it: now a person has to look. False where it was settled before."""
    return _change(tx, id_, {"trouble": trouble})


def ask_again(tx: Tx, id_: UUID) -> bool:
    """The carrier is to be asked once more. False where it was settled before."""
    return _change(tx, id_, {"trouble": None})


def _change(tx: Tx, id_: UUID, values: dict[str, Any]) -> bool:
    changed = tx.conn.execute(
        sa.update(quarantine)
        .where(quarantine.c.id == id_, quarantine.c.office_id == tx.office_id, quarantine.c.state == OPEN)
        .values(values)
        .returning(quarantine.c.id)
    ).scalar()
    return changed is not None
