"""Taking what is due: leased to one sender, in the words that it leaves with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from cases.loop.models import question
from cases.models import assignment, cases, content, party
from cases.seal.vault import VaultError
from cases.states import CLOSED
from cases.steps import URGENT
from dispatch.loop.work import SHORT_MARK, give_short
from dispatch.models import carrier_away, outbox, staff
from dispatch.outbox.rows import (
    CALL,
    OF_DEADLINES,
    OF_THE_CASE,
    OF_THE_HOLDER,
    ORDER_CALL,
    ORDER_TEXTS,
    OVERTAKEN,
    WAITING,
    Outgoing,
    change,
    expect_end,
)
from dispatch.transaction import Tx

_LEASE = timedelta(seconds=30)
LOOK = 20  # rows looked at together
# Made once: each text and call asks these.
_DUE = (
    outbox.c.office_id == sa.bindparam("office"),
    outbox.c.state.in_([sa.literal_column(f"'{state}'") for state in WAITING]),  # as the partial index says it
    outbox.c.next_at <= sa.bindparam("now"),
    party.c.stopped_at.is_(None) | (outbox.c.state != "pending") | (outbox.c.channel == CALL),
    ~sa.exists().where(  # by a carrier that is away only the probe leaves
        carrier_away.c.opened_at.is_not(None),
        carrier_away.c.channel == outbox.c.channel,
        outbox.c.line == sa.any_(carrier_away.c.lines),
        carrier_away.c.probe_id.is_distinct_from(outbox.c.id),
    ),
)
_THEIRS = sa.exists().where(staff.c.party_id == outbox.c.party_id)
# What somebody must go for at once, and calls, at which people wait: before all else, however much that is.
_PRESSES = sa.or_(
    outbox.c.channel == CALL,
    sa.and_(
        outbox.c.purpose.in_(ORDER_TEXTS),
        sa.exists().where(cases.c.id == outbox.c.case_id, cases.c.level.in_([str(level) for level in URGENT])),
    ),
)
_CANDIDATES = (
    sa.select(outbox.c.id, sa.case((_THEIRS, outbox.c.case_id)).label("first"))
    .join(party, party.c.id == outbox.c.party_id)
    .where(*_DUE)
    .order_by(sa.case((_PRESSES, 0), else_=1), outbox.c.next_at, outbox.c.id)
    .limit(LOOK)
)
# A row and its person, locked where it is still due and nobody else has them, with the number and the words.
_MINE = (
    sa.select(outbox, party.c.number_sealed, content.c.sealed)
    .join(party, party.c.id == outbox.c.party_id)
    .outerjoin(content, content.c.id == outbox.c.content_id)
    .where(outbox.c.id == sa.bindparam("row_id"), *_DUE)
    .with_for_update(of=(outbox, party), key_share=True, skip_locked=True)
    .cte("mine")
)
# Claimed and leased in one; it gives the row as it stood before.
_CLAIM = (
    sa.update(outbox)
    .where(outbox.c.id == _MINE.c.id)
    .values(
        state="sending",
        tries=outbox.c.tries + 1,
        next_at=sa.bindparam("until", type_=outbox.c.next_at.type),
        taken_at=sa.case(
            (_MINE.c.state == "pending", sa.bindparam("now", type_=outbox.c.taken_at.type)), else_=outbox.c.taken_at
        ),
    )
    .returning(
        *(
            _MINE.c[name]
            for name in (
                "id", "case_id", "party_id", "line", "channel", "purpose", "state", "tries", "next_at", "taken_at",
                "created_at", "held_at", "number_sealed", "content_id", "sealed",
            )
        )
    )
)  # fmt: skip
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
    return next(take_all(tx), None)


def take_all(tx: Tx) -> Iterator[Outgoing]:
    """Each text and call that is due, as `take` gives them: all are leased by this one transaction."""
    due, claimed = _due(tx), True
    while due and claimed:
        claimed = False
        for row in _claimed(tx, due):
            claimed = True
            words = _words(tx, row)
            if words is not None:
                yield _outgoing(tx, row, words)
        due = _due(tx) if len(due) == LOOK else ()


def _due(tx: Tx) -> Sequence[Any]:
    return tx.conn.execute(_CANDIDATES, {"office": tx.office_id, "now": tx.now}).all()


def _claimed(tx: Tx, due: Sequence[Any]) -> Iterator[Any]:
    """The rows of these that are ours, what has waited longest before.

    What goes to people of the office may need a short number, whose assignment is changed: the lock order wants its
    case first. A case that another holds is passed over, and waited for where nothing else is due.
    """
    passed = []
    for each in due:
        if each.first is not None and not _held(tx, each.first, wait=False):
            passed.append(each)
        elif (row := _claim(tx, each.id)) is not None:
            yield row
    for each in sorted(passed, key=lambda each: each.first):
        if _held(tx, each.first, wait=True) and (row := _claim(tx, each.id)) is not None:
            yield row


def _held(tx: Tx, case_id: UUID, *, wait: bool) -> bool:
    """Whether a case is locked by us now."""
    return tx.conn.execute(_WAIT if wait else _PASS, {"case_id": case_id}).scalar() is not None


def _claim(tx: Tx, id_: UUID) -> Any | None:
    """A row that is leased to us now, as it stood before; None where it is not due any more or another has it."""
    of = {"row_id": id_, "office": tx.office_id, "now": tx.now, "until": tx.now + _LEASE}
    return tx.conn.execute(_CLAIM, of).one_or_none()


def _words(tx: Tx, row: Any) -> tuple[str, str] | None:
    """The number and the words; None where it cannot leave, which is written down."""
    try:
        number, words = tx.vault.open(row.party_id, "number", row.number_sealed), _content(tx, row)
    except (VaultError, LookupError) as trouble:
        _never(tx, row, f"cannot be read: {trouble}")
        if row.channel == CALL:
            expect_end(tx, row, tx.now)
        return None
    waited = row.tries > 0 or row.held_at is not None or tx.now - row.next_at > _LEASE
    if row.state == "pending" and waited and _is_stale(tx, row):
        _never(tx, row, OVERTAKEN)
        return None
    held = _holding(tx, row) if SHORT_MARK in words or row.purpose == ORDER_CALL else None
    if held is not None and held.lost and row.state == "pending" and row.purpose in OF_THE_HOLDER:
        _never(tx, row, OVERTAKEN)
        return None
    return number, words.replace(SHORT_MARK, held.short) if held is not None else words


_ENDED = sa.select(
    sa.exists().where(cases.c.id == sa.bindparam("case_id"), cases.c.state.in_(sa.bindparam("closed", expanding=True))),
    sa.exists().where(question.c.outbox_id == sa.bindparam("row_id"), question.c.ended_at.is_not(None)),
)


def _is_stale(tx: Tx, row: Any) -> bool:
    """Whether a text that waited, or was tried before, has nothing to say any more: its case was closed, its question
    has an answer."""
    if row.case_id is None or row.purpose not in (*OF_THE_CASE, *OF_DEADLINES):
        return False
    place = {"case_id": row.case_id, "row_id": row.id, "closed": sorted(str(state) for state in CLOSED)}
    return any(tx.conn.execute(_ENDED, place).one())


def _content(tx: Tx, row: Any) -> str:
    if row.sealed is None:
        raise LookupError(f"no content {row.content_id}")
    return tx.vault.open(row.content_id, "content", row.sealed)


def _never(tx: Tx, row: Any, trouble: str) -> None:
    """It does not leave: nobody tried to send it."""
    change(tx, row.id, state="failed", next_at=None, trouble=trouble, tries=row.tries, taken_at=row.taken_at)


@dataclass(frozen=True, slots=True)
class _Holding:
    """By which number somebody knows a case, and whether they held it and hold it no longer, or nobody does."""

    short: str
    lost: bool


def _holding(tx: Tx, row: Any) -> _Holding:
    known = tx.conn.execute(_KNOWN, {"case_id": row.case_id}).all()
    theirs = [each for each in known if each.party_id == row.party_id]
    if theirs and theirs[-1].until_at is None:
        return _Holding(give_short(tx, row.case_id, locked=True), lost=False)
    live = any(each.until_at is None for each in known)
    short = theirs[-1].short if theirs else None
    return _Holding(str(short or known[0].number), lost=bool(theirs) or not live)


def _outgoing(tx: Tx, row: Any, words: tuple[str, str]) -> Outgoing:
    doubtful = row.state != "pending"
    return Outgoing(
        row.id, row.purpose, row.case_id, tx.office.code, row.line, row.channel, *words, doubtful,
        tx.now - row.created_at, row.tries + 1, _known(tx, row.party_id) if doubtful else frozenset(),
    )  # fmt: skip


def _known(tx: Tx, party_id: UUID) -> frozenset[str]:
    rows = tx.conn.execute(sa.select(outbox.c.sid).where(outbox.c.party_id == party_id, outbox.c.sid.is_not(None)))
    return frozenset(rows.scalars())
