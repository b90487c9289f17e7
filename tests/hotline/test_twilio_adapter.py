"""Our adapter with the real `twilio` client over a real socket; each request is judged by Twilio's rules."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from dispatch.lines import Line
from hotline.carriers.port import (
    CallOut,
    CarrierSilent,
    Hindrance,
    Later,
    Missing,
    Reason,
    Refused,
    Sent,
    Sound,
    TextOut,
    Unknown,
)
from hotline.carriers.twilio import Account, TwilioCarrier
from hotline.carriers.twilio.errors import judge
from tests.hotline.loopback import Desk, Reply, serve
from tests.hotline.twilio_contract import Request, faults

ACCOUNT = "AC" + "1" * 32
LINE = Line("main", "+862166660000", "xingfu")
WORDS = "已受理，编号 20261124-000123，查询码 123456。<&>\"'"
TEXT = TextOut(LINE, "+8613800000001", WORDS, "/webhooks/twilio/main/textstatus/" + "a" * 32)
SINCE = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
RECORDING = "RE" + "e" * 32


@pytest.fixture
def desk() -> Iterator[Desk]:
    with serve() as desk:
        yield desk
        for request in desk.heard:
            assert faults(request) == [], request


def carrier(desk: Desk, **changed: object) -> TwilioCarrier:
    account = Account(ACCOUNT, ACCOUNT, "token", "https://hotline.example/", desk.base, connect_wait=0.5, read_wait=0.5)
    return TwilioCarrier(replace(account, **changed))  # type: ignore[arg-type]


def form(request: Request) -> dict[str, list[str]]:
    return parse_qs(request.body.decode(), keep_blank_values=True)


def query(request: Request) -> dict[str, list[str]]:
    return parse_qs(urlsplit(request.target).query)


def message(sid: str, body: str, direction: str = "outbound-api", **more: object) -> dict[str, object]:
    row = {
        "sid": sid,
        "body": body,
        "direction": direction,
        "from": LINE.number,
        "to": TEXT.to,
        "status": "sent",
    }
    return {**row, "date_sent": "Tue, 24 Nov 2026 08:31:00 +0000", **more}


def listed(*rows: dict[str, object], next_page: str | None = None, name: str = "messages") -> Reply:
    return Reply.of(200, **{name: list(rows), "next_page_uri": next_page, "page_size": 200})


def test_a_text_is_handed_over_with_our_number_and_our_door(desk: Desk) -> None:
    desk.answer = lambda request: Reply.of(201, sid="SM1")
    assert carrier(desk).send_text(TEXT) == Sent("SM1")
    (request,) = desk.heard
    assert request.target == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert form(request) == {
        "To": [TEXT.to],
        "From": [LINE.number],
        "Body": [TEXT.body],
        "StatusCallback": ["https://hotline.example" + TEXT.status_path],
    }


def test_with_a_messaging_service_its_senders_are_used(desk: Desk) -> None:
    desk.answer = lambda request: Reply.of(201, sid="SM1")
    service = "MG" + "a" * 32
    assert carrier(desk, messaging_service=service).send_text(TEXT) == Sent("SM1")
    assert form(desk.heard[0])["MessagingServiceSid"] == [service]
    assert "From" not in form(desk.heard[0])


def test_an_api_key_asks_in_the_accounts_name(desk: Desk) -> None:
    desk.answer = lambda request: Reply.of(201, sid="SM1")
    assert carrier(desk, user="SK" + "b" * 32, secret="s").send_text(TEXT) == Sent("SM1")
    assert f"/Accounts/{ACCOUNT}/" in desk.heard[0].target


@pytest.mark.parametrize("body", ["", " \n", "字" * 1601])
def test_words_that_no_carrier_takes_never_leave(desk: Desk, body: str) -> None:
    assert carrier(desk).send_text(replace(TEXT, body=body)) == Refused("body", Reason.bad_body)
    assert desk.heard == []


CALL = CallOut(LINE, TEXT.to, "/webhooks/twilio/main/out/" + "a" * 32, "/webhooks/twilio/main/outstatus/" + "a" * 32)


def test_a_call_is_placed(desk: Desk) -> None:
    desk.answer = lambda request: Reply.of(201, sid="CA1")
    assert carrier(desk).place_call(CALL) == Sent("CA1")
    assert form(desk.heard[0]) == {
        "To": [TEXT.to],
        "From": [LINE.number],
        "Url": ["https://hotline.example" + CALL.path],
        "Method": ["POST"],
        "StatusCallback": ["https://hotline.example" + CALL.status_path],
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        "StatusCallbackMethod": ["POST"],
        "Timeout": ["30"],
    }


def ring(
    sid: str, created: str | None = "Tue, 24 Nov 2026 08:31:00 +0000", direction: str = "outbound-api"
) -> dict[str, object]:
    row: dict[str, object] = {"sid": sid, "from": LINE.number, "to": TEXT.to, "direction": direction}
    return {**row, "status": "queued", "start_time": None, "date_created": created}


def test_a_call_is_found_again_by_its_numbers_and_time(desk: Desk) -> None:
    rows = [
        ring("CA5", direction="inbound"),
        ring("CA4", created=None),
        ring("CA3"),
        ring("CA2"),
        ring("CA0", direction="outbound-dial"),  # somebody in danger, whom we connected with that very worker
        ring("CA1", created="Tue, 24 Nov 2026 08:27:00 +0000"),
    ]
    desk.answer = lambda request: listed(*rows, name="calls")
    assert carrier(desk).look_up_call(CALL, SINCE) == Sent("CA2")
    assert carrier(desk).look_up_call(CALL, SINCE, known=("CA2", "CA3")) == Sent("CA4")
    assert carrier(desk).look_up_call(CALL, SINCE, known=("CA2", "CA3", "CA4")) is None
    assert query(desk.heard[0]) == {"To": [TEXT.to], "From": [LINE.number], "PageSize": ["200"]}
    desk.answer = lambda request: Reply(500)
    with pytest.raises(CarrierSilent):
        carrier(desk).look_up_call(CALL, SINCE)


ANSWERS = [
    (Reply.of(400, code=21610, message="stopped"), Refused("21610", Reason.opted_out)),
    (Reply.of(400, code=21211, message="no number"), Refused("21211", Reason.bad_number)),
    (Reply.of(400, code=21614, message="landline"), Refused("21614", Reason.no_texts)),
    (Reply.of(400, code=21617, message="long"), Refused("21617", Reason.bad_body)),
    (Reply.of(400, code=21606, message="not ours"), Refused("21606", Reason.bad_sender)),
    (Reply.of(400, code=99999, message="new"), Refused("99999", Reason.other)),
    (Reply.of(404, code=20404, message="no account"), Refused("20404", Reason.other)),
    (Reply(400, b"<html>no</html>", "text/html"), Refused("400", Reason.other)),
]


@pytest.mark.parametrize(("reply", "outcome"), ANSWERS)
def test_a_no_for_good_is_refused(desk: Desk, reply: Reply, outcome: Refused) -> None:
    desk.answer = lambda request: reply
    assert carrier(desk).send_text(TEXT) == outcome
    assert len(desk.heard) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply.of(429, code=20429, message="too many"),
        Reply(429, b""),
        Reply.of(401, code=20003, message="key"),
        Reply(403, b""),
        Reply.of(400, code=21611, message="queue full"),
        Reply.of(
            429,
            type="https://www.twilio.com/docs/errors/20429",
            title="Too many",
            status=429,
            code=20429,
            detail="slow down",
        ),
    ],
)
def test_not_now_is_later(desk: Desk, reply: Reply) -> None:
    desk.answer = lambda request: reply
    assert isinstance(carrier(desk).send_text(TEXT), Later)
    assert len(desk.heard) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500, b"oops"),
        Reply(502, b""),
        Reply(503, b""),
        Reply(504, b""),
        Reply(408, b""),
        Reply(302, b""),
        Reply(hang=True),
        Reply(wait=1.0),
        Reply(201, b"no json"),
        Reply(201, b"[1]"),
        Reply(201, b"{}"),
        Reply(201, b'{"sid": ""}'),
    ],
)
def test_what_may_have_been_done_is_unknown_and_asked_once(desk: Desk, reply: Reply) -> None:
    desk.answer = lambda request: reply
    assert isinstance(carrier(desk).send_text(TEXT), Unknown)
    assert len(desk.heard) == 1


def test_without_a_connection_it_surely_never_left() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    account = Account(ACCOUNT, ACCOUNT, "t", "https://hotline.example", f"http://127.0.0.1:{port}")
    gone = TwilioCarrier(account)
    assert isinstance(gone.send_text(TEXT), Later)
    with pytest.raises(CarrierSilent):
        gone.list_messages(SINCE)
    assert isinstance(gone.fetch_recording(RECORDING), Later)
    assert gone.delete_recording(RECORDING) is False


def test_a_connection_that_is_never_made_left_nothing() -> None:
    """A listener whose queue is full: the kernel leaves further connections unanswered."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        base = f"http://127.0.0.1:{full.getsockname()[1]}"
        account = Account(ACCOUNT, ACCOUNT, "t", "https://hotline.example", base, connect_wait=0.3)
        assert TwilioCarrier(account).send_text(TEXT) == Later("ConnectTimeout")
        for each in waiting:
            each.close()


