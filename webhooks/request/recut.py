"""Requests that somebody may have cut anew: signed, and yet never to be trusted.

A form's signature covers its names and values in order and without anything between them. Whoever captured one
can cut the same string elsewhere, and it stays signed: a name and its value become the end of the value before
them, or of the query. What betrays it, in this order:

- a name that the carrier always sends is missing, and stands in what comes before it in order, or in the query;
- a name that has signs which no parameter's name has;
- where people's words do not belong, a parameter of the carrier's stands whole within a name or a value.

A text may hold "From" or "Body=" as it likes: as long as nothing is missing, it is what somebody wrote. What is
not seen: words at the end of a text that are cut off as a name of their own, where they look like one.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from types import MappingProxyType

from webhooks.request.body import Pair

_CALL = frozenset(
    {"AccountSid", "ApiVersion", "CallSid", "CallStatus", "Called", "Caller", "Direction", "From", "To"}
)  # what every request about a call has
_TEXT = frozenset({"AccountSid", "ApiVersion", "From", "MessageSid", "SmsSid", "SmsStatus", "To"})


class About(StrEnum):
    """What a request is about; each kind has its own parameters that always come."""

    turn = "turn"
    dialed = "dialed"
    call = "call"
    text = "text"
    receipt = "receipt"
    recording = "recording"


_ALWAYS = MappingProxyType(
    {
        About.turn: _CALL,
        About.dialed: _CALL | {"DialCallStatus"},
        About.call: _CALL,
        About.text: _TEXT | {"Body", "NumMedia", "NumSegments", "SmsMessageSid"},
        About.receipt: _TEXT | {"MessageStatus"},
        About.recording: frozenset({"AccountSid", "CallSid", "RecordingSid", "RecordingStatus"}),
    }
)
_WORDS = MappingProxyType({About.turn: b"SpeechResult", About.text: b"Body"})  # where people's own words belong
_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9_.-]{0,79}")
_WHOLE = re.compile(
    rb"(?:AccountSidAC|CallSidCA|MessageSid[SM]M|SmsSid[SM]M|RecordingSidRE)[0-9a-fA-F]{32}"
    rb"|(?:From|To|Called|Caller)\+[1-9][0-9]{6,14}"
)
_SID = MappingProxyType(
    {
        About.text: re.compile(rb"MessageSid([SM]M[0-9a-fA-F]{32})"),
        About.receipt: re.compile(rb"MessageSid([SM]M[0-9a-fA-F]{32})"),
        About.recording: re.compile(rb"RecordingSid(RE[0-9a-fA-F]{32})"),
    }
)
_CALL_SID = re.compile(rb"CallSid(CA[0-9a-fA-F]{32})")


def doubt(about: About, pairs: Sequence[Pair], query: Sequence[Pair]) -> str:
    """Why a request about this cannot be trusted: swallowed, moved, odd_name, embedded. Empty: it can."""
    inside = set(pairs)
    names = {name for name, _ in inside}
    missing = [name.encode() for name in _ALWAYS[about] if name.encode() not in names]
    if any(name in _before(name, inside) for name in missing):
        return "swallowed"
    asked = b"\n".join(name + value for name, value in query)
    if any(name in asked for name in missing):
        return "moved"
    if not all(map(_NAME.fullmatch, names)):
        return "odd_name"
    free = _WORDS.get(about)
    if any(_WHOLE.search(name) or (name != free and _WHOLE.search(value)) for name, value in inside):
        return "embedded"
    return ""


def _before(name: bytes, pairs: set[Pair]) -> bytes:
    """The last parameter that would stand before this one, as it was signed."""
    return b"".join(max((pair for pair in pairs if pair[0] < name), default=(b"", b"")))


def sid_of(about: About, pairs: Sequence[Pair], query: Sequence[Pair]) -> str:
    """The carrier's id of what it is about, wherever it stands; empty where there is none."""
    wanted = _SID.get(about, _CALL_SID)
    own = [name + value for name, value in pairs if wanted.fullmatch(name + value)]
    signed = b"\n".join([*own, b"".join(name + value for name, value in sorted(set(pairs)))])
    found = wanted.search(signed) or wanted.search(b"\n".join(name + value for name, value in query))
    return found.group(1).decode() if found else ""
