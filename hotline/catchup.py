"""Catching up after a disturbance: what the carrier accepted for us and we never heard of (INV-ACK).

A text is taken in late, its promise counting from when the carrier took it. A call cannot be: the caller heard
that we are disturbed, and is asked by text to write or to call again. A call that was spoken with and whose end
we never heard of is ended: what was said in it opens its case.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from cases.phrases import ZH
from cases.report import clean, is_e164
from dispatch import inbox
from dispatch.inbox import Answer
from dispatch.lines import Line
from dispatch.models import inbox as inbox_table
from dispatch.outbox import put_text
from dispatch.people import parties
from dispatch.transaction import DatabaseAway, Door, Tx
from hotline import calls, prompts, twiml
from hotline.carriers.port import Carrier, ListedCall, ListedText
from hotline.dialogue import take_text
from hotline.events import CallStatusIn, TextIn
from hotline.menu import Stage
from hotline.models import call

_NOTHING = Answer(200, twiml.CONTENT_TYPE, twiml.EMPTY.encode())
_RING = "/0"  # after a call's SID: the key of its first turn
_STATIC = Answer(200, twiml.CONTENT_TYPE, twiml.fallback().encode())


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """How much was taken in, and how much failed; of each failure its SID and the kind of error, no words.

    Where something failed, look again from the same moment: nothing else brings it back.
    """

    taken: int
    failed: int
    troubles: tuple[str, ...] = ()


def catch_up(door: Door, carrier: Carrier, lines: Iterable[Line], since: datetime) -> CaughtUp:
    """Take in what the carrier's list has since then and we have not.

    Each in its own transaction; one that fails keeps none of the others back. Raises CarrierSilent where the
    list cannot be read, DatabaseAway where the database is.
    """
    by_number = {line.number: line for line in lines}
    texts = {each.sid: each for each in carrier.list_messages(since) if each.inbound and each.to in by_number}
    over = {
        each.sid: each
        for each in carrier.list_calls(since)
        if each.inbound and each.to in by_number and each.status in calls.ENDS
    }
    unread = _unseen(door, "text", list(texts))
    unheard = [key.removesuffix(_RING) for key in _unseen(door, "voice", [sid + _RING for sid in over])]
    unended = [sid for sid in _unended(door, list(over)) if sid not in unheard]
    return _each(
        [
            *((sid, partial(_take_text, door, by_number[texts[sid].to], texts[sid])) for sid in unread),
            *((sid, partial(_take_call, door, by_number[over[sid].to], over[sid])) for sid in unheard),
            *((sid, partial(_end_call, door, by_number[over[sid].to], over[sid])) for sid in unended),
        ]
    )


def _each(items: Iterable[tuple[str, Callable[[], bool]]]) -> CaughtUp:
    taken, troubles = 0, []
    for sid, take in items:
        try:
            taken += take()
        except DatabaseAway:
            raise  # nobody's fault: none of the others would fare better
        except Exception as trouble:
            troubles.append(f"{sid}: {type(trouble).__name__}")
    return CaughtUp(taken, len(troubles), tuple(troubles))


def _unseen(door: Door, kind: str, keys: Sequence[str]) -> list[str]:
    """The keys that no request brought, the oldest first (a carrier's list begins with the newest)."""
    if not keys:
        return []
    with door.found() as conn:
        seen = set(
            conn.execute(
                sa.select(inbox_table.c.key).where(inbox_table.c.kind == kind, inbox_table.c.key.in_(keys))
            ).scalars()
        )
    return [key for key in reversed(keys) if key not in seen]


def _unended(door: Door, sids: Sequence[str]) -> list[str]:
    """Those that for us are still under way: the carrier's word on their end never came."""
    if not sids:
        return []
    with door.found() as conn:
        rows = conn.execute(
            sa.select(call.c.sid).where(call.c.sid.in_(sids), call.c.status.not_in(calls.ENDS)).order_by(call.c.sid)
        )
        return list(rows.scalars())


def _take_text(door: Door, line: Line, text: ListedText) -> bool:
    with door.transaction(line) as tx:
        if inbox.claim(tx, "text", text.sid) is not None:
            return False
        take_text(tx, TextIn(line, text.sid, text.sender, clean(text.body), text.body, at=text.at))
        inbox.settle(tx, "text", text.sid, _NOTHING)
    return True


def _take_call(door: Door, line: Line, listed: ListedCall) -> bool:
    key = listed.sid + _RING
    with door.transaction(line) as tx:
        if inbox.claim(tx, "voice", key) is not None:
            return False
        if _is_known(tx, listed.sid):
            _end(tx, line, listed)
        else:
            _missed(tx, line, listed)
        inbox.settle(tx, "voice", key, _STATIC)
    return True


def _end_call(door: Door, line: Line, listed: ListedCall) -> bool:
    with door.transaction(line) as tx:
        _end(tx, line, listed)
    return True


def _end(tx: Tx, line: Line, listed: ListedCall) -> None:
    calls.take_status(tx, CallStatusIn(line, listed.sid, listed.status, ""))


def _is_known(tx: Tx, sid: str) -> bool:
    """Whether a later turn of the call reached us: then it was spoken with."""
    return tx.conn.execute(sa.select(call.c.sid).where(call.c.sid == sid)).scalar() is not None


def _missed(tx: Tx, line: Line, listed: ListedCall) -> None:
    party = parties.party_of(tx, listed.caller) if is_e164(listed.caller) else None
    tx.put(
        call,
        sid=listed.sid,
        office_id=tx.office_id,
        line=line.id,
        party_id=party.id if party else None,
        status=listed.status,
        stage=str(Stage.RING),
        lang=party.lang if party else ZH,
        turn=-1,
        misses=0,
        started_at=listed.at or tx.now,
        ended_at=tx.now,
    )
    if party is not None and not party.stopped:
        put_text(tx, party.id, prompts.missed_call(tx.office.name), party.lang, purpose="answer")
