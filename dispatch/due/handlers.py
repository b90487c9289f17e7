"""Who does which errand, and what falls due next of all that dispatching promised."""

from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from cases.models import timer
from dispatch import escalation
from dispatch.beside import handover, keeping
from dispatch.calendar import ending, recount
from dispatch.calendar import telling as calendar_telling
from dispatch.due import errands, jumps
from dispatch.due.errands import Handlers, Kind
from dispatch.due.jumps import Halted
from dispatch.duty import digests, leaves, moves
from dispatch.life import deciding, planning
from dispatch.loop import closing, submitting, verdicts
from dispatch.models import errand
from dispatch.publishing import drafts
from dispatch.ringing import ends, ordering
from dispatch.rounds import campaigns, planner, pressing
from dispatch.rounds.life import handing
from dispatch.side import whistling
from dispatch.transaction import Tx
from dispatch.triage import sorting

HANDLERS: Handlers = MappingProxyType(
    {
        Kind.DIGEST: digests.digest,
        Kind.SHIFT: moves.shift_over,
        Kind.ABSENT: leaves.absence_begins,
        Kind.HAND_ON: moves.hand_over,
        Kind.RING_OVER: ends.ring_over,
        Kind.RING_NEXT: ordering.ring_next,
        Kind.OTHER_WAY: ordering.other_way,
        Kind.ASK_AGAIN: verdicts.ask_again,
        Kind.SUBMIT: submitting.submit_for,
        Kind.ARCHIVE: closing.archive,
        Kind.DECIDE: deciding.remind,
        Kind.REOPEN: planning.reopen,
        Kind.HANDOVER: handover.remind,
        Kind.RESIDENT_NEWS: keeping.tell,
        Kind.WHISTLE: whistling.passes,
        Kind.MAKE_ROUNDS: planner.make_rounds,
        Kind.ROUND_PRESSES: pressing.press,
        Kind.HAND_ROUND: handing.pass_on,
        Kind.CAMPAIGN_PRESSES: campaigns.press,
        Kind.RECOUNT: recount.recount_some,
        Kind.CALENDAR_TELL: calendar_telling.tell,
        Kind.CALENDAR_ENDS: ending.warn,
        Kind.TRIAGE: sorting.go_on,
        Kind.PUBLISH_RULES: drafts.publish,
    }
)


def _asked(timer_at: sa.Select[Any], errand_at: sa.Select[Any]) -> sa.Select[Any]:
    """When a timer fires and an errand is due, asked together; and whether firing waits at all."""
    found = timer_at.scalar_subquery().label("timer"), errand_at.scalar_subquery().label("errand")
    return sa.select(*found, jumps.IS_HALTED.label("halted"))


_BY_NOW = sa.bindparam("now", type_=timer.c.fires_at.type)
_COMING = _asked(escalation.NEXT, errands.NEXT)
_DUE = _asked(escalation.NEXT.where(timer.c.fires_at <= _BY_NOW), errands.NEXT.where(errand.c.fires_at <= _BY_NOW))


def fire_next(tx: Tx) -> bool:
    """Fire the timer or do the errand that has waited longest; whether there was one. Raises Halted."""
    return _fire(tx, *_asked_for(tx, _DUE))


def fire_some(tx: Tx) -> int:
    """Fire many timers, or do one errand, of what has waited longest; how many. Raises Halted."""
    timer_at, errand_at = _asked_for(tx, _DUE)
    until = min(errand_at or tx.now, tx.now)
    if timer_at is not None and timer_at <= until and (fired := escalation.fire_some(tx, until)):
        return fired
    return int(_fire(tx, timer_at, errand_at))


def fire_due(tx: Tx) -> datetime | None:
    """Fire all that is due by now, one after another in this one transaction; when the next falls due.

    For whoever is alone with the record: a transaction that fires much holds every case of it to its end.
    Raises Halted.
    """
    while True:
        coming = _asked_for(tx, _COMING)
        at = min(filter(None, coming), default=None)
        if at is None or at > tx.now or not _fire(tx, *coming):
            return at


def _asked_for(tx: Tx, moments: sa.Select[Any]) -> tuple[datetime | None, datetime | None]:
    row = tx.conn.execute(moments, {"office_id": tx.office_id, "now": tx.now}).one()
    if row.halted:
        raise Halted
    return row.timer, row.errand


def _fire(tx: Tx, timer_at: datetime | None, errand_at: datetime | None) -> bool:
    """Fire a timer or do an errand: first of the kind that has waited longest."""
    if errand_at is not None and (timer_at is None or errand_at < timer_at):
        return errands.do_next(tx, HANDLERS) or escalation.fire_next(tx)
    return escalation.fire_next(tx) or errands.do_next(tx, HANDLERS)
