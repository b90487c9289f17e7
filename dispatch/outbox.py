"""What goes out: a row in the transaction that makes it true, sent afterwards by `jobs` (INV-OUT).

pending → sending → sent | failed | unknown. An unknown one is looked up at the carrier before any resend.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.models import party
from cases.pen import read_content, seal_content
from cases.phrases import Message
from cases.seal.vault import VaultError
from dispatch.models import outbox, receipt
from dispatch.people.parties import number_of
from dispatch.transaction import Tx

TRIES = 5
_LEASE = timedelta(seconds=30)
# The carrier's words on a text of ours, by how far they are; a late one moves nothing back.
_RANK = {
    "accepted": 0, "scheduled": 0, "queued": 1, "sending": 2, "sent": 3,
    "delivered": 4, "undelivered": 4, "failed": 4, "canceled": 4, "read": 5,
}  # fmt: skip
_LOST = ("undelivered", "failed", "canceled")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A text that is ours to send now. `doubtful`: an earlier try may have reached the carrier."""

    id: UUID
    office: str
    line: str
    number: str
    body: str
    doubtful: bool
    age: timedelta  # since it was written, on our clock; the carrier's may stand elsewhere
    tries: int
    known: frozenset[str]  # the carrier's SIDs of our other texts to that person


def put_text(  # noqa: PLR0913 - what is said, to whom, for what
    tx: Tx, party_id: UUID, message: Message, lang: str, *, purpose: str, case_id: UUID | None = None
) -> UUID:
    """A text to a party, in their language; it leaves after the commit. Its id."""
    id_ = tx.new_id()
    tx.put(
        outbox,
        id=id_,
        office_id=tx.office_id,
        case_id=case_id,
        party_id=party_id,
        line=tx.line.id if tx.line else "main",
        channel="text",
        purpose=purpose,
        content_id=seal_content(tx, "text_out", tx.say(message, lang)),
        state="pending",
        tries=0,
        next_at=tx.now,
        created_at=tx.now,
    )
    tx.wake("outbox")
    return id_


def take(tx: Tx) -> Outgoing | None:
    """The next text to send, leased to us: state `sending`. None where nothing is due.

    One whose lease ran out was being sent by a process that died: it comes as doubtful. Whoever stopped
    texts is passed over in the same statement that claims.
    """
    row = tx.conn.execute(
        sa.select(outbox)
        .join(party, party.c.id == outbox.c.party_id)
        .where(
            outbox.c.office_id == tx.office_id,
            outbox.c.state.in_(("pending", "sending", "unknown")),
            outbox.c.next_at <= tx.now,
            party.c.stopped_at.is_(None) | (outbox.c.state != "pending"),
        )
        .order_by(outbox.c.next_at, outbox.c.id)
        .limit(1)
        .with_for_update(of=(outbox, party), key_share=True, skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    try:
        words = number_of(tx, row.party_id), read_content(tx, row.content_id)
    except (VaultError, LookupError) as trouble:
        failed = {"state": "failed", "next_at": None, "trouble": f"cannot be read: {trouble}"}
        tx.conn.execute(sa.update(outbox).where(outbox.c.id == row.id).values(failed))
        return take(tx)
    taken_at = {"taken_at": tx.now} if row.state == "pending" else {}
    tx.conn.execute(
        sa.update(outbox)
        .where(outbox.c.id == row.id)
        .values(state="sending", tries=row.tries + 1, next_at=tx.now + _LEASE, **taken_at)
    )
    doubtful = row.state != "pending"
    return Outgoing(
        row.id, tx.office.code, row.line, *words, doubtful, tx.now - row.created_at, row.tries + 1,
        _known(tx, row.party_id) if doubtful else frozenset(),
    )  # fmt: skip


def anything_due(tx: Tx) -> bool:
    """Whether a text waits to be sent or looked up now."""
    due = sa.exists().where(
        outbox.c.office_id == tx.office_id,
        outbox.c.state.in_(("pending", "sending", "unknown")),
        outbox.c.next_at <= tx.now,
    )
    return bool(tx.conn.execute(sa.select(due)).scalar())


def anything_stopped(tx: Tx) -> bool:
    """Whether a text waits for somebody who stopped texts."""
    waits = sa.exists().where(
        outbox.c.office_id == tx.office_id,
        outbox.c.state == "pending",
        outbox.c.party_id == party.c.id,
        party.c.stopped_at.is_not(None),
    )
    return bool(tx.conn.execute(sa.select(waits)).scalar())


def _known(tx: Tx, party_id: UUID) -> frozenset[str]:
    rows = tx.conn.execute(sa.select(outbox.c.sid).where(outbox.c.party_id == party_id, outbox.c.sid.is_not(None)))
    return frozenset(rows.scalars())


def call_off(tx: Tx) -> list[UUID]:
    """Fail what waits for people who stopped texts, and say so in the case. The cases whose order that was."""
    waiting = tx.conn.execute(
        sa.select(outbox.c.id, outbox.c.case_id, outbox.c.purpose)
        .join(party, party.c.id == outbox.c.party_id)
        .where(outbox.c.office_id == tx.office_id, outbox.c.state == "pending", party.c.stopped_at.is_not(None))
        .order_by(outbox.c.case_id)
    ).all()
    for row in waiting:
        _settle(tx, row.id, "failed", trouble="stopped")
    return [row.case_id for row in waiting if row.purpose == "order" and row.case_id is not None]


def sent(tx: Tx, id_: UUID, sid: str) -> None:
    """The carrier took it, under this SID. A word on it that came before us is counted now."""
    _one_at_a_time(tx, sid)
    early = tx.conn.execute(sa.select(receipt.c.status, receipt.c.error).where(receipt.c.sid == sid)).all()
    case_id = tx.conn.execute(sa.select(outbox.c.case_id).where(outbox.c.id == id_)).scalar()
    if case_id is not None and any(row.status in _LOST for row in early):
        history.lock(tx, case_id)  # the lock order: a case before its outbox
    _settle(tx, id_, "sent", sid=sid, sent_at=tx.now)
    for row in early:
        _deliver(tx, sid, row.status, row.error)


def _one_at_a_time(tx: Tx, sid: str) -> None:
    """Words on one text wait for each other, and for us who store its SID: none is overlooked or overtaken."""
    tx.conn.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:sid, 0))"), {"sid": sid})


