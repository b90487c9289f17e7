"""The doors of calls that we placed."""

from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest

from hotline.events import DialedIn, OutStatusIn, OutTurnIn
from hotline.twiml import disturbed, fallback
from tests.webhooks.carrier import LINE, Pairs
from tests.webhooks.doors import Doors

ROOT = "/webhooks/twilio"
REF = "0123456789abcdef" * 2
ID = UUID(REF)
RESIDENT = "+8613800000001"
XML = "text/xml; charset=utf-8"
OUT = {"From": LINE.number, "To": RESIDENT, "Direction": "outbound-api", "CallStatus": "in-progress"}


def dialed(doors: Doors, status: str = "completed", **more: str) -> Pairs:
    leg = {"DialCallStatus": status, "DialCallSid": doors.carrier.sid("CA", 99), "DialCallDuration": "61"}
    return doors.carrier.turn(7, **{**OUT, **leg, **more})


def test_turns_of_a_call_that_we_placed(doors: Any) -> None:
    sid, line = doors.carrier.sid("CA", 7), doors.parts.lines["main"]
    assert doors.post(f"{ROOT}/main/out/{REF}", doors.carrier.turn(7, **OUT)).status_code == 200
    said = {"Digits": "1", "SpeechResult": " 好\0 的 "}
    answer = doors.post(f"{ROOT}/out/{REF}/2", doors.carrier.turn(7, **OUT, **said))
    assert (answer.data, answer.content_type) == (f"<Response><!-- {sid} {ID} --></Response>".encode(), XML)
    assert doors.floors.of(OutTurnIn) == [
        OutTurnIn(line, ID, sid, 0),
        OutTurnIn(line, ID, sid, 2, "1", "好 的", " 好\0 的 "),
    ]
    assert set(doors.floors.inbox.answers) == {("out", f"{sid}/0"), ("out", f"{sid}/2")}


@pytest.mark.parametrize(
    ("more", "status", "seconds"),
    [
        ({}, "completed", 61),
        ({"DialBridged": "true"}, "completed", 61),
        ({"DialBridged": "false"}, "no-answer", 61),
        ({"DialCallStatus": "busy", "DialBridged": "false", "DialCallDuration": ""}, "busy", None),
        ({"DialCallStatus": "failed", "DialCallSid": ""}, "failed", 61),
    ],
)
def test_what_came_of_connecting(doors: Any, more: dict[str, str], status: str, seconds: int | None) -> None:
    assert doors.post(f"{ROOT}/main/dialed/{REF}", dialed(doors, **more)).status_code == 200
    assert doors.floors.of(DialedIn) == [
        DialedIn(doors.parts.lines["main"], ID, doors.carrier.sid("CA", 7), status, seconds)
    ]


def test_each_connection_is_an_event_of_its_own(doors: Any) -> None:
    for leg in (1, 1, 2):
        doors.post(f"{ROOT}/main/dialed/{REF}", dialed(doors, DialCallSid=doors.carrier.sid("CA", leg)))
    assert len(doors.floors.of(DialedIn)) == 2


def test_how_it_went(doors: Any) -> None:
    for _ in range(2):
        status = doors.carrier.call_status(7, "no-answer", AnsweredBy="machine_start", CallDuration="0")
        assert doors.post(f"{ROOT}/main/outstatus/{REF}", status).status_code == 204
    sid = doors.carrier.sid("CA", 7)
    assert doors.floors.of(OutStatusIn) == [OutStatusIn(doors.parts.lines["main"], ID, sid, "no-answer", 0)]
    assert set(doors.floors.inbox.answers) == {("outstatus", f"{sid}/no-answer/3")}


@pytest.mark.parametrize("ref", ["0" * 31, "0" * 33, "g" * 32, "A" * 32, f"{ID}", "0" * 31 + "%0A", "..%2F" + "0" * 29])
@pytest.mark.parametrize("path", ["out/{}", "out/{}/1", "dialed/{}", "outstatus/{}", "textstatus/{}"])
def test_an_address_that_names_no_row_is_404(doors: Any, path: str, ref: str) -> None:
    answer = doors.post(f"{ROOT}/main/{path.format(ref)}", dialed(doors))
    assert answer.status_code == 404
    assert doors.door.opened == 0


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("out/{}", {"CallSid": "CA1"}),
        ("out/{}", {"Digits": "1;2"}),
        ("dialed/{}", {"DialCallStatus": ""}),
        ("dialed/{}", {"DialBridged": "yes"}),
        ("dialed/{}", {"DialCallSid": "SM" + "0" * 32}),
        ("dialed/{}", {"DialCallDuration": "1m"}),
        ("outstatus/{}", {"CallStatus": "<b>"}),
        ("outstatus/{}", {"AccountSid": "AC" + "9" * 32}),
    ],
)
def test_what_does_not_fit_is_refused(doors: Any, path: str, changes: dict[str, str]) -> None:
    assert doors.post(f"{ROOT}/main/{path.format(REF)}", dialed(doors, **changes)).status_code == 400
    assert doors.door.opened == 0


def test_with_the_database_away_whom_we_rang_hears_that_the_line_is_disturbed(doors: Any) -> None:
    doors.door.away = True
    for path in (f"out/{REF}", f"out/{REF}/1", f"dialed/{REF}", f"out/{REF}"):
        answer = doors.post(f"{ROOT}/main/{path}", dialed(doors))
        assert (answer.status_code, answer.data) == (200, disturbed().encode())
    assert doors.door.opened == 2, "two misses open the breaker, which all voice doors share"
    assert doors.post(f"{ROOT}/main/voice", doors.carrier.turn()).data == fallback().encode()
    assert doors.door.opened == 2
    assert doors.post(f"{ROOT}/main/outstatus/{REF}", doors.carrier.call_status()).status_code == 503
    assert [verb.tag for verb in ElementTree.fromstring(disturbed())] == ["Say", "Say", "Hangup"]


def test_a_ref_that_nobody_knows_is_hung_up_on_politely(real_doors: Any) -> None:
    for path in (f"out/{REF}", f"out/{REF}/1", f"dialed/{REF}"):
        answer = real_doors.post(f"{ROOT}/main/{path}", dialed(real_doors))
        assert answer.status_code == 200
        assert [verb.tag for verb in ElementTree.fromstring(answer.data)] == ["Hangup"]
    assert real_doors.post(f"{ROOT}/main/outstatus/{REF}", real_doors.carrier.call_status()).status_code == 204
    assert real_doors.notes == []
