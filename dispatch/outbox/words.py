"""What the carrier says of a text or a call: taken, refused, arrived, lost. It may say so twice, late, in any order."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.models import party
from dispatch.models import outbox, receipt
from dispatch.outbox.away import await_other_way
from dispatch.outbox.rows import (
    CALL,
    CARRIER_AWAY,
    RINGS_FOR,
    WAITING,
    Outgoing,
    change,
    ends_at,
    expect_end,
    has_ended,
    row_of,
    stopped,
)
from dispatch.transaction import Tx

MAY_WAIT = timedelta(days=2)  # for a text that the carrier does not take, since it did not first
_SHORTEST, _FARTHEST = timedelta(seconds=2), timedelta(minutes=10)  # between two tries
# The carrier's words on a text of ours, by how far they are; a late one moves nothing back.
_RANK = {
    "accepted": 0, "scheduled": 0, "queued": 1, "sending": 2, "sent": 3,
    "delivered": 4, "undelivered": 4, "failed": 4, "canceled": 4, "read": 5,
}  # fmt: skip
_LOST = ("undelivered", "failed", "canceled")
_ARRIVED = ("delivered", "read")


@dataclass(frozen=True, slots=True)
class Came:
    """What became of a text: it arrived, or it never will (`error` says why, as a code)."""

    id: UUID
    purpose: str
    case_id: UUID | None
    arrived: bool
    error: str = ""


def call_off(tx: Tx) -> list[Came]:
    """Fail what waits for people who stopped texts, and say so in the case."""
    waiting = tx.conn.execute(
        sa.select(outbox).join(party, party.c.id == outbox.c.party_id).where(*stopped(tx)).order_by(outbox.c.case_id)
    ).all()
    return [came for row in waiting for came in _fail(tx, row, "stopped")]


def sent(tx: Tx, item: Outgoing, sid: str) -> list[Came]:
    """The carrier took it, under this SID. A word on it that came before us is counted now."""
    if item.channel == CALL:
        placed(tx, item.id, sid)
        return []
    _one_at_a_time(tx, sid)
    if tx.conn.execute(_SENT, {"row": item.id, "new_sid": sid, "now": tx.now}).scalar() is not None:
        return []
    early = tx.conn.execute(_EARLY, {"sid": sid}).all()
    if item.case_id is not None:
        history.lock(tx, item.case_id)  # the lock order: a case before its outbox
    change(tx, item.id, state="sent", next_at=None, sid=sid, sent_at=tx.now)
    return [came for each in early for came in _deliver(tx, sid, each.status, each.error)]


def placed(tx: Tx, id_: UUID, sid: str) -> None:
    """The carrier rings somebody for us, under this SID; whoever learns of it first stores it."""
    row = row_of(tx, id_)
    if row.state == "sent":
        return  # whoever stored it saw to its end too
    _case_first(tx, row)
    row = row_of(tx, id_, lock=True)
    if row.state != "sent":
        change(tx, id_, state="sent", next_at=None, sid=sid, sent_at=tx.now, trouble=None)
    ends_at(tx, row, tx.now + RINGS_FOR[row.purpose])


def not_placed(tx: Tx, row: Any) -> None:
    """A call waited for its carrier until it has nothing to say any more. Its case is locked."""
    change(tx, row.id, state="failed", next_at=None, trouble=CARRIER_AWAY)


def _case_first(tx: Tx, row: Any) -> None:
    """The lock order: a case before its outbox; the errand that is written here refers to the case."""
    if row.case_id is not None:
        history.lock(tx, row.case_id)


def refused(tx: Tx, id_: UUID, reason: str) -> list[Came]:
    """The carrier will not take it: it failed, and that is shown."""
    return _fail(tx, row_of(tx, id_), reason)


def later(tx: Tx, item: Outgoing, reason: str) -> list[Came]:
    """It surely did not leave: it waits, with growing pauses. What presses takes another way meanwhile; at last it
    failed."""
    _case_first(tx, row_of(tx, item.id))
    row = row_of(tx, item.id, lock=True)
    if row.state == "sent":  # we heard of it from the carrier in the meantime
        return []
    if row.held_at is not None and tx.now - row.held_at >= MAY_WAIT:
        return _fail(tx, row, reason)
    if row.channel == CALL and has_ended(tx, row):
        not_placed(tx, row)
        return []
    held_at = row.held_at or tx.now
    values = {"state": "pending", "next_at": tx.now + _pause(item), "trouble": reason, "held_at": held_at}
    change(tx, item.id, **values)
    await_other_way(tx, row_of(tx, item.id))
    return []


def _pause(item: Outgoing) -> timedelta:
    """Twice the last one, a little more or less, so that not all who wait come together; by the row, not by chance."""
    luck = 0.75 + (item.id.int + item.tries * 7919) % 1000 / 2000
    pause: timedelta = min(_SHORTEST * 2 ** min(item.tries - 1, 10), _FARTHEST)
    return pause * luck


def unknown(tx: Tx, item: Outgoing, reason: str) -> None:
    """It may have left, it may not: it is looked up at the carrier later, never resent by itself.

    A call is waited for no longer than one that was placed.
    """
    if item.channel == CALL:
        _case_first(tx, row_of(tx, item.id))
    row = row_of(tx, item.id)
    if row.state == "sent":
        return
    wait = timedelta(seconds=min(60, 5 * item.tries))
    change(tx, item.id, state="unknown", next_at=tx.now + wait, trouble=reason)
    if row.channel == CALL:
        expect_end(tx, row, tx.now + RINGS_FOR[row.purpose])


def take_receipt(  # noqa: PLR0913 - which text, what the carrier says, and whose it is
    tx: Tx, sid: str, status: str, sequence: str = "", error: str = "", ref: UUID | None = None
) -> list[Came]:
    """The carrier's word on a text of ours; kept, and counted if it is further on than what we knew.

    `ref`: the row that wanted it, as its address says. Where we do not know yet whether that has left, it has.
    """
    _one_at_a_time(tx, sid)
    if ref is not None:
        _has_left(tx, ref, sid)
    came = _deliver(tx, sid, status, error)
    tx.put(receipt, id=tx.new_id(), sid=sid, status=status, sequence=sequence, error=error, received_at=tx.now)
    return came


def _has_left(tx: Tx, ref: UUID, sid: str) -> None:
    """A text of whose fate we were not sure is the carrier's under this SID: nobody sends it again, also where it was
    found in no list and waits for that."""
    row = tx.conn.execute(_NOT_SENT, {"ref": ref, "office": tx.office_id}).one_or_none()
    if row is None or tx.conn.execute(_OF_SID, {"sid": sid}).one_or_none() is not None:
        return
    _case_first(tx, row)
    tx.conn.execute(_LEFT, {"row": ref, "new_sid": sid, "now": tx.now})


_QUEUE_UP = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:sid, 0))")
_EARLY = sa.select(receipt.c.status, receipt.c.error).where(receipt.c.sid == sa.bindparam("sid"))
# That a text was sent, where no word on it came before us: then its case is locked first.
_SENT = (
    sa.update(outbox)
    .where(
        outbox.c.id == sa.bindparam("row"),
        ~sa.exists().where(receipt.c.sid == sa.bindparam("new_sid")),
    )
    .values(
        state="sent",
        next_at=None,
        sid=sa.bindparam("new_sid"),
        sent_at=sa.bindparam("now", type_=outbox.c.sent_at.type),
    )
    .returning(outbox.c.id)
)
_NOT_SENT = sa.select(outbox).where(
    outbox.c.id == sa.bindparam("ref"),
    outbox.c.office_id == sa.bindparam("office"),
    outbox.c.channel != CALL,
    outbox.c.state.in_(WAITING),
)
_LEFT = (
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("row"), outbox.c.state.in_(WAITING))
    .values(
        state="sent",
        next_at=None,
        sid=sa.bindparam("new_sid"),
        sent_at=sa.bindparam("now", type_=outbox.c.sent_at.type),
        trouble=None,
    )
)
_OF_SID = sa.select(outbox).where(outbox.c.sid == sa.bindparam("sid"))


def _one_at_a_time(tx: Tx, sid: str) -> None:
    """Words on one text wait for each other, and for us who store its SID: none is overlooked or overtaken."""
    tx.conn.execute(_QUEUE_UP, {"sid": sid})


def _deliver(tx: Tx, sid: str, status: str, error: str | None) -> list[Came]:
    row = tx.conn.execute(_OF_SID, {"sid": sid}).one_or_none()
    if row is None or _RANK.get(status, -1) <= _RANK.get(row.delivery or "", -1):
        return []
    if status in (*_ARRIVED, *_LOST):
        _case_first(tx, row)  # what follows from it is written in the case
    if row.case_id is not None and status in _LOST:
        _lost(tx, row, status, error or "")
    tx.change(outbox, {"id": row.id}, delivery=status, trouble=error or None)
    if status not in (*_ARRIVED, *_LOST):
        return []
    return [Came(row.id, row.purpose, row.case_id, status in _ARRIVED, error or status)]


def _fail(tx: Tx, row: Any, trouble: str) -> list[Came]:
    """It will not leave. The lock order holds: the case first, then its outbox."""
    if row.channel != CALL and row.case_id is not None:
        _lost(tx, row, "failed", trouble)
    change(tx, row.id, state="failed", next_at=None, trouble=trouble)
    if row.channel == CALL:
        expect_end(tx, row, tx.now)
        return []
    return [Came(row.id, row.purpose, row.case_id, arrived=False, error=trouble)]


def _lost(tx: Tx, row: Any, status: str, error: str) -> None:
    thread = history.lock(tx, row.case_id)
    history.append(tx, thread, "text_failed", {"purpose": row.purpose, "status": status, "error": error})
    history.close_thread(tx, thread)
