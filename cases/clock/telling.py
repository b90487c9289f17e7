"""A deadline in plain words: the lines of an explanation as messages, for both languages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce

from cases.clock.explain import Line, Sort, explain, joined
from cases.clock.happened import HoldReason
from cases.clock.sla import Limit, Measure, due_at
from cases.clock.workdays import Calendar, Span
from cases.phrases import Message, msg
from cases.steps import Payer

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
# As many days in a row are named one by one; more are told by the first and the last.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Extension:
    """How much a promise was extended, when, and by whose leave."""

    by: Limit
    at: datetime
    approver: Message | str = ""


@dataclass(frozen=True, slots=True)
class Stood:
    """A time in which a clock stood: who paid for it, and of a hold why, and by whose leave."""

    start: datetime
    end: datetime
    payer: Payer
    hold: HoldReason | None = None
    approver: Message | str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """On what a deadline rests. `since` is the word for what began it ("received"); `due` is what it came to."""

    limit: Limit
    since: str
    start: datetime
    calendar: Calendar
    more: Sequence[Extension]
    stood: Sequence[Stood]
    due: datetime


def parts(ground: Ground) -> tuple[Message, ...]:
    """Why a deadline lies where it does: from what began it to the moment itself."""
    return tuple(_parts(ground))


def sentence(told: Sequence[Message]) -> Message:
    """The parts as one sentence."""
    *first, last = told
    joined_up = reduce(lambda rest, part: msg("clock.why.joined", first=part, then=rest), reversed(first), last)
    return msg("clock.why.sentence", told=joined_up)


def _parts(ground: Ground) -> Iterator[Message]:
    limit, calendar = ground.limit, ground.calendar
    yield msg(f"clock.why.since.{ground.since}", at=moment(ground.start, calendar))
    yield msg(f"clock.why.limit.{limit.measure}", limit=in_full(limit))
    told = explain(limit, ground.start, calendar)
    for line in joined(told.lines):
        yield from _line(line, calendar)
    worked_off = any(line.sort is Sort.CLOSED and line.time for line in told.lines)
    if limit.measure is Measure.WORKING_DAYS and not worked_off:
        yield msg("clock.why.closing", at=_clock(told.end, calendar))
    yield from _extended(ground, told.end)
    for stood in ground.stood:
        yield from _stood(stood, ground)
    if limit.is_working and calendar.rests_on_provisional(ground.start, ground.due):
        years = range(calendar.local_day(ground.start).year, calendar.local_day(ground.due).year + 1)
        open_ = ", ".join(str(year) for year in years if year not in calendar.published)
        yield msg("clock.why.provisional", years=open_)
    other_year = calendar.local_day(ground.start).year != calendar.local_day(ground.due).year
    yield msg("clock.why.therefore", at=moment(ground.due, calendar, year=other_year))


def _line(line: Line, calendar: Calendar) -> Iterator[Message]:
    if line.sort is Sort.SKIPPED and line.off is not None:
        yield msg("clock.why.skipped", days=_days(line.first, line.last), off=line.off.label)
    elif line.sort is Sort.CLOSED:
        hours = _hours(line.windows, calendar)
        part = msg("clock.why.closed", day=day_in_words(line.first), hours=hours)
        yield msg("clock.why.lost", closed=part, time=length(line.time)) if line.time else part
    elif line.sort is Sort.DAYS:
        yield _counts(_days(line.first, line.last), line)
    elif line.sort is Sort.COUNTED:
        day = msg(
            "clock.why.counted",
            day=day_in_words(line.first),
            hours=_hours(line.windows, calendar),
            time=length(line.time),
        )
        yield _counts(day, line)


def in_full(limit: Limit) -> Message:
    """A limit in whole words."""
    return msg(f"clock.limit_in_full.{limit.measure}{'_one' if limit.amount == 1 else ''}", n=limit.amount)


def _counts(days: Message, line: Line) -> Message:
    return msg("clock.why.made_up", days=days) if line.made_up else days


def _extended(ground: Ground, due: datetime) -> Iterator[Message]:
    for each in ground.more:
        due = due_at(each.by, due, ground.calendar)
        part = msg("clock.why.extended", by=in_full(each.by), at=moment(due, ground.calendar))
        yield _approved(part, each.approver)


def _stood(stood: Stood, ground: Ground) -> Iterator[Message]:
    """A time that moved the end on; nights and days off did not."""
    span = (stood.start, stood.end)
    time = ground.calendar.working_time_between(*span) if ground.limit.is_working else stood.end - stood.start
    if not time:
        return
    if stood.hold is not None:
        yield _approved(msg("clock.why.held", time=length(time), reason=stood.hold.label), stood.approver)
    else:
        yield msg("clock.why.stood", time=length(time), payer=stood.payer.label)


def _approved(part: Message, approver: Message | str) -> Message:
    return msg("clock.why.approved", part=part, by=approver) if approver else part


def length(time: timedelta) -> Message:
    """A length of time in hours and minutes; what is less than a minute is told as none."""
    hours, minutes = divmod(time // _MINUTE, 60)
    if not hours:
        return msg("clock.length.minutes", minutes=minutes)
    return msg("clock.length.both" if minutes else "clock.length.hours", hours=hours, minutes=minutes)


def _days(first: date, last: date) -> Message:
    count = (last - first).days + 1
    if count > _NAMED:
        return msg("clock.why.from_to", first=day_in_words(first), last=day_in_words(last))
    days = [day_in_words(first + ahead * _DAY) for ahead in range(count)]
    return reduce(lambda told, day: msg("clock.why.listed", first=told, then=day), days)


def day_in_words(day: date) -> Message:
    """A day as people read it, with its weekday."""
    return msg(
        "clock.why.day",
        weekday=msg(f"clock.weekday.{day.weekday()}"),
        day=day.day,
        month=msg(f"clock.month.{day.month}"),
    )


def moment(at: datetime, calendar: Calendar, *, year: bool = False) -> Message:
    """A moment as the office's people read it: weekday, day and time, with the year where it is asked for."""
    day, time = calendar.local_day(at), _clock(at, calendar)
    if year:
        return msg("clock.why.moment_in_year", day=day_in_words(day), time=time, year=day.year)
    return msg("clock.why.moment", day=day_in_words(day), time=time)


def _hours(windows: Sequence[Span], calendar: Calendar) -> str:
    return ", ".join(f"{_clock(a, calendar)}–{_clock(b, calendar)}" for a, b in windows)


def _clock(at: datetime, calendar: Calendar) -> str:
    """The time of day; with seconds where there are some, for they decide."""
    local = at.astimezone(calendar.zone)
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
