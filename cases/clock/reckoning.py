"""What a case's events come to: when each step is due, what has run and what remains, who pays for which time, and
why. A pure function of the events, the targets and the calendars; nothing that it says is stored anywhere else.

The clock of a unit's step runs in the unit's turn and while the case is not held; the promise to the resident runs
from receipt and stands in holds alone. Extensions count from the promised end, then every stretch in which a clock
stood moves its end on by as much.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cases.clock.happened import Calendars, Happened, Terms
from cases.clock.replay import Replay
from cases.clock.running import Clock, Said, Stretch
from cases.clock.sla import Limit, after_hold, moved_on, warn_at
from cases.clock.telling import Extension, Ground, Stood, parts
from cases.clock.workdays import Calendar, Span, aware
from cases.phrases import Message
from cases.states import CLOSED, Deed
from cases.steps import PAYER, WORK, Payer, Step


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A promise on one step: what it comes to at the moment of the reckoning.

    `unit` is empty where no unit owes it. `due_at` of a clock that `stands` now is that of its going on at once.
    `ran` and `left` are in the limit's own measure, `left` is negative where it is over. `provisional`: a year that it
    rests on may still change.
    """

    step: Step
    attempt: int
    unit: str
    payer: Payer
    limit: Limit
    started_at: datetime
    due_at: datetime
    warn_at: datetime
    ended_at: datetime | None
    kept: bool
    stands: bool
    ran: timedelta
    left: timedelta
    provisional: bool
    ground: Ground = field(repr=False, compare=False)

    @property
    def why(self) -> tuple[Message, ...]:
        """Why it is due then, part by part."""
        return parts(self.ground)