def test_a_text_is_found_again_by_its_number_words_and_time(desk: Desk) -> None:
    desk.answer = lambda request: listed(
        message("SM4", TEXT.body, "inbound"),
        message("SM3", "another"),
        message("SM2", TEXT.body + "\n"),
        message("SM1", TEXT.body),
        message("SM0", TEXT.body, "outbound-reply"),
    )
    assert carrier(desk).look_up(TEXT, SINCE) == Sent("SM1")
    assert carrier(desk).look_up(TEXT, SINCE, known=("SM1",)) == Sent("SM2")
    assert carrier(desk).look_up(TEXT, SINCE, known=("SM1", "SM2")) is None
    assert query(desk.heard[0]) == {"To": [TEXT.to], "PageSize": ["200"]}


def test_a_text_that_still_waits_at_the_carrier_is_found_by_when_it_was_made(desk: Desk) -> None:
    waits = {"date_sent": None, "status": "queued"}
    desk.answer = lambda request: listed(
        message("SM2", TEXT.body, **waits, date_created="Tue, 24 Nov 2026 08:30:30 +0000"),
        message("SM1", TEXT.body, **waits, date_created="Tue, 24 Nov 2026 08:27:00 +0000"),
    )
    assert carrier(desk).look_up(TEXT, SINCE) == Sent("SM2")
    assert carrier(desk).look_up(TEXT, SINCE, known=("SM2",)) is None
    assert not any(name.startswith("DateSent") for name in query(desk.heard[0])), "what waits there has none"


