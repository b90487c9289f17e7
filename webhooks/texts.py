"""The text door: a text becomes values and goes to the dialogue; answers leave through the outbox."""

from flask import Response, g

from cases.report import clean
from dispatch.inbox import Answer, facts_of
from dispatch.transaction import Tx
from hotline.events import Media, TextIn
from webhooks.answers import NOTHING_TO_SAY, Claimed, once, taken_or_again
from webhooks.guard import Knock, fitting
from webhooks.parts import DoorParts
from webhooks.request.schema import TextForm, verbatim


def take(parts: DoorParts) -> Response:
    """A text that came in: 200 once it is kept, 503 where it cannot be."""
    knock: Knock = g.knock
    form = fitting(TextForm, parts)
    event = text_in(knock, form)
    claim = Claimed("text", event.sid, facts_of(event.sender, form.receiver, event.body))

    def deed(tx: Tx) -> Answer:
        parts.deeds.take_text(tx, event)
        return NOTHING_TO_SAY

    return taken_or_again(parts, "text", lambda: once(parts, knock.line, claim, deed))


def is_text() -> bool:
    """Whether the request at the door is about a text: one that failed elsewhere is taken in once more."""
    return b"MessageSid" in g.knock.names


def text_in(knock: Knock, form: TextForm) -> TextIn:
    """The request as a text."""
    return TextIn(
        line=knock.line,
        sid=form.sid,
        sender=form.sender,
        body=clean(form.body),
        raw=verbatim(knock.pairs, "Body"),
        media=tuple(Media(url, content_type) for url, content_type in form.media),
    )
