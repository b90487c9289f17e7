"""The guard before every door: nothing is looked at until we know who is there.

In this order: size (413), content type (415), signature (403), line (404), later the schema (400). The method
(405) is refused before by the map of addresses. Deny by default: trouble in the guard itself is a 403.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Request, Response, g, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from dispatch.lines import Line
from webhooks.parts import DoorParts
from webhooks.request.body import LIMIT, Kind, Malformed, Pair, form_pairs, json_pairs
from webhooks.request.schema import F, Misfit, read
from webhooks.request.signature import Verifier, algorithm_named, raw_target

_TOO_LARGE = f"body: more than {LIMIT} bytes"


class Refusal(Exception):
    """Not let in: the HTTP status, and why in plain words without anything personal."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


@dataclass(frozen=True, slots=True)
class Knock:
    """A request that the guard let through: for which line, and what its body and its query say."""

    line: Line
    pairs: tuple[Pair, ...]
    query: tuple[Pair, ...] = ()

    @property
    def names(self) -> set[bytes]:
        """The names in the body."""
        return {name for name, _ in self.pairs}


def make_guard(parts: DoorParts) -> Callable[[], Response | None]:
    """The guard, to be run before every request of the doors."""
    verifier = Verifier(parts.public_base, parts.tokens)

    def guard() -> Response | None:
        try:
            g.knock = _admit(request, verifier, parts)
        except Refusal as refusal:
            return refuse(parts, refusal)
        except Exception as trouble:
            return refuse(parts, Refusal(403, f"the guard failed: {type(trouble).__name__}"))
        return None

    return guard


def refuse(parts: DoorParts, refusal: Refusal) -> Response:
    """Note a refusal in the log and answer it."""
    where = {"door": request.endpoint, "line": line_id(parts)}
    parts.note("webhooks.refused", {**where, "status": refusal.status, "why": refusal.why})
    return Response(status=refusal.status)


def line_id(parts: DoorParts) -> str:
    """The line that the address names, or the default one."""
    return str((request.view_args or {}).get("line", parts.default_line))


def fitting(form: type[F], parts: DoorParts) -> F:
    """What the request at the door says, as this form; raises Refusal(400)."""
    try:
        return read(form, g.knock.pairs, parts.accounts)
    except Misfit as misfit:
        raise Refusal(400, str(misfit)) from None


def _admit(asked: Request, verifier: Verifier, parts: DoorParts) -> Knock:
    body = _read(asked)
    kind = asked.mimetype
    if kind not in set(Kind):
        raise Refusal(415, "content type: send a form or JSON")
    pairs = _checked(asked, Kind(kind), body, verifier)
    line = parts.lines.get(line_id(parts))
    if line is None:
        raise Refusal(404, "line: no line of ours has this id")
    query = raw_target(asked.environ).partition("?")[2]
    return Knock(line, tuple(pairs), tuple(form_pairs(query.encode("latin-1"))))


def _read(asked: Request) -> bytes:
    asked.max_content_length = LIMIT + 1  # a body without a length is cut there, in silence
    try:
        body = asked.get_data()
    except RequestEntityTooLarge:
        raise Refusal(413, _TOO_LARGE) from None
    except (HTTPException, OSError, ValueError) as trouble:
        raise Refusal(400, f"body: cannot be read ({type(trouble).__name__})") from None
    if len(body) > LIMIT:
        raise Refusal(413, _TOO_LARGE)
    return body


def _checked(asked: Request, kind: Kind, body: bytes, verifier: Verifier) -> list[Pair]:
    """The pairs of a request that was signed; raises Refusal for any other."""
    signature = asked.headers.get("X-Twilio-Signature", "")
    algorithm = algorithm_named(asked.headers.get("X-Twilio-Webhooks-Signature-Settings", ""))
    target = raw_target(asked.environ)
    if kind is Kind.FORM:
        pairs = form_pairs(body)
        signed = verifier.form(target, pairs, signature, algorithm)
    else:
        pairs, signed = [], verifier.json(target, body, signature, algorithm)
    if not signed:
        raise Refusal(403, "signature: none, or not ours for this address and body")
    try:
        return pairs if kind is Kind.FORM else json_pairs(body)
    except Malformed as trouble:
        raise Refusal(400, str(trouble)) from None
