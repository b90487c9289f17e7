"""What came in, each once: the key is claimed in the transaction that does the work, and the first answer
is kept and given again, byte for byte, however often the carrier delivers (INV-ONCE)."""

import json
from dataclasses import dataclass, field
from hashlib import blake2b
from uuid import UUID, uuid5

import sqlalchemy as sa

from dispatch.models import inbox
from dispatch.transaction import Claim, Tx

_ANSWERS = UUID("5b2f8f0e-8a39-5f1d-9d0b-4f0b6a0d7c42")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the carrier was answered. `facts` (see facts_of) tell whether a later delivery is the same request."""

    status: int
    content_type: str
    body: bytes
    facts: str = field(default="", compare=False)


def facts_of(*values: str) -> str:
    """What must not differ between deliveries of one request, as a digest: who, to whom, which words."""
    return blake2b(json.dumps(values).encode(), digest_size=16).hexdigest()


def claim(tx: Tx, kind: str, key: str) -> Answer | None:
    """Take a request in hand. None: it is the first, go on. Else the answer that the first one got.

    A redelivery that comes while the first is at work waits for it. Call before anything else in `tx`.
    """
    if tx.open(Claim(kind, key)):
        return None
    row = tx.conn.execute(
        sa.select(inbox.c.status, inbox.c.content_type, inbox.c.answer, inbox.c.facts).where(
            inbox.c.kind == kind, inbox.c.key == key
        )
    ).one()
    id_ = _row(kind, key)
    facts = tx.vault.open(id_, "facts", row.facts) if row.facts else ""
    return Answer(row.status, row.content_type, tx.vault.open_bytes(id_, "answer", row.answer), facts)


def settle(tx: Tx, kind: str, key: str, answer: Answer) -> None:
    """Keep the answer, to be given again."""
    tx.change(
        inbox,
        {"kind": kind, "key": key},
        status=answer.status,
        content_type=answer.content_type,
        answer=tx.vault.seal(_row(kind, key), "answer", answer.body),
        facts=tx.vault.seal(_row(kind, key), "facts", answer.facts) if answer.facts else None,
    )


def _row(kind: str, key: str) -> UUID:
    """What an answer is sealed to: a call's answer speaks the query code, so it is not kept in plain."""
    return uuid5(_ANSWERS, f"{kind}/{key}")
