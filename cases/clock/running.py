"""A case's life as its clocks see it: whose turn it was when, and which promises began, ended and went on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from cases.clock.happened import HOLD_PAYER, Happened, Terms
from cases.clock.sla import Limit
from cases.states import IN_UNIT, Deed, State
from cases.steps import PROVEN, WORK, Payer, Step

_TURN: Mapping[State, Payer] = {
    State.REGISTERED: Payer.INTAKE,
    State.ACCEPTED: Payer.DISPATCHER,
    State.TO_DISPATCH: Payer.DISPATCHER,
    State.ANSWERED: Payer.CALLER_BACK,
    State.DISPATCHED: Payer.UNIT,
    State.IN_PROGRESS: Payer.UNIT,
    State.REWORK: Payer.UNIT,
    State.RETURN_PENDING: Payer.UNIT,  # until it is upheld
    State.IN_DISPUTE: Payer.ADJUDICATOR,
    State.TO_VERIFY: Payer.VERIFIER,
    State.TO_CALL_BACK: Payer.CALLER_BACK,
}
PLACE = {step: place for place, step in enumerate(Step)}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which a case stayed in one state with one unit, and whose turn it was; `rests`: nobody's outside their
    hours."""

    start: datetime
    end: datetime
    state: State
    payer: Payer
    unit: str
    attempt: int
    hold: Happened | None = None
    rests: bool = True


@dataclass(frozen=True, slots=True)
class Said:
    """A limit that was said of a promise, and from when it held."""

    at: datetime
    limit: Limit


@dataclass(slots=True)
class Clock:
    """A promise on one step. Not frozen: it ends and goes on as the life is played.

    `units` are those that had it, the last has it now; `gaps` times for which it had ended before it went on; `said`
    its limits in order, where a correction gave it another.
    """

    step: Step
    attempt: int
    units: tuple[str, ...]
    limit: Limit
    since: Deed
    started_at: datetime
    ended_at: datetime | None = None
    kept: bool = False
    gaps: tuple[tuple[datetime, datetime], ...] = ()
    more: tuple[Happened, ...] = ()
    said: tuple[Said, ...] = ()

    @property
    def counts_from(self) -> datetime:
        """From when its limit counts: its beginning; where it was made tighter than it was at first, from when a limit
        as tight was said: nobody can keep what they have not been told."""
        since = self.started_at
        if self.said and self.limit.tighter_than(self.said[0].limit):
            for before, after in pairwise(self.said):
                since = after.at if self.limit.tighter_than(before.limit) else since
        return since

    def limited(self, at: datetime, limit: Limit) -> None:
        """It has this limit from then on."""
        if limit != self.limit:
            self.said = (*(self.said or (Said(self.started_at, self.limit),)), Said(at, limit))
            self.limit = limit

    def end(self, at: datetime, *, kept: bool) -> None:
        """End it, once."""
        if self.ended_at is None:
            self.ended_at, self.kept = at, kept

    def go_on(self, at: datetime, *, gap: bool = True) -> None:
        """Go on as if it had never ended; `gap`: the time in between was not its own."""
        if self.ended_at is not None and gap:
            self.gaps = (*self.gaps, (self.ended_at, at))
        self.ended_at, self.kept = None, False

    def runs_in(self, stretch: Stretch) -> bool:
        """Whether it runs while the case is as it is in a stretch."""
        if self.step in WORK and self.units:
            return stretch.payer is Payer.UNIT and stretch.unit in self.units
        return self.step is Step.HOLD_REVIEW or stretch.state is not State.SUSPENDED


@dataclass(slots=True)
class Life:
    """The life so far. Not frozen: it grows with each thing that happened.

    `promises` are those to the resident: from receipt, and from when a closed case was opened again. `promised_at` is
    from when they are promised an answer, where one is.
    """

    terms: Sequence[Terms]
    state: State | None = None
    attempt: int = 1
    unit: str = ""
    at: datetime | None = None
    hold: Happened | None = None
    done: set[Step] = field(default_factory=set)
    clocks: list[Clock] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    promises: list[Clock] = field(default_factory=list)
    spared: frozenset[Step] = frozenset()
    promised_at: datetime | None = None
    promised_by: Deed = Deed.REGISTER

    def turn(self, until: datetime) -> Stretch | None:
        """The stretch that lasts now, up to a moment; None before anything happened."""
        if self.state is None or self.at is None:
            return None
        held = HOLD_PAYER[self.hold.hold] if self.hold and self.hold.hold else None
        decided = Payer.ADJUDICATOR if self._is_adjudicated() else None  # after a second "no"
        # Until the carrier says that the resident was told it is the unit's time, whatever the unit says itself.
        telling = Payer.UNIT if self.state is State.TO_VERIFY and Step.TOLD in self.owed - self.done else None
        payer = held or decided or telling or _TURN.get(self.state, Payer.NOBODY)
        rests = self.terms_of(self.attempt).is_working
        return Stretch(self.at, until, self.state, payer, self.unit, self.attempt, self.hold, rests)

    def _is_adjudicated(self) -> bool:
        return any(clock.step is Step.ADJUDICATION and clock.ended_at is None for clock in self.clocks)

    def terms_of(self, attempt: int) -> Terms:
        """What an attempt owes; further attempts owe what the last named one does."""
        return self.terms[min(attempt, len(self.terms)) - 1]

    @property
    def owed(self) -> frozenset[Step]:
        """What this attempt owes."""
        return self.terms_of(self.attempt).owed - self.spared

    @property
    def live(self) -> list[Clock]:
        """The promises that neither ended nor are windows that may stay unused: they run, or stand for now."""
        return [clock for clock in self.clocks if clock.ended_at is None and clock.step is not Step.RETURN_REQUEST]

    @property
    def received_at(self) -> datetime | None:
        """When the case was received."""
        return self.stretches[0].start if self.stretches else self.at

    def works(self) -> bool:
        """Whether a unit has still to prove something."""
        return self.state in IN_UNIT and not (self.owed - self.done).isdisjoint(PROVEN)

    def begin(self, deed: Deed, step: Step, limit: Limit) -> None:
        """A clock of its own, or the one that this unit had in this attempt: what it had used stays used."""
        assert self.at is not None
        mine = (
            c for c in reversed(self.clocks) if (c.step, c.attempt, c.units[-1:]) == (step, self.attempt, (self.unit,))
        )
        last = next(mine, None)
        if last is not None and last.ended_at is None:
            return
        # What was signed for, by the unit or at the limit by the system, was another order: this one has its own time.
        signed = step is Step.SIGN_FOR and last is not None and last.kept
        if last is not None and step in WORK and not signed and deed is not Deed.REPORT_PROGRESS:
            last.limited(self.at, limit)
            # Who said falsely that the resident was told has gained nothing by it.
            last.go_on(self.at, gap=step is not Step.TOLD)
            return
        self.clocks.append(Clock(step, self.attempt, (self.unit,), limit, deed, self.at))
