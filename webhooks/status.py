"""The carrier's word on calls, texts of ours and recordings. It may come twice, late, or in any order."""

from collections.abc import Callable
from uuid import UUID

from flask import Response, g

from dispatch.inbox import Answer
from dispatch.transaction import Tx
from hotline.events import CallStatusIn, ReceiptIn, RecordingIn
from webhooks.answers import TAKEN, Claimed, once, taken_or_again
from webhooks.guard import Knock, Refusal, fitting
from webhooks.parts import DoorParts
from webhooks.request.recut import About
from webhooks.request.schema import CallStatusForm, ReceiptForm, RecordingForm, whole


def take_status(parts: DoorParts) -> Response:
    """A status of a call or of a text of ours: it names the one or the other."""
    if {b"CallSid", b"MessageSid"} <= g.knock.names:
        raise Refusal(400, "CallSid, MessageSid: send the one or the other")
    return _receipt(parts) if b"MessageSid" in g.knock.names else _call(parts)


def about(knock: Knock) -> About:
    """What a status is about, also where its name stands in the wrong place."""
    anywhere = b"\n".join(name + value for name, value in (*knock.pairs, *knock.query))
    return About.receipt if b"MessageSid" in anywhere else About.call


def take_recording(parts: DoorParts) -> Response:
    """A recording is there, or is not."""
    form = fitting(RecordingForm, parts)
    event = RecordingIn(g.knock.line, form.sid, form.call, form.status, whole(form.seconds))
    claim = Claimed("recording", f"{form.sid}/{form.status}")
    return kept(parts, claim, lambda tx: parts.deeds.take_recording(tx, event))


def _call(parts: DoorParts) -> Response:
    form = fitting(CallStatusForm, parts)
    event = CallStatusIn(g.knock.line, form.sid, form.status, form.sequence, whole(form.seconds))
    return kept(parts, _key(form), lambda tx: parts.deeds.take_status(tx, event))


def _receipt(parts: DoorParts) -> Response:
    return take_receipt(parts, None)


def take_receipt(parts: DoorParts, ref: UUID | None) -> Response:
    """A status of a text of ours; `ref` is the row that wanted it, where the address names it."""
    form = fitting(ReceiptForm, parts)
    event = ReceiptIn(g.knock.line, form.sid, form.status, form.error, ref)
    return kept(parts, _key(form), lambda tx: parts.deeds.take_receipt(tx, event, form.sequence))


def _key(form: CallStatusForm | ReceiptForm) -> Claimed:
    return Claimed("status", f"{form.sid}/{form.status}/{form.sequence}")


def kept(parts: DoorParts, claim: Claimed, deed: Callable[[Tx], None]) -> Response:
    """204 once the deed is done and kept, 503 where it cannot be."""
    knock: Knock = g.knock

    def answered(tx: Tx) -> Answer:
        deed(tx)
        return TAKEN

    return taken_or_again(parts, claim.kind, lambda: once(parts, knock.line, claim, answered))
