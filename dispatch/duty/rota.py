"""The rota as moments: when the rows of a duty table begin and end on the wall clock of an office."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from dispatch.district.model import DutyRow

Span = tuple[datetime, datetime]
_DAYS = range(-1, 8)  # yesterday's night, and a whole week: every row comes once


def spans(rows: Iterable[DutyRow], around: datetime, zone: tzinfo) -> Iterator[Span]:
    """Beginning and end of every row from the day before `around` to a week after it, in UTC."""
    today = around.astimezone(zone).date()
    table = tuple(rows)
    for day in (today + timedelta(days=ahead) for ahead in _DAYS):
        for row in table:
            if row.weekday == day.weekday():
                yield on_day(row, day, zone)


@lru_cache(maxsize=4096)
def on_day(row: DutyRow, day: date, zone: tzinfo) -> Span:
    """Beginning and end of a row that begins on this day, in UTC."""
    last = day if row.starts < row.ends else day + timedelta(days=1)
    return _moment(day, row.starts, zone), _moment(last, row.ends, zone)


def until(rows: Iterable[DutyRow], moment: datetime, zone: tzinfo) -> datetime | None:
    """When the duty that holds at `moment` ends, rows that follow each other taken as one; None where none holds."""
    found: datetime | None = None
    for start, end in sorted(spans(rows, moment, zone)):
        if start <= (found or moment) < end:
            found = end
    return found


def next_start(rows: Iterable[DutyRow], after: datetime, zone: tzinfo) -> datetime | None:
    """When the next row begins after that moment; None where there is no row."""
    return min((start for start, _ in spans(rows, after, zone) if start > after), default=None)


def next_end(rows: Iterable[DutyRow], after: datetime, zone: tzinfo) -> datetime | None:
    """When the next row ends after that moment; None where there is no row."""
    return min((end for _, end in spans(rows, after, zone) if end > after), default=None)


def _moment(day: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
