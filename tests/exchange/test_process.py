"""`python -m exchange`: the process, its command line, its end, and what it keeps over kill -9."""

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from twilio.rest import Client

from exchange.__main__ import main
from tests.exchange.process import ACCOUNT, LINE, RESIDENT, TOKEN, Running, Swapped, eventually


@pytest.mark.timed
def test_texts_calls_and_twilios_client_over_sockets(
    start: Callable[[], Running], web: tuple[str, list[dict[str, str]]]
) -> None:
    running = start()
    text = running.control("POST", "texts", {"from": RESIDENT, "to": LINE, "body": "灯坏了"})
    assert text["warnings"] == []
    call = running.control("POST", "calls", {"from": RESIDENT, "to": LINE, "texts": ["灯坏了"]})
    assert call["conversation"] == [{"who": "line", "says": "好"}]
    eventually(lambda: [each.get("MessageStatus") for each in web[1]].count("delivered") == 1)
    client = Client(ACCOUNT, TOKEN, http_client=Swapped(running.base))
    made = client.messages.create(to=RESIDENT, from_=LINE, body="受理")
    ordered = client.calls.create(to=RESIDENT, from_=LINE, url=f"{web[0]}/ask")
    eventually(lambda: client.calls(ordered.sid).fetch().status == "completed")
    inbox = running.control("GET", "inbox?number=%2B8613800000001")["messages"]
    assert [message["body"] for message in inbox] == ["好", "受理"]
    assert inbox[1]["sid"] == made.sid
    assert running.control("GET", "numbers")["numbers"][0]["sms_url"] == f"{web[0]}/sms"
    assert running.end(signal.SIGTERM) < 1


@pytest.mark.timed
def test_what_was_taken_outlives_kill_9(start: Callable[[], Running], web: tuple[str, list[dict[str, str]]]) -> None:
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
    eventually(lambda: [each.get("MessageStatus") for each in web[1]].count("delivered") == 5)


@pytest.mark.timed
def test_it_serves_many_at_once_and_ends_at_once(
    start: Callable[[], Running], words: list[str], web: tuple[str, Any]
) -> None:
    running = start()
    slow = {"number": LINE, "voice_url": f"{web[0]}/slow"}
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
