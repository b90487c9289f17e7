"""Slow senders and a database that is away, before and behind the real server (INV-VOICE)."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import sleep
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.embedded.folder import DataFolder
from app.embedded.postgres import EmbeddedPostgres
from app.settings import load
from app.wiring import release
from hotline.twiml import fallback
from tests.conftest import fresh_database
from tests.webhooks.carrier import Carrier, encode
from tests.webhooks.conftest import environment_of
from tests.webhooks.hooks import Hooks, hooks
from tests.webhooks.wire import Wire, wire

pytestmark = [pytest.mark.slow, pytest.mark.timed]
ROOT = "/webhooks/twilio/main"
SLOW = 200
STATIC = fallback().encode()


@pytest.fixture(scope="module")
def environment(
    postgres: EmbeddedPostgres, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """One environment for all tests here."""
    with fresh_database(postgres, request) as database:
        yield environment_of(database, tmp_path_factory.mktemp("slow"))


@pytest.fixture(scope="module")
def line_to_database(environment: dict[str, str]) -> Iterator[Wire]:
    """The environment's database behind a wire; its release has run. Who cuts it mends it."""
    settings = load(environment)
    DataFolder(settings.folder).prepare()
    release(settings)
    url = urlsplit(environment["DATABASE_URL"])
    host = parse_qs(url.query)["host"][0]
    port = parse_qs(url.query).get("port", ["5432"])[0]
    with wire(Path(host) / f".s.PGSQL.{port}") as made:
        password = url.netloc.rpartition("@")[0]
        del environment["DATABASE_OWNER_URL"]
        environment["DATABASE_URL"] = f"{url.scheme}://{password}@127.0.0.1:{made.port}{url.path}"
        yield made


@pytest.fixture(scope="module")
def server(line_to_database: Wire, environment: dict[str, str]) -> Iterator[Hooks]:
    """A server for all tests that leave it as well as they found it."""
    with hooks(environment, Path(environment["HOTLINE_DATA"]).with_name("hooks.log")) as started:
        yield started


class Caller:
    """Calls and texts with honest requests, each its own."""

    def __init__(self, server: Hooks) -> None:
        self.server, self.carrier = server, Carrier()
        self.number = 0

    def ring(self) -> Any:
        self.number += 1
        return self._post("voice", self.carrier.turn(self.number))

    def text(self) -> Any:
        self.number += 1
        return self._post("sms", self.carrier.text(self.number))

    def status(self) -> Any:
        self.number += 1
        return self._post("status", self.carrier.call_status(self.number))

    def _post(self, door: str, pairs: Any) -> Any:
        target = f"{ROOT}/{door}"
        return self.server.post(target, encode(pairs), self.carrier.headers(target, pairs))


@pytest.fixture(scope="module")
def caller(server: Hooks) -> Caller:
    return Caller(server)


@pytest.fixture
def own_caller(line_to_database: Wire, environment: dict[str, str], tmp_path: Path) -> Iterator[Caller]:
    """A caller at a server of the test's own: each of its workers remembers that the database was away."""
    with hooks(environment, tmp_path / "hooks.log") as started:
        caller = Caller(started)
        caller.number = 10_000 + started.port  # nobody's requests are another's again
        yield caller


def _drip(server: Hooks, number: int) -> socket.socket:
    """A sender who never comes to an end: half of them in the head, half in the body."""
    sender = server.socket()
    head = f"POST {ROOT}/voice HTTP/1.1\r\nHost: hotline.example\r\nX-Twilio-Signature: x\r\n"
    sender.sendall(head.encode() if number % 2 else f"{head}Content-Length: 60000\r\n\r\nBody=".encode())
    return sender


def test_slow_senders_delay_nobody(server: Hooks, caller: Caller) -> None:
    assert caller.ring().seconds < 2, "the very first call too"
    with ExitStack() as stack:
        senders = [stack.enter_context(_drip(server, number)) for number in range(SLOW)]
        for _ in range(15):
            for number, sender in enumerate(senders):
                sender.sendall(b"X" if number % 2 else b"x")
            answer = caller.ring()
            assert (answer.status, answer.body == STATIC) == (200, False)
            assert answer.seconds < 2
            assert caller.text().seconds < 2
        assert all(_is_open(sender) for sender in senders), "all of them were being slow all the while"


def _is_open(sender: socket.socket) -> bool:
    sender.setblocking(False)
    try:
        return bool(sender.recv(1))
    except BlockingIOError:
        return True


@pytest.mark.parametrize("how", ["freeze", "cut"])
def test_a_database_that_is_away_and_comes_back(line_to_database: Wire, own_caller: Caller, how: str) -> None:
    caller = own_caller
    ring = caller.ring()
    assert (ring.status, ring.body == STATIC) == (200, False)
    assert caller.text().status == 200
    getattr(line_to_database, how)()
    sleep(1.2)  # connections that have rested are asked whether they live: that must not cost a caller more
    rings = [caller.ring() for _ in range(8)]
    assert all((ring.status, ring.body) == (200, STATIC) for ring in rings)
    assert max(ring.seconds for ring in rings) < 2
    assert caller.text().status == 503
    assert caller.status().status == 503
    line_to_database.mend()
    assert _comes_back(caller)
    assert (caller.text().status, caller.status().status) == (200, 204)


def _comes_back(caller: Caller) -> bool:
    """Whether calls are answered from the database again within a breaker's rest and a little."""
    for _ in range(60):
        ring = caller.ring()
        assert ring.seconds < 2
        if ring.body != STATIC:
            return True
        sleep(0.2)
    return False


def test_the_address_is_signed_as_it_stood_on_the_wire(caller: Caller) -> None:
    asked = "?step=2&lang=zh ?x=%2B86138&y=a%26b ?msg=%E6%A5%BC%E9%81%93&x=a%20b ?m=%e6%a5%bc"
    for number, query in enumerate([*asked.split(), "?t=It%27s", "?t=it's;,@"], 1_000):
        target, pairs = f"{ROOT}/status{query}", caller.carrier.receipt(number)
        headers = caller.carrier.headers(target, pairs) | {
            "Host": "evil.example",
            "X-Forwarded-Host": "evil.example",
        }
        for place, status in ((target, 204), (target + "&z", 403), (f"http://hotline.example{target}", 403)):
            assert caller.server.post(place, encode(pairs), headers).status == status, place


def _raw(server: Hooks, request: bytes) -> bytes:
    with server.socket() as sender:
        sender.sendall(request)
        return sender.recv(100).split(b"\r\n")[0]


def test_too_much_is_refused_without_a_length_and_before_it_is_sent(server: Hooks) -> None:
    head = f"POST {ROOT}/sms HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n".encode()
    announced = _raw(server, head + b"Content-Length: 99000000\r\n\r\n")
    chunks = b"".join(b"4000\r\n" + b"x" * 0x4000 + b"\r\n" for _ in range(5)) + b"0\r\n\r\n"
    streamed = _raw(server, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
    assert b" 413 " in announced
    assert b" 413 " in streamed
    assert b" 403 " in _raw(server, head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nBody=\r\n0\r\n\r\n")
    assert b" 40" in _raw(server, head + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n\r\n")
