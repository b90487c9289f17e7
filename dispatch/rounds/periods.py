"""Periods of a plan: when they begin by a calendar rule, and from when to when the work of one may be done.

A rule is an RRULE of RFC 5545 (iCalendar), section 3.3.10, without an end of its own: each day on which it occurs
begins a period, which lasts until the next.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from dateutil.rrule import rrule, rrulestr

from cases.clock.workdays import Calendar

LONGEST = timedelta(days=366)  # of a period: what comes round less often than once a year is no round
_WARN = 0.75  # of the working time of a window, as for the limits of a case
_ENDS = ("COUNT=", "UNTIL=", "DTSTART")
_TOO_OFTEN = ("HOURLY", "MINUTELY", "SECONDLY", "BYHOUR", "BYMINUTE", "BYSECOND")


class BadRule(ValueError):
    """A calendar rule that cannot be used; `why` is the last word of a message id."""

    def __init__(self, why: str, rule: str) -> None:
        super().__init__(f"{why}: {rule}")
        self.why = why
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Period:
    """From its first day to the day before `end`, which begins the next."""

    start: date
    end: date

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """When the work of a period may begin, when it is due, and when three quarters of the working time have gone."""

    opens_at: datetime
    warn_at: datetime
    due_at: datetime


def check_rule(rule: str, start: date) -> None:
    """Raises BadRule where the rule is none, ends by itself, comes round within a day or too seldom."""
    for period in _first(periods(rule, start, start), 3):
        if period.end - period.start > LONGEST:
            raise BadRule("too_seldom", rule)


def periods(rule: str, start: date, begin: date) -> Iterator[Period]:
    """The periods that begin on `begin` or later, of a rule that is reckoned from `start`. They never end. Raises
    BadRule."""
    days = _days(rule, start, max(begin, start))
    first = next(days)
    for following in days:
        yield Period(first, following)
        first = following


def period_of(rule: str, start: date, day: date) -> Period | None:
    """The period in which a day lies; None before the first. Raises BadRule."""
    last = None
    for period in periods(rule, start, max(start, day - 2 * LONGEST)):
        if period.start > day:
            return last
        last = period if period.end > day else None
        if last is not None:
            return last
    return None


def window(period: Period, calendar: Calendar) -> Window | None:
    """From the opening of the first working day of a period to the closing time of its last; None where it has no
    working day, for then nothing is owed."""
    days = (period.start + timedelta(days=n) for n in range((period.end - period.start).days))
    spans = [span for day in days for span in calendar.windows_on(day)]
    if not spans:
        return None
    opens, closes = spans[0][0], spans[-1][1]
    return Window(opens, calendar.add_working_time(opens, _WARN * _worked(spans)), closes)


def _worked(spans: list[tuple[datetime, datetime]]) -> timedelta:
    return sum((end - start for start, end in spans), timedelta())


def rung_at(opens_at: datetime, due_at: datetime, rung: int, calendar: Calendar) -> datetime:
    """When the rung `rung` (from 1) of the ladder is told that a round was missed: each half of its working time."""
    half = calendar.working_time_between(opens_at, due_at) / 2
    return calendar.add_working_time(due_at, half * rung)


def asked(said: str, today: date) -> Period | None:
    """The time that somebody asks for: a month (2026-11), a day (2026-11-23), or nothing: the thirty days up to
    today. None where it is neither."""
    if not said:
        return Period(today - timedelta(days=30), today + timedelta(days=1))
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}", said):
            first = date.fromisoformat(f"{said}-01")
            return Period(first, (first + timedelta(days=31)).replace(day=1))
        first = date.fromisoformat(said)
    except ValueError:
        return None
    return Period(first, first + timedelta(days=1))


def _first(found: Iterator[Period], count: int) -> Iterator[Period]:
    for _ in range(count):
        yield next(found)


def _days(rule: str, start: date, begin: date) -> Iterator[date]:
    """The days on which a rule occurs, from `begin` on. Raises BadRule where none comes for years."""
    parsed = _parsed(rule.strip().upper().removeprefix("RRULE:"), start)
    at = datetime.combine(begin, time())
    found = parsed.xafter(at, inc=True)
    last = begin
    for each in found:
        if each.date() - last > 4 * LONGEST:
            break
        last = each.date()
        yield last
    raise BadRule("never", rule)


@lru_cache(256)
def _parsed(rule: str, start: date) -> rrule:
    if any(word in rule for word in _ENDS):
        raise BadRule("ends", rule)
    if any(word in rule for word in _TOO_OFTEN):
        raise BadRule("too_often", rule)
    try:
        found = rrulestr(rule, dtstart=datetime.combine(start, time()))
    except (ValueError, KeyError, TypeError, AttributeError) as trouble:
        raise BadRule("no_rule", rule) from trouble
    if not isinstance(found, rrule):
        raise BadRule("no_rule", rule)
    return found
