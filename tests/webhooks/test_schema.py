"""What may be said: known names once, everything matched as a whole, values never in the message."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks.request.schema import (
    KNOWN,
    CallStatusForm,
    Form,
    Misfit,
    ReceiptForm,
    RecordingForm,
    TextForm,
    VoiceForm,
    keyed,
    number_of,
    read,
    share,
    verbatim,
    whole,
)


def _read(form: type[Form], pairs: list[tuple[str, str]], carrier: Any) -> Any:
    return read(
        form,
        [(name.encode(), value.encode("utf-8", "surrogatepass")) for name, value in pairs],
        [carrier.account],
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CallSid", "CA" + "0" * 31),
        ("CallSid", "CA" + "0" * 33),
        ("CallSid", "SM" + "0" * 32),
        ("CallSid", "ca" + "0" * 32),
        ("CallSid", "CA" + "g" * 32),
        ("CallSid", "CA" + "0" * 32 + "\n"),
        ("CallSid", "CA" + "٠" * 32),
        ("CallSid", ""),
        ("AccountSid", "AC" + "f" * 32),
        ("AccountSid", "AC"),
        ("From", "8613800000001"[:2] + "x"),
        ("From", "+8613800000001 "),
        ("From", "+" + "1" * 33),
        ("From", " 8613800000001"),
        ("From", "+８６13800000001"),
        ("From", "+8613800000001\n"),
        ("From", "somebody"),
        ("From", "sip:a b@c"),
        ("To", "+1"),
        ("To", "+86138000000012345"),
        ("From", "+"),
        ("CallStatus", "in progress"),
        ("CallStatus", ""),
        ("CallStatus", "completed\n"),
        ("Digits", "12;34"),
        ("Digits", "hangup1"),
        ("Digits", "Hangup"),
        ("Digits", "1" * 65),
        ("Confidence", "nan"),
        ("Confidence", "inf"),
        ("Confidence", "0.9e"),
        ("Confidence", "-0.1"),
        ("RecordingSid", "RE1"),
        ("RecordingDuration", "-2"),
        ("RecordingDuration", "1.5"),
        ("ParentCallSid", "CA1"),
    ],
)
def test_a_turn_that_does_not_fit_names_the_parameter_and_not_its_value(carrier: Any, name: str, value: str) -> None:
    with pytest.raises(Misfit, match=f"^{name}: ") as refused:
        _read(VoiceForm, carrier.turn(**{name: value}), carrier)
    assert len(value) < 4 or value not in str(refused.value)


@pytest.mark.parametrize("missing", ["CallSid", "AccountSid", "From", "To", "CallStatus"])
def test_a_turn_without_what_every_call_has_does_not_fit(carrier: Any, missing: str) -> None:
    with pytest.raises(Misfit, match=missing):
        _read(VoiceForm, [pair for pair in carrier.turn() if pair[0] != missing], carrier)


@pytest.mark.parametrize(
    ("said", "caller"),
    [
        ("+8613800000001", "+8613800000001"),
        ("+862166660000", "+862166660000"),
        ("10086", ""),
        ("anonymous", ""),
        ("Anonymous", ""),
        ("RESTRICTED", ""),
        ("+266696687", ""),
        ("+86282452253", ""),
        ("", ""),
        ("sip:desk@office.example:5060", ""),
        ("client:agent_7", ""),
        ("SIP:desk@office.example", ""),
        ("Sips:desk@office.example", ""),
        ("+86110", ""),
        ("+0", ""),
        ("0", ""),
        ("+0800000001", ""),
        ("+1234567890123456", ""),
        ("+86138000000012345", ""),
        ("8613800000001", ""),
        ("ANONYMOUS", ""),
    ],
)
def test_a_caller_is_a_number_or_withheld(carrier: Any, said: str, caller: str) -> None:
    assert number_of(_read(VoiceForm, carrier.turn(From=said), carrier).caller) == caller


def test_a_recording_that_ended_as_the_caller_rang_off_is_taken_and_nothing_was_keyed(carrier: Any) -> None:
    said = _read(VoiceForm, carrier.turn(Digits="hangup", CallStatus="completed"), carrier).digits
    assert (keyed(said), keyed("12#"), keyed("")) == ("", "12#", "")


@pytest.mark.parametrize("said", ["+86110", "+0", "SIP:desk@office.example", "+86138000000012345"])
def test_the_end_of_a_call_without_a_number_is_taken(carrier: Any, said: str) -> None:
    params = [pair for pair in carrier.turn(From=said) if pair[0] != "Digits"]
    assert _read(CallStatusForm, params, carrier).caller == said


def test_a_known_name_has_one_value_and_an_unknown_one_as_often_as_it_likes(carrier: Any) -> None:
    for name in sorted(KNOWN):
        with pytest.raises(Misfit, match=f"^{name}: came more than once"):
            _read(VoiceForm, [(name, "1"), *carrier.turn(), (name, "2")], carrier)
    odd = [
        ("AddOns", "1"),
        ("AddOns", "2"),
        ("新的", "三"),
        ("", ""),
        ("media", "x"),
        ("account", "x"),
        ("body", "\0"),
    ]
    assert _read(VoiceForm, [*carrier.turn(), *odd], carrier) == _read(VoiceForm, carrier.turn(), carrier)


def test_a_known_name_with_the_same_value_again_says_nothing_new(carrier: Any) -> None:
    twice = [*carrier.text(), *carrier.text()]
    assert _read(TextForm, twice, carrier) == _read(TextForm, carrier.text(), carrier)


@pytest.mark.parametrize(
    "changes",
    [
        {"MessageSid": "SM1"},
        {"MessageSid": "RE" + "0" * 32},
        {"SmsSid": "SM" + "9" * 32},
        {"SmsMessageSid": "MM" + "9" * 32},
        {"From": "anonymous"},
        {"From": ""},
        {"From": "+86 138 0000 0001"},
        {"To": "sip:x@y"},
        {"NumMedia": "11"},
        {"NumMedia": "-1"},
        {"NumMedia": "01"},
        {"NumMedia": "1"},
        {"NumMedia": ""},
        {"NumMedia": "１"},
        {"NumMedia": "0", "MediaUrl0": "https://a.example/1", "MediaContentType0": "image/jpeg"},
        {"NumMedia": "1", "MediaUrl0": "file:///etc/passwd", "MediaContentType0": "image/jpeg"},
        {"NumMedia": "1", "MediaUrl0": "https://a.example/1"},
        {"NumMedia": "1", "MediaContentType0": "image/jpeg"},
        {"NumMedia": "1", "MediaUrl0": "https://a.example/a b", "MediaContentType0": "image/jpeg"},
    ],
)
def test_a_text_that_does_not_fit(carrier: Any, changes: dict[str, str]) -> None:
    with pytest.raises(Misfit):
        _read(TextForm, carrier.text(**changes), carrier)


def test_a_text_with_media(carrier: Any) -> None:
    named = {f"MediaUrl{n}": f"https://a.example/{n}" for n in range(10)}
    named |= {f"MediaContentType{n}": "image/jpeg; charset=binary" for n in range(10)}
    form = _read(TextForm, carrier.text(**named, NumMedia="10", MessagingServiceSid="MG" + "0" * 32), carrier)
    assert [url for url, _ in form.media] == [f"https://a.example/{n}" for n in range(10)]
    short = _read(TextForm, carrier.text(From="1069123456789012"), carrier)
    assert (short.sender, short.media) == ("1069123456789012", ())


@pytest.mark.parametrize(
    ("form", "kind", "changes"),
    [
        (CallStatusForm, "call_status", {"SequenceNumber": "x"}),
        (CallStatusForm, "call_status", {"SequenceNumber": "1/../2"}),
        (CallStatusForm, "call_status", {"CallDuration": "1e3"}),
        (CallStatusForm, "call_status", {"CallStatus": "done/3"}),
        (ReceiptForm, "receipt", {"MessageStatus": ""}),
        (ReceiptForm, "receipt", {"ErrorCode": "30003x"}),
        (ReceiptForm, "receipt", {"MessageSid": "CA" + "0" * 32}),
        (RecordingForm, "recording", {"RecordingSid": ""}),
        (RecordingForm, "recording", {"CallSid": ""}),
        (RecordingForm, "recording", {"RecordingStatus": "completed absent"}),
        (RecordingForm, "recording", {"RecordingDuration": "12s"}),
    ],
)
def test_a_status_that_does_not_fit(carrier: Any, form: type[Form], kind: str, changes: dict[str, str]) -> None:
    with pytest.raises(Misfit):
        _read(form, getattr(carrier, kind)(1, "completed", **changes), carrier)


def test_words_as_they_came_and_as_they_are_read() -> None:
    pairs = [(b"From", b"x"), (b"Body", b"a\xff\x00\xe6\xa5\xbc")]
    assert verbatim(pairs, "Body") == "a\\xff\0楼"
    assert verbatim(pairs, "SpeechResult") == ""


def test_counts_and_shares() -> None:
    assert [whole(text) for text in ("12", "", "-1", "0")] == [12, None, None, 0]
    assert [share(text) for text in ("0.93", "", "1", "97.2", "9.1e-5")] == [0.93, None, 1.0, None, 9.1e-5]


@given(st.lists(st.tuples(st.sampled_from(sorted(KNOWN)), st.binary(max_size=40)), max_size=12))
def test_noise_fits_or_is_refused_and_never_more(pairs: list[tuple[str, bytes]]) -> None:
    for form in (VoiceForm, TextForm, CallStatusForm, ReceiptForm, RecordingForm):
        with pytest.raises(Misfit):
            read(form, [(name.encode(), value) for name, value in pairs], ["AC" + "0" * 32])
