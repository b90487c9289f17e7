"""Whole calls: what the application is asked, what the caller hears, what stands in the ledger afterwards."""

import wave
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from twilio.request_validator import RequestValidator

from exchange.legs.leg import SORRY
from exchange.steps import Dropped, Pressed, Silence, Spoke
from exchange.testing import Exchange
from exchange.wire.transport import NoConnection, TooSlow

LINE = "+862166660000"
RESIDENT = "+8613800000001"

ASK = (
    '<Gather input="dtmf speech" numDigits="1" action="/got"><Say language="zh-CN">请讲</Say></Gather><Say>没听到</Say>'
)


def test_a_call_by_speech(exchange: Exchange, office: Any) -> None:
    office.says("/voice", ASK)
    office.says("/got", "<Say>好的</Say><Hangup/>")
    talk = exchange.call(RESIDENT, LINE, ["楼道灯坏了"])
    assert talk.conversation == [
        {"who": "line", "says": "请讲"},
        {"who": "caller", "says": "楼道灯坏了"},
        {"who": "line", "says": "好的"},
    ]
    assert (talk.status, talk.warnings, talk.heard) == ("completed", [], ["请讲", "好的"])
    first, second = office.params("/voice")[0], office.params("/got")[0]
    assert (first["CallStatus"], second["CallStatus"]) == ("ringing", "in-progress")
    assert (second["SpeechResult"], second["Confidence"]) == ("楼道灯坏了", "0.9")
    assert {"Digits", "SpeechResult"}.isdisjoint(first)
    for params in (first, second):
        assert (params["CallSid"], params["AccountSid"]) == (talk.sid, exchange.switch.account.sid)
        assert (params["From"], params["To"], params["Direction"]) == (RESIDENT, LINE, "inbound")
        assert (params["Caller"], params["Called"], params["ApiVersion"]) == (RESIDENT, LINE, "2010-04-01")
        assert (params["FromCountry"], params["ToCity"]) == ("CN", "")


def test_a_call_by_keys(exchange: Exchange, office: Any) -> None:
    office.says("/voice", ASK)
    office.says("/got", "<Say>好的</Say>")
    talk = exchange.call(RESIDENT, LINE, ["不说"], keys="2")
    assert office.params("/got")[0]["Digits"] == "2"
    assert {"who": "caller", "says": "[keys 2]"} in talk.conversation


def test_every_request_is_signed(exchange: Exchange, office: Any, line: dict[str, str]) -> None:
    from exchange.lines import parse_line

    exchange.switch.set_line(parse_line({**line, "voice_url": "http://office.test/voice?turn=1&x=%E6%A5%BC"}))
    office.says("/voice", '<Gather input="speech" action="/got?a=b" method="GET"/>')
    office.says("/got", "<Hangup/>")
    exchange.call(RESIDENT, LINE, ["灯 坏+了&"])
    validator = RequestValidator(exchange.switch.account.token)
    assert len(office.asked) == 3
    for method, url, params, headers in office.asked:
        assert validator.validate(url, params, headers["X-Twilio-Signature"])
        assert (method == "GET") == (params == {})
    assert "SpeechResult=%E7%81%AF+%E5%9D%8F%2B%E4%BA%86%26" in office.asked[1][1]


def test_silence_until_patience_ends(exchange: Exchange, office: Any) -> None:
    office.says("/voice", f"{ASK}<Redirect>/voice</Redirect>")
    talk = exchange.call(RESIDENT, LINE)
    assert talk.heard.count("请讲") == 8
    assert talk.status == "completed"
    assert len(office.params("/voice")) == 8


def test_a_circle_of_redirects_ends(exchange: Exchange, office: Any) -> None:
    office.says("/voice", "<Redirect>/voice</Redirect>")
    talk = exchange.call(RESIDENT, LINE)
    assert talk.status == "completed"
    assert "more than 100 documents" in talk.warnings[0]["text"]


