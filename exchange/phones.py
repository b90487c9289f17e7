"""How the phones that this exchange reaches behave: what they do when called, what becomes of texts to them. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

from exchange.caller import Caller, parse_keys
from exchange.lines import is_number

CALL_ENDS: Final = {"answer": "completed", "busy": "busy", "no-answer": "no-answer", "failed": "failed"}
"""What a called phone does -> the status its call ends with."""

CALL_REFUSALS: Final = {"invalid": 21211, "not-permitted": 21215}
"""What a phone is -> the code with which Twilio refuses to call it at all."""

TEXT_ENDS: Final[Mapping[str, int | None]] = {"delivered": None, "undelivered": 30003, "failed": 30008}
"""What becomes of a text to a phone -> the error code that comes with it."""

TEXT_REFUSALS: Final = {"landline": 21614, "invalid": 21211, "not-permitted": 21408}
"""What a phone is -> the code with which Twilio refuses to send it a text at all."""

_LONGEST: Final = 4 * 3600


@dataclass(frozen=True, slots=True)
class Manner:
    """What a phone does with one call: whether it answers, what is said and pressed, how long it takes.

    `ring_seconds` pass before it answers a <Dial>; the talk with the one who dialled it takes
    `talk_seconds` at least (0: as long as the words take).
    """

    calls: str = "answer"
    texts: tuple[str, ...] = ()
    keys: str = ""
    ring_seconds: int = 2
    talk_seconds: int = 0

    def caller(self) -> Caller:
        """The person who answers."""
        return Caller(self.texts, parse_keys(self.keys))


@dataclass(frozen=True, slots=True)
class Phone:
    """How a phone behaves: now, in the calls that come `then`, and what becomes of texts to it.

    Each call uses up one manner and each text one of `messages`; the last of either stays.
    """

    number: str
    now: Manner = Manner()
    then: tuple[Manner, ...] = ()
    messages: tuple[str, ...] = ("delivered",)

    def called(self) -> "Phone":
        """The phone as it is after a call."""
        return replace(self, now=self.then[0], then=self.then[1:]) if self.then else self

    def texted(self) -> "Phone":
        """The phone as it is after a text."""
        return replace(self, messages=self.messages[1:]) if len(self.messages) > 1 else self

    def as_dict(self) -> dict[str, Any]:
        """As `parse_phone` reads it."""
        messages = self.messages[0] if len(self.messages) == 1 else list(self.messages)
        later = [_shown(manner) for manner in self.then]
        return {"number": self.number, **_shown(self.now), "messages": messages, **({"then": later} if later else {})}


def parse_phone(raw: object) -> Phone:
    """Read how a phone behaves. Raises ValueError naming the field, the trouble and the remedy.

    Fields: `number`; `calls` (answer, busy, no-answer, failed, invalid, not-permitted), `texts`, `keys`,
    `ring_seconds`, `talk_seconds`: see Manner; `messages` (delivered, undelivered, failed, landline, invalid,
    not-permitted). `calls` and `messages` may be lists, used up one by one. Where later calls differ in more
    than whether they are answered, `then` lists objects with the fields of a manner.
    """
    manners = [field.name for field in fields(Manner)]
    known = _object(raw, ["number", *manners, "messages", "then"])
    if not is_number(known.get("number")):
        raise ValueError(f"number: {known.get('number')!r} is not in E.164; write it as +8613800000001")
    own = {name: known[name] for name in manners if name in known}
    calls = _several("calls", known.get("calls", "answer"), (*CALL_ENDS, *CALL_REFUSALS))
    messages = _several("messages", known.get("messages", "delivered"), (*TEXT_ENDS, *TEXT_REFUSALS))
    later = known.get("then", [])
    if not isinstance(later, list | tuple):
        raise ValueError("then: not a list of what the phone does in later calls")
    said = [{**own, "calls": each} for each in calls] + [_object(each, manners) for each in later]
    first, *others = [_manner(each) for each in said]
    return Phone(known["number"], first, tuple(others), messages)


def _manner(known: Mapping[str, Any]) -> Manner:
    texts, keys = known.get("texts", ()), known.get("keys", "")
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise ValueError("texts: not a list of texts")
    if not isinstance(keys, str):
        raise ValueError("keys: not a text such as 1,2")
    parse_keys(keys)
    _several("calls", known.get("calls", "answer"), (*CALL_ENDS, *CALL_REFUSALS))
    for name in ("ring_seconds", "talk_seconds"):
        seconds = known.get(name, 0)
        if type(seconds) is not int or not 0 <= seconds <= _LONGEST:
            raise ValueError(f"{name}: {seconds!r} is not a whole number from 0 to {_LONGEST}")
    return Manner(**{**known, "texts": tuple(texts)})


def _several(name: str, value: object, allowed: tuple[str, ...]) -> tuple[str, ...]:
    listed = value if isinstance(value, list | tuple) and value else [value]
    for each in listed:
        if each not in allowed:
            raise ValueError(f"{name}: {each!r} is not one of {', '.join(allowed)}")
    return tuple(str(each) for each in listed)


def _object(raw: object, names: list[str]) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise ValueError(f"{raw!r} is not an object with {', '.join(names)}")
    for name in raw:
        if name not in names:
            raise ValueError(f"{name}: not known; known are {', '.join(names)}")
    return dict(raw)


def _shown(manner: Manner) -> dict[str, Any]:
    return {**asdict(manner), "texts": list(manner.texts)}
