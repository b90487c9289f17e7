"""What the doors ask of the floors below, by name: the tests hand in written ones."""

from collections.abc import Callable
from dataclasses import dataclass

from dispatch import inbox, quarantine
from dispatch.inbox import Answer
from dispatch.quarantine import Suspect
from dispatch.ringing import outcomes
from dispatch.transaction import Tx
from hotline import calls, dialogue, outcalls
from hotline.carriers.twilio.errors import reason_of
from hotline.events import (
    CallStatusIn,
    DialedIn,
    OutStatusIn,
    OutTurnIn,
    ReceiptIn,
    RecordingIn,
    TextIn,
    TurnIn,
)


def _take_receipt(tx: Tx, said: ReceiptIn, sequence: str) -> None:
    error = f"{said.error} {reason_of(said.error)}" if said.error else ""
    outcomes.take_receipt(tx, said.sid, said.status, sequence, error, said.ref)


@dataclass(frozen=True, slots=True)
class Deeds:
    """The use cases behind the doors, each in the transaction that it is given."""

    claim: Callable[[Tx, str, str], Answer | None] = inbox.claim
    settle: Callable[[Tx, str, str, Answer], None] = inbox.settle
    take_text: Callable[[Tx, TextIn], None] = dialogue.take_text
    take_turn: Callable[[Tx, TurnIn], str] = calls.take_turn
    take_early: Callable[[Tx, TurnIn], str] = calls.take_early
    take_status: Callable[[Tx, CallStatusIn], None] = calls.take_status
    take_recording: Callable[[Tx, RecordingIn], None] = calls.take_recording
    take_receipt: Callable[[Tx, ReceiptIn, str], None] = _take_receipt
    set_aside: Callable[[Tx, Suspect], None] = quarantine.put
    take_out_turn: Callable[[Tx, OutTurnIn], str] = outcalls.take_out_turn
    take_dialed: Callable[[Tx, DialedIn], str] = outcalls.take_dialed
    take_out_status: Callable[[Tx, OutStatusIn], None] = outcalls.take_out_status


DEEDS = Deeds()