def test_reject(exchange: Exchange, office: Any) -> None:
    office.says("/voice", "<Reject/>", '<Reject reason="busy"/>')
    assert [exchange.call(RESIDENT, LINE).status for _ in range(2)] == ["no-answer", "busy"]
    assert [call["seconds"] for call in exchange.ledger("call")] == [0, 0]
    assert all(call["started_at"] is None for call in exchange.ledger("call"))


def test_time_passes_and_is_counted(exchange: Exchange, office: Any) -> None:
    before = exchange.clock.now()
    office.says("/voice", "<Pause length='30'/><Gather timeout='7'/>")
    talk = exchange.call(RESIDENT, LINE)
    assert (exchange.clock.now() - before).total_seconds() == 37.0
    (call,) = exchange.ledger("call")
    assert (call["seconds"], call["sid"], call["status"]) == (37, talk.sid, "completed")
    (told,) = office.params("/status")
    assert (told["CallStatus"], told["CallDuration"], told["Duration"]) == ("completed", "37", "1")
    assert told["CallbackSource"] == "call-progress-events"


def test_recording(exchange: Exchange, office: Any) -> None:
    office.says("/voice", '<Record action="/recorded" maxLength="20" recordingStatusCallback="/recording"/>')
    office.says("/recorded", "<Say>收到</Say>")
    office.says("/recording", (204, "", b""))
    talk = exchange.call(RESIDENT, LINE, ["楼道灯坏了，好几天了"])
    (recorded,) = office.params("/recorded")
    (status,) = office.params("/recording")
    sid = recorded["RecordingSid"]
    assert status["RecordingSid"] == sid
    assert (status["RecordingStatus"], status["CallSid"]) == ("completed", talk.sid)
    assert status["RecordingUrl"] == recorded["RecordingUrl"]
    assert recorded["RecordingDuration"] == status["RecordingDuration"] == "3"
    code, heads, sound = exchange.rest("GET", recorded["RecordingUrl"])
    assert (code, heads["Content-Type"]) == (200, "audio/x-wav")
    with wave.open(BytesIO(sound)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (8000, 1, 24000)
    assert exchange.ledger("recording")[0]["caption"] == "楼道灯坏了，好几天了"


def test_a_recording_is_cut_at_its_longest(exchange: Exchange, office: Any) -> None:
    office.says("/voice", '<Record action="/recorded" maxLength="2"/>')
    office.says("/recorded", "")
    exchange.call(RESIDENT, LINE, ["长" * 100])
    assert office.params("/recorded")[0]["RecordingDuration"] == "2"


def test_an_absent_recording_is_told_and_falls_through(exchange: Exchange, office: Any) -> None:
    office.says(
        "/voice",
        '<Record recordingStatusCallback="/recording" recordingStatusCallbackEvent="completed absent"/>'
        "<Say>没有录到</Say>",
    )
    office.says("/recording", (204, "", b""))
    talk = exchange.call(RESIDENT, LINE, [""])
    assert talk.heard == ["没有录到"]
    assert office.params("/recording")[0]["RecordingStatus"] == "absent"
    assert exchange.ledger("recording") == []


def test_texts_from_within_a_call(exchange: Exchange, office: Any) -> None:
    office.says("/voice", '<Sms>编号 1</Sms><Sms to="123">x</Sms><Say>已发</Say>')
    talk = exchange.call(RESIDENT, LINE)
    assert [text["body"] for text in exchange.inbox(RESIDENT)] == ["编号 1"]
    assert [warning["code"] for warning in talk.warnings] == [14101, 21211]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((500, "text/html", b"oops"), 11200),
        ((302, "text/html", b""), 11200),
        (b"not xml", 12100),
        ((200, "application/json", b"{}"), 12300),
        (NoConnection("refused"), 11205),
        (TooSlow("no answer within 15 s"), 11200),
    ],
)
def test_the_fallback_is_asked_with_what_went_wrong(exchange: Exchange, office: Any, answer: Any, code: int) -> None:
    office.says("/voice", answer)
    office.says("/voice-fallback", "<Say>请稍后再拨</Say>")
    talk = exchange.call(RESIDENT, LINE)
    assert talk.heard == ["请稍后再拨"]
    (asked,) = office.params("/voice-fallback")
    assert (asked["ErrorCode"], asked["ErrorUrl"]) == (str(code), "http://office.test/voice")
    assert talk.warnings[0]["code"] == code
    assert [warning["code"] for warning in exchange.ledger("warning", about=talk.sid)] == [code]


