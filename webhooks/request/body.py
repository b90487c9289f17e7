"""What was sent, as names and values in bytes: a form or a flat JSON object. Nothing is lost yet."""

import json
from enum import StrEnum
from urllib.parse import unquote_to_bytes

LIMIT = 64 * 1024  # bytes

Pair = tuple[bytes, bytes]


class Kind(StrEnum):
    """The content types that a carrier may send."""

    FORM = "application/x-www-form-urlencoded"
    JSON = "application/json"


class Malformed(ValueError):
    """The body is not what its content type says."""


def form_pairs(body: bytes) -> list[Pair]:
    """Every name with its value in the order sent; empty values and repeated names are kept."""
    pairs = (part.partition(b"=") for part in body.split(b"&") if part)
    return [(_plain(name), _plain(value)) for name, _, value in pairs]


def _plain(escaped: bytes) -> bytes:
    return unquote_to_bytes(escaped.replace(b"+", b" "))


def json_pairs(body: bytes) -> list[Pair]:
    """The same for a JSON object; a name whose value is no text counts as not sent."""
    try:
        pairs = json.loads(body, object_pairs_hook=_Object)
    except (ValueError, RecursionError) as trouble:
        raise Malformed("body: is no JSON; send an object of texts") from trouble
    if not isinstance(pairs, _Object):
        raise Malformed("body: is no JSON object; send an object of texts")
    return [(_bytes(name), _bytes(value)) for name, value in pairs if isinstance(value, str)]


class _Object(list[tuple[str, object]]):
    """A JSON object that keeps repeated names."""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
