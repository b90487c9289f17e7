"""The stream as browsers read it (server-sent events): lines of text, each event with the position after it."""

import json
from collections.abc import Sequence

from dispatch.reads.stream import Change, Position


def retry(milliseconds: int) -> bytes:
    """How long the browser waits before it comes back."""
    return f"retry: {milliseconds}\n\n".encode()


def beat(position: Position) -> bytes:
    """The stream lives, and everything up to here was sent. A comment for people, an event for the page: only so
    can it notice a connection that died without a word."""
    return f": beat\n{_event('beat', position, '1')}".encode()


def reset(position: Position) -> bytes:
    """What changed cannot be told: read anew what is shown."""
    return _event("reset", position, "1").encode()


def changes(seen: Sequence[tuple[Change, str]], before: Position, after: Position) -> bytes:
    """Changes with the unit that each is told of. Only the last one stands at the end of what was read: whoever
    breaks off before it gets all again."""
    last = len(seen) - 1
    told = (_change(change, unit, after if n == last else before) for n, (change, unit) in enumerate(seen))
    return "".join(told).encode()


def _change(change: Change, unit: str, position: Position) -> str:
    data = {"case": change.case, "kind": change.kind, "unit": unit}
    return _event("change", position, json.dumps(data, separators=(",", ":")))


def _event(name: str, position: Position, data: str) -> str:
    return f"id: {position}\nevent: {name}\ndata: {data}\n\n"
