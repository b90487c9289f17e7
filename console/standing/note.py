"""A sentence about where a case stands, and how it looks."""

from dataclasses import dataclass

from cases.phrases import Message

WAITS, OVER, PLAIN = "waits", "over", "plain"  # somebody must act; it is over; good to know


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about where a case stands, and how it looks."""

    look: str
    what: Message
