"""What Twilio documents of each TwiML verb: its attributes and their values, what may stand inside, and the
error code that it logs where a document says something else.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from exchange.twiml.document import Kind
from exchange.twiml.tongues import GATHER_LANGUAGES, SAY_LANGUAGES, SAY_VOICES


@dataclass(frozen=True, slots=True)
class Rule:
    """One attribute: which values are taken, in words, and the code that is logged for another."""

    code: int
    wanted: str
    takes: Callable[[str], object]


class Text(Enum):
    """Whether text stands inside a verb."""

    NEEDED = "needed"
    TAKEN = "taken"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb or noun: attributes, what may be nested (`nest_code` where something else is), its text."""

    attributes: Mapping[str, Rule] = field(default_factory=dict)
    nests: frozenset[str] = frozenset()
    nest_code: int = 12200
    text: Text = Text.NONE
    text_code: int = 12200
    longest: int = 0


def _one_of(code: int, *words: str) -> Rule:
    return Rule(code, " or ".join(repr(word) for word in words), frozenset(words).__contains__)


def _listed(code: int, words: frozenset[str], what: str) -> Rule:
    return Rule(code, f"one of Twilio's {len(words)} {what}", words.__contains__)


def _matching(code: int, pattern: str, wanted: str) -> Rule:
    return Rule(code, wanted, re.compile(pattern).fullmatch)


def _whole(code: int, low: int, high: int, *words: str) -> Rule:
    def takes(value: str) -> bool:
        if value in words:
            return True
        return re.fullmatch(r"[0-9]{1,9}", value) is not None and low <= int(value) <= high

    said = "".join(f" or {word!r}" for word in words)
    return Rule(code, f"a whole number from {low} to {high}{said}", takes)


_ADDRESS: Final = _matching(
    11100,
    r"(?:https?://[!-~]+|(?![A-Za-z][A-Za-z0-9+.-]*:)[!-~]+)",
    "a URL, absolute (http, https) or relative, in ASCII",
)
_NUMBER: Final = r"\+[1-9][0-9]{5,14}"
_TRUE: Final = ("true", "false")
_MANY: Final = 1_000_000


def _method(code: int) -> Rule:
    return _one_of(code, "GET", "POST")


def _anything() -> Rule:
    return Rule(0, "a text", lambda _value: True)


def _unplayed() -> Rule:
    return Rule(0, "left out: Twilio knows it, this exchange passes it over", lambda _value: False)


_SSML: Final = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})

