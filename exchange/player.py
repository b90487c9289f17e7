"""The player: a TwiML document and what happened -> what to do next. Pure: no line, no network, no clock.

`load` puts a document in; `advance` takes what happened to the last step and gives the next one. A leg
(captions here, audio elsewhere) does the step and comes back with what happened. It always ends: each step
uses up a verb, and only so many documents are loaded in one call.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urljoin, urlsplit

from exchange.steps import (
    Ask,
    Dial,
    Dialled,
    Dropped,
    End,
    Happened,
    Listen,
    Pressed,
    Prompt,
    Quiet,
    Recorded,
    Refuse,
    SendText,
    Silence,
    Sound,
    Speak,
    Spoke,
    Step,
    Take,
    Target,
    Texted,
)
from exchange.twiml.document import Document, Element, Kind, Remark

MOST_DOCUMENTS: Final = {Kind.VOICE: 100, Kind.MESSAGE: 10}
"""Documents that are loaded in one call or for one text; then it ends (Twilio's 14106 for texts)."""


@dataclass(frozen=True, slots=True)
class Playing:
    """Where a call or text stands: the verbs left, the one at work, the document's address."""

    kind: Kind
    verbs: tuple[Element, ...] = ()
    current: Element | None = None
    url: str = ""
    documents: int = 0
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """The next step, where things stand with it, and remarks made on the way."""

    playing: Playing
    step: Step
    remarks: tuple[Remark, ...] = ()


def load(playing: Playing, document: Document, url: str) -> Playing:
    """Go on with this document, which came from `url`; what was left of the former one is forgotten."""
    count = playing.documents + 1
    return replace(playing, verbs=document.verbs, current=None, url=url, documents=count)


def advance(playing: Playing, happened: Happened) -> Turn:
    """What to do next, now that this happened to the last step."""
    most = MOST_DOCUMENTS[playing.kind]
    if playing.documents > most:
        code = 14106 if playing.kind is Kind.MESSAGE else 0
        return _end(playing, Remark(code, f"more than {most} documents were asked for; it ends here"))
    if isinstance(happened, Dropped):
        return _end(playing)
    if playing.current is not None:
        ask = _ask_after(playing.current, happened)
        if ask is not None:
            return _asking(playing, ask)
    return _next(playing)


def farewell(playing: Playing, happened: Dialled) -> Ask | None:
    """What is still asked after the other side has hung up on a connection; its answer is of no effect."""
    ask = None if playing.current is None else _ask_after(playing.current, happened)
    url = None if ask is None else _resolve(playing.url, ask.url)
    return None if ask is None or url is None else replace(ask, url=url)


def lasting(prompt: Prompt) -> float:
    """Seconds that a prompt takes to be heard, about."""
    if isinstance(prompt, Speak):
        return 0.5 + 0.2 * len(prompt.text)
    return 3.0 if isinstance(prompt, Sound) else float(prompt.seconds)


def _end(playing: Playing, *remarks: Remark) -> Turn:
    return Turn(replace(playing, verbs=(), current=None), End(), remarks)


def _asking(playing: Playing, ask: Ask) -> Turn:
    url = _resolve(playing.url, ask.url)
    if url is None:
        return _end(playing, Remark(11100, f"{ask.url[:80]!r} is no address to be asked"))
    return Turn(replace(playing, verbs=(), current=None, answered=True), replace(ask, url=url))


def _resolve(base: str, reference: str) -> str | None:
    try:
        url = urljoin(base, reference)
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return url if usable and url.isprintable() and " " not in url else None


def _next(playing: Playing) -> Turn:
    for place, verb in enumerate(playing.verbs):
        make = _MAKERS[playing.kind].get(verb.name)
        if make is None:
            continue
        step = make(verb)
        if isinstance(step, Ask):
            return _asking(playing, step)
        if isinstance(step, Refuse) and playing.answered:
            step = End()
        step = _with_addresses(step, playing.url)
        left = replace(playing, verbs=playing.verbs[place + 1 :], current=verb, answered=True)
        return Turn(left, step)
    return _end(playing)


def _with_addresses(step: Step, base: str) -> Step:
    if isinstance(step, Take | SendText) and step.callback:
        return replace(step, callback=_resolve(base, step.callback) or "")
    if isinstance(step, Dial):
        placed = [replace(to, callback=to.callback and (_resolve(base, to.callback) or "")) for to in step.targets]
        return replace(step, targets=tuple(placed))
    return step


def _whole(verb: Element, name: str, default: int, low: int = 0) -> int:
    value = verb.attributes.get(name, "")
    if re.fullmatch(r"[0-9]{1,9}", value) and int(value) >= low:
        return int(value)
    return default


def _method(verb: Element, name: str = "method") -> str:
    return "GET" if verb.attributes.get(name) == "GET" else "POST"


def _say(verb: Element) -> Speak:
    language = verb.attributes.get("language", "en-US")
    return Speak(verb.all_text, language, verb.attributes.get("voice", ""), _whole(verb, "loop", 1))


def _play(verb: Element) -> Sound:
    return Sound(verb.all_text, verb.attributes.get("digits", ""), _whole(verb, "loop", 1))


def _pause(verb: Element) -> Quiet:
    return Quiet(_whole(verb, "length", 1))


_PROMPTS: Final[Mapping[str, Callable[[Element], Prompt]]] = {"Say": _say, "Play": _play, "Pause": _pause}


def _gather(verb: Element) -> Listen:
    inputs = verb.attributes.get("input", "dtmf").split()
    speech = "speech" in inputs
    return Listen(
        prompt=tuple(_PROMPTS[child.name](child) for child in verb.children if child.name in _PROMPTS),
        keys="dtmf" in inputs or not speech,
        speech=speech,
        timeout=_whole(verb, "timeout", 5),
        num_digits=_whole(verb, "numDigits", 0) or None,
        finish_on_key=verb.attributes.get("finishOnKey", "#"),
        language=verb.attributes.get("language", "en-US"),
    )


def _record(verb: Element) -> Take:
    return Take(
        max_length=_whole(verb, "maxLength", 3600, low=1),
        timeout=_whole(verb, "timeout", 5),
        finish_on_key=verb.attributes.get("finishOnKey", "1234567890*#"),
        beep=verb.attributes.get("playBeep") != "false",
        callback=verb.attributes.get("recordingStatusCallback", ""),
        callback_method=_method(verb, "recordingStatusCallbackMethod"),
        events=frozenset(verb.attributes.get("recordingStatusCallbackEvent", "completed").split()),
    )


def _message(verb: Element) -> SendText:
    bodies = [child.text for child in verb.children if child.name == "Body"]
    return SendText(
        to=verb.attributes.get("to", ""),
        sender=verb.attributes.get("from", ""),
        body="".join(bodies) if bodies else verb.text,
        media=tuple(child.all_text for child in verb.children if child.name == "Media"),
        callback=verb.attributes.get("statusCallback", ""),
    )


def _dial(verb: Element) -> Dial:
    numbers = [_target(child) for child in verb.children if child.name == "Number"]
    plain = [Target(verb.text)] if verb.text and not numbers else []
    return Dial(
        targets=tuple(numbers or plain),
        caller_id=verb.attributes.get("callerId", ""),
        timeout=_whole(verb, "timeout", 30, low=1),
        time_limit=_whole(verb, "timeLimit", 14_400, low=1),
        answer_on_bridge=verb.attributes.get("answerOnBridge") == "true",
        sequential=verb.attributes.get("sequential") == "true",
    )


def _target(noun: Element) -> Target:
    return Target(
        number=noun.all_text,
        callback=noun.attributes.get("statusCallback", ""),
        callback_method=_method(noun, "statusCallbackMethod"),
        events=frozenset(noun.attributes.get("statusCallbackEvent", "completed").split()),
    )


def _redirect(verb: Element) -> Ask:
    return Ask(verb.all_text, _method(verb))


def _reject(verb: Element) -> Refuse:
    return Refuse("busy" if verb.attributes.get("reason") == "busy" else "rejected")


_MAKERS: Final[Mapping[Kind, Mapping[str, Callable[[Element], Step]]]] = {
    Kind.VOICE: {
        **_PROMPTS,
        "Gather": _gather,
        "Record": _record,
        "Dial": _dial,
        "Redirect": _redirect,
        "Hangup": lambda _verb: End(),
        "Reject": _reject,
        "Sms": _message,
    },
    Kind.MESSAGE: {"Message": _message, "Sms": _message, "Redirect": _redirect},
}


def _ask_after(verb: Element, happened: Happened) -> Ask | None:
    """The request that what happened brings about, or None where the next verb follows."""
    params = _params_after(verb, happened)
    if params is None:
        return None
    return Ask(verb.attributes.get("action", ""), _method(verb), params)


def _params_after(verb: Element, happened: Happened) -> tuple[tuple[str, str], ...] | None:
    match verb.name, happened:
        case "Gather", Pressed(digits=digits, finished_on=key) if digits:
            return (("Digits", digits), ("FinishedOnKey", key), ("msg", "Gather End"))
        case "Gather", Spoke(text=text, confidence=confidence):
            return (("SpeechResult", text), ("Confidence", str(confidence)))
        case "Gather", Silence() | Pressed() if verb.attributes.get("actionOnEmptyResult") == "true":
            listen = _gather(verb)
            empty = (("Digits", ""),) if listen.keys else ()
            return (*empty, ("SpeechResult", "")) if listen.speech else empty
        case "Record", Recorded(sid=sid, url=url, seconds=seconds, digits=digits):
            return (
                ("RecordingSid", sid),
                ("RecordingUrl", url),
                ("RecordingDuration", str(seconds)),
                ("Digits", digits),
            )
        case "Dial", Dialled(sid=sid, status=status, seconds=seconds, bridged=bridged) if verb.attributes.get("action"):
            dialled = (("DialCallSid", sid),) if sid else ()
            lasted = (("DialCallDuration", str(seconds)),) if bridged else ()
            return (("DialCallStatus", status), *dialled, *lasted, ("DialBridged", "true" if bridged else "false"))
        case (("Message" | "Sms"), Texted(sid=sid, status=status)) if verb.attributes.get("action"):
            return (("MessageSid", sid), ("SmsSid", sid), ("MessageStatus", status), ("SmsStatus", status))
    return None
