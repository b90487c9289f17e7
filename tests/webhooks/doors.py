"""The doors in an app, with a carrier before them and written floors behind."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from time import sleep
from typing import Any, cast

from flask import Flask
from werkzeug.test import TestResponse

from dispatch.inbox import Answer
from dispatch.lines import Line
from dispatch.quarantine import Suspect
from dispatch.transaction import DatabaseAway, Door, Tx
from hotline.calls import Early
from hotline.events import CallStatusIn, DialedIn, OutStatusIn, OutTurnIn, ReceiptIn, RecordingIn, TextIn, TurnIn
from tests.webhooks.carrier import ACCOUNT, BASE, FORM, LINE, SUB_ACCOUNT, SUB_TOKEN, TOKENS, Carrier, Pairs, encode
from webhooks.blueprint import make_blueprint
from webhooks.deeds import Deeds
from webhooks.parts import DoorParts

Event = TextIn | TurnIn | CallStatusIn | RecordingIn | OutTurnIn | DialedIn | OutStatusIn


class MemoryInbox:
    """Claims and answers in memory: a claim holds its key until its transaction ends, as a row does."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Answer] = {}
        self._locks: dict[tuple[str, str], Any] = {}
        self._lock = Lock()

    def claim(self, tx: Tx, kind: str, key: str) -> Answer | None:
        with self._lock:
            lock = self._locks.setdefault((kind, key), Lock())
        lock.acquire()
        cast(FakeTx, tx).at_end.append(lock.release)
        return self.answers.get((kind, key))

    def settle(self, tx: Tx, kind: str, key: str, answer: Answer) -> None:
        cast(FakeTx, tx).at_commit.append(lambda: self.answers.update({(kind, key): answer}))


@dataclass
class FakeTx:
    line: Line
    at_commit: list[Callable[[], object]] = field(default_factory=list)
    at_end: list[Callable[[], object]] = field(default_factory=list)


class FakeDoor:
    """A door whose database can be away or slow."""

    def __init__(self) -> None:
        self.away = False
        self.delay = 0.0
        self.opened = 0

    @contextmanager
    def transaction(self, line: Line) -> Iterator[FakeTx]:
        self.opened += 1
        if self.delay:
            sleep(self.delay)
        if self.away:
            raise DatabaseAway("connection refused")
        tx = FakeTx(line)
        try:
            yield tx
            for commit in tx.at_commit:
                commit()
        finally:
            for end in tx.at_end:
                end()


@dataclass
class Floors:
    """What lies behind the doors: keeps what it was handed, and can be told to fail."""

    inbox: MemoryInbox = field(default_factory=MemoryInbox)
    taken: list[object] = field(default_factory=list)
    set_aside: list[Suspect] = field(default_factory=list)
    error: Exception | None = None
    early: bool = False

    def take(self, tx: Tx, event: object) -> None:
        if self.error is not None:
            raise self.error
        cast(FakeTx, tx).at_commit.append(lambda: self.taken.append(event))

    def speak(self, tx: Tx, event: OutTurnIn | DialedIn) -> str:
        self.take(tx, event)
        return f"<Response><!-- {event.sid} {event.ref} --></Response>"

    def put(self, tx: Tx, suspect: Suspect) -> None:
        cast(FakeTx, tx).at_commit.append(lambda: self.set_aside.append(suspect))

    def take_turn(self, tx: Tx, event: TurnIn) -> str:
        if self.early:
            raise Early
        self.take(tx, event)
        return f"<Response><!-- {event.sid} {event.turn} {len(self.taken)} --></Response>"

    def take_receipt(self, tx: Tx, event: ReceiptIn, sequence: str) -> None:
        self.take(tx, (event, sequence))

    def deeds(self) -> Deeds:
        return Deeds(
            claim=self.inbox.claim,
            settle=self.inbox.settle,
            take_text=self.take,
            take_turn=self.take_turn,
            take_status=self.take,
            take_recording=self.take,
            take_receipt=self.take_receipt,
            take_early=lambda tx, event: f"<Response><!-- wait {event.turn} {event.waited} --></Response>",
            set_aside=self.put,
            take_out_turn=self.speak,
            take_dialed=self.speak,
            take_out_status=self.take,
        )

    def of(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.taken if isinstance(event, kind)]


class Doors:
    """The blueprint in an app, with a carrier before it and written floors behind it."""

    def __init__(self, **changes: Any) -> None:
        self.carrier = Carrier()
        self.door = FakeDoor()
        self.floors = Floors()
        self.notes: list[tuple[str, Mapping[str, object]]] = []
        self.time = 0.0
        parts: dict[str, Any] = {
            "door": cast(Door, self.door),
            "lines": {"main": LINE, "east": Line("east", "+862166660001", "east")},
            "public_base": BASE,
            "account_sid": ACCOUNT,
            "sub_accounts": frozenset({SUB_ACCOUNT}),
            "tokens": (*TOKENS, SUB_TOKEN),
            "note": lambda event, facts: self.notes.append((event, facts)),
            "clock": lambda: self.time,
            "deeds": self.floors.deeds(),
        }
        self.parts = DoorParts(**{**parts, **changes})
        self.app = Flask("doors")
        self.app.register_blueprint(make_blueprint(self.parts))

    def post(self, target: str, pairs: Pairs, carrier: Carrier | None = None, **more: Any) -> TestResponse:
        headers = (carrier or self.carrier).headers(target, pairs)
        return self.send(target, encode(pairs), {**headers, **more.pop("headers", {})}, **more)

    def send(self, target: str, body: bytes, headers: Mapping[str, str], **more: Any) -> TestResponse:
        how: dict[str, Any] = {"method": "POST", "content_type": FORM, **more}
        # The test client decodes the address, as a server does; RAW_URI keeps it as it was sent.
        environ = {"RAW_URI": target, "REQUEST_URI": target, **how.pop("environ", {})}
        return self.app.test_client().open(target, data=body, headers=dict(headers), environ_overrides=environ, **how)

    def noted(self, event: str) -> list[Mapping[str, object]]:
        return [facts for name, facts in self.notes if name == event]
