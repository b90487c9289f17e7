"""Asking the application: each request signed, kept in the ledger with its answer, tried once more where no
connection came about, and then the fallback address.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote, urldefrag, urlencode

from exchange.clock import Clock
from exchange.faults import Faults
from exchange.ledger import Ledger
from exchange.twiml.checks import remarks_on
from exchange.twiml.document import Document, Kind, Remark, read
from exchange.wire.signature import sign
from exchange.wire.transport import NoConnection, TooSlow, Transport

_KEPT: Final = 8000
"""Characters of an answer that the ledger keeps."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose exchange this is; the token signs requests and opens the REST interface."""

    sid: str
    token: str
    api_key: str = ""
    api_secret: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One request to be made; `about` is the call or text, `kind` one of voice, text, status, recording."""

    kind: str
    about: str
    url: str
    method: str
    params: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of it: an answer, or `error` with Twilio's code for why there is none."""

    status: int = 0
    content_type: str = ""
    body: bytes = b""
    error: int = 0
    why: str = ""

    @property
    def failed(self) -> Remark | None:
        """Why this is no answer that Twilio would go on with."""
        if self.error:
            return Remark(self.error, self.why, fatal=True)
        if not 200 <= self.status < 300:
            return Remark(11200, f"the answer has status {self.status}", fatal=True)
        return None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document, where it came from, and the remarks on it; no document where all addresses failed."""

    document: Document | None
    url: str
    remarks: tuple[Remark, ...]


class Asker:
    """Makes requests in the name of one account."""

    def __init__(self, account: Account, transport: Transport, ledger: Ledger, clock: Clock) -> None:
        self.account = account
        self.transport = transport
        self.faults = Faults()
        self._ledger = ledger
        self._clock = clock

    def ask(self, question: Question) -> Reply:
        """Make the request, once more where no connection came about."""
        token = secrets.token_hex(16)
        reply = self._once(question, token, attempt=1)
        if question.kind in {"voice", "text"} and not reply.error and self.faults.take("lose_answers"):
            reply = Reply(error=11205, why="the connection broke before the answer (a fault on demand)")
        if reply.error == 11205:
            reply = self._once(question, token, attempt=2)
        return reply

    def fetch(self, question: Question, fallback: tuple[str, str]) -> Fetched:
        """Ask for a document; where that fails, ask the fallback (address, method) with what went wrong."""
        kind = Kind.MESSAGE if question.kind == "text" else Kind.VOICE
        first = self._document(question, kind)
        url, method = fallback
        if first.document is not None or not url or url == question.url:
            return first
        code = next(remark.code for remark in first.remarks if remark.fatal)
        wrong = (("ErrorCode", str(code)), ("ErrorUrl", question.url))
        again = replace(question, url=url, method=method, params=(*question.params, *wrong))
        second = self._document(again, kind)
        return replace(second, remarks=(*first.remarks, *second.remarks))

    def _document(self, question: Question, kind: Kind) -> Fetched:
        reply = self.ask(question)
        twice = self._repeat(question, reply)
        if reply.failed is not None:
            return Fetched(None, question.url, (_placed(reply.failed, question), *twice))
        if reply.status == 204 and kind is Kind.MESSAGE:
            return Fetched(Document(()), question.url, twice)
        document = read(reply.body, reply.content_type, kind, question.url)
        remarks = tuple(_placed(remark, question) for remark in remarks_on(document, kind))
        return Fetched(None if document.refused else document, question.url, (*remarks, *twice))

    def _repeat(self, question: Question, reply: Reply) -> tuple[Remark, ...]:
        """Send duplicates where the knob says so, and say where the answer was another one."""
        found: list[Remark] = []
        for number in range(self.faults.knobs.duplicate_requests):
            again = self._once(question, secrets.token_hex(16), attempt=number + 2)
            if (again.status, again.body) != (reply.status, reply.body):
                found.append(_placed(Remark(0, "a duplicate of the request got another answer"), question))
        return tuple(found)

    def _once(self, question: Question, token: str, attempt: int) -> Reply:
        url = _with_query(question)
        form = question.params if question.method == "POST" else ()
        headers = {
            "X-Twilio-Signature": sign(self.account.token, url, form),
            "I-Twilio-Idempotency-Token": token,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        begun = self._clock.now()
        try:
            status, heads, body = self.transport(question.method, url, form, headers)
            content_type = next((heads[name] for name in heads if name.lower() == "content-type"), "")
            reply = Reply(status, content_type, body)
        except NoConnection as trouble:
            reply = Reply(error=11205, why=f"no connection: {trouble}")
        except TooSlow as trouble:
            reply = Reply(error=11200, why=str(trouble))
        lasted = (self._clock.now() - begun).total_seconds()
        self._ledger.put("request", _entry(question, reply, begun.isoformat(), (attempt, lasted)))
        return reply


def _placed(remark: Remark, question: Question) -> Remark:
    return replace(remark, text=f"{question.method} {question.url}: {remark.text}")


def _with_query(question: Question) -> str:
    url = urldefrag(question.url).url
    url = quote(url, safe="!#$%&'()*+,/:;=?@[]~")
    if question.method == "POST" or not question.params:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(question.params)}"


def _entry(question: Question, reply: Reply, at: str, tried: tuple[int, float]) -> dict[str, Any]:
    return {
        "sid": secrets.token_hex(16),
        "about": question.about,
        "kind": question.kind,
        "at": at,
        "method": question.method,
        "url": question.url,
        "params": dict(question.params),
        "attempt": tried[0],
        "seconds": round(tried[1], 4),
        "status": reply.status or None,
        "error": reply.error or None,
        "why": reply.why,
        "content_type": reply.content_type,
        "digest": hashlib.sha256(reply.body).hexdigest(),
        "answer": reply.body.decode("utf-8", "replace")[:_KEPT],
    }
