"""Catching up after a disturbance: what the carrier accepted for us and we never heard of (INV-ACK).

A text is taken in as if it came now. A call cannot be: the caller heard that we are disturbed, and is asked
by text to write or to call again.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from cases.phrases import ZH
from cases.report import clean, is_e164
from dispatch import inbox
from dispatch.inbox import Answer
from dispatch.lines import Line
from dispatch.models import inbox as inbox_table
from dispatch.outbox import put_text
from dispatch.people import parties
from dispatch.transaction import Door, Tx
from hotline import prompts, twiml
from hotline.carriers.port import Carrier, ListedCall, ListedText
from hotline.dialogue import take_text
from hotline.events import TextIn
from hotline.menu import Stage
from hotline.models import call

_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_NOTHING = Answer(200, twiml.CONTENT_TYPE, twiml.EMPTY.encode())
_STATIC = Answer(200, twiml.CONTENT_TYPE, twiml.fallback().encode())


def catch_up(door: Door, carrier: Carrier, lines: Iterable[Line], since: datetime) -> int:
    """Take in what the carrier's list has since then and we have not; how much it was.

    Each in its own transaction. Raises CarrierSilent where the list cannot be read.
    """
    by_number = {line.number: line for line in lines}
    texts = {each.sid: each for each in carrier.list_messages(since) if each.inbound and each.to in by_number}
    calls = {
        f"{each.sid}/0": each
        for each in carrier.list_calls(since)
        if each.inbound and each.to in by_number and each.status in _OVER
    }
    done = 0
    for sid in _unseen(door, "text", texts):
        done += _take_text(door, by_number[texts[sid].to], texts[sid])
    for key in _unseen(door, "voice", calls):
        done += _take_call(door, by_number[calls[key].to], calls[key])
    return done


def _unseen(door: Door, kind: str, listed: Mapping[str, object]) -> list[str]:
    """The keys that no request brought, the oldest first (a carrier's list begins with the newest)."""
    if not listed:
        return []
    with door.found() as conn:
        seen = set(
            conn.execute(
                sa.select(inbox_table.c.key).where(inbox_table.c.kind == kind, inbox_table.c.key.in_(list(listed)))
            ).scalars()
        )
    return [key for key in reversed(list(listed)) if key not in seen]


def _take_text(door: Door, line: Line, text: ListedText) -> bool:
    with door.transaction(line) as tx:
        if inbox.claim(tx, "text", text.sid) is not None:
            return False
        take_text(tx, TextIn(line, text.sid, text.sender, clean(text.body), text.body))
        inbox.settle(tx, "text", text.sid, _NOTHING)
    return True


def _take_call(door: Door, line: Line, listed: ListedCall) -> bool:
    with door.transaction(line) as tx:
        if inbox.claim(tx, "voice", f"{listed.sid}/0") is not None:
            return False
        if not _is_known(tx, listed.sid):
            _missed(tx, line, listed)
        inbox.settle(tx, "voice", f"{listed.sid}/0", _STATIC)
    return True


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
