"""`hotline call` and `hotline text`, against a real exchange on a socket and a small office."""

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from flask import Flask, jsonify, request

from app.cli import handset, main
from app.embedded.folder import DataFolder
from app.instance import Instance, write_instance
from exchange import texts
from exchange.clock import RealClock
from exchange.control import application
from exchange.lines import Line
from exchange.switch import Switch
from exchange.wire.asking import Account
from exchange.wire.transport import HttpTransport

ACCOUNT = Account("AC" + "c" * 32, "rehearsal-token-0123456789")
LINE = "+862166660000"
RESIDENT = "+8613800000001"
CASE = {
    "number": "20261124-000001",
    "state": "dispatched",
    "unit": "xingfuli",
    "worker": "wang",
    "rule": "power",
}


class Office:
    """A small office: each text gets its answer, each call a greeting; cases by sid as the test says."""

    def __init__(self) -> None:
        self.app = Flask("office")
        self.bodies: list[str] = []
        self.replies: dict[str, str] = {}
        self.greeting = "<Gather input='speech' action='/got'><Say>请讲</Say></Gather><Say>再见</Say>"
        self.on_text: Callable[[str], None] = lambda _body: None
        self.on_call: Callable[[], None] = lambda: None
        self.settled: Callable[[], bool] = lambda: True
        self.case: dict[str, str] | None = dict(CASE)
        self.asked: list[str] = []
        self.app.add_url_rule("/voice", view_func=self.voice, methods=["POST"])
        self.app.add_url_rule("/got", view_func=self.got, methods=["POST"])
        self.app.add_url_rule("/sms", view_func=self.sms, methods=["POST"])
        self.app.add_url_rule("/rehearsal/case", view_func=self.became)
        self.app.add_url_rule("/rehearsal/person", view_func=self.person)

    def voice(self) -> Any:
        return self._twiml(self.greeting)

    def got(self) -> Any:
        self.on_call()
        return self._twiml(f"<Say>编号 {CASE['number']}</Say>")

    def sms(self) -> Any:
        body = request.form["Body"]
        self.bodies.append(body)
        self.on_text(body)
        reply = self.replies.get(body, "")
        return self._twiml(f"<Message>{reply}</Message>" if reply else "")

    def became(self) -> Any:
        if request.headers.get("Authorization") != f"Bearer {ACCOUNT.token}":
            return "", 404
        self.asked.append(request.args["sid"])
        return jsonify({"settled": self.settled(), "case": self.case})

    @staticmethod
    def person() -> Any:
        names = {"wang": ("+8613900000033", "王德顺"), "+8613900000033": ("+8613900000033", "王德顺")}
        found = names.get(request.args["who"])
        return jsonify({"number": found[0], "name": found[1]} if found else {})

    @staticmethod
    def _twiml(inside: str) -> tuple[str, int, dict[str, str]]:
        return f"<Response>{inside}</Response>", 200, {"Content-Type": "text/xml"}


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def switch(tmp_path: Path) -> Iterator[Switch]:
    switch = Switch(ACCOUNT, HttpTransport(), RealClock(workers=1), tmp_path / "exchange")
    yield switch
    end = time.monotonic() + 5
    while switch.callbacks.waiting() and time.monotonic() < end:
        time.sleep(0.01)
    switch.close()


@pytest.fixture
def instance(
    tmp_path: Path,
    serve: Callable[[Flask], str],
    switch: Switch,
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Instance]:
    web = serve(office.app)
    switch.set_line(Line(LINE, voice_url=f"{web}/voice", sms_url=f"{web}/sms"))
    folder = DataFolder(tmp_path / "data")
    folder.root.mkdir(mode=0o700)
    handle = folder.lock()
    found = Instance(
        pid=os.getpid(),
        run="test",
        data=str(folder.root),
        web=web,
        hooks=web,
        exchange=serve(application(switch)),
        account_sid=ACCOUNT.sid,
        auth_token=ACCOUNT.token,
    )
    write_instance(folder, found)
    monkeypatch.setenv("HOTLINE_DATA", str(folder.root))
    yield found
    os.close(handle)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any, str]:
    """The exit code, what stood on stdout (as JSON where it is), and stderr."""
    code = main(words)
    out, err = capsys.readouterr()
    return code, json.loads(out) if "json" in words and out else out, err