def test_a_list_is_read_page_by_page(desk: Desk) -> None:
    page = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?Page=1&PageSize=200&PageToken=PASM2"
    desk.answer = lambda request: (
        listed(message("SM1", "b", "inbound", **{"from": TEXT.to, "to": LINE.number}))
        if "PageToken" in request.target
        else listed(message("SM2", "a", date_sent=None, status="queued"), next_page=page)
    )
    second, first = carrier(desk).list_messages(SINCE)
    assert (first.sid, first.sender, first.inbound, first.body) == ("SM1", TEXT.to, True, "b")
    assert first.at == datetime(2026, 11, 24, 8, 31, tzinfo=UTC)
    assert (second.sid, second.inbound, second.at) == ("SM2", False, None)
    assert len(desk.heard) == 2


def test_calls_are_listed(desk: Desk) -> None:
    row = {"sid": "CA1", "from": TEXT.to, "to": LINE.number, "status": "completed", "direction": "inbound"}
    row["start_time"] = "Tue, 24 Nov 2026 08:31:00 +0000"
    desk.answer = lambda request: listed(row, name="calls")
    (call,) = carrier(desk).list_calls(SINCE)
    assert (call.sid, call.caller, call.status, call.inbound) == ("CA1", TEXT.to, "completed", True)
    assert query(desk.heard[0])["StartTime>"] == ["2026-11-24T08:30:00Z"]


