"""`python -m exchange`: the process, its command line, its end, and what it keeps over kill -9."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from flask import Flask, request
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from werkzeug.serving import make_server

from exchange.__main__ import main

ACCOUNT = "AC" + "b" * 32
TOKEN = "process-token-0123456789"
LINE = "+862166660000"
RESIDENT = "+8613800000001"


class Running:
    """An exchange process and what one asks of it."""

    def __init__(self, process: "subprocess.Popen[str]", base: str) -> None:
        self.process = process
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {TOKEN}"

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.session.request(method, f"{self.base}/exchange/{path}", json=body, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def end(self, number: int) -> float:
        begun = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(10)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        self.session.close()
        return time.monotonic() - begun


class Swapped(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's client over a real socket, to another address."""

    def __init__(self, base: str) -> None:
        super().__init__(pool_connections=False)
        self._base = base

    def request(self, method: str, url: str, *args: Any, **facts: Any) -> Any:
        return super().request(method, url.replace("https://api.twilio.com", self._base), *args, **facts)


@pytest.fixture
def office() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """An application on a socket; the form of each request is kept."""
    app, asked = Flask("office"), []

    @app.post("/<path:path>")
    def answer(path: str) -> tuple[str, int, dict[str, str]]:
        asked.append({"path": path, **request.form.to_dict()})
        if path == "slow":
            time.sleep(1.0)
        body = "<Message statusCallback='/told'>好</Message>" if path == "sms" else "<Say>好</Say>"
        return f"<Response>{body}</Response>", 200, {"Content-Type": "text/xml"}

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}", asked
    server.shutdown()
    thread.join(5)
    server.server_close()


@pytest.fixture
def words(tmp_path: Path, office: tuple[str, Any]) -> list[str]:
    (tmp_path / "token").write_text(TOKEN + "\n")
    line = {
        "number": LINE,
        "voice_url": f"{office[0]}/voice",
        "sms_url": f"{office[0]}/sms",
        "status_callback": f"{office[0]}/status",
    }
    (tmp_path / "numbers.json").write_text(json.dumps([line]))
    return [
        *("--port", "0", "--data", str(tmp_path / "data"), "--account", ACCOUNT),
        *("--token-file", str(tmp_path / "token"), "--numbers", str(tmp_path / "numbers.json")),
    ]


