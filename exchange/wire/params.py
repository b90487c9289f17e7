"""The parameters that Twilio sends: for calls, texts, their statuses and recordings. Pure."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Final

Params = tuple[tuple[str, str], ...]

API_VERSION: Final = "2010-04-01"
_COUNTRIES: Final = {"+852": "HK", "+853": "MO", "+886": "TW", "+86": "CN", "+44": "GB", "+1": "US"}


def merged(*parts: Sequence[tuple[str, str]]) -> Params:
    """All of them, each name once, the later value in force."""
    return tuple(dict(pair for part in parts for pair in part).items())


def party(role: str, number: str) -> Params:
    """What Twilio tells of one side of a call or text: the number, and where it is registered."""
    country = next((land for code, land in _COUNTRIES.items() if number.startswith(code)), "")
    places = (("City", ""), ("State", ""), ("Zip", ""), ("Country", country))
    return ((role, number), *((role + name, value) for name, value in places))


def of_call(account: str, call: Mapping[str, Any]) -> Params:
    """What every request about a call carries."""
    sender, to = call["from"], call["to"]
    parent = call.get("parent_call_sid")
    return (
        *((("ParentCallSid", parent),) if parent else ()),
        ("AccountSid", account),
        ("ApiVersion", API_VERSION),
        ("CallSid", call["sid"]),
        ("CallStatus", call["status"]),
        ("Direction", call["direction"]),
        *party("From", sender),
        *party("To", to),
        *party("Caller", sender),
        *party("Called", to),
    )


def of_progress(number: int, now: datetime, seconds: int | None) -> Params:
    """What a status callback of a call adds; `seconds` when it has ended."""
    common = (
        ("Timestamp", format_datetime(now)),
        ("CallbackSource", "call-progress-events"),
        ("SequenceNumber", str(number)),
    )
    if seconds is None:
        return common
    return (*common, ("CallDuration", str(seconds)), ("Duration", str(math.ceil(seconds / 60))))


def of_recording(account: str, recording: Mapping[str, Any], url: str) -> Params:
    """What a recording status callback carries; how long it is, once that is known."""
    lasted = () if recording["status"] == "in-progress" else (("RecordingDuration", str(recording["seconds"])),)
    return (
        ("AccountSid", account),
        ("CallSid", recording["about"]),
        ("RecordingSid", recording["sid"]),
        ("RecordingUrl", url),
        ("RecordingStatus", recording["status"]),
        *lasted,
        ("RecordingChannels", "1"),
        ("RecordingStartTime", format_datetime(datetime.fromisoformat(recording["created_at"]))),
        ("RecordingSource", "RecordVerb"),
        ("RecordingTrack", "inbound"),
        ("ErrorCode", "0"),
    )


def of_text(account: str, message: Mapping[str, Any]) -> Params:
    """What a request about an incoming text carries."""
    sid = message["sid"]
    media = [
        pair
        for place, item in enumerate(message["media"])
        for pair in (
            (f"MediaUrl{place}", item["url"]),
            (f"MediaContentType{place}", item["content_type"]),
        )
    ]
    return (
        ("AccountSid", account),
        ("ApiVersion", API_VERSION),
        ("MessageSid", sid),
        ("SmsMessageSid", sid),
        ("SmsSid", sid),
        ("SmsStatus", message["status"]),
        ("Body", message["body"]),
        ("NumMedia", str(len(message["media"]))),
        ("NumSegments", str(message["num_segments"])),
        *party("From", message["from"]),
        *party("To", message["to"]),
        *media,
    )


def of_text_status(account: str, message: Mapping[str, Any], now: datetime) -> Params:
    """What a status callback of an outgoing text carries."""
    sid, status, code = message["sid"], message["status"], message["error_code"]
    service = (("MessagingServiceSid", message["service"]),) if message["service"] else ()
    done = (("RawDlrDoneDate", f"{now:%y%m%d%H%M}"),) if status == "delivered" else ()
    return (
        ("AccountSid", account),
        ("ApiVersion", API_VERSION),
        ("From", message["from"]),
        ("To", message["to"]),
        ("MessageSid", sid),
        ("SmsSid", sid),
        ("MessageStatus", status),
        ("SmsStatus", status),
        *service,
        *done,
        *((("ErrorCode", str(code)),) if code is not None else ()),
    )
