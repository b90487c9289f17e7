"""The exchange inside a test: no sockets, a clock moved by hand, an application in the same process."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask

from exchange import texts
from exchange.caller import PATIENCE, Caller, parse_keys
from exchange.clock import HandClock
from exchange.control import application, call
from exchange.legs import recording
from exchange.legs.call import doors_of, new_call
from exchange.legs.leg import Leg
from exchange.lines import Line, parse_line
from exchange.phones import parse_phone
from exchange.rest import dialing
from exchange.rest.outages import LATE, LOST
from exchange.switch import Switch
from exchange.wire.asking import Account
from exchange.wire.held import Held
from exchange.wire.transport import (
    Answer,
    HttpTransport,
    NoConnection,
    Params,
    TooSlow,
    Transport,
    WsgiTransport,
)

ACCOUNT: Final = Account("AC" + "a" * 32, "0123456789abcdef0123456789abcdef")
MORNING: Final = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Talk:
    """A call that has ended: what was said, and what Twilio would warn of."""

    sid: str
    status: str
    conversation: list[dict[str, str]]
    warnings: list[dict[str, Any]]

    @property
    def heard(self) -> list[str]:
        """What the line said."""
        return [part["says"] for part in self.conversation if part["who"] == "line"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text that was taken: its sid, and what Twilio would warn of in the answer to it."""

    sid: str
    warnings: list[dict[str, Any]]


class Exchange:
    """An exchange for a test. Start it with `start`; give it the application with `answer_with`."""

    def __init__(self, switch: Switch, clock: HandClock) -> None:
        self.switch = switch
        self.clock = clock
        self.app: Flask = application(switch)
        self._client = self.app.test_client()

    @classmethod
    def start(
        cls,
        folder: Path,
        lines: Sequence[Mapping[str, Any]],
        answers: Flask | Transport | None = None,
        account: Account = ACCOUNT,
    ) -> "Exchange":
        """Open the ledger in the folder. `lines` as in the numbers file; `answers` as for `answer_with`."""
        clock = HandClock(MORNING)
        exchange = cls(Switch(account, HttpTransport(), clock, folder), clock)
        for line in lines:
            exchange.switch.set_line(parse_line(line))
        if answers is not None:
            exchange.answer_with(answers)
        texts.resume(exchange.switch)
        dialing.resume(exchange.switch)
        recording.resume(exchange.switch)
        return exchange

    def answer_with(self, answers: Flask | Transport) -> None:
        """Who answers the webhooks: a Flask application, or a transport; at first it is HTTP."""
        if isinstance(answers, Flask):
            answers = WsgiTransport(answers)
        self.switch.asker.transport = answers

    def call(self, from_: str, to: str, texts: Sequence[str] = (), keys: str = "") -> Talk:
        """Call a line, say and press these, and let what falls due now happen."""
        caller = Caller(tuple(texts), parse_keys(keys), PATIENCE)
        ended = call(self.switch, self._line(to), from_, caller)
        self.clock.move()
        return Talk(ended["sid"], ended["status"], ended["conversation"], ended["warnings"])

    def dial(self, from_: str, to: str) -> Leg:
        """Call a line and stay in hand: `give` it what happens while it is `waiting`.

        It waits in a Listen, a Take, or, connected with a phone that <Dial> reached, in a Converse.
        """
        line = self._line(to)
        leg = Leg(self.switch, new_call(self.switch, from_, line.number), doors_of(line))
        leg.connect()
        return leg

    def text(self, from_: str, to: str, body: str, media: Sequence[tuple[str, str]] = ()) -> Text:
        """Send a text to a line, and let what falls due now happen."""
        incoming = texts.Incoming(from_, to, body, tuple(media))
        sid, warnings = texts.receive(self.switch, self._line(to), incoming)
        self.clock.move()
        return Text(sid, warnings)

    def inbox(self, number: str, since: int = 0) -> list[dict[str, Any]]:
        """The texts that this phone received, oldest first."""
        entries = self.switch.ledger.list("message", since, receiver=number)
        return [entry for entry in entries if entry["status"] not in {"failed", "undelivered"}]

    def ledger(self, kind: str, about: str = "") -> list[dict[str, Any]]:
        """Entries of one kind (message, call, recording, request, warning), oldest first."""
        return self.switch.ledger.list(kind, about=about)

    def phone(self, number: str, **behaviour: Any) -> None:
        """How a phone behaves when we call it, dial it or send it texts; see exchange.phones.parse_phone.

        `calls` and `messages` may be lists, used up one by one, the last one staying:
        `phone(n, calls=["no-answer", "answer"], keys="1")` answers the second call and presses 1. Where calls
        differ in more than that: `phone(n, calls="no-answer", then=[{"keys": "2"}, {"keys": "1"}])`.
        """
        self.switch.set_phone(parse_phone({"number": number, **behaviour}))

    def faults(self, **knobs: float | bool) -> None:
        """Turn faults on and off; see exchange.faults."""
        self.switch.faults.set(knobs)

    @contextmanager
    def held(self) -> Iterator[Held]:
        """Hold back all callbacks (progress of calls, recordings, receipts) and send them in any order.

            with exchange.held() as held:
                exchange.call(...)
                exchange.clock.move(1)
                held.names  # ["call ringing", "call in-progress", "call completed", "text sent", …]
                held.release([2, 0, "text sent"])  # these three, so; the others stay held

        What is still held at the end of the block is sent then, oldest first; `held.drop()` forgets it. What
        the callbacks tell of has happened all the same. Duplicated and dropped they are as the faults say.
        """
        self.clock.move()
        with self.switch.callbacks.held() as held:
            yield held
            self.clock.move()

    def rest(self, method: str, url: str, params: Params = (), auth: tuple[str, str] | None = None) -> Answer:
        """One REST request, as a client makes it.

        Raises NoConnection where the answer is lost, TooSlow where none comes (faults on demand).
        """
        parts = urlsplit(url)
        name, secret = auth or (self.switch.account.sid, self.switch.account.token)
        shown = base64.b64encode(f"{name}:{secret}".encode()).decode()
        answer = self._client.open(
            parts.path,
            method=method,
            query_string=parts.query if method == "POST" or not params else dict(params),
            data=_several(params) if method == "POST" else None,
            headers={"Authorization": f"Basic {shown}"},
        )
        if LOST in answer.headers:
            raise NoConnection("the answer was lost (a fault on demand)")
        if LATE in answer.headers:
            raise TooSlow("no answer within the time of the client (a fault on demand)")
        return answer.status_code, dict(answer.headers), answer.get_data()

    def close(self) -> None:
        """Close the ledger; starting again in the same folder goes on from it."""
        self.switch.close()

    def _line(self, number: str) -> Line:
        line = self.switch.line(number)
        if line is None:
            raise ValueError(f"{number} is no number of this exchange")
        return line


def _several(params: Params) -> dict[str, list[str]]:
    form: dict[str, list[str]] = {}
    for name, value in params:
        form.setdefault(name, []).append(value)
    return form
