"""When the application cannot be reached: one retry where no connection came about, then the fallback address."""

import socket
from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from exchange.lines import parse_line
from exchange.testing import Exchange
from exchange.wire import transport
from exchange.wire.transport import HttpTransport, NoConnection, TooSlow

LINE = "+862166660000"
RESIDENT = "+8613800000001"
GOOD = {"/voice": "<Say>好</Say>", "/sms": "<Message>好</Message>"}

Act = Callable[[Exchange], str]


def _call(exchange: Exchange) -> str:
    return exchange.call(RESIDENT, LINE).sid


def _text(exchange: Exchange) -> str:
    return exchange.text(RESIDENT, LINE, "灯坏了").sid


BOTH = pytest.mark.parametrize(("act", "path"), [(_call, "/voice"), (_text, "/sms")])


def asked(exchange: Exchange, sid: str) -> list[tuple[str, int]]:
    """What was asked about a call or text: path and attempt; progress left out."""
    entries = exchange.ledger("request", about=sid)
    return [(entry["url"].rsplit("/", 1)[1], entry["attempt"]) for entry in entries if entry["kind"] != "status"]


@BOTH
def test_one_connection_that_fails(exchange: Exchange, office: Any, act: Act, path: str) -> None:
    office.says(path, NoConnection("refused"), GOOD[path])
    sid = act(exchange)
    assert asked(exchange, sid) == [(path[1:], 1), (path[1:], 2)]
    first, second = [headers for _, url, _, headers in office.asked if url.endswith(path)]
    assert first["I-Twilio-Idempotency-Token"] == second["I-Twilio-Idempotency-Token"]
    assert exchange.ledger("warning", about=sid) == []


@BOTH
def test_two_connections_that_fail(exchange: Exchange, office: Any, act: Act, path: str) -> None:
    office.says(path, NoConnection("refused"))
    office.says(f"{path}-fallback", GOOD[path])
    sid = act(exchange)
    assert asked(exchange, sid) == [(path[1:], 1), (path[1:], 2), (f"{path[1:]}-fallback", 1)]
    (params,) = office.params(f"{path}-fallback")
    assert (params["ErrorCode"], params["ErrorUrl"]) == ("11205", f"http://office.test{path}")
    assert params["From"] == RESIDENT


@BOTH
@pytest.mark.parametrize("answer", [(500, "text/plain", b""), (503, "text/plain", b""), TooSlow("no answer in 15 s")])
def test_a_bad_or_slow_answer_is_not_asked_for_again(
    exchange: Exchange, office: Any, act: Act, path: str, answer: Any
) -> None:
    office.says(path, answer)
    office.says(f"{path}-fallback", GOOD[path])
    sid = act(exchange)
    assert asked(exchange, sid) == [(path[1:], 1), (f"{path[1:]}-fallback", 1)]
    assert office.params(f"{path}-fallback")[0]["ErrorCode"] == "11200"
    assert [warning["code"] for warning in exchange.ledger("warning", about=sid)] == [11200]


@BOTH
def test_a_fallback_that_is_out_of_reach_too_is_tried_twice_and_then_no_more(
    exchange: Exchange, office: Any, act: Act, path: str
) -> None:
    office.says(path, NoConnection("refused"))
    office.says(f"{path}-fallback", NoConnection("refused"))
    sid = act(exchange)
    assert [attempt for _, attempt in asked(exchange, sid)] == [1, 2, 1, 2]
    assert [warning["code"] for warning in exchange.ledger("warning", about=sid)] == [11205, 11205]


@pytest.fixture
def slow() -> Iterator[str]:
    """An application on a socket whose /slow answers only at the end of the test; /quick at once."""
    app, done = Flask("office"), Event()

    @app.post("/<path:path>")
    def answer(path: str) -> tuple[str, int, dict[str, str]]:
        if path == "slow":
            done.wait(10)
        return "<Response><Message>好</Message></Response>", 200, {"Content-Type": "text/xml"}

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    done.set()
    server.shutdown()
    thread.join(5)
    server.server_close()


def test_an_application_that_is_slow_over_a_socket(
    exchange: Exchange, slow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert transport.TIMEOUT == 15.0
    monkeypatch.setattr(transport, "TIMEOUT", 0.3)
    exchange.answer_with(HttpTransport())
    exchange.switch.set_line(
        parse_line({"number": LINE, "sms_url": f"{slow}/slow", "sms_fallback_url": f"{slow}/quick"})
    )
    sid = _text(exchange)
    assert asked(exchange, sid) == [("slow", 1), ("quick", 1)]
    fallback = exchange.ledger("request", about=sid)[-1]
    assert (fallback["params"]["ErrorCode"], fallback["status"]) == ("11200", 200)
    assert [text["body"] for text in exchange.inbox(RESIDENT)] == ["好"]


def test_an_application_that_is_gone(exchange: Exchange, slow: str) -> None:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{line.getsockname()[1]}/gone"
    exchange.answer_with(HttpTransport())
    exchange.switch.set_line(parse_line({"number": LINE, "sms_url": gone, "sms_fallback_url": f"{slow}/quick"}))
    assert asked(exchange, _text(exchange)) == [("gone", 1), ("gone", 2), ("quick", 1)]