def test_one_retry_on_connection_failure_only(exchange: Exchange, office: Any) -> None:
    office.says("/voice", NoConnection("reset"), "<Say>好</Say>")
    assert exchange.call(RESIDENT, LINE).heard == ["好"]
    first, second = [headers for _, url, _, headers in office.asked if url.endswith("/voice")]
    assert first == second
    office.says("/voice", TooSlow("slow"), "<Say>好</Say>")
    office.says("/voice-fallback", "<Say>别处</Say>")
    assert exchange.call(RESIDENT, LINE).heard == ["别处"]


def test_sorry_when_nothing_answers(exchange: Exchange, office: Any) -> None:
    talk = exchange.call(RESIDENT, LINE)
    assert (talk.heard, talk.status) == ([SORRY], "completed")


def test_a_number_that_asks_nobody(exchange: Exchange) -> None:
    from exchange.lines import parse_line

    exchange.switch.set_line(parse_line({"number": "+862166660001"}))
    talk = exchange.call(RESIDENT, "+862166660001")
    assert talk.conversation == []
    assert "no address" in talk.warnings[0]["text"]
    with pytest.raises(ValueError, match=r"\+8699999999 is no number"):
        exchange.call(RESIDENT, "+8699999999")


def test_a_call_in_hand(exchange: Exchange, office: Any) -> None:
    office.says("/voice", f"{ASK}<Record/>")
    leg = exchange.dial(RESIDENT, LINE)
    assert leg.waiting is not None
    leg.give(Silence())
    assert leg.conversation[-1] == {"who": "line", "says": "没听到"}
    leg.give(Dropped())
    assert leg.over
    leg.give(Spoke("too late"))
    leg.finish("failed")
    leg.divert(None)
    assert exchange.ledger("call")[0]["status"] == "completed"
    assert len(leg.conversation) == 2


def test_keys_do_not_make_a_recording(exchange: Exchange, office: Any) -> None:
    office.says("/voice", "<Record/><Say>没有录到</Say>")
    leg = exchange.dial(RESIDENT, LINE)
    leg.give(Pressed("1"))
    assert leg.conversation[-1]["says"] == "没有录到"


def test_prompts_without_words_are_shown_as_what_they_are(exchange: Exchange, office: Any) -> None:
    office.says("/voice", '<Play>a.wav</Play><Play digits="1"/><Say></Say>')
    assert exchange.call(RESIDENT, LINE).heard == ["[a.wav]", "[keys 1]"]


def test_requests_stand_in_the_ledger(exchange: Exchange, office: Any) -> None:
    office.says("/voice", "<Say>好</Say>")
    talk = exchange.call(RESIDENT, LINE)
    request = exchange.ledger("request", about=talk.sid)[0]
    assert (request["kind"], request["method"], request["status"]) == ("voice", "POST", 200)
    assert request["answer"] == "<Response><Say>好</Say></Response>"
    assert len(request["digest"]) == 64
    assert request["params"]["CallSid"] == talk.sid


def test_our_numbers_are_replaced_in_order(exchange: Exchange) -> None:
    from exchange.lines import Line

    exchange.switch.set_lines([Line("+862166660002"), Line(LINE)])
    assert [line.number for line in exchange.switch.lines()] == ["+862166660002", LINE]


def test_a_call_that_was_under_way_at_a_crash_has_failed(tmp_path: Path, exchange: Exchange, office: Any) -> None:
    office.says("/voice", ASK)
    leg = exchange.dial(RESIDENT, LINE)
    exchange.close()
    again = Exchange.start(tmp_path / "exchange", [], office)
    entry = again.switch.ledger.get("call", leg.sid)
    assert entry is not None
    assert entry["status"] == "failed"
    again.close()
