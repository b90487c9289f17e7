"""The numbers of this exchange (lines, with webhooks) and how the phones it reaches behave. Pure."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from exchange.caller import Caller, parse_keys

_E164: Final = re.compile(r"\+[1-9][0-9]{5,14}")
_ADDRESS: Final = re.compile(r"https?://[!-~]+")


def is_number(value: object) -> bool:
    """Whether this is a telephone number in E.164."""
    return isinstance(value, str) and _E164.fullmatch(value) is not None


def is_address(value: object) -> bool:
    """Whether this is an absolute web address."""
    return isinstance(value, str) and _ADDRESS.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Line:
    """One of our numbers, and whom to ask when it is called or texted."""

    number: str
    friendly_name: str = ""
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"

    def as_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Phone:
    """How a phone that we reach behaves: what it does when called, what becomes of a text to it."""

    number: str
    calls: str = "answer"
    texts: tuple[str, ...] = ()
    keys: str = ""
    messages: str = "delivered"

    def caller(self) -> Caller:
        """The person who answers it."""
        return Caller(self.texts, parse_keys(self.keys))

    def as_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return {**asdict(self), "texts": list(self.texts)}


CALL_ENDS: Final = {"answer": "completed", "busy": "busy", "no-answer": "no-answer", "failed": "failed"}
"""What a called phone does -> the status its call ends with."""

TEXT_ENDS: Final[Mapping[str, int | None]] = {"delivered": None, "undelivered": 30003, "failed": 30008}
"""What becomes of a text to a phone -> the error code that comes with it."""


def parse_line(raw: object) -> Line:
    """Read one of our numbers. Raises ValueError naming the field, the trouble and the remedy."""
    known = _object(raw, Line)
    for name, value in known.items():
        if name.endswith("_method"):
            if value not in ("GET", "POST"):
                raise ValueError(f"{name}: {value!r} is not GET or POST")
        elif name.endswith(("_url", "_callback")) and value != "" and not is_address(value):
            raise ValueError(f"{name}: {value!r} is no web address; write http://… or https://…")
        elif name == "friendly_name" and not isinstance(value, str):
            raise ValueError(f"{name}: {value!r} is no text")
    return Line(**known)


def parse_phone(raw: object) -> Phone:
    """Read how a phone behaves. Raises ValueError naming the field, the trouble and the remedy."""
    known = _object(raw, Phone)
    texts = known.get("texts", ())
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise ValueError("texts: not a list of texts")
    keys = known.get("keys", "")
    if not isinstance(keys, str):
        raise ValueError("keys: not a text such as 1,2")
    parse_keys(keys)
    for name, allowed in (("calls", CALL_ENDS), ("messages", TEXT_ENDS)):
        if name in known and known[name] not in allowed:
            raise ValueError(f"{name}: {known[name]!r} is not one of {', '.join(allowed)}")
    return Phone(**{**known, "texts": tuple(texts)})


def _object(raw: object, kind: type[Line] | type[Phone]) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise ValueError(f"{raw!r} is not an object with a number")
    names = [field.name for field in fields(kind)]
    for name in raw:
        if name not in names:
            raise ValueError(f"{name}: not known; known are {', '.join(names)}")
    if not is_number(raw.get("number")):
        raise ValueError(f"number: {raw.get('number')!r} is not in E.164; write it as +862166660000")
    return dict(raw)
