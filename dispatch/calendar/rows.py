"""A day table as rows, for people and programs: what is not as its weekday says, and what one version changed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cases.clock.workdays import DayKind
from dispatch.calendar.notice import EntryKind
from dispatch.calendar.table import DayTable, legal


@dataclass(frozen=True, slots=True)
class Row:
    """A day that is not as its weekday says. `hours` is the part of it that is closed ("13:00-17:30", empty for the
    whole day), `unit` for whom (empty for all), `provisional` whether its year is still to be published."""

    day: date
    kind: EntryKind
    name: str = ""
    unit: str = ""
    hours: str = ""
    provisional: bool = False


def rows(table: DayTable, first: date, last: date) -> list[Row]:
    """The rows from one day to another, in order; of a provisional year with the holidays that the law fixes."""
    found = [row for row in _all(table, range(first.year, last.year + 1)) if first <= row.day <= last]
    return sorted(found, key=lambda row: (row.day, row.kind, row.unit, row.hours))


def _all(table: DayTable, years: range) -> Iterator[Row]:
    provisional = table.calendar.is_provisional
    for day, each in table.days.items():
        kind = EntryKind.HOLIDAY if each.kind is DayKind.OFF else EntryKind.MAKEUP
        yield Row(day, kind, each.name, provisional=provisional(day))
    for year in years:
        for day in legal(year):
            if provisional(day) and day not in table.days:
                yield Row(day, EntryKind.HOLIDAY, provisional=True)
    for closing in table.closings:
        window, day = closing.closure.window, closing.closure.day
        hours = "-".join(f"{edge:%H:%M}" for edge in window) if window else ""
        yield Row(day, EntryKind.CLOSURE, closing.why, closing.unit, hours.replace("23:59", "24:00"), provisional(day))


@dataclass(frozen=True, slots=True)
class Difference:
    """What one table says and another did not: rows that came and rows that went, years that became published, and
    whether hours are other ones."""

    came: tuple[Row, ...]
    went: tuple[Row, ...]
    years: tuple[int, ...]
    hours: bool

    def __bool__(self) -> bool:
        return bool(self.came or self.went or self.years or self.hours)


def difference(before: DayTable, after: DayTable) -> Difference:
    """What changed from one table to another."""
    every = [*before.days, *after.days, *(each.closure.day for table in (before, after) for each in table.closings)]
    years = tuple(sorted(after.published - before.published))
    every += (date(year, 6, 1) for year in years)
    hours = (before.windows, before.unit_windows) != (after.windows, after.unit_windows)
    if not every:
        return Difference((), (), years, hours)
    first, last = date(min(every).year, 1, 1), date(max(every).year, 12, 31)
    was, now = rows(before, first, last), rows(after, first, last)
    known_was, known_now = set(was), set(now)
    came = tuple(row for row in now if row not in known_was)
    return Difference(came, tuple(row for row in was if row not in known_now), years, hours)
