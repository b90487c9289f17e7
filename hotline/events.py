"""What the doors hand in: a carrier's request as values, cleaned once at the edge."""

from dataclasses import dataclass
from datetime import datetime

from dispatch.lines import Line


@dataclass(frozen=True, slots=True)
class Media:
    """Something attached to a text: where the carrier keeps it, and what it says it is."""

    url: str
    content_type: str


@dataclass(frozen=True, slots=True)
class TextIn:
    """A text that came in. `body` is clean; `raw` is as the carrier gave it, for the vault.

    `at` is when the carrier took it, where that was not just now.
    """

    line: Line
    sid: str
    sender: str
    body: str
    raw: str
    media: tuple[Media, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TurnIn:
    """One turn of a call: turn 0 is the ring, later ones answer what was asked.

    `caller` is empty where the number is withheld. `confidence` is 0..1 or None.
    """

    line: Line
    sid: str
    turn: int
    caller: str
    digits: str = ""
    speech: str = ""
    raw_speech: str = ""
    confidence: float | None = None
    recording_sid: str = ""
    recording_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class CallStatusIn:
    """The carrier's word on a call: ringing, in-progress, completed, busy, failed, no-answer, canceled."""

    line: Line
    sid: str
    status: str
    sequence: str
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class ReceiptIn:
    """The carrier's word on a text that we sent."""

    line: Line
    sid: str
    status: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class RecordingIn:
    """The carrier's word on a recording: completed, absent or failed."""

    line: Line
    sid: str
    call_sid: str
    status: str
    seconds: int | None = None