@pytest.mark.timed
def test_a_text_becomes_a_case(instance: Instance, office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.replies["楼道灯坏了"] = f"已受理，编号 {CASE['number']}"
    begun = time.monotonic()
    code, said, err = run(capsys, "text", "楼道灯坏了", "-o", "json")
    assert time.monotonic() - begun < 1
    assert (code, err) == (0, "")
    assert said == {
        "sid": office.asked[0],
        "conversation": [
            {"who": "caller", "says": "楼道灯坏了"},
            {"who": "line", "says": f"已受理，编号 {CASE['number']}"},
        ],
        "case": CASE,
    }
    assert said["sid"].startswith("SM")


@pytest.mark.parametrize("who", ["wang", "+8613900000033"])
def test_a_worker_texts_by_code_or_number_and_needs_no_case(
    instance: Instance, office: Office, switch: Switch, capsys: pytest.CaptureFixture[str], who: str
) -> None:
    office.case = None
    office.settled = lambda: False
    office.replies["签收 1"] = "已签收"
    code, said, err = run(capsys, "--lang", "zh_CN", "text", "签收 1", "--from", who)
    assert (code, said, err) == (0, "王德顺：签收 1\n热线：已签收\n", "")
    _, listed, _ = run(capsys, "inbox", who, "-o", "json")
    assert (listed["number"], [each["body"] for each in listed["messages"]]) == ("+8613900000033", ["已签收"])
    assert run(capsys, "--lang", "en", "inbox", who, "--last", "1")[1] == "Text: 已签收\n"
    assert run(capsys, "--lang", "en", "inbox", RESIDENT)[1] == f"{RESIDENT} has received no text.\n"


def test_further_bodies_answer_questions(
    instance: Instance, office: Office, switch: Switch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask_later(body: str) -> None:
        if body == "灯坏了":
            question = texts.Outgoing(RESIDENT, LINE, "请问在哪里？")
            Timer(0.4, lambda: texts.send(switch, question)).start()

    office.on_text = ask_later
    office.replies["3号楼"] = "已受理"
    code, said, _ = run(capsys, "text", "灯坏了", "3号楼", "-o", "json")
    assert code == 0
    assert [part["says"] for part in said["conversation"]] == ["灯坏了", "请问在哪里？", "3号楼", "已受理"]
    assert office.bodies == ["灯坏了", "3号楼"]


@pytest.mark.timed
def test_it_waits_until_all_has_left(
    instance: Instance, office: Office, switch: Switch, capsys: pytest.CaptureFixture[str]
) -> None:
    ready = time.monotonic() + 1.5
    office.settled = lambda: time.monotonic() > ready
    office.replies["停电了"] = "收到"
    receipt = texts.Outgoing(RESIDENT, LINE, "编号 1")
    Timer(1.4, lambda: texts.send(switch, receipt)).start()
    _, said, _ = run(capsys, "text", "停电了", "-o", "json")
    assert [part["says"] for part in said["conversation"]] == ["停电了", "收到", "编号 1"]


@pytest.mark.timed
def test_an_answer_without_a_case_is_waited_for_a_second(
    instance: Instance, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.case = None
    office.settled = lambda: False
    office.replies["你好"] = "请问有什么事？"
    begun = time.monotonic()
    code, said, _ = run(capsys, "text", "你好", "-o", "json")
    assert 0.9 < time.monotonic() - begun < 4
    assert (code, said["case"]) == (0, None)


@pytest.mark.timed
def test_no_answer_ends_after_the_longest_wait(
    instance: Instance, office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(handset, "_LONGEST", 1.0)
    office.case = None
    begun = time.monotonic()
    code, said, _ = run(capsys, "text", "一", "二", "-o", "json")
    assert 0.9 < time.monotonic() - begun < 4
    assert (code, len(said["conversation"]), office.bodies) == (0, 2, ["一", "二"])


def test_a_call_becomes_a_case(
    instance: Instance, office: Office, switch: Switch, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = texts.Outgoing(RESIDENT, LINE, "短信回执")

    def send_receipt() -> None:
        texts.send(switch, receipt)

    office.on_call = send_receipt
    code, said, err = run(capsys, "call", "水管爆了", "--from", RESIDENT, "--to", LINE, "-o", "json")
    assert (code, err) == (0, "")
    assert said["conversation"] == [
        {"who": "line", "says": "请讲"},
        {"who": "caller", "says": "水管爆了"},
        {"who": "line", "says": f"编号 {CASE['number']}"},
        {"who": "text", "says": "短信回执"},
    ]
    assert (said["sid"][:2], said["case"]) == ("CA", CASE)
    assert set(said) == {"sid", "conversation", "case"}


def test_a_call_by_keys(instance: Instance, office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.greeting = "<Gather numDigits='1' action='/got'/>"
    _, said, _ = run(capsys, "call", "--keys", "2", "-o", "json")
    assert said["conversation"][0] == {"who": "caller", "says": "[keys 2]"}


@pytest.mark.parametrize(("lang", "line", "found"), [("en", "Line: ", "Case "), ("zh_CN", "热线：", "工单 ")])
def test_for_people(
    instance: Instance, office: Office, capsys: pytest.CaptureFixture[str], lang: str, line: str, found: str
) -> None:
    office.greeting = "<Say lang='x'>好</Say>"
    code, said, err = run(capsys, "--lang", lang, "call", "喂")
    assert code == 0
    assert f"{line}好" in said
    assert f"{found}{CASE['number']}" in said
    assert "12200" in err
    office.case = None
    assert CASE["number"] not in run(capsys, "--lang", lang, "call", "喂")[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("text", "a", "--from", "13800000001"), "13800000001 is neither a telephone number nor a worker's code"),
        (("call", "a", "--from", "+86 138"), "+86 138 is neither a telephone number"),
        (("inbox", "nobody"), "nobody is neither a telephone number"),
        (("call", "a", "--to", "110"), "110 is neither a telephone number"),
        (("call", "a", "--to", "+8610000000"), "no number +8610000000: it has +862166660000"),
        (("call", "a", "--keys", "x"), "--keys x cannot be read"),
        (("text",), "BODY"),
    ],
)
def test_trouble_is_one_plain_message(
    instance: Instance, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    code, out, err = run(capsys, "--lang", "en", *words, "-o", "json")
    assert code in {1, 2}
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


def test_nothing_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "--lang", "en", "text", "a", "--data", str(tmp_path / "none"))
    assert (code, err.count("\n")) == (1, 1)


def test_a_real_carrier_is_not_played_with(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    write_instance(DataFolder(Path(instance.data)), replace(instance, exchange=None))
    code, _, err = run(capsys, "--lang", "en", "text", "a")
    assert (code, "has a real carrier" in err) == (1, True)


def test_an_exchange_that_does_not_answer(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    write_instance(DataFolder(Path(instance.data)), replace(instance, exchange="http://127.0.0.1:9"))
    code, _, err = run(capsys, "--lang", "en", "call", "a")
    assert (code, "The exchange at http://127.0.0.1:9 does not answer" in err) == (1, True)


def test_an_exchange_that_refuses(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    write_instance(DataFolder(Path(instance.data)), replace(instance, auth_token="another-token"))
    code, _, err = run(capsys, "--lang", "en", "call", "a")
    assert (code, "The exchange refuses it: this needs Authorization" in err) == (1, True)


def test_an_office_that_does_not_know_cases(
    instance: Instance, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    write_instance(DataFolder(Path(instance.data)), replace(instance, web="http://127.0.0.1:9"))
    office.replies["a"] = "b"
    code, said, _ = run(capsys, "text", "a", "-o", "json")
    assert (code, said["case"], len(said["conversation"])) == (0, None, 2)
