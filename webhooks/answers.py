"""Answering a carrier: each request does its work once, and later deliveries get the first answer again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from traceback import extract_tb

from flask import Response

from dispatch.inbox import Answer
from dispatch.lines import Line
from dispatch.transaction import DatabaseAway, RowHeld, Tx
from webhooks.parts import DoorParts

XML = "text/xml; charset=utf-8"
NOTHING_TO_SAY = Answer(200, XML, b'<?xml version="1.0" encoding="UTF-8"?><Response/>')
TAKEN = Answer(204, "text/plain; charset=utf-8", b"")
PATIENCE = 8.0  # seconds that a text or status may take; the carrier gives up after 15
TRIES = 6  # where somebody else holds a row; each waits 0.9 s for it (app.wiring)


@dataclass(frozen=True, slots=True)
class Claimed:
    """The kind and key of a request, and the facts (dispatch.inbox.facts_of) that each delivery must have again."""

    kind: str
    key: str
    facts: str = ""


def once(parts: DoorParts, line: Line, claim: Claimed, deed: Callable[[Tx], Answer]) -> Answer:
    """The answer of a request with this kind and key: the deed's if it is the first, else the one kept.

    One that comes again with other facts is no redelivery: it is noted, and its answer stays the first one.
    """
    with parts.door.transaction(line) as tx:
        kept = parts.deeds.claim(tx, claim.kind, claim.key)
        if kept is None:
            answer = deed(tx)
            parts.deeds.settle(tx, claim.kind, claim.key, replace(answer, facts=claim.facts))
            return answer
    if kept.facts and claim.facts and kept.facts != claim.facts:
        parts.note("webhooks.replay_differs", {"kind": claim.kind, "key": claim.key, "line": line.id})
    return kept


def taken_or_again(parts: DoorParts, kind: str, work: Callable[[], Answer]) -> Response:
    """The answer, or 503 where it could not be kept: then the carrier comes again, or lists it later."""
    try:
        return response(parts.within(PATIENCE, lambda: _patiently(work)))
    except (TimeoutError, DatabaseAway) as trouble:
        parts.note("webhooks.away", {"kind": kind, **traces(trouble)})
    except Exception as trouble:
        parts.note("webhooks.failed", {"kind": kind, **traces(trouble)})
    return Response(status=503, headers={"Retry-After": "5"})


def _patiently(work: Callable[[], Answer]) -> Answer:
    """The answer; where somebody else holds a row it is tried again, since a carrier does not come twice for a text."""
    for _ in range(TRIES - 1):
        try:
            return work()
        except RowHeld:
            continue
    return work()


def response(answer: Answer) -> Response:
    """An answer as HTTP."""
    return Response(answer.body, answer.status, content_type=answer.content_type)


def traces(trouble: BaseException) -> dict[str, object]:
    """Where it went wrong. Never the message: it may quote what a person said."""
    frames = [f"{frame.name}:{frame.lineno}" for frame in extract_tb(trouble.__traceback__)[-6:]]
    return {"error": type(trouble).__name__, "at": " > ".join(frames)}
