"""Who does which errand, and what falls due next of all that dispatching promised."""

from datetime import datetime
from types import MappingProxyType

from dispatch import escalation
from dispatch.due import errands
from dispatch.due.errands import Handlers, Kind
from dispatch.duty import digests, leaves, moves
from dispatch.loop import closing, submitting, verdicts
from dispatch.ringing import ends, ordering
from dispatch.transaction import Tx

HANDLERS: Handlers = MappingProxyType(
    {
        Kind.DIGEST: digests.digest,
        Kind.SHIFT: moves.shift_over,
        Kind.ABSENT: leaves.absence_begins,
        Kind.HAND_ON: moves.hand_over,
        Kind.RING_OVER: ends.ring_over,
        Kind.RING_NEXT: ordering.ring_next,
        Kind.ASK_AGAIN: verdicts.ask_again,
        Kind.SUBMIT: submitting.submit_for,
        Kind.ARCHIVE: closing.archive,
    }
)


def fire_next(tx: Tx) -> bool:
    """Fire the timer or do the errand that has waited longest; whether there was one."""
    timer_at, errand_at = escalation.next_firing(tx), errands.due_next(tx)
    if errand_at is not None and (timer_at is None or errand_at < timer_at):
        return errands.do_next(tx, HANDLERS) or escalation.fire_next(tx)
    return escalation.fire_next(tx) or errands.do_next(tx, HANDLERS)


def next_at(tx: Tx) -> datetime | None:
    """When the next timer or errand falls due; None where nothing runs."""
    found = [at for at in (escalation.next_firing(tx), errands.due_next(tx)) if at is not None]
    return min(found, default=None)