@pytest.fixture
def start(words: list[str]) -> Iterator[Callable[[], Running]]:
    started: list[Running] = []

    def begin() -> Running:
        process = subprocess.Popen(
            [sys.executable, "-m", "exchange", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        said = process.stdout.readline()
        assert said.startswith("exchange: http://127.0.0.1:"), process.stderr.read()
        started.append(Running(process, said.removeprefix("exchange: ").strip()))
        return started[-1]

    yield begin
    for running in started:
        if running.process.poll() is None:
            running.end(signal.SIGKILL)


def eventually(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end, "it did not come about within 5 s"
        time.sleep(0.02)


def test_texts_calls_and_twilios_client_over_sockets(
    start: Callable[[], Running], office: tuple[str, list[dict[str, str]]]
) -> None:
    running = start()
    text = running.control("POST", "texts", {"from": RESIDENT, "to": LINE, "body": "灯坏了"})
    assert text["warnings"] == []
    call = running.control("POST", "calls", {"from": RESIDENT, "to": LINE, "texts": ["灯坏了"]})
    assert call["conversation"] == [{"who": "line", "says": "好"}]
    eventually(lambda: [each.get("MessageStatus") for each in office[1]].count("delivered") == 1)
    client = Client(ACCOUNT, TOKEN, http_client=Swapped(running.base))
    made = client.messages.create(to=RESIDENT, from_=LINE, body="受理")
    ordered = client.calls.create(to=RESIDENT, from_=LINE, url=f"{office[0]}/ask")
    eventually(lambda: client.calls(ordered.sid).fetch().status == "completed")
    inbox = running.control("GET", "inbox?number=%2B8613800000001")["messages"]
    assert [message["body"] for message in inbox] == ["好", "受理"]
    assert inbox[1]["sid"] == made.sid
    assert running.control("GET", "numbers")["numbers"][0]["sms_url"] == f"{office[0]}/sms"
    assert running.end(signal.SIGTERM) < 1


def test_a_lost_answer_breaks_the_connection(start: Callable[[], Running]) -> None:
    running = start()
    running.control("POST", "faults", {"rest_lost": 1})
    client = Client(ACCOUNT, TOKEN, http_client=Swapped(running.base))
    with pytest.raises(requests.ConnectionError):
        client.messages.create(to=RESIDENT, from_=LINE, body="一")
    assert [message.body for message in client.messages.list()] == ["一"]


def test_what_was_taken_outlives_kill_9(start: Callable[[], Running], office: tuple[str, list[dict[str, str]]]) -> None:
    running = start()
    running.control("POST", "faults", {"late_callbacks": 60})
    sids = [
        running.control("POST", "texts", {"from": RESIDENT, "to": LINE, "body": str(number)})["sid"]
        for number in range(5)
    ]
    assert running.end(signal.SIGKILL) < 5
    again = start()
    messages = again.control("GET", "ledger/messages")["items"]
    assert [entry["sid"] for entry in messages if entry["direction"] == "inbound"] == sids
    assert len(again.control("GET", "ledger/requests")["items"]) >= 5
    eventually(lambda: [each.get("MessageStatus") for each in office[1]].count("delivered") == 5)


def test_it_serves_many_at_once_and_ends_at_once(
    start: Callable[[], Running], words: list[str], office: tuple[str, Any]
) -> None:
    running = start()
    slow = {"number": LINE, "voice_url": f"{office[0]}/slow"}
    running.control("PUT", "numbers", [slow])
    with socket.create_connection(("127.0.0.1", int(running.base.rsplit(":", 1)[1]))) as idle:
        idle.sendall(b"POST /exchange/texts HTTP/1.1\r\n")
        begun = time.monotonic()
        order = {"from": RESIDENT, "to": LINE}
        callers = [Thread(target=running.control, args=("POST", "calls", order)) for _ in range(8)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        assert time.monotonic() - begun < 4
        late = Thread(target=_ignore_the_end, args=(running, order))
        late.start()
        time.sleep(0.2)
        assert running.end(signal.SIGTERM) < 1
        late.join()
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        line.bind(("127.0.0.1", int(running.base.rsplit(":", 1)[1])))


def _ignore_the_end(running: Running, order: dict[str, str]) -> None:
    try:
        requests.post(f"{running.base}/exchange/calls", json=order, headers=running.session.headers, timeout=5)
    except requests.RequestException:
        return


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(words) == 1
    said = capsys.readouterr().err
    assert said.startswith("exchange: ")
    assert said.count("\n") == 1
    return said


def test_two_exchanges_do_not_share_a_folder_or_a_port(
    start: Callable[[], Running], words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    running = start()
    assert "is in use by another exchange" in refused(words, capsys)
    port = running.base.rsplit(":", 1)[1]
    elsewhere = [port if word == "0" else word for word in words]
    assert f"port {port} of 127.0.0.1 cannot be had: Address already in use" in refused(elsewhere, capsys)


def test_numbers_that_are_no_longer_named_are_no_longer_ours(start: Callable[[], Running], tmp_path: Path) -> None:
    running = start()
    running.control("PUT", "numbers", [{"number": "+862166660009"}])
    running.end(signal.SIGTERM)
    assert [each["number"] for each in start().control("GET", "numbers")["numbers"]] == [LINE]


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--port", "70000", "--port 70000 is no port"),
        ("--account", "AC1", "--account 'AC1' is no account sid"),
        ("--token-file", "/nonexistent/token", "cannot be read: No such file or directory"),
        ("--numbers", "/nonexistent/numbers", "cannot be read: No such file or directory"),
        ("--api-key", "SK1", "--api-key and --api-secret-file go together"),
        ("--data", "/dev/null/x", "/dev/null/x cannot be written: Not a directory; name another --data"),
    ],
)
def test_a_wrong_command_line_is_one_plain_line(
    words: list[str], capsys: pytest.CaptureFixture[str], option: str, value: str, said: str
) -> None:
    assert said in refused([*words, option, value], capsys)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "Expecting property name"),
        ("{}", "numbers"),
        ("7", "not a list of numbers"),
        ('[{"number": "1"}]', "number: '1' is not in E.164"),
    ],
)
def test_wrong_numbers(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, said: str
) -> None:
    (tmp_path / "numbers.json").write_text(content)
    assert said in refused(words, capsys)


def test_a_token_that_is_none(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "token").write_text("two words\n")
    assert "holds no token" in refused(words, capsys)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").mkdir(mode=0o500)
    assert "cannot be written: Permission denied" in refused(words, capsys)
