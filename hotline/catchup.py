"""Catching up after a disturbance: what the carrier accepted for us and we never heard of (INV-ACK).

A text is taken in late, its promise counting from when the carrier took it. A call cannot be: the caller heard
that we are disturbed, and is asked by text to write or to call again. A call that was spoken with and whose end
we never heard of is ended: what was said in it opens its case.

What fails again and again holds back nothing for ever: it is set aside in quarantine, where a person sees it and can
have it tried once more (`hotline.confirming`).
"""

import json
from collections.abc import Callable, Collection, Iterable, MutableMapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa

from cases.phrases import ZH
from cases.report import clean, is_caller
from dispatch import inbox, quarantine
from dispatch.beside import ringbacks
from dispatch.inbox import Answer, facts_of
from dispatch.lines import Line
from dispatch.models import inbox as inbox_table
from dispatch.models import quarantine as quarantine_table
from dispatch.outbox import put_text
from dispatch.people import parties
from dispatch.quarantine import Suspect
from dispatch.transaction import DatabaseAway, Door, Tx
from hotline import calls, prompts, twiml
from hotline.carriers.port import Carrier, ListedCall, ListedText
from hotline.dialogue import take_text
from hotline.events import CallStatusIn, TextIn
from hotline.menu import Stage
from hotline.models import call

_NOTHING = Answer(200, twiml.CONTENT_TYPE, twiml.EMPTY.encode())
_SLACK = timedelta(minutes=2)  # the carrier's clock and ours; what it took may be listed a little later
_LONGEST_CALL = timedelta(hours=4)  # the carrier's own limit
FAILED = "failed"  # the reason in quarantine
TRIES = 5  # of one text or call, until it is set aside
_RING = "/0"  # after a call's SID: the key of its first turn
_STATIC = Answer(200, twiml.CONTENT_TYPE, twiml.fallback().encode())


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """How much was taken in, and how much failed and is to be tried again; of each failure, those that were set aside
    too, its SID and the kind of error, no words.

    `unfinished`: when the oldest call began that is still under way, and has to be seen again once it is over.
    """

    taken: int
    failed: int
    troubles: tuple[str, ...] = ()
    unfinished: datetime | None = None


def look_from(done: CaughtUp, since: datetime, begun: datetime) -> datetime:
    """Where the next read of the lists begins, after one that began at `begun` and read from `since`.

    Where something failed: from the same moment, as nothing else brings it back.
    """
    if done.failed:
        return since
    return max(min(begun, done.unfinished or begun), begun - _LONGEST_CALL) - _SLACK


@dataclass(frozen=True, slots=True)
class _Listed:
    """What people sent us by the carrier's lists, by SID, the newest first; calls that are over or under way."""

    texts: dict[str, ListedText]
    over: dict[str, ListedCall]
    under_way: tuple[ListedCall, ...]


def _read(carrier: Carrier, ours: Collection[str], since: datetime) -> _Listed:
    """From people to numbers of ours: what we sent and whom we called is in the lists too, and is no report."""
    texts = [
        each for each in carrier.list_messages(since) if each.inbound and each.to in ours and each.sender not in ours
    ]
    ringing = [
        each for each in carrier.list_calls(since) if each.inbound and each.to in ours and each.caller not in ours
    ]
    over = {each.sid: each for each in ringing if each.status in calls.ENDS}
    return _Listed({each.sid: each for each in texts}, over, tuple(each for each in ringing if each.sid not in over))


def catch_up(
    door: Door, carrier: Carrier, lines: Iterable[Line], since: datetime, tries: MutableMapping[str, int] | None = None
) -> CaughtUp:
    """Take in what the carrier's list has since then and we have not.

    Each in its own transaction; one that fails keeps none of the others back, and after TRIES it is set aside.
    `tries` are the failed ones by SID, kept by the caller from one read to the next. Raises CarrierSilent where the
    list cannot be read, DatabaseAway where the database is.
    """
    by_number = {line.number: line for line in lines}
    listed = _read(carrier, by_number, since)
    texts, over = listed.texts, listed.over
    unread = _unseen(door, "text", list(texts))
    unheard = [key.removesuffix(_RING) for key in _unseen(door, "voice", [sid + _RING for sid in over])]
    unended = [sid for sid in _unended(door, list(over)) if sid not in unheard]
    aside = _set_aside(door, [*unread, *unheard, *unended])
    items = (
        *(_text_item(door, carrier, by_number[texts[sid].to], texts[sid]) for sid in unread),
        *(_call_item(door, by_number[over[sid].to], over[sid], ("voice", _take_call)) for sid in unheard),
        *(_call_item(door, by_number[over[sid].to], over[sid], ("status", _end_call)) for sid in unended),
    )
    done = _each(door, [item for item in items if item.sid not in aside], {} if tries is None else tries)
    return replace(done, unfinished=min((each.at or since for each in listed.under_way), default=None))


