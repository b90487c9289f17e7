"""What the doors hand in: a carrier's request as values, cleaned once at the edge."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

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

    `caller` is empty where the number is withheld. `confidence` is 0..1 or None. `waited` counts how often this
    turn was put off because its predecessor was still missing. `dialed` is what came of connecting the caller with
    somebody (completed, busy, no-answer, failed, canceled), and for how long they spoke.
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
    waited: int = 0
    dialed: str = ""
    dialed_seconds: int | None = None

    @property
    def spoke(self) -> bool:
        """Whether the caller was connected and spoke with somebody."""
        return self.dialed in ("completed", "answered") and (self.dialed_seconds or 0) >= 1


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
    """The carrier's word on a text that we sent. `ref` is the outbox row that wanted it, where its address names it."""

    line: Line
    sid: str
    status: str
    error: str = ""
    ref: UUID | None = None


@dataclass(frozen=True, slots=True)
class RecordingIn:
    """The carrier's word on a recording: completed, absent or failed."""

    line: Line
    sid: str
    call_sid: str
    status: str
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class OutTurnIn:
    """One turn of a call that we placed. `ref` is the outbox row that wanted it; turn 0 is its being answered."""

    line: Line
    ref: UUID
    sid: str
    turn: int
    digits: str = ""
    speech: str = ""
    raw_speech: str = ""


@dataclass(frozen=True, slots=True)
class DialedIn:
    """What came of connecting a call with somebody else: completed (they spoke), busy, no-answer, failed, canceled.

    `sid` is the call that was to be connected, `seconds` how long they were.
    """

    line: Line
    ref: UUID
    sid: str
    status: str
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class OutStatusIn:
    """The carrier's word on a call that we placed."""

    line: Line
    ref: UUID
    sid: str
    status: str
    seconds: int | None = None
