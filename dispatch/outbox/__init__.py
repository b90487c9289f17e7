"""What goes out: a row in the transaction that makes it true, sent afterwards by `jobs` (INV-OUT).

pending → sending → sent | failed | unknown. An unknown one is looked up at the carrier before any resend. What the
carrier did not take is pending again and held (`held_at`, `trouble`): see `away`.
A text ends with the carrier's word that it arrived; the end of a call is an errand, done once (INV-ONCE).
What follows from an outcome is not known here: `Came` says what happened, `dispatch.ringing.outcomes` goes on.
"""

from dispatch.outbox.away import Away, Way, answered, away, hold, look_for_other_ways, missed, moment, oldest_waits
from dispatch.outbox.rows import (
    ABOVE_CALL,
    CALL,
    CARRIER_AWAY,
    ORDER_CALL,
    ORDER_TEXTS,
    OVERTAKEN,
    RELAY_CALL,
    TEXT,
    VERDICT_CALL,
    WAITING,
    Outgoing,
    anything_due,
    anything_stopped,
    call_off_case,
    expect_end,
    put_call,
    put_text,
    row_of,
)
from dispatch.outbox.taking import take, take_all
from dispatch.outbox.words import (
    MAY_WAIT,
    Came,
    call_off,
    later,
    not_placed,
    placed,
    refused,
    sent,
    take_receipt,
    unknown,
)

__all__ = [
    "ABOVE_CALL", "CALL", "CARRIER_AWAY", "MAY_WAIT", "ORDER_CALL", "ORDER_TEXTS", "OVERTAKEN", "RELAY_CALL", "TEXT",
    "VERDICT_CALL", "WAITING", "Away", "Came", "Outgoing", "Way", "answered", "anything_due", "anything_stopped",
    "away", "call_off", "call_off_case", "expect_end", "hold", "later", "look_for_other_ways", "missed", "moment",
    "not_placed", "oldest_waits", "placed", "put_call", "put_text", "refused", "row_of", "sent", "take", "take_all",
    "take_receipt", "unknown",
]  # fmt: skip