def missing(
    door: Door, carrier: Carrier, lines: Iterable[Line], since: datetime, until: datetime | None = None
) -> list[str]:
    """The SIDs of texts and of calls that are over which the carrier's lists have and we have not (INV-ACK).

    `until`: what the carrier took later may still come. Raises CarrierSilent, DatabaseAway.
    """
    listed = _read(carrier, {line.number for line in lines}, since)
    texts = [sid for sid, text in listed.texts.items() if _by(text, until)]
    over = [sid + _RING for sid, call in listed.over.items() if _by(call, until)]
    unheard = [key.removesuffix(_RING) for key in _unseen(door, "voice", over)]
    known = _known(door, unheard)
    return [*_unseen(door, "text", texts), *(sid for sid in unheard if sid not in known)]


def _by(listed: ListedText | ListedCall, until: datetime | None) -> bool:
    return until is None or listed.at is None or listed.at <= until


@dataclass(frozen=True, slots=True)
class _Item:
    """Something to be taken in; `door` and `facts` are what quarantine keeps of it where it never can be."""

    door: str
    line: Line
    sid: str
    facts: tuple[tuple[str, str], ...]
    take: Callable[[], bool]


def _text_item(door: Door, carrier: Carrier, line: Line, text: ListedText) -> _Item:
    facts = (("MessageSid", text.sid), ("From", text.sender), ("To", text.to), ("Body", text.body))
    return _Item("text", line, text.sid, facts, partial(_take_text, door, carrier, line, text))


def _call_item(
    door: Door, line: Line, listed: ListedCall, how: tuple[str, Callable[[Door, Line, ListedCall], bool]]
) -> _Item:
    facts = (("CallSid", listed.sid), ("From", listed.caller), ("To", listed.to))
    return _Item(how[0], line, listed.sid, facts, partial(how[1], door, line, listed))


def _each(door: Door, items: Iterable[_Item], tries: MutableMapping[str, int]) -> CaughtUp:
    taken, failed, troubles = 0, 0, []
    for item in items:
        try:
            taken += item.take()
            tries.pop(item.sid, None)
        except DatabaseAway:
            raise  # nobody's fault: none of the others would fare better
        except Exception as trouble:
            troubles.append(f"{item.sid}: {type(trouble).__name__}")
            tries[item.sid] = tries.get(item.sid, 0) + 1
            if tries[item.sid] < TRIES:
                failed += 1
            else:
                _put_aside(door, item)
                del tries[item.sid]
    return CaughtUp(taken, failed, tuple(troubles))


def _put_aside(door: Door, item: _Item) -> None:
    """It cannot be taken in: a person has to see it."""
    said = json.dumps({"query": [], "body": item.facts})
    with door.transaction(item.line) as tx:
        quarantine.put(tx, Suspect(item.door, item.sid, FAILED, said))


def _set_aside(door: Door, sids: Sequence[str]) -> set[str]:
    """Those that were set aside before: a person sees to them."""
    if not sids:
        return set()
    ours = (quarantine_table.c.sid.in_(sids), quarantine_table.c.reason == FAILED)
    with door.found() as conn:
        return set(conn.execute(sa.select(quarantine_table.c.sid).where(*ours)).scalars())


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


def _known(door: Door, sids: Sequence[str]) -> set[str]:
    """Those of which a turn reached us."""
    if not sids:
        return set()
    with door.found() as conn:
        return set(conn.execute(sa.select(call.c.sid).where(call.c.sid.in_(sids))).scalars())


def _take_text(door: Door, carrier: Carrier, line: Line, text: ListedText) -> bool:
    whole = (carrier.find_text(text.sid) or text) if text.media_count else text  # what is attached is not listed
    with door.transaction(line) as tx:
        return take_listed_text(tx, line, whole)


def take_listed_text(tx: Tx, line: Line, text: ListedText) -> bool:
    """A text as the carrier has it, taken in once; False where it was before. First in its transaction."""
    if inbox.claim(tx, "text", text.sid) is not None:
        return False
    body = clean(text.body)
    take_text(tx, TextIn(line, text.sid, text.sender, body, text.body, text.media, text.at))
    inbox.settle(tx, "text", text.sid, replace(_NOTHING, facts=facts_of(text.sender, text.to, body)))
    return True


def _take_call(door: Door, line: Line, listed: ListedCall) -> bool:
    with door.transaction(line) as tx:
        return take_listed_call(tx, line, listed)


def take_listed_call(tx: Tx, line: Line, listed: ListedCall) -> bool:
    """A call that is over, as the carrier has it, taken in once; False where it was before. First in its
    transaction."""
    key = listed.sid + _RING
    if inbox.claim(tx, "voice", key) is not None:
        return False
    if _is_known(tx, listed.sid):
        _end(tx, line, listed)
    else:
        _missed(tx, line, listed)
    inbox.settle(tx, "voice", key, replace(_STATIC, facts=facts_of(listed.caller, listed.to)))
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
    party = parties.party_of(tx, listed.caller) if is_caller(listed.caller) else None
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
    if party is not None:
        ringbacks.put(tx, party.id, ringbacks.Reason.AWAY, listed.sid)
    if party is not None and not party.stopped:
        put_text(tx, party.id, prompts.missed_call(tx.office.name), party.lang, purpose="answer")