_SAY: Final = Verb(
    {
        "voice": _listed(13511, SAY_VOICES, "voices"),
        "language": _listed(13512, SAY_LANGUAGES, "Say languages"),
        "loop": _whole(13510, 0, 1000),
    },
    nests=_SSML,
    text=Text.NEEDED,
    text_code=13520,
    longest=4096,
)
_PLAY: Final = Verb(
    {"loop": _whole(13410, 0, 1000), "digits": _matching(13430, r"[0-9wW#*]+", "keys 0-9, #, *, w or W")},
    text=Text.TAKEN,
)
_PAUSE: Final = Verb({"length": _whole(13910, 0, 180)})
_GATHER: Final = Verb(
    {
        "input": _one_of(13326, "dtmf", "speech", "dtmf speech", "speech dtmf"),
        "action": _ADDRESS,
        "method": _method(13312),
        "timeout": _whole(13313, 0, 600),
        "speechTimeout": _whole(13327, 1, 600, "auto"),
        "maxSpeechTime": _whole(13328, 1, 600),
        "profanityFilter": _one_of(13333, *_TRUE),
        "finishOnKey": _matching(13310, r"[0-9#*]?", "one key 0-9, # or *, or nothing"),
        "numDigits": _whole(13314, 1, _MANY),
        "partialResultCallback": _ADDRESS,
        "partialResultCallbackMethod": _method(13329),
        "language": _listed(13331, GATHER_LANGUAGES, "Gather languages"),
        "hints": Rule(13330, "at most 500 phrases", lambda value: len(value.split(",")) <= 500),
        "bargeIn": _one_of(13332, *_TRUE),
        "debug": _one_of(12200, *_TRUE),
        "actionOnEmptyResult": _one_of(13338, *_TRUE),
        "speechModel": _matching(
            13334,
            r"default|numbers_and_commands|phone_call|experimental_(?:conversations|utterances)"
            r"|googlev2_[a-z_]+|deepgram_nova-[a-z0-9-]+",
            "a speech model that Twilio names",
        ),
        "enhanced": _one_of(12200, *_TRUE),
    },
    nests=frozenset({"Say", "Play", "Pause"}),
    nest_code=13320,
)
_RECORD: Final = Verb(
    {
        "action": _ADDRESS,
        "method": _method(13610),
        "timeout": _whole(13611, 0, 600),
        "finishOnKey": _matching(13613, r"[0-9#*]*", "keys 0-9, # and *, or nothing"),
        "maxLength": _whole(13612, 1, 14_400),
        "playBeep": _one_of(13616, *_TRUE),
        "trim": _one_of(13699, "trim-silence", "do-not-trim"),
        "recordingStatusCallback": _ADDRESS,
        "recordingStatusCallbackMethod": _method(13610),
        "recordingStatusCallbackEvent": _matching(
            13621,
            r"(?:in-progress|completed|absent)(?: (?:in-progress|completed|absent)){0,2}",
            "in-progress, completed and absent, parted by one blank",
        ),
        "recordingTrack": _one_of(13622, "inbound", "outbound", "both"),
        "recordingConfigurationId": _anything(),
        "transcribe": _one_of(13614, *_TRUE),
        "transcribeCallback": _ADDRESS,
    }
)
_DIAL_UNPLAYED: Final = (
    *("trim", "recordingStatusCallback", "recordingStatusCallbackMethod", "recordingStatusCallbackEvent"),
    *("recordingTrack", "recordingConfigurationId", "referUrl", "referMethod", "events", "passports"),
)
_NUMBER_UNPLAYED: Final = (
    *("url", "method", "sendDigits", "byoc", "amdStatusCallback", "amdStatusCallbackMethod", "machineDetection"),
    *("machineDetectionTimeout", "machineDetectionSpeechThreshold", "machineDetectionSpeechEndThreshold"),
    "machineDetectionSilenceTimeout",
)
_DIAL: Final = Verb(
    {
        "action": _ADDRESS,
        "method": _method(13210),
        "timeout": _whole(13212, 1, 600),
        "hangupOnStar": _one_of(13213, *_TRUE),
        "callerId": _matching(13214, _NUMBER, "an E.164 number"),
        "timeLimit": _whole(13216, 1, 86_400),
        "record": _one_of(0, "do-not-record", "false"),
        "answerOnBridge": _one_of(12200, *_TRUE),
        "sequential": _one_of(12200, *_TRUE),
        "ringTone": _anything(),
        **{name: _unplayed() for name in _DIAL_UNPLAYED},
    },
    nests=frozenset({"Number"}),
    nest_code=13215,
    text=Text.TAKEN,
)
_PROGRESS: Final = r"(?:initiated|ringing|answered|completed)"
_TO_DIAL: Final = Verb(
    {
        "statusCallback": _ADDRESS,
        "statusCallbackMethod": _method(13221),
        "statusCallbackEvent": _matching(
            12200,
            rf"{_PROGRESS}(?: {_PROGRESS}){{0,3}}",
            "initiated, ringing, answered and completed, parted by one blank",
        ),
        **{name: _unplayed() for name in _NUMBER_UNPLAYED},
    },
    text=Text.NEEDED,
    text_code=13223,
)
_TO_SEND: Final = {
    "to": _matching(14101, _NUMBER, "an E.164 number"),
    "from": _matching(14102, rf"{_NUMBER}|[A-Za-z0-9]{{1,11}}|MG[0-9a-f]{{32}}", "a number or a sender of ours"),
    "action": _ADDRESS,
    "method": _method(14104),
    "statusCallback": Rule(14105, _ADDRESS.wanted, _ADDRESS.takes),
}
_SMS: Final = Verb(_TO_SEND, text=Text.NEEDED, text_code=14103)

VERBS: Final[Mapping[Kind, Mapping[str, Verb]]] = {
    Kind.VOICE: {
        "Say": _SAY,
        "Play": _PLAY,
        "Pause": _PAUSE,
        "Gather": _GATHER,
        "Record": _RECORD,
        "Dial": _DIAL,
        "Redirect": Verb({"method": _method(13710)}, text=Text.NEEDED, text_code=11100),
        "Hangup": Verb(),
        "Reject": Verb({"reason": _one_of(13810, "rejected", "busy")}),
        "Sms": _SMS,
    },
    Kind.MESSAGE: {
        "Message": Verb(_TO_SEND, nests=frozenset({"Body", "Media"}), text=Text.TAKEN, text_code=14103),
        "Sms": _SMS,
        "Redirect": Verb({"method": _method(14104)}, text=Text.NEEDED, text_code=11100),
    },
}
"""The verbs that the player executes, for calls and for texts."""

NOUNS: Final[Mapping[str, Verb]] = {
    "Body": Verb(text=Text.NEEDED, text_code=14103),
    "Media": Verb(text=Text.NEEDED, text_code=11100),
    "Number": _TO_DIAL,
}
"""What stands inside <Message> and <Dial>."""

UNDIALLED: Final = frozenset({"Application", "Client", "Conference", "Queue", "Sim", "Sip", "WhatsApp"})
"""What else Twilio dials and this exchange does not."""

UNPLAYED: Final = frozenset({"Connect", "Echo", "Enqueue", "Leave", "Pay", "Prompt", "Queue", "Refer", "Start", "Stop"})
"""Verbs of Twilio's that are none to this exchange."""

NUMBER: Final = _matching(13223, _NUMBER, "an E.164 number")
"""What a number to be dialled must look like."""

ADDRESS: Final = _ADDRESS
"""What an address in a document must look like."""
