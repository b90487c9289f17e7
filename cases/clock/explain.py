"""Why a promise is due when it is: its beginning, what was counted and what was not, and its end, as lines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cases.clock.sla import Limit, Measure
from cases.clock.workdays import Calendar, DayKind, aware
from cases.states import Coded

Pause = tuple[datetime, datetime]
_DAY = timedelta(days=1)
_WALL = {
    Measure.MINUTES: timedelta(minutes=1), Measure.HOURS: timedelta(hours=1), Measure.DAYS: timedelta(days=1)
}  # fmt: skip
_WORKED = {Measure.WORKING_MINUTES: timedelta(minutes=1), Measure.WORKING_HOURS: timedelta(hours=1)}


class Sort(Coded):
    """What a line of an explanation says."""

    START = "start"  # the clock begins
    FIRST_DAY = "first_day"  # the day of the beginning does not count
    COUNTED = "counted"  # working time, in the windows of one day
    DAYS = "days"  # whole working days, one after another
    SKIPPED = "skipped"  # days off
    CLOSED = "closed"  # hours that were closed by decision
    WALL = "wall"  # time on the wall clock
    HELD = "held"  # a stretch that is not charged: the end moves on by as much
    END = "end"


class Off(Coded):
    """Why a day does not count."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    LEGAL = "legal"  # the law's own holidays, of a year whose table is still to come
    CLOSED = "closed"  # nobody works by decision
    NO_HOURS = "no_hours"  # a clock that is put forward leaves it none of its hours


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `start` and `end` are moments in UTC, `first` and `last` days of the office.

    `time` is what it adds; `nth` the number of the last working day that is counted; `windows` the hours of a
    counted day, or those that were closed; `made_up` whether a day counts that is one off by the week.
    """

    sort: Sort
    start: datetime
    end: datetime
    first: date
    last: date
    time: timedelta = timedelta()
    nth: int = 0
    windows: tuple[tuple[datetime, datetime], ...] = ()
    off: Off | None = None
    made_up: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """The lines from the beginning to the end. `provisional`: a year that it rests on may still change."""

    lines: tuple[Line, ...]
    end: datetime
    provisional: bool


def explain(limit: Limit, start: datetime, calendar: Calendar, held: Sequence[Pause] = ()) -> Explanation:
    """How the end of a promise comes about. `held` are stretches in which its clock stood, in order."""
    start = aware(start, "start")
    lines = [_line(Sort.START, start, start, calendar), *_first(limit, start, calendar)]
    end = lines[-1].end
    for begin, until in held:
        stood = _stood(limit, (begin, until), calendar)
        lines.append(_line(Sort.HELD, begin, until, calendar, time=stood))
        lines += _worked(end, stood, calendar) if limit.is_working else [_wall(end, stood, calendar)]
        end = lines[-1].end if stood else end
    lines.append(_line(Sort.END, end, end, calendar))
    return Explanation(tuple(lines), end, limit.is_working and calendar.rests_on_provisional(start, end))


def _line(sort: Sort, start: datetime, end: datetime, calendar: Calendar, time: timedelta = timedelta()) -> Line:
    return Line(sort, start, end, calendar.local_day(start), calendar.local_day(end), time)


def _first(limit: Limit, start: datetime, calendar: Calendar) -> Iterable[Line]:
    """What leads from the beginning to the end where the clock never stands."""
    if limit.measure is Measure.WORKING_DAYS:
        return _days(start, limit.amount, calendar)
    if limit.measure in _WORKED:
        return _worked(start, _WORKED[limit.measure] * limit.amount, calendar)
    return [_wall(start, _WALL[limit.measure] * limit.amount, calendar)]


def _wall(start: datetime, time: timedelta, calendar: Calendar) -> Line:
    return _line(Sort.WALL, start, start + time, calendar, time=time)


def _stood(limit: Limit, pause: Pause, calendar: Calendar) -> timedelta:
    """How much time a hold took, in the limit's own measure."""
    begin, until = pause
    return calendar.working_time_between(begin, until) if limit.is_working else until - begin


