"""What goes out: a row in the transaction that makes it true, sent afterwards by `jobs` (INV-OUT).

pending → sending → sent | failed | unknown. An unknown one is looked up at the carrier before any resend.
A text ends with the carrier's word that it arrived; the end of a call is an errand, done once (INV-ONCE).
What follows from an outcome is not known here: `Came` says what happened, `dispatch.ringing.outcomes` goes on.
"""

from dispatch.outbox.rows import (
    CALL,
    ORDER_CALL,
    OVERTAKEN,
    RELAY_CALL,
    TEXT,
    VERDICT_CALL,
    Outgoing,
    anything_due,
    anything_stopped,
    call_off_case,
    expect_end,
    put_call,
    put_text,
)
from dispatch.outbox.taking import take, take_all
from dispatch.outbox.words import (
    TRIES,
    Came,
    call_off,
    later,
    placed,
    refused,
    sent,
    take_receipt,
    unknown,
)

__all__ = [
    "CALL", "ORDER_CALL", "OVERTAKEN", "RELAY_CALL", "TEXT", "TRIES", "VERDICT_CALL", "Came", "Outgoing",
    "anything_due", "anything_stopped", "call_off", "call_off_case", "expect_end", "later", "placed", "put_call",
    "put_text", "refused", "sent", "take", "take_all", "take_receipt", "unknown",
]  # fmt: skip
