"""The first day table: what `chinesecalendar` knows of days off and make-up days, as a seed of the policy."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import chinese_calendar

from cases.clock.workdays import DayKind
from dispatch.calendar.table import Day

_FIRST_YEAR = 2024  # a case older than the product needs no calendar


def with_day_table(policy: Mapping[str, Any]) -> dict[str, Any]:
    """A sound policy with the published days off and make-up days: a seed, edited as policy versions later.

    What the policy says of a day itself stays as it is; the years that are known whole are added to its own.
    """
    calendar = dict(policy.get("calendar", {}))
    off, work = _days(calendar.get("off", ())), _days(calendar.get("work", ()))
    years = set(calendar.get("published", ()))
    for year in _published():
        years.add(year)
        off |= _of(year, chinese_calendar.holidays) - work
        work |= _of(year, chinese_calendar.workdays) - off
    return {**policy, "calendar": {**calendar, "off": sorted(off), "work": sorted(work), "published": sorted(years)}}


def seed_of(year: int) -> tuple[Day, ...]:
    """The days off and make-up days of a published year; none where its notice is not known here."""
    if year not in _published():
        return ()
    names, kinds = day_names(), ((chinese_calendar.holidays, DayKind.OFF), (chinese_calendar.workdays, DayKind.WORK))
    return tuple(Day(day, kind, names[day]) for days, kind in kinds for day in days if day.year == year)


def day_names() -> dict[date, str]:
    """What the published days off and make-up days are called."""
    known = {**chinese_calendar.holidays, **chinese_calendar.workdays}
    return {day: chinese_calendar.Holiday(name).chinese for day, name in known.items()}


def _days(said: str | list[str] | tuple[str, ...]) -> set[str]:
    """The days of a cell with one date or a list of dates, each written the same way."""
    return {date.fromisoformat(day.strip()).isoformat() for day in ([said] if isinstance(said, str) else said)}


def _published() -> list[int]:
    """The years whose notice was taken in: it always has National Day."""
    return [
        day.year for day in chinese_calendar.holidays if day.year >= _FIRST_YEAR and (day.month, day.day) == (10, 1)
    ]


def _of(year: int, days: Mapping[date, str]) -> set[str]:
    return {day.isoformat() for day in days if day.year == year}
