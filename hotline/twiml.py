"""TwiML documents: frozen values that become XML text. Nothing a person said can break one.

A document is never longer than the carrier takes and has nothing before its first sign.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from cases.phrases import EN, ZH

LONGEST = 64_000  # bytes; the carrier takes 64 kB (its error 11750)
LONGEST_SAY = 1_000  # characters; more than anybody listens to
MOST_HINTS = 100
CONTENT_TYPE = "text/xml"
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


@dataclass(frozen=True, slots=True)
class Voice:
    """How a language is spoken and heard: the carrier's tags for it."""

    say: str
    name: str
    hear: str


VOICES = MappingProxyType({ZH: Voice("cmn-CN", "Polly.Zhiyu", "cmn-Hans-CN"), EN: Voice("en-GB", "Polly.Amy", "en-GB")})


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence read out in one of our languages."""

    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence, in whole seconds."""

    seconds: int = 1


@dataclass(frozen=True, slots=True)
class Gather:
    """Says something and listens for keys or speech; what was heard goes to `action`.

    `timeout` is how long the line may be silent, `speech_timeout` how long after the last word, in seconds.
    Without `ears` only keys count.
    """

    action: str
    lang: str
    says: tuple[Say | Pause, ...] = ()
    hints: tuple[str, ...] = ()
    timeout: int = 6
    speech_timeout: int = 3
    digits: int = 1
    ears: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """Takes a spoken message; `action` hears of it in the call, `callback` when its file stands ready."""

    action: str
    callback: str
    longest: int = 120
    silence: int = 5


@dataclass(frozen=True, slots=True)
class Dial:
    """Connects the call with a number, which sees `caller_id`; what came of it goes to `action`.

    It rings there for `timeout` seconds.
    """

    number: str
    caller_id: str
    action: str
    timeout: int = 30


@dataclass(frozen=True, slots=True)
class Redirect:
    """Goes on with another document of ours."""

    url: str


@dataclass(frozen=True, slots=True)
class Hangup:
    """Ends the call."""


Verb = Say | Pause | Gather | Record | Dial | Redirect | Hangup


@dataclass(frozen=True, slots=True)
class Document:
    """What happens in a call, in order."""

    verbs: tuple[Verb, ...]


def write(document: Document) -> str:
    """The document as XML. One that would be too long becomes the fallback, which always fits."""
    text = _wrap(document.verbs)
    return text if len(text.encode()) <= LONGEST else fallback()


def fallback() -> str:
    """What a caller hears while we are disturbed. It needs nothing: no database, no catalogue."""
    return _wrap(
        (
            Say("您好，热线系统暂时故障，未能受理您的来电，十分抱歉。请稍后再拨，或发短信到本号码。", ZH),
            Say("如有人身危险，请立即拨打一一零，火警一一九，急救一二零。", ZH),
            Say("Sorry, the hotline is disturbed and has not taken your report. Please call again.", EN),
            Say("You can also text this number. In danger, call 1 1 0, 1 1 9 or 1 2 0 now.", EN),
            Hangup(),
        )
    )


def disturbed() -> str:
    """What somebody whom we rang, or are connecting, hears while we are disturbed. It needs nothing either."""
    return _wrap(
        (
            Say("抱歉，线路暂时故障，我们稍后再与您联系。再见。", ZH),
            Say("Sorry, the line is disturbed. Goodbye.", EN),
            Hangup(),
        )
    )


def waiting(again: str) -> str:
    """For a turn whose predecessor is still at work: a moment of silence, then the same turn once more."""
    return _wrap((Pause(2), Redirect(again)))


def clean(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return "".join(sign for sign in text if _legal(ord(sign)))


def _legal(code: int) -> bool:
    return code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF


_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_VALUE = _IN_TEXT | str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})


def _wrap(verbs: Iterable[Verb]) -> str:
    inner = "".join(_write(verb) for verb in verbs)
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inner}</Response>'


def _write(verb: Verb) -> str:
    match verb:
        case Say(text, lang):
            voice = VOICES[lang]
            body = clean(text[:LONGEST_SAY]).translate(_IN_TEXT)
            return _tag("Say", (("language", voice.say), ("voice", voice.name)), body)
        case Pause(seconds):
            return _tag("Pause", (("length", seconds),))
        case Gather():
            return _gather(verb)
        case Record():
            return _record(verb)
        case Dial():
            return _dial(verb)
        case Redirect(url):
            return _tag("Redirect", (("method", "POST"),), clean(url).translate(_IN_TEXT))
    return _tag("Hangup", ())


def _gather(verb: Gather) -> str:
    attributes: list[tuple[str, object]] = [
        ("input", "dtmf speech" if verb.ears else "dtmf"),
        ("action", verb.action),
        ("method", "POST"),
        *_ears(verb),
        ("numDigits", verb.digits),
        ("actionOnEmptyResult", "true"),
    ]
    if verb.hints:
        attributes.append(("hints", ",".join(hint.replace(",", " ") for hint in verb.hints[:MOST_HINTS])))
    return _tag("Gather", attributes, "".join(_write(say) for say in verb.says))


def _ears(verb: Gather) -> tuple[tuple[str, object], ...]:
    if not verb.ears:
        return (("timeout", verb.timeout),)
    heard = VOICES[verb.lang].hear
    return (("language", heard), ("timeout", verb.timeout), ("speechTimeout", verb.speech_timeout))


def _dial(verb: Dial) -> str:
    return _tag(
        "Dial",
        (
            ("callerId", verb.caller_id),
            ("timeout", verb.timeout),
            ("action", verb.action),
            ("method", "POST"),
        ),
        clean(verb.number).translate(_IN_TEXT),
    )


def _record(verb: Record) -> str:
    return _tag(
        "Record",
        (
            ("action", verb.action),
            ("method", "POST"),
            ("maxLength", verb.longest),
            ("timeout", verb.silence),
            ("finishOnKey", "#"),
            ("playBeep", "true"),
            ("trim", "trim-silence"),
            ("recordingStatusCallback", verb.callback),
            ("recordingStatusCallbackMethod", "POST"),
            ("recordingStatusCallbackEvent", "in-progress completed absent"),
        ),
    )


def _tag(name: str, attributes: Iterable[tuple[str, object]], inner: str = "") -> str:
    head = "".join(f' {key}="{clean(str(value)).translate(_IN_VALUE)}"' for key, value in attributes)
    return f"<{name}{head}>{inner}</{name}>" if inner else f"<{name}{head}/>"
