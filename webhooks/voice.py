"""The voice door: every signed call gets a document within two seconds, whatever is away (INV-VOICE)."""

from collections.abc import Callable

from flask import Response, g

from cases.report import clean
from dispatch.inbox import Answer
from dispatch.transaction import DatabaseAway, Tx
from hotline.events import TurnIn
from hotline.twiml import fallback
from webhooks.answers import XML, once, response, traces
from webhooks.breaker import Breaker, Open
from webhooks.guard import Knock, fitting
from webhooks.parts import DoorParts
from webhooks.schema import VoiceForm, number_of, share, verbatim, whole

DEADLINE = 1.2  # seconds; the caller must hear something within 2


class VoiceDoor:
    """Turns of calls. The static document is made once, here: saying it needs nothing."""

    def __init__(self, parts: DoorParts) -> None:
        self._parts = parts
        self._static = Answer(200, XML, fallback().encode())
        self._breaker = Breaker(parts.clock, (TimeoutError, DatabaseAway))

    def turn(self, line: str = "", turn: int = 0) -> Response:
        """One turn: the ring is turn 0, and our action addresses name the later ones."""
        del line  # the guard has looked it up
        knock: Knock = g.knock
        form = fitting(VoiceForm, self._parts)
        return self._within(lambda: self._take(turn_in(knock, turn, form)))

    def static(self) -> Response:
        """The carrier's fallback address: asked when the other one failed, so it needs nothing."""
        self._parts.note("webhooks.voice.fallback", {"names": sorted(names_of(g.knock))})
        return response(self._static)

    def _take(self, event: TurnIn) -> Answer:
        def deed(tx: Tx) -> Answer:
            return Answer(200, XML, self._parts.deeds.take_turn(tx, event).encode())

        return once(self._parts, event.line, ("voice", f"{event.sid}/{event.turn}"), deed)

    def _within(self, work: Callable[[], Answer]) -> Response:
        try:
            return response(self._breaker.run(lambda: self._parts.within(DEADLINE, work)))
        except Open:
            return response(self._static)
        except (TimeoutError, DatabaseAway) as trouble:
            return self._instead("webhooks.voice.away", trouble)
        except Exception as trouble:
            return self._instead("webhooks.voice.failed", trouble)

    def _instead(self, event: str, trouble: Exception) -> Response:
        self._parts.note(event, traces(trouble))
        return response(self._static)


def names_of(knock: Knock) -> set[str]:
    """Which error parameters of Twilio's came along."""
    return {name.decode() for name, _ in knock.pairs if name in (b"ErrorCode", b"ErrorUrl")}


def turn_in(knock: Knock, turn: int, form: VoiceForm) -> TurnIn:
    """The request as a turn."""
    return TurnIn(
        line=knock.line,
        sid=form.sid,
        turn=turn,
        caller=number_of(form.caller),
        digits=form.digits,
        speech=clean(form.speech),
        raw_speech=verbatim(knock.pairs, "SpeechResult"),
        confidence=share(form.confidence),
        recording_sid=form.recording,
        recording_seconds=whole(form.recording_seconds),
    )
