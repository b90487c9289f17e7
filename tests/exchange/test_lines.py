"""Our numbers, and the parameters that are sent: what is read, and the words for what is not."""

from typing import Any

import pytest

from exchange.lines import Line, is_address, is_number, parse_line
from exchange.testing import MORNING
from exchange.wire.params import of_call, of_progress, of_recording, of_text_status, party


def test_numbers_and_addresses() -> None:
    assert is_number("+8613800000001")
    assert not any(is_number(each) for each in ("13800000001", "+0123456", "+86 138", "+86138\n", None, 7))
    assert is_address("https://a.test/x?y=1")
    assert not any(is_address(each) for each in ("a.test", "ftp://a", "http://a b", "http://报修", None))


def test_a_line_is_read() -> None:
    raw = {
        "number": "+862166660000",
        "voice_url": "http://a.test/v",
        "sms_method": "GET",
        "friendly_name": "主线",
    }
    line = parse_line(raw)
    assert line == Line("+862166660000", "主线", "http://a.test/v", sms_method="GET")
    assert parse_line(line.as_dict()) == line


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("x", "'x' is not an object with a number"),
        ({}, "number: None is not in E.164"),
        ({"number": "+862166660000", "url": ""}, "url: not known; known are number"),
        ({"number": "+862166660000", "voice_method": "PUT"}, "voice_method: 'PUT' is not GET or POST"),
        ({"number": "+862166660000", "sms_url": "x"}, "sms_url: 'x' is no web address"),
        ({"number": "+862166660000", "status_callback": 1}, "status_callback: 1 is no web address"),
        ({"number": "+862166660000", "friendly_name": 1}, "friendly_name: 1 is no text"),
    ],
)
def test_lines_that_are_none(raw: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words.split(";")[0]):
        parse_line(raw)


@pytest.mark.parametrize(
    ("number", "country"),
    [("+8613800000001", "CN"), ("+85212345678", "HK"), ("+14155550100", "US"), ("+4915112345678", "")],
)
def test_what_is_told_of_a_party(number: str, country: str) -> None:
    told = dict(party("From", number))
    assert told == {"From": number, "FromCity": "", "FromState": "", "FromZip": "", "FromCountry": country}


def test_parameters_by_kind() -> None:
    call = {"from": "+861", "to": "+491", "sid": "CA1", "status": "ringing", "direction": "inbound"}
    assert dict(of_call("AC1", call))["CalledCountry"] == ""
    assert "CallDuration" not in dict(of_progress(0, MORNING, None))
    ended = dict(of_progress(1, MORNING, 61))
    assert (ended["CallDuration"], ended["Duration"], ended["SequenceNumber"]) == ("61", "2", "1")
    assert ended["Timestamp"] == "Tue, 24 Nov 2026 01:00:00 +0000"
    recording = {
        "about": "CA1",
        "sid": "RE1",
        "status": "absent",
        "seconds": 0,
        "created_at": MORNING.isoformat(),
    }
    assert dict(of_recording("AC1", recording, "http://x"))["RecordingStatus"] == "absent"
    assert "RecordingDuration" not in dict(of_recording("AC1", {**recording, "status": "in-progress"}, "http://x"))
    assert "ParentCallSid" not in dict(of_call("AC1", call))
    assert dict(of_call("AC1", {**call, "parent_call_sid": "CA0"}))["ParentCallSid"] == "CA0"
    text = {"from": "+861", "to": "+862", "sid": "SM1", "status": "sent", "error_code": None, "service": None}
    assert {"ErrorCode", "RawDlrDoneDate", "MessagingServiceSid"}.isdisjoint(dict(of_text_status("AC1", text, MORNING)))
