"""Lines of JSON from another program: `{"id": …, "text": "…"}`, one text a line; `"channel"` and `"place"` may stand
beside them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cases.phrases import Message, msg
from cases.report import Channel


@dataclass(frozen=True, slots=True)
class Asked:
    """A text and what its sender calls it: a text or a number, given back as it came. `channel`: by which it came;
    `place`: what was answered when asked where."""

    id: str | int | float
    text: str
    channel: str = str(Channel.TEXT)
    place: str = ""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be read: its number in the input, from 1, what is wrong and what to write."""

    number: int
    why: Message


def lines_of(stream: BinaryIO) -> Iterator[Asked | BadLine]:
    """The lines as they come; empty ones are passed over, and one that is wrong stops none behind it."""
    for number, raw in enumerate(stream, 1):
        if raw.strip():
            asked = _read(raw.removeprefix(b"\xef\xbb\xbf"))
            yield BadLine(number, asked) if isinstance(asked, Message) else asked


def _read(raw: bytes) -> Asked | Message:
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        return msg("place.line.not_utf8")
    except (ValueError, RecursionError):
        return msg("place.line.not_json")
    if not isinstance(value, dict):
        return msg("place.line.no_object")
    id_, text = value.get("id"), value.get("text")
    if not isinstance(id_, str | int | float) or isinstance(id_, bool):
        return msg("place.line.no_id")
    if not isinstance(text, str):
        return msg("place.line.no_text")
    channel, place = value.get("channel") or str(Channel.TEXT), value.get("place") or ""
    if channel not in list(Channel):
        return msg("place.line.no_channel", channels=", ".join(Channel))
    return Asked(id_, text, channel, place) if isinstance(place, str) else msg("place.line.no_place")


def _no_constant(name: str) -> object:
    """NaN and the like are Python's, not JSON's."""
    raise ValueError(name)
