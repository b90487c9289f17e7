"""What a request to the exchange's own interface says, read and checked."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import request

from exchange.lines import Line, is_address, is_number
from exchange.switch import Switch

A = TypeVar("A")
T = TypeVar("T")


class Wrong(Exception):
    """A request that cannot be done; the text names the field, the trouble and the remedy."""


def json_of(kind: type[T]) -> T:
    """The body, which is to be of this kind."""
    body = request.get_json(silent=True)
    if not isinstance(body, kind):
        raise Wrong(f"the body is not a JSON {'object' if kind is dict else 'list'}")
    return body


def body(*known: str) -> dict[str, Any]:
    """The body, an object with no other fields than these."""
    found: dict[str, Any] = json_of(dict)
    for name in found:
        if name not in known:
            raise Wrong(f"{name}: not known; known are {', '.join(known)}")
    return found


def several(name: str) -> list[Any]:
    """The body, a list or an object with one list under this name."""
    found = request.get_json(silent=True)
    listed = found.get(name) if isinstance(found, dict) else found
    if not isinstance(listed, list):
        raise Wrong(f"the body is neither a JSON list nor an object with {name!r}")
    return listed


def tried(read: Callable[[A], T], raw: A) -> T:
    """What `read` makes of it; its ValueError is what is wrong with the request."""
    try:
        return read(raw)
    except ValueError as trouble:
        raise Wrong(str(trouble)) from trouble


def word(given: dict[str, Any], name: str) -> str:
    """A text of the body; empty where there is none."""
    value = given.get(name, "")
    if not isinstance(value, str):
        raise Wrong(f"{name}: not a text")
    return sendable(value)


def number(given: dict[str, Any], name: str) -> str:
    """A telephone number of the body."""
    return e164(name, given.get(name))


def e164(name: str, value: object) -> str:
    """A telephone number in E.164."""
    if not is_number(value):
        raise Wrong(f"{name}: {value!r} is not in E.164; write it as +8613800000001")
    return str(value)


def line(switch: Switch, given: dict[str, Any]) -> Line:
    """Our number that is called or texted: the one named by `to`, else the first."""
    ours = switch.lines()
    to = number(given, "to") if "to" in given or not ours else ours[0].number
    found = switch.line(to)
    if found is None:
        there = ", ".join(each.number for each in ours) or "none"
        raise Wrong(f"to: {to} is no number of this exchange; there are: {there}")
    return found


def texts(value: object) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise Wrong("texts: not a list of texts")
    return tuple(sendable(text) for text in value)


def sendable(text: str) -> str:
    """Half a surrogate pair cannot be sent over any line; a question mark stands for it."""
    return text.encode("utf-8", "replace").decode()


def media(value: object) -> tuple[tuple[str, str], ...]:
    """A list of addresses, each by itself or with its content type."""
    if not isinstance(value, list):
        raise Wrong("media: not a list of addresses")
    found = [item if isinstance(item, dict) else {"url": item} for item in value]
    if not all(is_address(item.get("url")) for item in found):
        raise Wrong("media: not a list of addresses that begin with http:// or https://")
    return tuple((item["url"], sendable(str(item.get("content_type", "image/jpeg")))) for item in found)


def count(name: str, default: int) -> int:
    """A number of the query."""
    raw = request.args.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,12}", raw):
        raise Wrong(f"{name}: {raw!r} is not a number")
    return int(raw)
