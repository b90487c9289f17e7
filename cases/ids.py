"""Ids that sort by the time they were made (the layout of RFC 9562, version 7)."""

from datetime import datetime
from uuid import UUID


def new_id(now: datetime, randomness: bytes) -> UUID:
    """An id for something made at `now`; `randomness` is 10 random bytes.

    Raises ValueError for a naive moment or another number of bytes.
    """
    if now.tzinfo is None:
        raise ValueError("now has no zone: pass an aware moment")
    if len(randomness) != 10:
        raise ValueError(f"randomness has {len(randomness)} bytes: pass 10")
    milliseconds = int(now.timestamp() * 1000)
    value = (milliseconds << 80) | int.from_bytes(randomness)
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)
