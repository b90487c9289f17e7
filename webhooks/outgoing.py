"""The doors of calls that we placed: their turns, what came of connecting them, how they went; and of our texts.

An address names the outbox row that wanted the call or the text. Whom we rang is never told that a report was not
taken.
"""

import re
from collections.abc import Callable
from uuid import UUID

from flask import Response, g

from cases.report import clean
from dispatch.inbox import Answer
from dispatch.transaction import Tx
from hotline.events import DialedIn, OutStatusIn, OutTurnIn
from webhooks.answers import XML, Claimed, once
from webhooks.guard import Knock, Refusal, fitting
from webhooks.parts import DoorParts
from webhooks.request.schema import CallStatusForm, DialedForm, VoiceForm, keyed, verbatim, whole
from webhooks.static import CALLEE
from webhooks.status import kept, take_receipt
from webhooks.voice import Promptly

_REF = re.compile("[0-9a-f]{32}")


class OutDoor:
    """Calls that we placed, and texts that we sent."""

    def __init__(self, parts: DoorParts, promptly: Promptly) -> None:
        self._parts = parts
        self._promptly = promptly

    def turn(self, ref: str, line: str = "", turn: int = 0) -> Response:
        """One turn: turn 0 is the call's being answered."""
        del line  # the guard has looked it up
        id_, knock, form = row_of(ref), _knock(), fitting(VoiceForm, self._parts)
        raw = verbatim(knock.pairs, "SpeechResult")
        event = OutTurnIn(knock.line, id_, form.sid, turn, keyed(form.digits), clean(form.speech), raw)
        claim = Claimed("out", f"{event.sid}/{turn}")
        return self._spoken(claim, lambda tx: self._parts.deeds.take_out_turn(tx, event))

    def dialed(self, ref: str, line: str = "") -> Response:
        """Connecting the call is over, and it wants to know what comes next."""
        del line
        id_, form = row_of(ref), fitting(DialedForm, self._parts)
        event = DialedIn(_knock().line, id_, form.sid, outcome(form), whole(form.seconds))
        claim = Claimed("dialed", f"{form.sid}/{ref}/{form.leg}")
        return self._spoken(claim, lambda tx: self._parts.deeds.take_dialed(tx, event))

    def status(self, ref: str, line: str = "") -> Response:
        """The carrier's word on the call."""
        del line
        id_, form = row_of(ref), fitting(CallStatusForm, self._parts)
        event = OutStatusIn(_knock().line, id_, form.sid, form.status, whole(form.seconds))
        claim = Claimed("outstatus", f"{form.sid}/{form.status}/{form.sequence}")
        return kept(self._parts, claim, lambda tx: self._parts.deeds.take_out_status(tx, event))

    def text(self, ref: str, line: str = "") -> Response:
        """The carrier's word on a text of ours."""
        del line
        return take_receipt(self._parts, row_of(ref))

    def _spoken(self, claim: Claimed, deed: Callable[[Tx], str]) -> Response:
        line = _knock().line

        def answered(tx: Tx) -> Answer:
            return Answer(200, XML, deed(tx).encode())

        return self._promptly.answer(CALLEE, lambda: once(self._parts, line, claim, answered))


def _knock() -> Knock:
    knock: Knock = g.knock
    return knock


def row_of(ref: str) -> UUID:
    """The outbox row that an address names; raises Refusal(404) where that can be none."""
    if not _REF.fullmatch(ref):
        raise Refusal(404, "ref: no id of a call or text of ours")
    return UUID(ref)


def outcome(form: DialedForm) -> str:
    """What came of it. Somebody who answered and was never bridged has not been spoken with: no-answer."""
    return "no-answer" if form.bridged == "false" and form.status in ("completed", "answered") else form.status
