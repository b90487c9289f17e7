"""What is wrong with a day table, and where it ends. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cases.clock.workdays import DayKind
from cases.phrases import Message, msg
from dispatch.calendar.table import CHINA, DayTable, legal

AHEAD = timedelta(days=60)  # so long before the table ends people are told (issue 5)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One trouble of a table: its kind as programs know it, and in words with the remedy."""

    kind: str
    told: Message


def last_day(table: DayTable, today: date) -> date | None:
    """The last day that the table knows for sure, without a gap from today on; None where this year itself is
    provisional."""
    year = today.year
    while year in table.published:
        year += 1
    return date(year - 1, 12, 31) if year > today.year else None


def ends_soon(table: DayTable, today: date) -> bool:
    """Whether the table ends within sixty days, or has ended."""
    end = last_day(table, today)
    return end is None or end - today <= AHEAD


def findings(table: DayTable, today: date) -> tuple[Finding, ...]:
    """All that a person should mend, in the order of the days."""
    return (*_makeup_days(table), *_incomplete(table), *_gaps(table), *_end(table, today))


def _makeup_days(table: DayTable) -> Iterator[Finding]:
    for day, each in sorted(table.days.items()):
        if each.kind is DayKind.WORK and day.weekday() < _SATURDAY:
            weekday = msg(f"clock.weekday.{day.weekday()}")
            yield Finding("makeup_on_weekday", msg("calendar.check.makeup_on_weekday", day=str(day), weekday=weekday))


def _incomplete(table: DayTable) -> Iterator[Finding]:
    """Published years that lack a holiday which the law fixes."""
    for year in sorted(table.published) if table.zone_name in CHINA else ():
        missing = [str(day) for day in legal(year) if day not in table.days]
        if missing:
            yield Finding("incomplete", msg("calendar.check.incomplete", year=str(year), days=", ".join(missing)))


def _gaps(table: DayTable) -> Iterator[Finding]:
    """Years between published ones that nobody entered."""
    if table.published:
        for year in range(min(table.published), max(table.published)):
            if year not in table.published:
                yield Finding("gap", msg("calendar.check.gap", year=str(year)))


def _end(table: DayTable, today: date) -> Iterator[Finding]:
    end = last_day(table, today)
    if end is None:
        yield Finding("ended", msg("calendar.check.ended", year=str(today.year)))
    elif ends_soon(table, today):
        days = (end - today).days
        yield Finding("ends_soon", msg("calendar.check.ends_soon", end=str(end), days=days, year=str(end.year + 1)))
