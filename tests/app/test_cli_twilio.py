"""`hotline twilio doctor` and `setup`, against a real exchange and the real doors on sockets."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.cli import main
from app.cli.carrier import twilio
from exchange.clock import RealClock
from exchange.control import application
from exchange.lines import Line
from exchange.phones import parse_phone
from exchange.switch import Switch
from exchange.wire.asking import Account
from exchange.wire.transport import HttpTransport
from tests.webhooks.carrier import ACCOUNT as SID
from tests.webhooks.carrier import LINE, TOKENS
from tests.webhooks.doors import Doors
from webhooks.blueprint import make_blueprint

RESIDENT = "+8613800000001"


@pytest.fixture
def switch(tmp_path: Path) -> Iterator[Switch]:
    switch = Switch(Account(SID, TOKENS[0]), HttpTransport(), RealClock(workers=1), tmp_path / "exchange")
    yield switch
    switch.close()


@pytest.fixture
def base(switch: Switch, serve: Callable[[Flask], str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Where our doors are; the number's addresses lead there, and an office in earnest knows all of it."""
    address = serve(application(switch))
    doors = Flask("doors")
    base = serve(doors)
    doors.register_blueprint(make_blueprint(replace(Doors().parts, public_base=base)))
    switch.base = address
    switch.set_line(Line(LINE.number, "main", **right(base)))
    for name, value in {
        "HOTLINE_CONFIG": "", "HOTLINE_DATA": str(tmp_path), "HOTLINE__CARRIERS__KIND": "twilio",
        "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": TOKENS[0], "HOTLINE__CARRIERS__TWILIO__API_BASE": address,
        "HOTLINE__SERVER__PUBLIC_BASE": base,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("HOTLINE_CONFIG")
    return base


def right(base: str) -> dict[str, str]:
    doors = f"{base}/webhooks/twilio/main"
    return {
        "voice_url": f"{doors}/voice", "voice_fallback_url": f"{doors}/fallback", "sms_url": f"{doors}/sms",
        "sms_fallback_url": f"{doors}/fallback", "status_callback": f"{doors}/status",
    }  # fmt: skip


def found(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, list[str]], str]:
    """The exit code, the grades by subject, and all that was told."""
    code = main(["--lang", "en", "twilio", "doctor", "-o", "json", *words])
    said = json.loads(capsys.readouterr().out)
    grades: dict[str, list[str]] = {}
    for finding in said["findings"]:
        grades.setdefault(finding["subject"], []).append(finding["grade"])
    assert said["ok"] == (code == 0)
    return code, grades, "\n".join(finding["told"] for finding in said["findings"])


def test_an_account_that_stands_as_it_must(base: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, grades, told = found(capsys)
    assert code == 0, told
    assert grades == {
        "base": ["note"], "account": ["fine"], "clock": ["fine"], "number": ["fine"], "country": ["note"],
        "doors": ["fine"], "speech": ["note"],
    }  # fmt: skip


def test_a_text_that_arrives_and_one_that_does_not(
    base: str, switch: Switch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, grades, _ = found(capsys, "--text-to", RESIDENT)
    assert (code, grades["text"]) == (0, ["fine"])
    assert [text["to"] for text in switch.ledger.list("message")] == [RESIDENT]
    for manner, end in (("undelivered", "did not arrive (undelivered)"), ("landline", "was refused: 21614")):
        switch.set_phone(parse_phone({"number": RESIDENT, "messages": manner}))
        code, grades, told = found(capsys, "--text-to", RESIDENT)
        assert (code, grades["text"]) == (1, ["trouble"])
        assert end in told


def test_wrong_addresses_are_told_tried_and_set(base: str, switch: Switch, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {"voice_url": "https://old.example/voice", "sms_url": "", "status_callback_method": "GET"}
    switch.set_line(replace(switch.lines()[0], **wrong))
    code, grades, told = found(capsys)
    assert (code, grades["number"]) == (1, ["trouble"] * 3)
    assert f"voice_url is https://old.example/voice and must be {base}/webhooks/twilio/main/voice" in told
    assert main(["--lang", "en", "twilio", "setup", "--dry-run"]) == 0
    assert "3 settings would be changed" in capsys.readouterr().out
    assert switch.lines()[0].voice_url == "https://old.example/voice"
    assert main(["--lang", "en", "twilio", "setup"]) == 0
    assert "3 settings changed" in capsys.readouterr().out
    assert switch.lines()[0] == Line(LINE.number, "main", **right(base))
    assert found(capsys)[0] == 0
    assert main(["--lang", "en", "twilio", "setup"]) == 0
    assert capsys.readouterr().out == "Nothing to change.\n"


def test_a_second_host_may_answer_where_ours_is_away(base: str, switch: Switch, capsys: Any) -> None:
    away = {"voice_fallback_url": "https://second.example/voice.xml", "voice_fallback_method": "GET"}
    switch.set_line(replace(switch.lines()[0], **away))
    assert found(capsys)[0] == 0


@pytest.mark.parametrize(
    ("setting", "value", "subject", "told"),
    [
        ("TWILIO_AUTH_TOKEN", "another", "account", "Twilio refuses our key (code 20003)"),
        ("TWILIO_ACCOUNT_SID", "AC" + "9" * 32, "account", "Twilio refuses our key (code 20003)"),
        ("HOTLINE__CARRIERS__TWILIO__API_BASE", "http://127.0.0.1:9", "account", "cannot be asked"),
    ],
)
def test_what_keeps_it_from_being_asked(
    base: str, capsys: Any, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, subject: str, told: str
) -> None:
    monkeypatch.setenv(setting, value)
    code, grades, said = found(capsys)
    assert (code, grades) == (1, {"base": ["note"], subject: ["trouble"]})
    assert told in said


def test_a_number_that_is_not_the_accounts(base: str, switch: Switch, capsys: Any) -> None:
    switch.set_lines([])
    code, grades, told = found(capsys)
    assert (code, grades["number"]) == (1, ["trouble"])
    assert f"{LINE.number} is no number of this account" in told


def test_a_door_that_has_another_token(base: str, switch: Switch, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The carrier lets us in, and what is signed with our token is not taken at our door."""
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "changed")
    switch.account = replace(switch.account, token="changed")
    code, grades, told = found(capsys)
    assert (code, grades["account"], grades["doors"]) == (1, ["fine"], ["trouble"])
    assert "refuses what is signed" in told


def test_doors_that_are_not_there(base: str, switch: Switch, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE__SERVER__PUBLIC_BASE", "http://127.0.0.1:9")
    switch.set_line(Line(LINE.number, "main", **right("http://127.0.0.1:9")))
    code, grades, told = found(capsys)
    assert (code, grades["doors"]) == (0, ["note"])
    assert "could not be reached from this machine" in told


def test_our_clock_is_compared(base: str, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Late(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) + timedelta(seconds=90)

    monkeypatch.setattr(twilio, "datetime", Late)
    code, grades, told = found(capsys)
    assert (code, grades["clock"]) == (1, ["trouble"])
    assert "seconds fast" in told


def test_without_an_account_nothing_is_asked(base: str, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWILIO_AUTH_TOKEN")
    assert main(["--lang", "en", "twilio", "doctor"]) == 1
    assert capsys.readouterr().err
