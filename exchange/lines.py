"""The numbers of this exchange (lines): whom to ask when one is called or texted. Pure."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

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


def parse_line(raw: object) -> Line:
    """Read one of our numbers. Raises ValueError naming the field, the trouble and the remedy."""
    known = _object(raw)
    for name, value in known.items():
        if name.endswith("_method"):
            if value not in ("GET", "POST"):
                raise ValueError(f"{name}: {value!r} is not GET or POST")
        elif name.endswith(("_url", "_callback")) and value != "" and not is_address(value):
            raise ValueError(f"{name}: {value!r} is no web address; write http://… or https://…")
        elif name == "friendly_name" and not isinstance(value, str):
            raise ValueError(f"{name}: {value!r} is no text")
    return Line(**known)


def _object(raw: object) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise ValueError(f"{raw!r} is not an object with a number")
    names = [field.name for field in fields(Line)]
    for name in raw:
        if name not in names:
            raise ValueError(f"{name}: not known; known are {', '.join(names)}")
    if not is_number(raw.get("number")):
        raise ValueError(f"number: {raw.get('number')!r} is not in E.164; write it as +862166660000")
    return dict(raw)
