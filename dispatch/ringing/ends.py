"""How calls of ours end: what the carrier says, or that nobody told us in time. Each end is taken up once."""

from datetime import timedelta

from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.outbox import ORDER_CALL, RELAY_CALL, VERDICT_CALL, expect_end, not_placed
from dispatch.ringing import asking, ordering, relaying
from dispatch.ringing.at_hand import CONNECTED, ENDS, Ring, is_counted, look
from dispatch.transaction import Tx

# After the end of a call that was answered, its last turn may still be on the way to us.
_TURN_MAY_COME = timedelta(seconds=10)
_RELAY_MAY_COME = timedelta(minutes=2)
_RESULTS = {"busy": "busy", "failed": "failed", "canceled": "failed"}


def call_over(tx: Tx, ring: Ring, status: str) -> None:
    """The carrier says that a call has ended: `timers` takes that up, at once where nobody can have answered."""
    if status not in ENDS or is_counted(tx, ring):
        return
    wait = timedelta()
    if status == "completed":
        wait = _RELAY_MAY_COME if ring.purpose == RELAY_CALL else _TURN_MAY_COME
    expect_end(tx, ring.row, tx.now + wait)


def ring_over(tx: Tx, errand: Errand) -> None:
    """A call has ended, or nobody told us of its end, and nothing came of it."""
    ring = look(tx, errand.ref) if errand.ref is not None else None
    if ring is None:
        return
    if ring.row.held_at is not None and ring.row.state == "sending":  # it may be placed this moment
        expect_end_anew(tx, ring)
        return
    if ring.row.held_at is not None and ring.row.state == "pending":
        not_placed(tx, ring.row)
        if ring.purpose == ORDER_CALL:
            ordering.ring_later(tx, ring)
            return
    if ring.purpose == ORDER_CALL:
        ordering.miss(tx, ring, result_of(ring))
    elif ring.purpose == VERDICT_CALL:
        asking.miss(tx, ring, result_of(ring))
    elif ring.purpose == RELAY_CALL and ring.row.delivery != CONNECTED:
        relaying.miss(tx, ring, ring.row.delivery or "unknown")


def expect_end_anew(tx: Tx, ring: Ring) -> None:
    """A call that is leaving now gets the time to ring."""
    errands.put(tx, Kind.RING_OVER, ring.ref, tx.now + _TURN_MAY_COME, ring.case.id)


def result_of(ring: Ring) -> str:
    """What came of a call that brought nothing: busy, failed, not_answered."""
    if ring.row.state in ("failed", "unknown"):
        return "failed"
    return _RESULTS.get(ring.row.delivery or "", ordering.NOT_ANSWERED)
