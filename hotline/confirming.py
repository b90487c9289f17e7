"""Confirming what lies in quarantine: the carrier is asked by SID what it really has.

Real and with the same facts: taken in with the carrier's values, never the request's, by the ordinary use case
and under the ordinary claim, so that it happens once. All else stays open, for a person.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from dispatch import inbox, quarantine
from dispatch.inbox import Answer
from dispatch.lines import Line
from dispatch.quarantine import TAKEN, Held
from dispatch.ringing import outcomes
from dispatch.transaction import DatabaseAway, Door, Tx
from hotline import calls
from hotline.carriers.port import Carrier, CarrierSilent, ListedCall, ListedText
from hotline.catchup import take_listed_call, take_listed_text
from hotline.events import CallStatusIn

BY = "carrier"  # who settled it
PATIENCE = timedelta(minutes=2)  # a carrier may know a text a little later than it sent it
_TAKEN = Answer(204, "text/plain", b"")

Take = Callable[[Tx], object]
T = TypeVar("T")


class _NotYet(Exception):
    """Ask again later."""


class _Unknown(Exception):
    """The carrier has no such text or call."""


class _Doubt(Exception):
    """It stays open for a person. The code says why: no_sid, no_line, unknown, other_facts, own_call, not_asked."""


def confirm_next(door: Door, carrier_of: Callable[[str], Carrier], lines: Mapping[str, Line]) -> int:
    """Ask about what lies in quarantine and was not asked about yet; how many were taken in.

    Where the carrier is silent it is asked again next time. Raises DatabaseAway.
    """
    taken = 0
    for office in dict.fromkeys(line.office for line in lines.values()):
        with door.transaction(office) as tx:
            waiting, now = quarantine.unasked(tx), tx.now
        for held in waiting:
            line = lines.get(held.line)
            try:
                taken += line is not None and _confirm(door, carrier_of(line.id), line, (held, now))
                trouble = "no_line" if line is None else ""
            except DatabaseAway:
                raise
            except Exception as error:  # whatever it is, the neighbours go on and this one stays visible
                trouble = str(error) if isinstance(error, _Doubt) else type(error).__name__
            if trouble:
                with door.transaction(office) as tx:
                    quarantine.doubt(tx, held.id, trouble)
    return taken


def _confirm(door: Door, carrier: Carrier, line: Line, asked: tuple[Held, datetime]) -> bool:
    held, now = asked
    try:
        take = _ask(carrier, line, held)
    except (CarrierSilent, _NotYet):
        return False
    except _Unknown:
        if now - held.received_at < PATIENCE:
            return False
        raise _Doubt("unknown") from None
    with door.transaction(line) as tx:
        take(tx)  # it claims, so it comes first
        return quarantine.settle(tx, held.id, TAKEN, BY)


def _ask(carrier: Carrier, line: Line, held: Held) -> Take:
    """What is to be taken in, as the carrier has it. Raises _Doubt, _NotYet, _Unknown, CarrierSilent."""
    door, sid = held.suspect.door, held.suspect.sid
    if not sid:
        raise _Doubt("no_sid")
    if door == "recording":
        raise _Doubt("not_asked")
    if sid.startswith("CA"):
        return _of_call(_found(carrier.find_call(sid)), line, held)
    return _of_text(_found(carrier.find_text(sid)), line, held)


def _found(there: T | None) -> T:
    if there is None:
        raise _Unknown
    return there


def _of_text(text: ListedText, line: Line, held: Held) -> Take:
    _same(held, {"From": text.sender, "To": text.to})
    if held.suspect.door == "status":
        return lambda tx: _take_receipt(tx, text)
    _same(held, {"Body": text.body})
    if not text.inbound or text.to != line.number:
        raise _Doubt("other_facts")
    return lambda tx: take_listed_text(tx, line, text)


def _of_call(call: ListedCall, line: Line, held: Held) -> Take:
    _same(held, {"From": call.caller, "To": call.to})
    if not call.inbound or call.to != line.number:
        raise _Doubt("own_call")
    if held.suspect.door == "status":
        return lambda tx: _take_status(tx, line, call)
    if call.status not in calls.ENDS:
        raise _NotYet
    return lambda tx: take_listed_call(tx, line, call)


def _same(held: Held, facts: Mapping[str, str]) -> None:
    """Raises _Doubt where the request, however it is cut, does not hold these names with these values."""
    said = json.loads(held.suspect.said)
    joined = "\n".join("".join(name + value for name, value in said[part]) for part in ("query", "body"))
    if not all(name + value in joined for name, value in facts.items()):
        raise _Doubt("other_facts")


def _take_receipt(tx: Tx, text: ListedText) -> None:
    key = f"{text.sid}/{text.status}/"
    if inbox.claim(tx, "status", key) is None:
        outcomes.take_receipt(tx, text.sid, text.status, "", "")
        inbox.settle(tx, "status", key, _TAKEN)


def _take_status(tx: Tx, line: Line, call: ListedCall) -> None:
    key = f"{call.sid}/{call.status}/"
    if inbox.claim(tx, "status", key) is None:
        calls.take_status(tx, CallStatusIn(line, call.sid, call.status, ""))
        inbox.settle(tx, "status", key, _TAKEN)
