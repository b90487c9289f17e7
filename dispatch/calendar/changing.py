"""How a day table becomes another one: a notice entered, an office closed and opened again, other hours. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType

from cases.clock.workdays import Calendar, Closure, DayKind, Window
from cases.phrases import Message, msg
from dispatch.calendar.notice import EntryKind, Notice
from dispatch.calendar.table import CHINA, Closing, Day, DayTable, Origin, legal

LONGEST_CLOSURE = timedelta(days=60)
_KINDS = {EntryKind.HOLIDAY: DayKind.OFF, EntryKind.MAKEUP: DayKind.WORK}
_MIDNIGHT = time()


class CalendarTrouble(ValueError):
    """A change that cannot be: `message` names the field, the trouble and the remedy."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.id)
        self.message = message


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when until when a unit (empty: the whole office) is closed, or opens again. Raises CalendarTrouble for one
    that runs backwards or is too long for an emergency."""

    start: datetime
    end: datetime
    unit: str = ""

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise CalendarTrouble(msg("calendar.trouble.backwards"))
        if self.end - self.start > LONGEST_CLOSURE:
            raise CalendarTrouble(msg("calendar.trouble.too_long", days=LONGEST_CLOSURE.days))


def lacking(table: DayTable, notice: Notice) -> tuple[date, ...]:
    """The holidays that the law fixes and that the notice of a whole year has, but this one has not."""
    if table.zone_name not in CHINA:
        return ()
    off = {each.day for each in notice.entries if each.kind is EntryKind.HOLIDAY}
    return tuple(day for year in notice.years for day in legal(year) if day not in off)


def with_notice(table: DayTable, notice: Notice, *, whole: bool) -> DayTable:
    """The table with the days of a notice. A whole one replaces what the table had of its years and makes them
    published; days that the office entered by hand stay as they are."""
    years = notice.years if whole else ()
    hand = {day for day, each in table.days.items() if each.origin is Origin.HAND and day.year in years}
    stays = {day: each for day, each in table.days.items() if day in hand or day.year not in years}
    origin = Origin.NOTICE if whole else Origin.HAND
    named = ((each.day, each.name, _KINDS[each.kind]) for each in notice.entries if each.kind in _KINDS)
    new = {day: Day(day, kind, name, origin) for day, name, kind in named if day not in hand}
    closed = (Closing(Closure(e.day), "", e.name) for e in notice.entries if e.kind is EntryKind.CLOSURE)
    closings = _together(table.closings, closed)
    return replace(_with_days(table, stays | new), published=table.published.union(years), closings=closings)


def with_day(table: DayTable, day: date, kind: DayKind | None, name: str) -> DayTable:
    """The table with one day entered by hand; without a kind it is as its weekday says."""
    others = {each: value for each, value in table.days.items() if each != day}
    return _with_days(table, others if kind is None else {**others, day: Day(day, kind, name, Origin.HAND)})


def _with_days(table: DayTable, days: Mapping[date, Day]) -> DayTable:
    return replace(table, days=MappingProxyType(dict(sorted(days.items()))))


def seeded(table: DayTable, year: int, days: tuple[Day, ...]) -> DayTable:
    """The table with a published year as a program knows it; what stands there of a notice or by hand stays."""
    stays = {day: each for day, each in table.days.items() if day.year != year or each.origin is not Origin.SEED}
    new = {each.day: each for each in days if each.day not in stays}
    return replace(_with_days(table, stays | new), published=table.published | {year})


def with_closure(table: DayTable, stretch: Stretch, why: str) -> DayTable:
    """The table with an emergency closure. Raises CalendarTrouble where no day of work would be left."""
    new = (Closing(closure, stretch.unit, why) for closure in _closures(table.calendar, stretch))
    return replace(table, closings=_together(table.closings, new))


def without_closure(table: DayTable, stretch: Stretch) -> DayTable:
    """The table in which nothing is closed in that stretch, of that unit alone. Raises CalendarTrouble where nothing
    was."""
    opened = {closure.day: closure.window for closure in _closures(table.calendar, stretch)}
    left: list[Closing] = []
    for each in table.closings:
        if each.unit != stretch.unit or each.closure.day not in opened:
            left.append(each)
            continue
        left += (replace(each, closure=Closure(each.closure.day, part)) for part in _rest(each.closure, opened))
    if tuple(left) == table.closings:
        raise CalendarTrouble(msg("calendar.trouble.not_closed"))
    return replace(table, closings=tuple(left))


def _rest(closure: Closure, opened: dict[date, Window | None]) -> Iterator[Window]:
    """What is left of a closure when a part of its day is opened."""
    away = opened[closure.day]
    if away is None:
        return
    begin, end = closure.window or (_MIDNIGHT, time.max)
    for start, until in ((begin, min(end, away[0])), (max(begin, away[1]), end)):
        if start < until:
            yield start, until


def _closures(calendar: Calendar, stretch: Stretch) -> Iterator[Closure]:
    """A stretch day by day, in the office's own hours."""
    start, end = (moment.astimezone(calendar.zone).replace(tzinfo=None) for moment in (stretch.start, stretch.end))
    day = start.date()
    while (begins := max(start, datetime.combine(day, _MIDNIGHT))) < end:
        last = end.date() == day
        if begins.time() == _MIDNIGHT and not last:
            yield Closure(day)
        else:
            yield Closure(day, (begins.time(), end.time() if last else time.max))
        day += timedelta(days=1)


def _together(standing: tuple[Closing, ...], new: Iterator[Closing]) -> tuple[Closing, ...]:
    """Closings in the order of their days; what stands already is not said twice."""
    every = dict.fromkeys((*standing, *new))
    return tuple(sorted(every, key=lambda each: (each.closure.day, each.closure.window or (), each.unit)))


def with_hours(table: DayTable, windows: tuple[Window, ...], unit: str = "") -> DayTable:
    """The table with other hours of the office or of a unit; a unit without hours has those above it."""
    if not unit:
        return replace(table, windows=windows)
    others = {code: hours for code, hours in table.unit_windows.items() if code != unit}
    return replace(table, unit_windows=MappingProxyType({**others, unit: windows} if windows else others))


def moment_in(calendar: Calendar, said: str) -> datetime:
    """A moment as it was written; without an offset it is the office's local time. Raises CalendarTrouble."""
    try:
        at = datetime.fromisoformat(said.strip())
    except ValueError:
        raise CalendarTrouble(msg("calendar.trouble.no_moment", given=said)) from None
    return (at if at.tzinfo is not None else at.replace(tzinfo=calendar.zone)).astimezone(UTC)


def hours_in(said: str) -> tuple[Window, ...]:
    """Hours as they are written: `09:00-12:00, 13:00-17:30`. Raises CalendarTrouble."""
    try:
        pairs = [tuple(time.fromisoformat(edge.strip()) for edge in part.split("-")) for part in said.split(",")]
        return Calendar(tuple((opens, closes) for opens, closes in pairs)).windows
    except ValueError:
        raise CalendarTrouble(msg("calendar.trouble.no_hours", given=said)) from None