@pytest.mark.parametrize("reply", [Reply(500), Reply(200, b"no json"), Reply(hang=True), Reply(200, b"[]")])
def test_a_list_that_cannot_be_read_is_not_an_empty_one(desk: Desk, reply: Reply) -> None:
    desk.answer = lambda request: reply
    with pytest.raises(CarrierSilent):
        carrier(desk).list_messages(SINCE)
    with pytest.raises(CarrierSilent):
        carrier(desk).look_up(TEXT, SINCE)


def test_a_recording_is_fetched_with_the_key(desk: Desk) -> None:
    desk.answer = lambda request: Reply(200, b"RIFF\x00\xff", "audio/x-wav")
    assert carrier(desk).fetch_recording(RECORDING) == Sound(b"RIFF\x00\xff", "audio/x-wav")
    assert desk.heard[0].target == f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING}.wav"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [(Reply(404), Missing), (Reply(410), Missing), (Reply(503), Later), (Reply(hang=True), Later)],
)
def test_a_recording_that_is_gone_is_told_from_one_that_is_late(desk: Desk, reply: Reply, kind: type) -> None:
    desk.answer = lambda request: reply
    assert isinstance(carrier(desk).fetch_recording(RECORDING), kind)


def test_a_recording_larger_than_any_is_not_swallowed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline.carriers.twilio.wire.LARGEST", 10)
    desk.answer = lambda request: Reply(200, b"x" * 11)
    assert isinstance(carrier(desk).fetch_recording(RECORDING), Missing)


@pytest.mark.parametrize(("status", "done"), [(204, True), (404, True), (401, False), (500, False)])
def test_a_recording_is_deleted_at_the_carrier(desk: Desk, status: int, done: bool) -> None:
    desk.answer = lambda request: Reply(status, b"")
    assert carrier(desk).delete_recording(RECORDING) is done


def test_a_base_with_a_path_is_kept(desk: Desk) -> None:
    desk.answer = lambda request: Reply.of(201, sid="SM1")
    here = desk.base
    desk.base += "/twilio/"
    assert carrier(desk).send_text(TEXT) == Sent("SM1")
    assert desk.heard[0].target == f"/twilio/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    desk.heard.clear()  # a base of its own is not in Twilio's table
    desk.base = here


def test_the_environment_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    desk.answer = lambda request: Reply.of(201, sid="SM1")
    assert carrier(desk).send_text(TEXT) == Sent("SM1")


def test_no_other_host_is_asked() -> None:
    from hotline.carriers.twilio.wire import Wire

    wire = Wire(Account(ACCOUNT, ACCOUNT, "t", "https://hotline.example", "http://127.0.0.1:1"))
    with pytest.raises(ValueError, match=r"only api\.twilio\.com is ours to ask"):
        wire.moved("https://studio.twilio.com/v2/Flows")


def test_secrets_are_not_shown() -> None:
    assert "s3cret" not in repr(Account(ACCOUNT, ACCOUNT, "s3cret", "https://hotline.example"))


def test_the_client_is_loaded_only_when_it_is_used() -> None:
    code = "import sys, hotline.carriers.twilio; sys.exit(any(m.startswith('twilio') for m in sys.modules))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


def test_every_listed_code_counts_before_its_status() -> None:
    assert judge(400, 20003, "") == Later("HTTP 400, code 20003: ", why=Hindrance.credentials)
    assert judge(503, 21610, "") == Unknown("HTTP 503, code 21610: ")
    assert judge(0, None, "?") == Unknown("HTTP 0, code none: ?")


def test_what_the_carrier_can_do_is_said(desk: Desk) -> None:
    assert carrier(desk).capabilities.texts_in == "any"
