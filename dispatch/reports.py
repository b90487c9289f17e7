"""A report and what becomes of it, as values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cases.phrases import Name
from cases.report import Channel
from dispatch.people.parties import Party


class UnknownCase(LookupError):
    """No case with this number within reach: not found and forbidden look the same."""


class UnknownUnit(LookupError):
    """No unit of the office has this code."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person who takes a report down says of it where the rules understood it otherwise: a category, a level,
    a unit, by their codes. Empty: as understood."""

    category: str = ""
    level: str = ""
    unit: str = ""


AS_UNDERSTOOD = Correction()


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report: what was said, by whom, through which channel.

    `received_at` is when the first words came: the promise to the resident counts from there. `place_text`
    is the answer to the question where. `hint` is the category of the key that was pressed. `sids` are the
    carrier's ids of what it was said in and that have no report yet; `gathered` those that a dialogue kept
    a report of, which now gets its case. `repeat_of` is a closed case that this tells again. `corrected` is what
    whoever took it down knows better than the rules. `held`: its caller waits on the line to be connected with whoever
    gets it, who therefore is not rung beside that at once. `nothing`: they were asked what it is about as often as one
    asks, and said nothing that one could act on. `codes`: those that the resident has already, with a receipt:
    it is a part of another case, in whose message (`told_with`) it was told.
    """

    channel: Channel
    party: Party | None
    text: str
    received_at: datetime
    place_text: str = ""
    hint: str | None = None
    content_id: UUID | None = None
    sids: tuple[str, ...] = ()
    gathered: tuple[str, ...] = ()
    actor: str = "resident"
    repeat_of: UUID | None = None
    corrected: Correction = AS_UNDERSTOOD
    held: bool = False
    nothing: bool = False
    codes: tuple[str, str] | None = None
    told_with: UUID | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a report. `due_at` None: no promise of time. The codes are for the resident only. `waits`: why a
    person of the office looks first where it goes (empty: it went). `beside` are the further matters that were told
    with it."""

    case_id: UUID
    number: str
    code: str
    visit_code: str
    unit: Name
    worker: Name | None
    rule: str
    due_at: datetime | None
    place_known: bool
    waits: str = ""
    beside: "tuple[Taken, ...]" = ()


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case of a party, or one that was closed lately, as far as a dialogue must know it."""

    id: UUID
    number: str
    category: str
    estate: str | None
    building: str | None
    road: str | None
    received_at: datetime
    closed_at: datetime | None = None
