"""History: what happened to a case, only ever added to, each line chained to the one before (INV-CHAIN)."""

import json
from dataclasses import dataclass
from datetime import datetime
from os import urandom
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.models import cases, event
from cases.pen import Pen, read_content, seal_content
from cases.privacy import redact
from cases.seal import chain

SYSTEM = "system"


@dataclass(slots=True)
class Thread:
    """The end of one case's history, held while the case is locked. Not frozen: it grows as we write.

    `actor` is who does what is written next: "resident", "system", or the login or code of a person.
    """

    case_id: UUID
    actor: str = SYSTEM
    seq: int = 0
    at: datetime | None = None
    hash: str = ""

    def __post_init__(self) -> None:
        self.hash = self.hash or chain.genesis(self.case_id)

    def moment(self, now: datetime) -> datetime:
        """When the next line happens: the later of now and the last line, so that none lies in the past."""
        return now if self.at is None or now > self.at else self.at


_LOCK = (
    sa.select(cases.c.last_seq, cases.c.last_at, cases.c.last_hash)
    .where(cases.c.id == sa.bindparam("case_id"))
    .with_for_update(key_share=True)
)


def lock(pen: Pen, case_id: UUID, actor: str = SYSTEM) -> Thread:
    """Lock a case and take up its history. Raises LookupError where there is no such case."""
    row = pen.conn.execute(_LOCK, {"case_id": case_id}).one_or_none()
    if row is None:
        raise LookupError(f"no case {case_id}")
    return Thread(case_id, actor, row.last_seq, row.last_at, row.last_hash)


def resume(row: Any, actor: str) -> Thread:
    """Take up the history of a case whose row was read when it was locked, and nothing written to it since."""
    return Thread(row.id, actor, row.last_seq, row.last_at, row.last_hash)


def append(pen: Pen, thread: Thread, kind: str, facts: dict[str, Any] | None = None, words: str = "") -> datetime:
    """One more line of history; its moment.

    `facts` hold codes, ids and numbers, never personal data; `words` (what a person said) go to the vault
    and the line holds their salted commitment, so that erasing them later leaves the chain whole.
    """
    at = thread.moment(pen.now)
    body: dict[str, Any] = {"kind": kind, "at": at, "actor": thread.actor, "facts": facts or {}}
    content_id = None
    if words:
        salt = urandom(16)
        kept = json.dumps({"salt": salt.hex(), "words": words}, ensure_ascii=False)
        content_id = seal_content(pen, "words", kept)
        body["commitment"] = chain.commitment(salt, words)
    thread.seq += 1
    thread.at = at
    canonical = chain.canonical({**body, "case": thread.case_id, "seq": thread.seq})
    thread.hash = chain.link(thread.hash, canonical)
    pen.put(
        event,
        id=pen.new_id(),
        office_id=pen.office_id,
        case_id=thread.case_id,
        seq=thread.seq,
        kind=kind,
        at=at,
        actor=thread.actor,
        canonical=canonical,
        content_id=content_id,
        hash=thread.hash,
    )
    return at


def words_of(pen: Pen, content_id: UUID) -> str:
    """What a person said in a line of history, without what identifies somebody: for whoever reads the case."""
    said: str = json.loads(read_content(pen, content_id))["words"]
    return redact(said)


def close_thread(pen: Pen, thread: Thread, **values: Any) -> None:
    """Store the new end of the history on the case, with other changes to the case's row."""
    pen.change(cases, {"id": thread.case_id}, last_seq=thread.seq, last_at=thread.at, last_hash=thread.hash, **values)
