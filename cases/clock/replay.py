"""A case's life played once more for its clocks: whose turn it was when, and which promises began and ended."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cases.clock.correcting import correct
from cases.clock.happened import Change, Happened
from cases.clock.running import PLACE, Clock, Life
from cases.clock.sla import NO_SLA_REVIEW
from cases.states import CLOSED, TRANSITIONS, Deed, Illegal, State, after
from cases.steps import END_DEED, SPARED, WINDOWS, WORK, Payer, Step, ended_by, started_by

_NEW_ATTEMPT = (Deed.REDO, Deed.REOPEN)
_ORDERS = (Deed.DISPATCH, Deed.REROUTE, Deed.ADJUDICATE, *_NEW_ATTEMPT)
# Where a deed leads by itself. What stands in a history happened, whatever today's table of states allows.
_LEADS_TO = {row.deed: row.after for row in TRANSITIONS}
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


@dataclass(slots=True)
class Replay(Life):
    """A life that is played.

    `strict`: what the table of states does not allow is refused; without it, it is taken as it is told.
    """

    strict: bool = True

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
        elif event.deed is Deed.CORRECT:
            correct(self, event)
        elif isinstance(event.deed, Deed) and not self._same_hands(event):
            self._settle(event)
            self._deed(event.deed, event, state)

    def reach(self, at: datetime) -> None:
        """Time passes until then, and somebody pays for it."""
        turn = self.turn(at)
        if turn is not None and turn.end > turn.start:
            self.stretches.append(turn)
        self.at = at

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
        for step in sorted(begins, key=PLACE.__getitem__):
            own = event.by if step in (Step.HOLD_REVIEW, Step.DISPATCH) else None
            limit = own or self.terms_of(self.attempt).limit(step)
            if limit is not None:
                self.begin(deed, step, limit)
        if not self.live and (self.works() or deed in _ORDERS):  # nothing is promised for now: it is looked at again
            self.begin(deed, Step.HOLD_REVIEW, NO_SLA_REVIEW)

    def _promise(self, deed: Deed, event: Happened, state: State) -> None:
        """What the resident is promised: it starts at receipt, ends when they are told, and never begins again; when a
        case that was closed is opened again they are promised anew."""
        if deed in (Deed.REGISTER, Deed.REOPEN):
            self.promised_at, self.promised_by = event.at, deed
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
                self.begin(Deed.REROUTE, clock.step, clock.limit)
            else:
                self.clocks.append(replace(clock, units=(*clock.units, event.unit), ended_at=None))
