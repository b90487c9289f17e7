"""What the phones' page needs to be handed in: telephones of a rehearsal, the record, and a clock to wind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from time import sleep
from typing import Any, Protocol

from cases.phrases import Name


class PhoneTrouble(Exception):
    """The exchange does not do it; the text is its own word, in English. `away`: it does not answer at all."""

    def __init__(self, why: str, *, away: bool = False) -> None:
        super().__init__(why)
        self.away = away


class Telephones(Protocol):
    """The exchange, as far as somebody who holds telephones needs it. All raise PhoneTrouble.

    What a telephone shows has `texts` (seq, mine, with, body, at, arrived), `next` (where newer texts begin) and
    `call` (None, or sid, with, began_by, me, status, rings, over, conversation, asks, typed).
    """

    def look(self, number: str, since: int) -> Mapping[str, Any]:
        """What a telephone shows; texts from `since` on."""
        ...

    def hold(self, number: str, since: int) -> Mapping[str, Any]:
        """The same, and somebody has the telephone before them: calls to it ring until they are taken."""
        ...

    def text(self, number: str, line: str, body: str) -> str:
        """Text our line from a telephone; the SID."""
        ...

    def dial(self, number: str, line: str) -> str:
        """Call our line from a telephone; the SID."""
        ...

    def act(self, number: str, sid: str, deed: str, given: Mapping[str, str]) -> None:
        """Do something in a call: take, refuse, hang_up, press (`keys`), say (`words`)."""
        ...


class Far(StrEnum):
    """How far the clock is wound: hours, the end of the next working day, the next promise that ends."""

    HOUR = "hour"
    FOUR_HOURS = "four_hours"
    WORKING_DAY = "working_day"
    NEXT_DUE = "next_due"


@dataclass(frozen=True, slots=True)
class Face:
    """What the rehearsal clock shows. `counts` is what happened since it was last wound from here, by kind;
    `trouble` why that ended early."""

    now: datetime
    zone: tzinfo
    winding: bool = False
    counts: Mapping[str, int] | None = None
    trouble: str = ""


class Clock(Protocol):
    """The rehearsal clock; it is wound in a process of its own."""

    @property
    def can_be_wound(self) -> bool:
        """Whether it is a rehearsal's clock and not the real one."""
        ...

    def face(self) -> Face:
        """What it shows."""
        ...

    def wind(self, far: Far) -> bool:
        """Wind it so far; False where there is nothing to wind to, or it is being wound already."""
        ...

    def wind_to(self, moment: datetime) -> bool:
        """Wind it to a moment; False where that is past, or it is being wound already."""
        ...


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody whose telephone may be chosen; `unit` is a worker's, None for residents."""

    number: str
    name: Name
    unit: Name | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as the tour looks at it. `kept` are its steps that are kept; `late` whether a promise was broken;
    `waits_until` when the order or the question leaves, where it waits for the morning; `breaks_at` when its next
    promise ends."""

    number: str
    state: str
    resident: str
    worker: str
    worker_name: Name
    short: int | None
    signed: bool
    kept: frozenset[str]
    settled: bool
    late: bool
    closed: bool
    waits_until: datetime | None
    breaks_at: datetime | None


class Record(Protocol):
    """What the page reads of the record, and what somebody of the office does for a visitor who is not one of them."""

    def people(self) -> Sequence[Contact]:
        """Residents of the sample, then the workers by unit."""
        ...

    def case_of(self, sids: Sequence[str]) -> Seen | None:
        """The case that one of these texts or calls became, the latest first."""
        ...

    def asks(self, sid: str) -> bool:
        """Whether the line asks if what this text tells is a matter that was told before."""
        ...

    def look_over(self, sids: Sequence[str]) -> None:
        """Whoever verifies looks at that case, where it waits for a person, and passes it."""
        ...


@dataclass(frozen=True, slots=True)
class PhoneParts:
    """All of it. `wait` pauses for so many seconds."""

    telephones: Telephones
    clock: Clock
    record: Record
    wait: Callable[[float], None] = sleep
