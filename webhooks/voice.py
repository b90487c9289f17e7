"""The voice doors: every signed call gets a document within two seconds, whatever is away (INV-VOICE)."""

from collections.abc import Callable
from dataclasses import replace

from flask import Response, g

from cases.report import clean
from dispatch.inbox import Answer, facts_of
from dispatch.transaction import DatabaseAway, RowHeld, Tx
from hotline.calls import Early
from hotline.events import TurnIn
from webhooks.answers import XML, Claimed, once, response, traces
from webhooks.breaker import Breaker, Open
from webhooks.guard import Knock, fitting
from webhooks.parts import DoorParts
from webhooks.request.schema import VoiceForm, keyed, number_of, share, verbatim, whole
from webhooks.static import CALLER

DEADLINE = 1.2  # seconds; the caller must hear something within 2


class Promptly:
    """Answers in time: the work's document, or a static one where the work cannot be done now.

    All voice doors share one, as they share the database that its breaker watches.
    """

    def __init__(self, parts: DoorParts) -> None:
        self._parts = parts
        self._breaker = Breaker(parts.clock, (TimeoutError, DatabaseAway), parts.broke, but=(RowHeld,))

    def answer(self, instead: Answer, work: Callable[[], Answer]) -> Response:
        """The answer of the work, or the one instead of it."""
        try:
            return response(self._breaker.run(lambda: self._parts.within(DEADLINE, work)))
        except Open:
            return response(instead)
        except (TimeoutError, DatabaseAway) as trouble:
            self._parts.note("webhooks.voice.away", traces(trouble))
        except Exception as trouble:
            self._parts.note("webhooks.voice.failed", traces(trouble))
        return response(instead)


class VoiceDoor:
    """Turns of calls."""

    def __init__(self, parts: DoorParts, promptly: Promptly) -> None:
        self._parts = parts
        self._promptly = promptly

    def turn(self, line: str = "", turn: int = 0, waited: int = 0) -> Response:
        """One turn: the ring is turn 0, and our action addresses name the later ones."""
        del line  # the guard has looked it up
        knock: Knock = g.knock
        form = fitting(VoiceForm, self._parts)
        event = replace(turn_in(knock, turn, form), waited=waited)
        facts = facts_of(form.caller, form.called)
        return self._promptly.answer(CALLER, lambda: self._take(event, facts))

    def _take(self, event: TurnIn, facts: str) -> Answer:
        def deed(tx: Tx) -> Answer:
            return _spoken(self._parts.deeds.take_turn(tx, event))

        claim = Claimed("voice", f"{event.sid}/{event.turn}", facts)
        try:
            return once(self._parts, event.line, claim, deed)
        except Early:  # what it did is undone with its claim: the turn itself is still to come
            with self._parts.door.transaction(event.line) as tx:
                return _spoken(self._parts.deeds.take_early(tx, event))


def _spoken(document: str) -> Answer:
    return Answer(200, XML, document.encode())


def fallen_back(parts: DoorParts) -> Response:
    """The carrier's fallback address: asked when the other one failed, so it needs nothing."""
    parts.note("webhooks.voice.fallback", {"names": sorted(names_of(g.knock))})
    return response(CALLER)


def names_of(knock: Knock) -> set[str]:
    """Which error parameters of Twilio's came along."""
    return {name.decode() for name in knock.names & {b"ErrorCode", b"ErrorUrl"}}


def turn_in(knock: Knock, turn: int, form: VoiceForm) -> TurnIn:
    """The request as a turn."""
    return TurnIn(
        line=knock.line,
        sid=form.sid,
        turn=turn,
        caller=number_of(form.caller),
        digits=keyed(form.digits),
        speech=clean(form.speech),
        raw_speech=verbatim(knock.pairs, "SpeechResult"),
        confidence=share(form.confidence),
        recording_sid=form.recording,
        recording_seconds=whole(form.recording_seconds),
        dialed=form.dialed,
        dialed_seconds=whole(form.dialed_seconds),
    )
