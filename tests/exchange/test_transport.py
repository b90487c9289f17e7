"""Requests over real sockets, and into an application in this process."""

import contextlib
import socket
from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask, request
from werkzeug.serving import make_server

from exchange.testing import Exchange
from exchange.wire import transport
from exchange.wire.transport import HttpTransport, NoConnection, TooSlow, WsgiTransport


def _application() -> Flask:
    app = Flask("office")

    @app.route("/<path:path>", methods=["GET", "POST"])
    def answer(path: str) -> tuple[str, int, dict[str, str]]:
        if path == "moved":
            return "", 302, {"Location": "/other"}
        if path == "huge":
            return "x" * 1_000_000, 200, {}
        raw = request.environ["RAW_URI"]
        return (
            f"{request.method} {raw} {sorted(request.form.items())} {request.headers['X-A']}",
            200,
            {"X-B": "1"},
        )

    return app


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, _application(), threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join(5)
    server.server_close()


@pytest.mark.parametrize("inside", [True, False])
def test_what_is_sent_arrives_as_it_is(base: str, inside: bool) -> None:
    send = WsgiTransport(_application()) if inside else HttpTransport()
    status, heads, body = send("POST", f"{base}/a%2Fb?t=%E6%A5%BC&u=a+b", [("a", "灯 坏"), ("b", "&")], {"X-A": "1"})
    assert (status, heads["X-B"]) == (200, "1")
    assert body.decode() == "POST /a%2Fb?t=%E6%A5%BC&u=a+b [('a', '灯 坏'), ('b', '&')] 1"
    assert send("GET", f"{base}/x?y=1", [], {"X-A": "2"})[2].decode() == "GET /x?y=1 [] 2"
    assert send("GET", f"{base}/moved", [], {"X-A": "1"})[0] == 302


def test_a_huge_answer_is_read_only_in_part(base: str) -> None:
    body = HttpTransport()("GET", f"{base}/huge", [], {"X-A": "1"})[2]
    assert 64 * 1024 < len(body) < 400_000


def test_nobody_there() -> None:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port = line.getsockname()[1]
    with pytest.raises(NoConnection):
        HttpTransport()("POST", f"http://127.0.0.1:{port}/", [], {})
    with pytest.raises(NoConnection):
        HttpTransport()("POST", "http://a..b/", [], {})


def test_nobody_picks_up_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_CONNECT", 0.2)
    with socket.socket() as line, contextlib.ExitStack() as waiting:
        line.bind(("127.0.0.1", 0))
        line.listen(0)
        for _ in range(4):  # fill the queue of connections that nobody accepts
            full = waiting.enter_context(socket.socket())
            full.setblocking(False)
            full.connect_ex(line.getsockname())
        with pytest.raises(NoConnection, match="no connection within"):
            HttpTransport()("POST", f"http://127.0.0.1:{line.getsockname()[1]}/", [], {})


def _dribbling(pieces: list[bytes]) -> tuple[socket.socket, Thread]:
    """A server that sends these pieces, one each 0.2 s, and then is silent."""
    line = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        peer, _ = line.accept()
        with peer:
            peer.recv(65536)
            try:
                for piece in pieces:
                    peer.sendall(piece)
                    peer.settimeout(0.2)
                    try:
                        peer.recv(1)
                        return
                    except TimeoutError:
                        continue
                peer.settimeout(5)
                peer.recv(1)
            except OSError:
                return

    thread = Thread(target=serve, daemon=True)
    thread.start()
    return line, thread


@pytest.mark.parametrize(
    "pieces",
    [
        [b""],
        [b"HTTP/1.1 200 OK\r\n"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n", *[b"x" * 20000] * 4],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n", b"x"],
    ],
)
def test_too_slow(monkeypatch: pytest.MonkeyPatch, pieces: list[bytes]) -> None:
    monkeypatch.setattr(transport, "TIMEOUT", 0.5)
    line, thread = _dribbling(pieces)
    with line, pytest.raises(TooSlow):
        HttpTransport()("POST", f"http://127.0.0.1:{line.getsockname()[1]}/", [], {})
    thread.join(6)


def test_a_broken_answer() -> None:
    line = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        peer, _ = line.accept()
        with peer:
            peer.recv(65536)
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf")

    thread = Thread(target=serve, daemon=True)
    thread.start()
    with line, pytest.raises(NoConnection):
        HttpTransport()("POST", f"http://127.0.0.1:{line.getsockname()[1]}/", [], {})
    thread.join(5)


def test_a_flask_application_answers(exchange: Exchange) -> None:
    app = Flask("office")

    @app.post("/voice")
    def voice() -> tuple[str, int, dict[str, str]]:
        return "<Response><Say>好</Say></Response>", 200, {"Content-Type": "text/xml"}

    @app.post("/status")
    def status() -> tuple[str, int]:
        return "", 204

    exchange.answer_with(app)
    assert exchange.call("+8613800000001", "+862166660000").heard == ["好"]
