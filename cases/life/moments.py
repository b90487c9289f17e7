"""Where a promise moves that is extended or was held: pure reckoning on limits and calendars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.clock.sla import Limit, Measure, due_at, moved_on
from cases.clock.workdays import Calendar, Span

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_MOST = 99_999  # a limit has five digits


@dataclass(frozen=True, slots=True)
class Course:
    """How a promise came to its moment: its limit and start, by how much it was extended, and when it stood."""

    limit: Limit
    start: datetime
    more: tuple[Limit, ...] = ()
    held: tuple[Span, ...] = ()

    def due(self, calendar: Calendar) -> datetime:
        """When it is due."""
        return moved_on(self.limit, self.start, calendar, self.more, self.held)

    def extended(self, by: Limit) -> "Course":
        """The same, extended once more."""
        return Course(self.limit, self.start, (*self.more, by), self.held)


def amount_until(limit: Limit, due: datetime, wanted: datetime, calendar: Calendar) -> Limit | None:
    """By how much a promise is extended so that it is due at `wanted` or, in its own measure, the next moment after;
    None where that is no extension, or a longer one than anything is promised for."""
    if limit.measure is Measure.WORKING_DAYS:
        return _limit(calendar.working_days_between(calendar.local_day(due), calendar.local_day(wanted)), limit.measure)
    if wanted <= due:
        return None
    if limit.measure is Measure.WORKING_HOURS:
        return _limit(-(-calendar.working_time_between(due, wanted) // _HOUR), limit.measure)
    if limit.measure is Measure.DAYS:
        return _limit(-(-(wanted - due) // _DAY), limit.measure)
    return _limit(-(-(wanted - due) // _HOUR), Measure.HOURS)


def _limit(amount: int, measure: Measure) -> Limit | None:
    return Limit(amount, measure) if 1 <= amount <= _MOST else None


def has_room(limit: Limit, cap: Limit, granted: Sequence[Span], wanted: Span, calendar: Calendar) -> bool:
    """Whether an extension from the moment that stands to the wanted one fits under the cap, together with those that
    were granted (each from the old moment to the new). The cap counts from the first moment that was promised."""
    first = granted[0][0] if granted else wanted[0]
    whole = _time(limit, (first, due_at(cap, first, calendar)), calendar)
    used = sum((_time(limit, span, calendar) for span in granted), timedelta())
    return used + _time(limit, wanted, calendar) <= whole


def _time(limit: Limit, span: Span, calendar: Calendar) -> timedelta:
    return calendar.working_time_between(*span) if limit.is_working else span[1] - span[0]