def refused(tx: Tx, id_: UUID, reason: str) -> None:
    """The carrier will not take it: it failed, and that is shown."""
    _settle(tx, id_, "failed", trouble=reason)


def later(tx: Tx, item: Outgoing, reason: str) -> None:
    """It surely did not leave: try again with growing waits, and after the last try it failed."""
    if item.tries >= TRIES:
        _settle(tx, item.id, "failed", trouble=reason)
        return
    wait = timedelta(seconds=2**item.tries)
    tx.conn.execute(
        sa.update(outbox).where(outbox.c.id == item.id).values(state="pending", next_at=tx.now + wait, trouble=reason)
    )


def unknown(tx: Tx, item: Outgoing, reason: str) -> None:
    """It may have left, it may not: it is looked up at the carrier later, never resent by itself."""
    wait = timedelta(seconds=min(60, 5 * item.tries))
    tx.conn.execute(
        sa.update(outbox).where(outbox.c.id == item.id).values(state="unknown", next_at=tx.now + wait, trouble=reason)
    )


def take_receipt(tx: Tx, sid: str, status: str, sequence: str = "", error: str = "") -> None:
    """The carrier's word on a text of ours; kept, and counted if it is further on than what we knew."""
    _one_at_a_time(tx, sid)
    tx.put(receipt, id=tx.new_id(), sid=sid, status=status, sequence=sequence, error=error, received_at=tx.now)
    _deliver(tx, sid, status, error)


def _deliver(tx: Tx, sid: str, status: str, error: str | None) -> None:
    row = tx.conn.execute(
        sa.select(outbox.c.id, outbox.c.case_id, outbox.c.delivery, outbox.c.purpose).where(outbox.c.sid == sid)
    ).one_or_none()
    if row is None or _RANK.get(status, -1) <= _RANK.get(row.delivery or "", -1):
        return
    if row.case_id is not None and status in _LOST:
        _note(tx, row.case_id, {"purpose": row.purpose, "status": status, "error": error or ""})
    tx.conn.execute(sa.update(outbox).where(outbox.c.id == row.id).values(delivery=status, trouble=error or None))


def _settle(tx: Tx, id_: UUID, state: str, **values: object) -> None:
    """The lock order holds: the case first, then its outbox."""
    row = tx.conn.execute(sa.select(outbox.c.case_id, outbox.c.purpose).where(outbox.c.id == id_)).one()
    if row.case_id is not None and state == "failed":
        _note(
            tx,
            row.case_id,
            {"purpose": row.purpose, "status": state, "error": str(values.get("trouble") or "")},
        )
    tx.conn.execute(sa.update(outbox).where(outbox.c.id == id_).values(state=state, next_at=None, **values))


def _note(tx: Tx, case_id: UUID, facts: dict[str, str]) -> None:
    thread = history.lock(tx, case_id)
    history.append(tx, thread, "text_failed", facts)
    history.close_thread(tx, thread)
