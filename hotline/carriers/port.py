"""What we ask of a carrier, whoever it is, and the answers that we tell apart.

`Unknown` means: it may have been done. It is never sent again by itself; it is looked up first.
`Later` means: it was surely not done, and asking again is safe.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from dispatch.lines import Line
from hotline.events import Media


class TextsIn(StrEnum):
    """Which texts from people reach us over this carrier."""

    none = "none"
    replies = "replies"
    any = "any"


class TextsOut(StrEnum):
    """Which texts this carrier lets us send."""

    none = "none"
    template = "template"
    free = "free"


class Reason(StrEnum):
    """Why a carrier said no for good, or could not deliver. What follows from each: `dispatch.ringing.consequences`."""

    opted_out = "opted_out"  # this person told the carrier to stop: no text from us will pass
    bad_number = "bad_number"  # there is no such number
    no_texts = "no_texts"  # a landline, or a country or network that this carrier does not serve
    bad_body = "bad_body"  # empty, or longer than the carrier takes
    bad_sender = "bad_sender"  # our own number or service may not send this
    unreachable = "unreachable"  # switched off, out of reach: another time it may arrive
    blocked = "blocked"  # this person's carrier or telephone takes nothing from us
    filtered = "filtered"  # taken for unwanted by a carrier on the way
    other = "other"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a carrier can do: texts each way, and calls placed, recorded, bridged, steered."""

    texts_in: TextsIn
    texts_out: TextsOut
    call: bool
    record: bool
    bridge: bool
    steer: bool


@dataclass(frozen=True, slots=True)
class TextOut:
    """A text to send from `line` to `to` (E.164). `status_path` is ours (it begins with /) and hears what becomes of
    it; it names the text, so that a word there tells whose it is even where the answer to our asking was lost."""

    line: Line
    to: str
    body: str
    status_path: str


@dataclass(frozen=True, slots=True)
class CallOut:
    """A call to place from `line` to `to`. Both paths are ours (they begin with /): `path` answers with what is
    said there, `status_path` hears how the call goes."""

    line: Line
    to: str
    path: str
    status_path: str
    ring_seconds: int = 30


@dataclass(frozen=True, slots=True)
class Sent:
    """The carrier took it and calls it `sid`."""

    sid: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The carrier will never do it: its own code, and why."""

    code: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer that can be trusted: it may have been done."""

    trouble: str


class Hindrance(StrEnum):
    """Why a carrier takes nothing from us now."""

    away = "away"  # it is not to be reached, or in disorder itself
    busy = "busy"  # it wants us to ask less often
    credentials = "credentials"  # it refuses our credentials: only the office can mend that


@dataclass(frozen=True, slots=True)
class Later:
    """Surely not done: ask again later. `why`: what hinders the carrier; None where it told us of this one alone.

    `wait_seconds` is the carrier's wish, where it has one.
    """

    trouble: str
    wait_seconds: float | None = None
    why: Hindrance | None = Hindrance.away


Outcome = Sent | Refused | Unknown | Later


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording's bytes and what they are."""

    media: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The carrier has no such recording."""

    trouble: str


@dataclass(frozen=True, slots=True)
class ListedText:
    """A text as the carrier has it. `inbound`: from a person to us.

    A list only counts what is attached (`media_count`); asked for one text, the carrier names it (`media`).
    """

    sid: str
    sender: str
    to: str
    body: str
    status: str
    inbound: bool
    at: datetime | None
    media_count: int = 0
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedCall:
    """A call as the carrier has it."""

    sid: str
    caller: str
    to: str
    status: str
    inbound: bool
    at: datetime | None


class CarrierSilent(Exception):
    """A list or an item could not be read: the carrier is away or refused us. Then nothing is known."""


class Carrier(Protocol):
    """One carrier. Sending never raises; the lists and the look-ups by SID raise `CarrierSilent`."""

    @property
    def capabilities(self) -> Capabilities: ...

    def send_text(self, text: TextOut) -> Outcome: ...

    def place_call(self, call: CallOut) -> Outcome: ...

    def look_up(self, text: TextOut, since: datetime, known: Collection[str] = ()) -> Sent | None:
        """The text in the carrier's list that is this one: same number, same words, made since.

        `known` are sids that belong to other texts of ours. None: the carrier never took it.
        """
        ...

    def look_up_call(self, call: CallOut, since: datetime, known: Collection[str] = ()) -> Sent | None:
        """The call in the carrier's list that must be this one: from our line to that number, placed since.

        `known` are sids that belong to other calls of ours. None: the carrier never took it.
        """
        ...

    def fetch_recording(self, sid: str) -> Sound | Missing | Later: ...

    def delete_recording(self, sid: str) -> bool:
        """True once the carrier has it no longer; False: ask again later."""
        ...

    def list_messages(self, since: datetime) -> list[ListedText]: ...

    def list_calls(self, since: datetime) -> list[ListedCall]: ...

    def find_text(self, sid: str) -> ListedText | None:
        """One text, either way; None: the carrier knows no such text."""
        ...

    def find_call(self, sid: str) -> ListedCall | None:
        """One call, either way; None: the carrier knows no such call."""
        ...
