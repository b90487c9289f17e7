"""Why a promise is due when it is, in sentences: the reckoning of `cases.clock.explain` for the stored timers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from cases.clock.explain import Line, Sort, explain, holds_between, joined
from cases.clock.sla import Limit, parse_limit
from cases.clock.workdays import Calendar
from cases.phrases import Message, msg

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Why:
    """The sentences of one deadline; `limit` is what is promised. `lines` is empty where the deadline cannot be
    reckoned anew: the calendar, or the limit, was another one when it was set."""

    limit: Message
    lines: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Reckoner:
    """Reckons deadlines anew. `calendars` are those that may have counted, the likeliest first; `happened` are the
    moments of the case's history, in order."""

    calendars: Sequence[Calendar]
    happened: Sequence[datetime]
    zone: tzinfo

    def of_timers(self, timers: Sequence[Any]) -> dict[UUID, Why]:
        """The sentences of each timer that has a deadline, by its id."""
        found = {}
        for timer in timers:
            limit = parse_limit(timer.limit_text)
            if limit is not None and timer.due_at is not None:
                chain = _chain(timer, timers)
                found[timer.id] = self._why(limit, chain, (timer.started_at, timer.due_at))
        return found

    def of_promise(self, limit: Limit, start: datetime, due: datetime) -> Why:
        """The sentences of a promise that never stood still."""
        return self._why(limit, [], (start, due))

    def _why(self, limit: Limit, chain: Sequence[Any], times: tuple[datetime, datetime]) -> Why:
        start, due = times
        for calendar in self.calendars:
            dues = [(row.due_at, row.ended_at or row.due_at) for row in chain]
            held = holds_between(limit, dues, self.happened, calendar)
            if held is None:
                continue
            told = explain(limit, start, calendar, held)
            if told.end == due:
                more = [msg("casepage.clock.provisional")] if told.provisional else []
                lines = [self._told(line, limit) for line in joined(told.lines)]
                return Why(limit.label, (*lines, *more))
        return Why(limit.label, ())

    def _told(self, line: Line, limit: Limit) -> Message:
        kind = msg(f"casepage.clock.{line.sort}", **dict(self._places(line, limit)))
        return msg("casepage.clock.made_up", line=kind) if line.made_up else kind

    def _places(self, line: Line, limit: Limit) -> Iterator[tuple[str, object]]:
        yield "at", line.start
        yield "days", _days(line.first, line.last)
        if line.sort is Sort.COUNTED:
            yield "hours", ", ".join(f"{self._hour(a)}–{self._hour(b)}" for a, b in line.windows)
        if line.sort is Sort.DAYS:
            count = (line.last - line.first).days
            yield "nth", str(line.nth) if not count else f"{line.nth - count}–{line.nth}"
        if line.sort is Sort.SKIPPED and line.off is not None:
            yield "why", msg(f"casepage.off.{line.off}")
        if line.sort is Sort.HELD:
            yield "until", line.end
        yield "time", _length(line.time)

    def _hour(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%H:%M}"


def _chain(timer: Any, timers: Sequence[Any]) -> list[Any]:
    """The rows of one clock up to this one, the first first: of the unit itself where it had it before, else the row
    from which another unit took it over."""
    same = [row for row in timers if _of_one_clock(row, timer)]
    chain = [timer]
    while True:
        earlier = [row for row in same if row.id < chain[0].id]
        own = [row for row in earlier if row.unit_id == chain[0].unit_id]
        taken = [row for row in earlier if row.due_at == chain[0].due_at]
        before = max(own or taken, key=lambda row: row.id, default=None)
        if before is None:
            return chain
        chain.insert(0, before)


def _of_one_clock(one: Any, other: Any) -> bool:
    same = (one.step, one.attempt, one.started_at) == (other.step, other.attempt, other.started_at)
    return same and one.due_at is not None


def _days(first: date, last: date) -> Message:
    if first == last:
        return _day(first)
    return msg("casepage.clock.from_to", first=_day(first), last=_day(last))


def _day(day: date) -> Message:
    weekday, month = msg(f"casepage.weekday.{day.weekday()}"), msg(f"casepage.month.{day.month}")
    return msg("casepage.clock.day", weekday=weekday, month=month, day=day.day)


def _length(time: timedelta) -> str:
    hours, minutes = divmod(time // _MINUTE, 60)
    return f"{hours}:{minutes:02d}"
