"""Taking what is due: leased to one sender, in the words that it leaves with."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.models import assignment, cases, party
from cases.pen import read_content
from cases.seal.vault import VaultError
from dispatch.loop.work import SHORT_MARK, give_short
from dispatch.models import outbox, staff
from dispatch.outbox.rows import CALL, OF_THE_HOLDER, ORDER_CALL, OVERTAKEN, WAITING, Outgoing, change, expect_end
from dispatch.people.parties import number_of
from dispatch.transaction import Tx

_LEASE = timedelta(seconds=30)
LOOK = 20  # rows looked at together
# Made once: each text and call asks these.
_DUE = (
    outbox.c.office_id == sa.bindparam("office_id"),
    outbox.c.state.in_(WAITING),
    outbox.c.next_at <= sa.bindparam("now"),
    party.c.stopped_at.is_(None) | (outbox.c.state != "pending") | (outbox.c.channel == CALL),
)
_THEIRS = sa.exists().where(staff.c.party_id == outbox.c.party_id)
_CANDIDATES = (
    sa.select(outbox.c.id, sa.case((_THEIRS, outbox.c.case_id)).label("first"))
    .join(party, party.c.id == outbox.c.party_id)
    .where(*_DUE)
    .order_by(outbox.c.next_at, outbox.c.id)
    .limit(LOOK)
)
_CLAIM = (
    sa.select(outbox)
    .join(party, party.c.id == outbox.c.party_id)
    .where(outbox.c.id == sa.bindparam("id"), *_DUE)
    .with_for_update(of=(outbox, party), key_share=True, skip_locked=True)
)
_CASE = sa.select(cases.c.id).where(cases.c.id == sa.bindparam("case_id"))
_WAIT, _PASS = _CASE.with_for_update(), _CASE.with_for_update(skip_locked=True)
_KNOWN = (
    sa.select(assignment.c.until_at, assignment.c.short, staff.c.party_id, cases.c.number)
    .join(cases, cases.c.id == assignment.c.case_id)
    .outerjoin(staff, staff.c.id == assignment.c.worker_id)
    .where(assignment.c.case_id == sa.bindparam("case_id"))
    .order_by(assignment.c.since_at, assignment.c.id)
)


def take(tx: Tx) -> Outgoing | None:
    """The next text or call to send, leased to us: state `sending`. None where nothing is due.

    One whose lease ran out was being sent by a process that died: it comes as doubtful. Texts to whoever stopped
    them are passed over in the same statement that claims.
    """
    while (row := _next(tx)) is not None:
        words = _words(tx, row)
        if words is not None:
            return _lease(tx, row, words)
    return None


def _next(tx: Tx) -> Any | None:
    """The row that has waited longest, and its person, locked.

    What goes to people of the office may need a short number, whose assignment is changed: the lock order wants its
    case first. A case that another holds is passed over, and waited for where nothing else is due.
    """
    due = tx.conn.execute(_CANDIDATES, {"office_id": tx.office_id, "now": tx.now}).all()
    passed = []
    for each in due:
        if each.first is not None and not _held(tx, each.first, wait=False):
            passed.append(each)
        elif (row := _claim(tx, each.id)) is not None:
            return row
    for each in sorted(passed, key=lambda each: each.first):
        if _held(tx, each.first, wait=True) and (row := _claim(tx, each.id)) is not None:
            return row
    return None


def _held(tx: Tx, case_id: UUID, *, wait: bool) -> bool:
    """Whether a case is locked by us now."""
    return tx.conn.execute(_WAIT if wait else _PASS, {"case_id": case_id}).scalar() is not None


def _claim(tx: Tx, id_: UUID) -> Any | None:
    """A row and its person, locked, where it is still due and nobody else has them."""
    return tx.conn.execute(_CLAIM, {"id": id_, "office_id": tx.office_id, "now": tx.now}).one_or_none()


def _words(tx: Tx, row: Any) -> tuple[str, str] | None:
    """The number and the words; None where it cannot leave, which is written down."""
    try:
        number, words = number_of(tx, row.party_id), read_content(tx, row.content_id)
    except (VaultError, LookupError) as trouble:
        change(tx, row.id, state="failed", next_at=None, trouble=f"cannot be read: {trouble}")
        if row.channel == CALL:
            expect_end(tx, row, tx.now)
        return None
    held = _holding(tx, row) if SHORT_MARK in words or row.purpose == ORDER_CALL else None
    if held is not None and held.lost and row.state == "pending" and row.purpose in OF_THE_HOLDER:
        change(tx, row.id, state="failed", next_at=None, trouble=OVERTAKEN)
        return None
    return number, words.replace(SHORT_MARK, held.short) if held is not None else words


@dataclass(frozen=True, slots=True)
class _Holding:
    """By which number somebody knows a case, and whether they held it and hold it no longer, or nobody does."""

    short: str
    lost: bool


def _holding(tx: Tx, row: Any) -> _Holding:
    known = tx.conn.execute(_KNOWN, {"case_id": row.case_id}).all()
    theirs = [each for each in known if each.party_id == row.party_id]
    if theirs and theirs[-1].until_at is None:
        return _Holding(give_short(tx, row.case_id), lost=False)
    live = any(each.until_at is None for each in known)
    short = theirs[-1].short if theirs else None
    return _Holding(str(short or known[0].number), lost=bool(theirs) or not live)


def _lease(tx: Tx, row: Any, words: tuple[str, str]) -> Outgoing:
    taken_at = {"taken_at": tx.now} if row.state == "pending" else {}
    change(tx, row.id, state="sending", tries=row.tries + 1, next_at=tx.now + _LEASE, **taken_at)
    doubtful = row.state != "pending"
    return Outgoing(
        row.id, tx.office.code, row.line, row.channel, *words, doubtful, tx.now - row.created_at, row.tries + 1,
        _known(tx, row.party_id) if doubtful else frozenset(),
    )  # fmt: skip


def _known(tx: Tx, party_id: UUID) -> frozenset[str]:
    rows = tx.conn.execute(sa.select(outbox.c.sid).where(outbox.c.party_id == party_id, outbox.c.sid.is_not(None)))
    return frozenset(rows.scalars())
