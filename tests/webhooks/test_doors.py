"""What each door hands on, what it answers, and what it does when all behind it is away."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from hmac import digest
from io import BytesIO
from time import monotonic
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from xml.etree import ElementTree

import pytest

from dispatch.lines import Line
from hotline.events import CallStatusIn, Media, RecordingIn, TextIn, TurnIn
from hotline.twiml import fallback
from tests.webhooks.carrier import encode
from tests.webhooks.doors import Doors
from webhooks.answers import NOTHING_TO_SAY
from webhooks.request.body import LIMIT
from webhooks.voice import DEADLINE

ROOT = "/webhooks/twilio"


def test_a_text_becomes_values_clean_and_as_it_came(doors: Any) -> None:
    body = "三号楼\0停电\u202e了  \U0001f600"
    media = {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/m/1", "MediaContentType0": "image/jpeg"}
    answer = doors.post(f"{ROOT}/east/sms", doors.carrier.text(7, body, **media))
    assert (answer.status_code, answer.data) == (200, NOTHING_TO_SAY.body)
    assert answer.content_type == "text/xml; charset=utf-8"
    [text] = doors.floors.of(TextIn)
    assert text == TextIn(
        line=doors.parts.lines["east"],
        sid=doors.carrier.sid("SM", 7),
        sender="+8613800000001",
        body="三号楼停电了 \U0001f600",
        raw=body,
        media=(Media("https://api.twilio.com/m/1", "image/jpeg"),),
    )
    assert set(doors.floors.inbox.answers) == {("text", text.sid)}


def test_bytes_that_are_no_utf8_reach_the_dialogue_as_text(doors: Any) -> None:
    target = f"{ROOT}/main/sms"
    said = [
        (name.encode(), b"\xff\xed\xa0\x80" if name == "Body" else value.encode())
        for name, value in doors.carrier.text()
    ]
    signed = f"{doors.carrier.base}{target}".encode() + b"".join(name + value for name, value in sorted(said))
    signature = b64encode(digest(doors.carrier.token.encode(), signed, "sha1")).decode()
    assert doors.send(target, urlencode(said).encode(), {"X-Twilio-Signature": signature}).status_code == 200
    [text] = doors.floors.of(TextIn)
    assert text.raw == "\\xff\\xed\\xa0\\x80"
    assert text.body.encode() == "\ufffd".encode() * 4


def test_a_turn_becomes_values_and_its_document_is_answered(doors: Any) -> None:
    said = {
        "SpeechResult": "  楼道 灯坏了 ",
        "Confidence": "0.91",
        "Digits": "2#",
        "CallStatus": "in-progress",
    }
    said |= {"RecordingSid": doors.carrier.sid("RE", 3), "RecordingDuration": "-1", "From": "anonymous"}
    answer = doors.post(f"{ROOT}/main/voice/4", doors.carrier.turn(9, **said))
    assert answer.status_code == 200
    assert answer.data.startswith(b"<Response>")
    [turn] = doors.floors.of(TurnIn)
    assert turn == TurnIn(
        line=doors.parts.lines["main"],
        sid=doors.carrier.sid("CA", 9),
        turn=4,
        caller="",
        digits="2#",
        speech="楼道 灯坏了",
        raw_speech="  楼道 灯坏了 ",
        confidence=0.91,
        recording_sid=doors.carrier.sid("RE", 3),
        recording_seconds=None,
    )
    assert set(doors.floors.inbox.answers) == {("voice", f"{turn.sid}/4")}


def test_a_turn_that_comes_too_soon_is_asked_for_again_and_can_still_be_given(doors: Any) -> None:
    doors.floors.early = True
    first = doors.post(f"{ROOT}/main/voice/2", doors.carrier.turn(9, Digits="1"))
    assert (first.status_code, first.data) == (200, b"<Response><!-- wait 2 0 --></Response>")
    again = doors.post(f"{ROOT}/main/voice/2/again/1", doors.carrier.turn(9))
    assert (again.status_code, again.data) == (200, b"<Response><!-- wait 2 1 --></Response>")
    assert (doors.floors.inbox.answers, doors.notes) == ({}, []), "the turn itself is still to come"
    doors.floors.early = False
    real = doors.post(f"{ROOT}/main/voice/2/again/2", doors.carrier.turn(9))
    assert [turn.waited for turn in doors.floors.of(TurnIn)] == [2]
    assert {key for _, key in doors.floors.inbox.answers} == {doors.carrier.sid("CA", 9) + "/2"}
    for path in ("voice/2", "voice/2/again/1", "voice/2/again/3"):
        assert doors.post(f"{ROOT}/main/{path}", doors.carrier.turn(9)).data == real.data
    for path in ("voice/2/again/0", "voice/2/again/4", "voice/2/again/x", "voice/2/again"):
        assert doors.post(f"{ROOT}/main/{path}", doors.carrier.turn(9)).status_code == 404


def test_a_turn_that_comes_too_soon_in_the_real_house(real_doors: Any, row_counts: Any) -> None:
    """The database keeps nothing for the turn but what was said; then it is answered as if it came in time."""
    early = real_doors.post(f"{ROOT}/main/voice/1", real_doors.carrier.turn(9, SpeechResult="楼道灯不亮"))
    assert b"/webhooks/twilio/main/voice/1/again/1</Redirect>" in early.data
    assert row_counts()["inbox"] == 0
    ring = real_doors.post(f"{ROOT}/main/voice", real_doors.carrier.turn(9))
    assert b"/voice/1" in ring.data
    asked = real_doors.post(f"{ROOT}/main/voice/1/again/1", real_doors.carrier.turn(9))
    assert "哪里" in asked.data.decode()
    assert real_doors.notes == []


def test_words_of_the_carrier_on_calls_texts_and_recordings(doors: Any) -> None:
    carrier = doors.carrier
    assert doors.post(f"{ROOT}/main/status", carrier.call_status(2)).status_code == 204
    assert doors.post(f"{ROOT}/main/status", carrier.receipt(3, "failed", ErrorCode="30003")).status_code == 204
    assert doors.post(f"{ROOT}/main/recording", carrier.recording(4, "absent")).data == b""
    line = doors.parts.lines["main"]
    call, (receipt, sequence), recording = doors.floors.taken
    assert call == CallStatusIn(line, carrier.sid("CA", 2), "completed", "3", 61)
    assert (receipt.sid, receipt.status, receipt.error, sequence) == (
        carrier.sid("SM", 3),
        "failed",
        "30003",
        "",
    )
    assert receipt.ref is None
    assert recording == RecordingIn(line, carrier.sid("RE", 4), carrier.sid("CA", 4), "absent", 12)
    assert set(doors.floors.inbox.answers) == {
        ("status", f"{carrier.sid('CA', 2)}/completed/3"),
        ("status", f"{carrier.sid('SM', 3)}/failed/"),
        ("recording", f"{carrier.sid('RE', 4)}/absent"),
    }


def test_a_word_on_a_text_names_the_row_that_wanted_it(doors: Any) -> None:
    ref = UUID(int=7)
    assert doors.post(f"{ROOT}/main/textstatus/{ref.hex}", doors.carrier.receipt(3, "sent")).status_code == 204
    assert doors.post(f"{ROOT}/main/textstatus/other", doors.carrier.receipt(4, "sent")).status_code == 404
    [(receipt, _)] = doors.floors.taken
    assert (receipt.sid, receipt.status, receipt.ref) == (doors.carrier.sid("SM", 3), "sent", ref)


def test_a_status_is_about_a_call_or_about_a_text(doors: Any) -> None:
    both = [*doors.carrier.receipt(), ("CallSid", doors.carrier.sid("CA", 1)), ("CallStatus", "completed")]
    assert doors.post(f"{ROOT}/main/status", both).status_code == 400
    assert doors.post(f"{ROOT}/main/status", [("AccountSid", doors.carrier.account)]).status_code == 400
    assert doors.door.opened == 0


def test_the_short_addresses_mean_the_default_line(doors: Any) -> None:
    for n, (path, kind) in enumerate(
        [("sms", "text"), ("voice", "turn"), ("status", "receipt"), ("recording", "recording")]
    ):
        assert doors.post(f"{ROOT}/{path}", getattr(doors.carrier, kind)(n)).status_code in (200, 204)
    lines = {getattr(event, "line", None) or event[0].line for event in doors.floors.taken}
    assert lines == {doors.parts.lines["main"]}


def test_a_line_that_is_not_ours_is_404_and_only_told_to_who_is_signed(doors: Any) -> None:
    assert doors.post(f"{ROOT}/west/sms", doors.carrier.text()).status_code == 404
    assert doors.send(f"{ROOT}/west/sms", b"", {}).status_code == 403
    assert doors.door.opened == 0


def test_json_is_let_in_with_its_hash_alone(doors: Any) -> None:
    body = json.dumps(dict(doors.carrier.text()), ensure_ascii=False).encode()
    target = f"{ROOT}/main/sms?bodySHA256={sha256(body).hexdigest()}"
    as_json = {"content_type": "application/json; charset=utf-8"}
    headers = doors.carrier.headers(target)
    assert doors.send(target, body, headers, **as_json).status_code == 200
    assert doors.send(target, body + b" ", headers, **as_json).status_code == 403
    bare = f"{ROOT}/main/sms"
    assert doors.send(bare, body, doors.carrier.headers(bare), **as_json).status_code == 403
    assert [text.sid for text in doors.floors.of(TextIn)] == [doors.carrier.sid("SM", 1)]
    for broken in (b"[]", b"{", b'{"MessageSid": 5}', body[:-1] + b', "Body": "again"}'):
        target = f"{ROOT}/main/sms?bodySHA256={sha256(broken).hexdigest()}"
        assert doors.send(target, broken, doors.carrier.headers(target), **as_json).status_code == 400


def _is_static(answer: Any) -> bool:
    ElementTree.fromstring(answer.data)
    return (answer.status_code, answer.data, answer.content_type) == (
        200,
        fallback().encode(),
        "text/xml; charset=utf-8",
    )


@pytest.mark.parametrize("streamed", [False, True])
def test_a_body_of_64_kb_and_not_a_byte_more(doors: Any, streamed: bool) -> None:
    target, pairs = f"{ROOT}/main/sms", doors.carrier.text(Body="")
    room = LIMIT - len(encode(pairs))
    for size, status in ((room, 200), (room + 1, 413), (room + 2, 413)):
        pairs = doors.carrier.text(Body="x" * size)
        body = encode(pairs)
        chunked = {
            "wsgi.input": BytesIO(body),
            "wsgi.input_terminated": True,
            "HTTP_TRANSFER_ENCODING": "chunked",
        }
        headers, environ = doors.carrier.headers(target, pairs), chunked if streamed else {}
        assert doors.send(target, body, headers, environ=environ).status_code == status


class BrokenStream(BytesIO):
    """A sender who goes away in the middle."""

    def readinto(self, buffer: Any) -> int:
        raise ConnectionResetError


def test_a_sender_who_goes_away_is_no_error_of_ours(doors: Any) -> None:
    environ = {"wsgi.input": BrokenStream(), "CONTENT_LENGTH": "10"}
    assert doors.send(f"{ROOT}/main/sms", b"0123456789", {}, environ=environ).status_code == 400


def test_with_the_database_away_voice_gets_the_static_answer_and_the_others_503(doors: Any) -> None:
    doors.door.away = True
    for n in range(5):
        assert _is_static(doors.post(f"{ROOT}/main/voice", doors.carrier.turn(n)))
    assert doors.door.opened == 2, "two misses open the breaker"
    for path, pairs in (
        ("sms", doors.carrier.text()),
        ("status", doors.carrier.call_status()),
        ("status", doors.carrier.receipt()),
        ("recording", doors.carrier.recording()),
    ):
        answer = doors.post(f"{ROOT}/main/{path}", pairs)
        assert (answer.status_code, answer.data) == (503, b"")
        assert answer.headers["Retry-After"]
    doors.door.away = False
    doors.time += 6
    assert not _is_static(doors.post(f"{ROOT}/main/voice", doors.carrier.turn(0)))
    assert doors.post(f"{ROOT}/main/sms", doors.carrier.text()).status_code == 200
    assert {facts["error"] for facts in doors.noted("webhooks.away")} == {"DatabaseAway"}


def test_a_database_that_hangs_keeps_a_caller_no_longer_than_the_deadline() -> None:
    waited: list[float] = []

    def within(seconds: float, work: Any) -> Any:
        waited.append(seconds)
        raise TimeoutError

    doors = Doors(within=within)
    assert all(_is_static(doors.post(f"{ROOT}/main/voice", doors.carrier.turn(n))) for n in range(4))
    assert waited == [DEADLINE, DEADLINE]
    assert doors.post(f"{ROOT}/main/sms", doors.carrier.text()).status_code == 503


@pytest.mark.timed
def test_the_deadline_holds_with_threads(doors: Any) -> None:
    doors.door.delay = 3.0
    started = monotonic()
    assert _is_static(doors.post(f"{ROOT}/main/voice", doors.carrier.turn()))
    assert monotonic() - started < 2.0


@pytest.mark.parametrize("error", [KeyError("a caller's words"), RecursionError(), UnicodeError("x"), MemoryError()])
def test_whatever_fails_behind_the_doors_a_caller_hears_something(doors: Any, error: Exception) -> None:
    doors.floors.error = error
    for n in range(5):
        assert _is_static(doors.post(f"{ROOT}/main/voice", doors.carrier.turn(n)))
    assert doors.door.opened == 5, "one call's trouble does not open the breaker"
    assert doors.post(f"{ROOT}/main/sms", doors.carrier.text()).status_code == 503
    assert doors.floors.inbox.answers == {}, "nothing failed is kept as an answer"
    assert "a caller's words" not in str(doors.notes)
    assert doors.noted("webhooks.voice.failed")[0]["error"] == type(error).__name__


def test_the_fallback_door_needs_nothing(doors: Any) -> None:
    doors.door.away = True
    failed = [*doors.carrier.turn(), ("ErrorCode", "11200"), ("ErrorUrl", "https://hotline.example/x")]
    assert _is_static(doors.post(f"{ROOT}/main/fallback", failed))
    assert _is_static(doors.post(f"{ROOT}/fallback", [("CallSid", "no such thing")]))
    assert doors.door.opened == 0
    assert doors.send(f"{ROOT}/fallback", b"", {}).status_code == 403


def test_a_text_at_the_fallback_door_is_taken_in_or_refused_honestly(doors: Any) -> None:
    failed = doors.carrier.text(ErrorCode="11200", ErrorUrl="https://hotline.example/x")
    doors.door.away = True
    assert doors.post(f"{ROOT}/main/fallback", failed).status_code == 503
    doors.door.away = False
    assert doors.post(f"{ROOT}/main/fallback", failed).status_code == 200
    assert doors.post(f"{ROOT}/main/sms", doors.carrier.text()).status_code == 200
    assert len(doors.floors.of(TextIn)) == 1


class BrokenLines(dict[str, Line]):
    """Lines that cannot be looked up."""

    def get(self, key: str, default: Any = None) -> Any:
        raise LookupError(key)


def test_a_guard_that_fails_lets_nobody_in() -> None:
    doors = Doors(lines=BrokenLines())
    assert doors.post(f"{ROOT}/main/sms", doors.carrier.text()).status_code == 403
    assert doors.noted("webhooks.refused")[0]["why"] == "the guard failed: LookupError"


def test_every_address_of_the_doors_is_guarded(doors: Any) -> None:
    rules = [rule for rule in doors.app.url_map.iter_rules() if rule.endpoint != "static"]
    assert len(rules) == 24
    for rule in rules:
        assert rule.endpoint.startswith("webhooks.")
        assert rule.methods == {"POST"}
        target = re.sub("<[^>]*>", "1", rule.rule.replace("<line>", "main"))
        assert doors.send(target, b"", {}).status_code == 403, rule
        for method in ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"):
            assert doors.send(target, b"", {}, method=method).status_code == 405, rule
    assert doors.app.before_request_funcs["webhooks"], "the guard is the blueprint's, not a view's"
    assert doors.door.opened == 0


def test_doors_without_a_token_are_not_built() -> None:
    with pytest.raises(ValueError, match="signature tokens"):
        Doors(tokens=("",))
    with pytest.raises(ValueError, match="public base"):
        Doors(public_base="hotline.example")
