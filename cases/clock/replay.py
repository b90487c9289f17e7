"""A case's life played once more for its clocks: whose turn it was when, and which promises began and ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cases.clock.happened import HOLD_PAYER, Change, Happened, Terms
from cases.clock.sla import NO_SLA_REVIEW, Limit
from cases.states import CLOSED, TRANSITIONS, Deed, Illegal, State, after
from cases.steps import END_DEED, PROVEN, SPARED, WINDOWS, WORK, Payer, Step, ended_by, started_by

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
_NEW_ATTEMPT = (Deed.REDO, Deed.REOPEN)
_ORDERS = (Deed.DISPATCH, Deed.REROUTE, Deed.ADJUDICATE, *_NEW_ATTEMPT)
# Where a deed leads by itself. What stands in a history happened, whatever today's table of states allows.
_LEADS_TO = {row.deed: row.after for row in TRANSITIONS}
_UNITS = (State.DISPATCHED, State.IN_PROGRESS, State.REWORK)
# What is owed again by the deed itself, beside what it says of itself. Taken out of another one, the unit signs for it
# again and says again that it is done: that is verified, and the resident asked, once more. What is answered directly
# is told by that answer.
_UNDOES: Mapping[Deed, frozenset[Step]] = {
    Deed.ANNUL_TOLD: frozenset({Step.TOLD, Step.VERIFY, Step.CALL_BACK}),
    Deed.SEND_BACK: frozenset({Step.VERIFY}),
    **dict.fromkeys((Deed.UPHOLD_RETURN, Deed.ADJUDICATE), frozenset({Step.SIGN_FOR})),
    Deed.UNMERGE: frozenset({Step.SIGN_FOR, Step.VERIFY, Step.CALL_BACK}),
    Deed.ANSWER: frozenset({Step.TOLD}),
}
_PLACE = {step: place for place, step in enumerate(Step)}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which a case stayed in one state with one unit, and whose turn it was."""

    start: datetime
    end: datetime
    state: State
    payer: Payer
    unit: str
    attempt: int
    hold: Happened | None = None


