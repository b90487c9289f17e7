"""What the clock is told: what happened to a case, what is promised on it, and by whose hours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cases.clock.sla import Limit, Targets
from cases.clock.workdays import Calendar, aware
from cases.phrases import Message
from cases.report import Channel
from cases.states import Coded, Deed
from cases.steps import WINDOWS, WORK, Level, Payer, Step


class Change(Coded):
    """What moves a clock and is no deed of the table of states."""

    EXTEND = "extend"  # a promise is prolonged
    MOVE = "move"  # another unit goes on with each clock as it stands


class HoldReason(Coded):
    """Why a case is held: no other reason stops a clock."""

    WAITING_RESIDENT = "waiting_resident"
    WEATHER = "weather"
    COURT = "court"
    SEASON = "season"


# Who pays while a case is held: the resident for what waits for the resident, else nobody.
HOLD_PAYER: Mapping[HoldReason, Payer] = {
    reason: Payer.RESIDENT if reason is HoldReason.WAITING_RESIDENT else Payer.NOBODY for reason in HoldReason
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What an attempt owes, and what is promised on it. `limits` None: no promise of time, said explicitly.

    `windows` are the limits of what runs between the desks, which hold where no promise says another.
    """

    owed: frozenset[Step]
    limits: Targets | None
    windows: Targets = field(default_factory=dict)

    def limit(self, step: Step) -> Limit | None:
        """The limit of a step, where there is one."""
        found = None if self.limits is None else self.limits.get(step)
        return self.windows.get(step) if found is None and step in WINDOWS else found

    @property
    def is_working(self) -> bool:
        """Whether the attempt rests outside office hours, as its finish does (else its visit, its acceptance)."""
        limits = (self.limit(step) for step in (Step.TOLD, Step.VISIT, Step.ACCEPT))
        return next((limit.is_working for limit in limits if limit is not None), True)


@dataclass(frozen=True, slots=True)
class About:
    """Of what a case is about, what decides its limits; `sla`: the set of limits that its rule chose."""

    category: str
    kind: str
    level: Level
    sla: str | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to a case, as the clock sees it.

    `unit` is whose turn it is from then on (an order, a dispute that is decided, a move); `opens` are steps that are
    owed again, or windows that begin beside those of the deed; `hold` is why the case is held; `by` is how much is
    added to the promise on `step`, of a hold how long it lasts until it is looked at; `approver` is who allowed a hold
    or an extension, as people are told; `about` is what the case is found to be about, `terms` what follows from that.
    Raises ValueError for a moment without a zone, a hold without a reason and an
    extension without its length.
    """

    deed: Deed | Change
    at: datetime
    unit: str = ""
    opens: frozenset[Step] = frozenset()
    hold: HoldReason | None = None
    by: Limit | None = None
    step: Step = Step.TOLD
    approver: Message | str = ""
    about: About | None = None
    terms: Terms | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", aware(self.at, "at"))
        if self.deed is Deed.HOLD and self.hold is None:
            raise ValueError(f"hold has no reason: give one of {', '.join(HoldReason)}")
        if self.deed is Change.EXTEND and self.by is None:
            raise ValueError("by is missing: say how much the promise is extended, such as 3 wd")
        if self.deed is Deed.CORRECT and self.about is None and self.terms is None:
            raise ValueError("about is missing: say what the case is about from then on")
        if self.deed is Change.MOVE and not self.unit:
            raise ValueError("unit is missing: say which unit goes on")


@dataclass(frozen=True, slots=True)
class Subject:
    """Of a case, what decides what is owed and promised on it; `reachable`: there is a number to speak to; `sla`: the
    set of limits that its rule chose."""

    category: str
    kind: str
    level: Level
    channel: Channel
    reachable: bool
    sla: str | None = None


@dataclass(frozen=True, slots=True)
class Calendars:
    """The office's hours, and those of the units that have hours of their own."""

    office: Calendar
    units: Mapping[str, Calendar] = field(default_factory=dict, hash=False)

    def of(self, payer: Payer, unit: str) -> Calendar:
        """By whose hours a payer's time runs."""
        return self.units.get(unit, self.office) if payer is Payer.UNIT else self.office

    def for_step(self, step: Step, unit: str) -> Calendar:
        """By whose hours the clock of a step runs: those of the unit that has the case where it does the work."""
        return self.units.get(unit, self.office) if step in WORK else self.office
