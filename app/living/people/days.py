"""The rhythm of days: how much comes on which day, and at which hour."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from random import Random

from cases.clock.workdays import Calendar

# How much of what an ordinary day brings comes on a Monday, a Tuesday, … a Sunday, and on a holiday at most.
_SHARES = (1.25, 1.0, 1.0, 1.0, 1.0, 0.75, 0.5)
_HOLIDAY = 0.5
# How much of a day comes in which hour: mornings are busy, the noon is quiet, the night almost silent.
_HOURS = (1, 1, 1, 1, 1, 2, 6, 14, 30, 38, 34, 24, 12, 16, 26, 28, 22, 18, 16, 18, 14, 8, 4, 2)


def count(luck: Random, day: date, calendar: Calendar, a_day: int) -> int:
    """How many reports a day brings where an ordinary one brings `a_day`."""
    share = _SHARES[day.weekday()]
    usual = a_day * (share if calendar.is_working_day(day) else min(_HOLIDAY, share))
    return max(1, round(luck.gauss(usual, usual**0.5)))


def moment(luck: Random, day: date, zone: tzinfo) -> datetime:
    """When on a day somebody calls."""
    [hour] = luck.choices(range(24), _HOURS)
    return _at(day, hour, luck, zone)


def night(luck: Random, day: date, zone: tzinfo) -> datetime:
    """When in the night after a day somebody calls."""
    hour = luck.choice((21, 22, 23, 0, 1, 2, 3, 4))
    return _at(day + timedelta(days=hour < 12), hour, luck, zone)


def _at(day: date, hour: int, luck: Random, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, hour, luck.randrange(60), luck.randrange(60), tzinfo=zone)


def days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last."""
    while first <= last:
        yield first
        first += timedelta(days=1)