@dataclass(slots=True)
class Clock:
    """A promise on one step. Not frozen: it ends and goes on as the life is played.

    `units` are those that had it, the last has it now; `gaps` times for which it had ended before it went on.
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
class Replay:
    """The life so far. Not frozen: it grows with each thing that happened.

    `strict`: what the table of states does not allow is refused; without it, it is taken as it is told. `promises` are
    those to the resident: from receipt, and from when a closed case was opened again.
    """

    terms: Sequence[Terms]
    strict: bool = True
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

    def take(self, event: Happened) -> None:
        """One more thing that happened. Raises ValueError where it is not possible, or lies in the past."""
        if self.at is not None and event.at < self.at:
            if self.strict:
                raise ValueError(f"{event.deed} at {event.at} comes before what happened already: pass events in order")
            event = replace(event, at=self.at)
        state = self._state_after(event.deed)
        self.reach(event.at)
        if event.deed is Change.EXTEND:
            self._extend(event)
        elif event.deed is Change.MOVE:
            self._move(event)
        elif isinstance(event.deed, Deed) and not self._same_hands(event):
            self._settle(event)
            self._deed(event.deed, event, state)

    def reach(self, at: datetime) -> None:
        """Time passes until then, and somebody pays for it."""
        turn = self.turn(at)
        if turn is not None and turn.end > turn.start:
            self.stretches.append(turn)
        self.at = at

    def turn(self, until: datetime) -> Stretch | None:
        """The stretch that lasts now, up to a moment; None before anything happened."""
        if self.state is None or self.at is None:
            return None
        held = HOLD_PAYER[self.hold.hold] if self.hold and self.hold.hold else None
        decided = Payer.ADJUDICATOR if self._is_adjudicated() else None  # after a second "no"
        # Until the carrier says that the resident was told it is the unit's time, whatever the unit says itself.
        telling = Payer.UNIT if self.state is State.TO_VERIFY and Step.TOLD in self.owed - self.done else None
        payer = held or decided or telling or _TURN.get(self.state, Payer.NOBODY)
        return Stretch(self.at, until, self.state, payer, self.unit, self.attempt, self.hold)

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

    def _state_after(self, deed: Deed | Change) -> State:
        if self.state is None:
            if deed is not Deed.REGISTER:
                raise ValueError(f"{deed} is the first event: a case begins with {Deed.REGISTER}")
            return State.REGISTERED
        if isinstance(deed, Change):
            return self.state
        # Routing by rule writes no line of its own.
        state = State.TO_DISPATCH if (self.state, deed) == (State.ACCEPTED, Deed.DISPATCH) else self.state
        found = after(state, deed)
        if not isinstance(found, Illegal):
            return found
        if self.strict:
            raise ValueError(f"{deed} is not possible in the state {self.state}")
        return _LEADS_TO.get(deed) or state

    def _same_hands(self, event: Happened) -> bool:
        """Given to another person of the same unit: no clock moves."""
        own = event.deed is Deed.REROUTE and event.unit in ("", self.unit)
        return own and self.state is not State.TO_DISPATCH

    def _settle(self, event: Happened) -> None:
        """A return that is upheld, or wins its dispute, was the dispatcher's time and not the unit's."""
        lost = event.deed is Deed.ADJUDICATE and event.unit not in ("", self.unit)
        if not lost and event.deed is not Deed.UPHOLD_RETURN:
            return
        for place in range(len(self.stretches) - 1, -1, -1):
            stretch = self.stretches[place]
            if stretch.state is State.RETURN_PENDING:
                self.stretches[place] = replace(stretch, payer=Payer.DISPATCHER)
            elif stretch.state is not State.IN_DISPUTE:
                break

    def _deed(self, deed: Deed, event: Happened, state: State) -> None:
        if deed in _NEW_ATTEMPT:
            for clock in self.clocks:
                clock.end(event.at, kept=False)
            self.attempt, self.done, self.spared = self.attempt + 1, set(), frozenset()
        if deed is Deed.ANSWER:
            self.spared = SPARED
        before = set(self.done)
        self._end(deed, event, state)
        if event.unit and event.unit != self.unit:
            self.done.discard(Step.SIGN_FOR)
            self.unit = event.unit
        self.state = state
        self.hold = event if deed is Deed.HOLD else self.hold if state is State.SUSPENDED else None
        if state not in CLOSED:
            # What this very deed did is owed while it is looked at what follows: the finding follows the visit.
            self._start(deed, event, self.owed - (before & self.done & WORK))
        self._promise(deed, event, state)

    def _end(self, deed: Deed, event: Happened, state: State) -> None:
        # News is owed again and again, until it is safe or the resident is told.
        ended = {step for step in self.owed if deed in END_DEED[step]}
        self.done |= ended - ({Step.INTERIM} if deed is Deed.REPORT_PROGRESS else set())
        self.done -= event.opens | _UNDOES.get(deed, frozenset())
        ends = ended_by(deed, state)
        for clock in self.clocks:
            if clock.step in ends:
                clock.end(event.at, kept=deed in END_DEED[clock.step])

    def _start(self, deed: Deed, event: Happened, owed: frozenset[Step]) -> None:
        begins = {*started_by(deed, owed), *(event.opens & (owed | WINDOWS))}
        for step in sorted(begins, key=_PLACE.__getitem__):
            own = event.by if step in (Step.HOLD_REVIEW, Step.DISPATCH) else None
            limit = own or self.terms_of(self.attempt).limit(step)
            if limit is not None:
                self._begin(deed, step, limit)
        works = self.state in _UNITS and not (self.owed - self.done).isdisjoint(PROVEN)
        if not self.live and (works or deed in _ORDERS):  # nothing is promised for now: it is looked at again
            self._begin(deed, Step.HOLD_REVIEW, NO_SLA_REVIEW)

    def _begin(self, deed: Deed, step: Step, limit: Limit) -> None:
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
            # Who said falsely that the resident was told has gained nothing by it.
            last.go_on(self.at, gap=step is not Step.TOLD)
            return
        self.clocks.append(Clock(step, self.attempt, (self.unit,), limit, deed, self.at))

    def _promise(self, deed: Deed, event: Happened, state: State) -> None:
        """What the resident is promised: it starts at receipt, ends when they are told, and never begins again; when a
        case that was closed is opened again they are promised anew."""
        if deed in (Deed.REGISTER, Deed.REOPEN):
            limit = self.terms_of(self.attempt).limit(Step.TOLD)
            if limit is not None and Step.TOLD in self.owed:
                self.promises.append(Clock(Step.TOLD, self.attempt, (), limit, deed, event.at))
        elif not self.promises:
            return
        elif deed in END_DEED[Step.TOLD]:
            self.promises[-1].end(event.at, kept=True)
        elif state in CLOSED:
            self.promises[-1].end(event.at, kept=False)
        elif self.promises[-1].attempt == self.attempt and self._is_told_no_more(deed, event):
            self.promises[-1].go_on(event.at, gap=False)

    def _is_told_no_more(self, deed: Deed, event: Happened) -> bool:
        """Whether the resident is owed an answer again; a case that is taken out of another one, as it was before."""
        if deed is Deed.UNMERGE:
            return not self.promises[-1].kept
        return deed is Deed.ANNUL_TOLD or Step.TOLD in event.opens

    def _extend(self, event: Happened) -> None:
        clocks = [*self.clocks, *(self.promises if event.step is Step.TOLD else ())]
        live = [clock for clock in clocks if clock.ended_at is None and clock.step is event.step]
        if not live and self.strict:
            raise ValueError(f"{event.step} is not promised now: only what still runs can be extended")
        for clock in live:
            clock.more = (*clock.more, event)

    def _move(self, event: Happened) -> None:
        """Another unit goes on with each clock as it stands. The time in which it may return the order is its own."""
        self.unit = event.unit
        for clock in [clock for clock in self.clocks if clock.ended_at is None and clock.step in WORK]:
            clock.end(event.at, kept=False)
            if clock.step is Step.RETURN_REQUEST:
                self._begin(Deed.REROUTE, clock.step, clock.limit)
            else:
                self.clocks.append(replace(clock, units=(*clock.units, event.unit), ended_at=None))