@dataclass(frozen=True, slots=True)
class Charge:
    """A time and the one who pays for it; `unit` is empty where no unit does."""

    start: datetime
    end: datetime
    payer: Payer
    unit: str = ""

    @property
    def time(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Reckoning:
    """All promises of a case, in the order in which they began, and its time from receipt to now or closing.

    `promises` are those to the resident: from receipt, and from each time that a closed case was opened again.
    """

    promises: tuple[Reckoned, ...]
    steps: tuple[Reckoned, ...]
    charges: tuple[Charge, ...]

    @property
    def promise(self) -> Reckoned | None:
        """What the resident was promised at receipt."""
        return self.promises[0] if self.promises else None

    def of(self, step: Step) -> Reckoned | None:
        """The promise on a step that runs, else the one that ended last; None where none was begun."""
        found = [each for each in self.steps if each.step is step]
        running = [each for each in found if each.ended_at is None]
        return running[-1] if running else max(found, key=lambda each: each.ended_at or each.due_at, default=None)

    def paid_by(self, payer: Payer) -> timedelta:
        """All the time for which one pays."""
        return sum((charge.time for charge in self.charges if charge.payer is payer), timedelta())


def reckon(
    events: Sequence[Happened], terms: Sequence[Terms], calendars: Calendars, now: datetime | None = None
) -> Reckoning:
    """What the events come to at `now` (without it at the last of them).

    `terms` are those of each attempt; further attempts have those of the last. Raises ValueError for events that are
    out of order or not possible, and where there are none.
    """
    if not events or not terms:
        raise ValueError("nothing to reckon: pass the case's events and what it promises")
    life = Replay(terms)
    for event in events:
        life.take(event)
    end = events[-1].at if now is None else max(aware(now, "now"), events[-1].at)
    if life.state not in CLOSED:
        life.reach(end)
    return told_of(life, calendars, end)


def told_of(life: Replay, calendars: Calendars, now: datetime) -> Reckoning:
    """What a life comes to that was played up to `now`."""
    promises = tuple(reckoned(clock, life, calendars, now) for clock in life.promises)
    steps = tuple(reckoned(clock, life, calendars, now) for clock in life.clocks)
    return Reckoning(promises, steps, tuple(_charges(life, calendars)))


def reckoned(clock: Clock, life: Replay, calendars: Calendars, now: datetime) -> Reckoned:
    """What one promise of a life comes to at a moment."""
    unit = clock.units[-1] if clock.units and clock.step in WORK else ""
    payer = PAYER[clock.step]
    calendar = calendars.for_step(clock.step, unit)
    until, turn = clock.ended_at or now, life.turn(now)
    stood = tuple(_stood(clock, life.stretches, until))
    more = tuple(Extension(event.by, event.at, event.approver) for event in clock.more if event.by)
    grounds = [_ground(said, _since(clock, life, said.at), (more, stood), calendar) for said in _counted(clock)]
    ground = min(grounds, key=lambda each: each.due)
    start, due, held = ground.start, ground.due, _spans(ground.stood)
    ran = _time(clock.limit, (start, until), calendar)
    ran -= sum((_time(clock.limit, span, calendar) for span in held), timedelta())
    return Reckoned(
        clock.step, clock.attempt, unit, payer, clock.limit, clock.started_at, due,
        _warn(ground), clock.ended_at, clock.kept,
        clock.ended_at is None and turn is not None and not clock.runs_in(turn),
        ran, _time(clock.limit, (until, due), calendar),
        clock.limit.is_working and calendar.rests_on_provisional(start, due), ground,
    )  # fmt: skip


def _counted(clock: Clock) -> Iterator[Said]:
    """Its limit from when it counts; where that is later than its beginning the first one too: nobody gains time by a
    tighter one that is said late."""
    since = clock.counts_from
    yield Said(since, clock.limit)
    if since > clock.started_at:
        yield Said(clock.started_at, clock.said[0].limit)


def _ground(said: Said, since: str, moved: tuple[Sequence[Extension], Sequence[Stood]], calendar: Calendar) -> Ground:
    more, stood = moved
    if stood and stood[0].start < said.at:  # of what was said later only what stood since then
        stood = tuple(replace(each, start=max(each.start, said.at)) for each in stood if each.end > said.at)
    due = moved_on(said.limit, said.at, calendar, [each.by for each in more], _spans(stood))
    return Ground(said.limit, since, said.at, calendar, more, stood, due)


def _spans(stood: Iterable[Stood]) -> list[Span]:
    return [(each.start, each.end) for each in stood]


def _since(clock: Clock, life: Replay, start: datetime) -> str:
    """The word for what began a clock; an order that went out with the receipt is told so."""
    if start > clock.started_at:
        return "corrected"
    if clock.since in (Deed.DISPATCH, Deed.ACCEPT) and life.received_at == clock.started_at:
        return "received_dispatched" if clock.since is Deed.DISPATCH else "received"
    return _WORDS.get(clock.since, "begun")  # opened again, or after what has no word of its own


_WORDS = {
    Deed.REGISTER: "received", Deed.ACCEPT: "accepted", Deed.DISPATCH: "dispatched", Deed.REROUTE: "dispatched",
    Deed.ADJUDICATE: "dispatched", Deed.REDO: "redone", Deed.REOPEN: "redone", Deed.VISIT: "visited",
    Deed.SUBMIT: "submitted", Deed.PASS: "verified", Deed.REQUEST_RETURN: "returned", Deed.DISPUTE: "disputed",
    Deed.HOLD: "held", Deed.REPORT_PROGRESS: "reported",
}  # fmt: skip
SINCE = frozenset({*_WORDS.values(), "received_dispatched", "corrected", "begun"})


def _stood(clock: Clock, stretches: Iterable[Stretch], until: datetime) -> Iterator[Stood]:
    """When a clock did not run between its start and `until`, and in whose turn that was."""
    for stretch in stretches:
        start, end = max(stretch.start, clock.started_at), min(stretch.end, until)
        if start >= end:
            continue
        spans = [(start, end)]
        if clock.runs_in(stretch):
            clipped = [(max(start, a), min(end, b)) for a, b in clock.gaps]
            spans = [(a, b) for a, b in clipped if a < b]
        for a, b in spans:
            hold = stretch.hold
            yield Stood(a, b, stretch.payer, hold.hold if hold else None, hold.approver if hold else "")


def _time(limit: Limit, span: Span, calendar: Calendar) -> timedelta:
    """The time of a span in the limit's own measure."""
    return calendar.working_time_between(*span) if limit.is_working else span[1] - span[0]


def _warn(ground: Ground) -> datetime:
    """When three quarters have run: what stood still before then moves it on."""
    limit, start, calendar = ground.limit, ground.start, ground.calendar
    promised = moved_on(limit, start, calendar, [each.by for each in ground.more])
    warn = warn_at(limit, start, promised, calendar)
    for begin, end in _spans(ground.stood):
        if begin < warn:
            warn = after_hold(limit, warn, begin, end, calendar)
    return warn


def _charges(life: Replay, calendars: Calendars) -> Iterator[Charge]:
    """Every stretch with its payer, neighbours of the same payer as one."""
    last: Charge | None = None
    for charge in (each for stretch in life.stretches for each in _split(stretch, life, calendars)):
        if last is not None and (last.payer, last.unit) == (charge.payer, charge.unit):
            last = Charge(last.start, charge.end, last.payer, last.unit)
            continue
        if last is not None:
            yield last
        last = charge
    if last is not None:
        yield last


def _split(stretch: Stretch, life: Replay, calendars: Calendars) -> Iterator[Charge]:
    """Outside the payer's hours nobody pays, save where the attempt's clocks run day and night."""
    unit = stretch.unit if stretch.payer is Payer.UNIT else ""
    if stretch.payer is Payer.NOBODY or not stretch.rests:
        yield Charge(stretch.start, stretch.end, stretch.payer, unit)
        return
    calendar = calendars.of(stretch.payer, unit)
    at = stretch.start
    for opens, closes in calendar.spans_between(stretch.start, stretch.end):
        if opens > at:
            yield Charge(at, opens, Payer.NOBODY)
        yield Charge(opens, closes, stretch.payer, unit)
        at = closes
    if at < stretch.end:
        yield Charge(at, stretch.end, Payer.NOBODY)
