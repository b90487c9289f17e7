"""Every request of our adapter, made by the real client, is one that Twilio's OpenAPI document takes: judged by Prism,
and each name by the document itself, for Prism lets names pass that it does not know."""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from dispatch.lines import Line
from hotline.carriers.port import CallOut, TextOut
from hotline.carriers.twilio import Account, TwilioCarrier
from hotline.carriers.twilio.doctor import Change, change, look_over
from tests.contracts.npm import document, node
from tests.hotline.loopback import Desk, Reply, serve
from tests.hotline.twilio_contract import Request

pytestmark = pytest.mark.contracts
ACCOUNT = "AC" + "1" * 32
LINE = Line("main", "+862166660000", "xingfu")
WORDS = "已受理，编号 20261124-000123。回复“查 123456”看进展。<&>"
TEXT = TextOut(LINE, "+8613800000001", WORDS, "/webhooks/twilio/main/textstatus/" + "a" * 32)
CALL = CallOut(LINE, "+8613800000001", "/webhooks/twilio/main/out/1?turn=0", "/webhooks/twilio/main/out/1/status", 25)
DOOR = "https://hotline.example/webhooks/twilio/main/voice"
CHANGE = Change(LINE, "PN" + "3" * 32, "voice_url", "", DOOR)
SINCE = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
_READY = 60.0  # seconds in which Prism reads a document of 2 MB, on a full machine


@dataclass
class Judge:
    """Passes requests on to Prism; what that and the document say against them is gathered."""

    base: str
    paths: dict[str, Any]
    against: list[str] = field(default_factory=list)
    heard: int = 0

    def answer(self, request: Request) -> Reply:
        self.heard += 1
        self.against += [f"{request.method} {request.target}: {name} is unknown" for name in self._unknown(request)]
        headers = {name: value for name, value in request.headers.items() if name not in ("host", "connection")}
        asked = urllib.request.Request(
            self.base + request.target,
            request.body or None,
            headers | {"prefer": "dynamic=false"},
            method=request.method,
        )
        try:
            with urllib.request.urlopen(asked, timeout=20) as said:
                self.against += _violations(said.headers.get("sl-violations", "[]"))
                return _one_page(Reply(said.status, said.read()))
        except urllib.error.HTTPError as trouble:
            said_so = trouble.read()
            self.against.append(f"{request.method} {request.target}: {trouble.code} {said_so.decode()[:400]}")
            return Reply(trouble.code, said_so)

    def _unknown(self, request: Request) -> set[str]:
        parts = urlsplit(request.target)
        operation = self._path(parts.path)[request.method.lower()]
        form = operation.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {})
        known = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
        known |= set(form.get("schema", {}).get("properties", {}))
        said = parse_qsl(parts.query) + parse_qsl(request.body.decode())
        return {name for name, _ in said} - known

    def _path(self, path: str) -> Any:
        """The document's entry of an address; the one with the fewest blanks, as OpenAPI has it."""
        pieces = path.split("/")
        fits = [known for known in self.paths if _fits(known.split("/"), pieces)]
        return self.paths[min(fits, key=lambda known: known.count("{"))]


def _violations(told: str) -> list[str]:
    """What Prism has against the request; its own examples of answers are not our affair."""
    return [str(each) for each in json.loads(told) if each["location"][:1] == ["request"]]


def _fits(known: list[str], pieces: list[str]) -> bool:
    return len(known) == len(pieces) and all(
        (each.startswith("{") and each.endswith(("}", "}.json"))) or each == piece
        for each, piece in zip(known, pieces, strict=True)
    )


def _one_page(reply: Reply) -> Reply:
    """An example names a next page that is the same again, for ever."""
    if not reply.body.startswith(b"{"):
        return reply
    said = json.loads(reply.body)
    return replace(
        reply, body=json.dumps({**said, "next_page_uri": None} if "next_page_uri" in said else said).encode()
    )


@pytest.fixture(scope="module")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    spec = document()
    file: Path = tmp_path_factory.mktemp("prism") / "twilio.json"
    file.write_text(json.dumps(spec))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = (
        "node_modules/@stoplight/prism-cli/dist/index.js",
        "mock",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    )
    with node(*words, str(file), stdout=subprocess.DEVNULL) as process:
        end = time.monotonic() + _READY
        while not _listens(port):
            assert process.poll() is None, f"Prism ended with {process.returncode}"
            assert time.monotonic() < end, f"Prism does not listen after {_READY:.0f} s"
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", spec["paths"]


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def judge(prism: tuple[str, Any]) -> Iterator[tuple[Judge, Desk]]:
    judge = Judge(*prism)
    with serve() as desk:
        desk.answer = judge.answer
        yield judge, desk


def carrier(desk: Desk, **changed: object) -> TwilioCarrier:
    account = Account(ACCOUNT, ACCOUNT, "token", "https://hotline.example", desk.base, connect_wait=5, read_wait=30)
    return TwilioCarrier(replace(account, **changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda ours: ours.send_text(TEXT), id="text"),
        pytest.param(lambda ours: ours.place_call(CALL), id="call"),
        pytest.param(lambda ours: ours.look_up(TEXT, SINCE), id="look up a text"),
        pytest.param(lambda ours: ours.look_up_call(CALL, SINCE), id="look up a call"),
        pytest.param(lambda ours: ours.list_messages(SINCE), id="list texts"),
        pytest.param(lambda ours: ours.list_calls(SINCE), id="list calls"),
        pytest.param(lambda ours: ours.find_text("MM" + "a" * 32), id="find a text"),
        pytest.param(lambda ours: ours.find_call("CA" + "b" * 32), id="find a call"),
        pytest.param(lambda ours: ours.delete_recording("RE" + "e" * 32), id="delete a recording"),
        pytest.param(lambda ours: list(look_over(ours, [LINE], "token", SINCE)), id="look over the account"),
        pytest.param(lambda ours: change(ours, [CHANGE]), id="set a number up"),
    ],
)
@pytest.mark.parametrize("service", ["", "MG" + "2" * 32], ids=["by number", "by service"])
def test_a_request_of_ours_is_one_of_theirs(
    judge: tuple[Judge, Desk], service: str, ask: Callable[[TwilioCarrier], object]
) -> None:
    judged, desk = judge
    ask(carrier(desk, messaging_service=service))
    assert judged.heard
    assert judged.against == []


@pytest.mark.parametrize(
    ("target", "body", "against"),
    [
        ("/Messages.json", b"Body=x&From=%2B862166660000", "422"),
        ("/Messages.json", b"To=%2B8613800000001&Bodyy=x", "Bodyy is unknown"),
        ("/Calls.json", b"To=%2B8613800000001&From=%2B862166660000&Url=no+address", "422"),
        ("/Messages.json", b"To=%2B8613800000001&MessagingServiceSid=MG1", "422"),
    ],
)
def test_a_planted_fault_is_found(judge: tuple[Judge, Desk], target: str, body: bytes, against: str) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "authorization": "Basic QUM6dA=="}
    judge[0].answer(Request("POST", f"/2010-04-01/Accounts/{ACCOUNT}{target}", headers, body))
    assert [each for each in judge[0].against if against in each]
