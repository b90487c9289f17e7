"""History that cannot be changed unseen: one spelling of an event, and a chain of hashes per case over it."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID


def canonical(event: Mapping[str, object]) -> str:
    """The one spelling of an event, as JSON: keys sorted, no spaces, moments in UTC.

    Raises ValueError, naming the field, for what has no one spelling: floats, naive moments, keys that
    are not text, lone surrogates, and any other kind of value.
    """
    return json.dumps(_plain(event, "event"), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _plain(value: object, path: str) -> Any:
    match value:
        case None | bool():
            return value
        case int():
            return int(value)
        case str():
            return _encodable(str(value), path)
        case datetime() if value.tzinfo is None:
            raise ValueError(f"{path} is a naive moment: pass one with a zone")
        case datetime():
            return spelled(value)
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return {_key(key, path): _plain(inner, f"{path}.{key}") for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner, f"{path}[{at}]") for at, inner in enumerate(value)]
        case _:
            remedy = "use a whole number or text" if isinstance(value, float) else "turn it into text"
            raise ValueError(f"{path} is a {type(value).__name__}, which has no one spelling: {remedy}")


def spelled(moment: datetime) -> str:
    """The one spelling of an aware moment."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        raise ValueError(f"{path} has the key {key!r}, which is not text: use text keys")
    return _encodable(str(key), path)


def _encodable(text: str, path: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as trouble:
        raise ValueError(f"{path} has a lone surrogate: clean the text at the edge") from trouble
    return text


def genesis(case_id: UUID) -> str:
    """What stands where the hash of the line before would stand, in a case's first line.

    It differs from case to case, so that a line cannot be moved into another case.
    """
    return _hash(f"case {case_id}")


def link(prev_hash: str, canonical_event: str) -> str:
    """The hash of a line, as 64 hexadecimal digits: of the line before and the event's stored spelling."""
    return _hash(f"{prev_hash}\n{canonical_event}")


def commitment(salt: bytes, payload: str) -> str:
    """What the chain keeps of personal words: erasing words and salt leaves it whole and silent.

    Raises ValueError for a salt of fewer than 16 bytes, which could be guessed.
    """
    if len(salt) < 16:
        raise ValueError(f"salt has {len(salt)} bytes: pass at least 16 random ones")
    return hmac.new(salt, payload.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