def _days(start: datetime, amount: int, calendar: Calendar) -> Iterator[Line]:
    """Whole working days after the day of the beginning, in runs; the last one's closing time is the end."""
    yield _line(Sort.FIRST_DAY, start, start, calendar)
    day, nth = calendar.local_day(start), 0
    run: list[date] = []
    while nth < amount:
        day += _DAY
        if not calendar.windows_on(day):
            yield from _run(run, nth, calendar)
            run = []
            yield _skipped(day, calendar)
            continue
        if run and _made_up(day, calendar) != _made_up(run[-1], calendar):
            yield from _run(run, nth, calendar)
            run = []
        run.append(day)
        nth += 1
    yield from _run(run, nth, calendar)
    yield from _worked_off(day, calendar)


def _worked_off(day: date, calendar: Calendar) -> Iterator[Line]:
    """What a closure took from the end of the last day."""
    lost = calendar.lost_at_end(day)
    if lost:
        closes = calendar.windows_on(day)[-1][1]
        pieces = tuple(piece for piece in calendar.closed_on(day) if piece[0] >= closes)
        yield Line(Sort.CLOSED, closes, pieces[-1][1], day, day, time=lost, windows=pieces)
        yield from _worked(pieces[-1][1], lost, calendar)


def _run(run: list[date], nth: int, calendar: Calendar) -> Iterator[Line]:
    if run:
        opens, closes = calendar.windows_on(run[0])[0][0], calendar.windows_on(run[-1])[-1][1]
        made_up = _made_up(run[0], calendar)
        yield Line(Sort.DAYS, opens, closes, run[0], run[-1], nth=nth, made_up=made_up)


def _worked(start: datetime, time: timedelta, calendar: Calendar) -> Iterator[Line]:
    """Working time from a moment on, day by day."""
    day, left, at = calendar.local_day(start), time, start
    while left:
        spans = [(max(opens, at), closes) for opens, closes in calendar.windows_on(day) if closes > at]
        if not calendar.windows_on(day):
            yield _skipped(day, calendar)
        else:
            line = _counted(day, spans, left, calendar) if spans else None
            left -= line.time if line else timedelta()
            yield from _shut(day, (at, line.end if line and not left else None), calendar)
            yield from [line] if line else []
        day += _DAY


def _shut(day: date, between: tuple[datetime, datetime | None], calendar: Calendar) -> Iterator[Line]:
    """What is closed by decision on a day from which time is counted; `between` is open at its end for all of it."""
    begin, end = between
    pieces = tuple((max(a, begin), b) for a, b in calendar.closed_on(day) if b > begin and (end is None or a < end))
    if pieces:
        yield Line(Sort.CLOSED, pieces[0][0], pieces[-1][1], day, day, windows=pieces)


def _counted(day: date, spans: Iterable[Pause], left: timedelta, calendar: Calendar) -> Line:
    windows: list[Pause] = []
    time = timedelta()
    for opens, closes in spans:
        if time == left:
            break
        ends = min(closes, opens + (left - time))
        windows.append((opens, ends))
        time += ends - opens
    made_up = _made_up(day, calendar)
    return Line(
        Sort.COUNTED, windows[0][0], windows[-1][1], day, day, time=time, windows=tuple(windows), made_up=made_up
    )


def _skipped(day: date, calendar: Calendar) -> Line:
    """A day off. It has no moment of its own: start and end are its first working moment after it."""
    opens = calendar.windows_on(calendar.next_working_day(day))[0][0]
    return Line(Sort.SKIPPED, opens, opens, day, day, off=_why_off(day, calendar))


def _why_off(day: date, calendar: Calendar) -> Off:
    if calendar.closed_on(day):
        return Off.CLOSED
    if calendar.days.get(day) is DayKind.OFF:
        return Off.HOLIDAY
    if calendar.is_working_day(day):
        return Off.NO_HOURS
    return Off.WEEKEND if day.weekday() >= 5 else Off.LEGAL


def _made_up(day: date, calendar: Calendar) -> bool:
    return day.weekday() >= 5 and calendar.days.get(day) is DayKind.WORK


def joined(lines: Iterable[Line]) -> list[Line]:
    """The lines with days off that follow each other, for the same reason, as one."""
    found: list[Line] = []
    for line in lines:
        last = found[-1] if found else None
        if last is not None and line.sort is last.sort is Sort.SKIPPED and line.off is last.off:
            found[-1] = Line(Sort.SKIPPED, last.start, line.end, last.first, line.last, off=line.off)
        else:
            found.append(line)
    return found
