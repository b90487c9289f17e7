"""The web server: slow senders delay nobody; health says what is so."""

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.health import Checks, health_doors

from .running import HERE, ROOT, environment, free_ports, get

pytestmark = pytest.mark.timed

SLOW = 200
# gunicorn now and then leaves its worker's heartbeat file to the end of the interpreter.
WARNINGS = "error,ignore:unclosed file <_io.FileIO:ResourceWarning"


class Away(Exception):
    """What the tests' parts raise where they are out of reach."""


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    found = free_ports(3)
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, str(HERE / "stage.py"), "hooks"],
            cwd=ROOT,
            env=environment(tmp_path, found - 1) | {"PYTHONWARNINGS": WARNINGS},
            stdout=log,
            stderr=log,
        )
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            get(found, "/healthz")
            break
        except OSError:
            assert server.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.05)
    yield found
    server.send_signal(signal.SIGTERM)
    assert server.wait(10) == 0, (tmp_path / "log").read_text()
    assert "Warning" not in (tmp_path / "log").read_text()


def test_slow_senders_delay_nobody(port: int) -> None:
    slow = []
    for _ in range(SLOW):
        sock = socket.create_connection(("127.0.0.1", port))
        sock.sendall(b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nslow")
        slow.append(sock)
    slowest = 0.0
    for _ in range(10):
        started = time.monotonic()
        assert get(port, "/") == 200
        slowest = max(slowest, time.monotonic() - started)
    for sock in slow:
        sock.close()
    assert slowest < 1.0


def test_a_body_that_comes_in_pieces_is_whole(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(b"POST /body HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 6\r\n\r\n")
        for piece in (b"ab", b"cd", b"ef"):
            sock.sendall(piece)
            time.sleep(0.05)
        answer = http.client.HTTPResponse(sock)
        answer.begin()
        assert answer.read() == b"6"


def _app(revision: str | None = "0002", database: bool = True, bell: bool = True, jump: str | None = None) -> Flask:
    def current() -> str | None:
        if not database:
            raise Away
        return revision

    def ring() -> None:
        if not bell:
            raise Away

    app = Flask("health")
    app.register_blueprint(health_doors(Checks(current, "0002", lambda: jump, ring, (Away,))))
    return app


@pytest.mark.parametrize(
    ("app", "status", "word"),
    [
        (_app(), 200, '"ready":true'),
        (_app(), 200, '"firing":"ok"'),
        (_app(jump="noon ≠ ten"), 200, "waits, the database's clock jumped"),
        (_app(bell=False), 200, "out of reach: wakes are missing"),
        (_app(database=False), 503, '"database":"out of reach"'),
        (_app(revision="0001"), 503, "at 0001, needs 0002: run release"),
        (_app(revision=None), 503, "at nothing, needs 0002: run release"),
    ],
)
def test_readyz_says_what_is_missing(app: Flask, status: int, word: str) -> None:
    answer = app.test_client().get("/readyz")
    assert answer.status_code == status
    assert word in answer.text
    assert app.test_client().get("/healthz").status_code == 200
