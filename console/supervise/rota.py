"""The rota of a unit as people read it: this week's days, who comes next, and hours without anybody."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from cases.phrases import Name
from dispatch.district import DutyRow, Unit, Worker
from dispatch.duty import reach, rota
from dispatch.duty.rota import Span
from dispatch.transaction import Tx

AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Entry:
    """A shift on one day. `is_away`: the person is on leave for some of it."""

    row: DutyRow
    worker: Worker
    is_now: bool
    is_away: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day of this week and its shifts, the earliest first."""

    date: date
    is_today: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """The same hours of one person on some days of the week (Monday is 0)."""

    worker: Worker
    starts: time
    ends: time
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Next:
    """Who comes next, and when."""

    at: datetime
    workers: tuple[Worker, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Hours in which nobody of a unit is there, and who takes what is urgent then."""

    start: datetime
    end: datetime
    goes_to: Name


def week(tx: Tx, unit: Unit) -> list[Day]:
    """Monday to Sunday of the office's present week."""
    today = tx.calendar.local_day(tx.now)
    monday = today - timedelta(days=today.weekday())
    days = (monday + timedelta(days=ahead) for ahead in range(7))
    return [Day(day, day == today, tuple(_entries(tx, unit, day))) for day in days]


def _entries(tx: Tx, unit: Unit, day: date) -> Iterator[Entry]:
    rows = (row for row in _rows(tx, unit) if row.weekday == day.weekday())
    for row in sorted(rows, key=lambda row: (row.starts, row.ends)):
        worker = tx.district.worker(row.worker)
        span = rota.on_day(row, day, tx.zone)
        if worker is not None:
            away = any(start < span[1] and span[0] < end for start, end in tx.absences.get(row.worker, ()))
            yield Entry(row, worker, span[0] <= tx.now < span[1], away)


def series(tx: Tx, unit: Unit) -> list[Series]:
    """The shifts of a unit, the same hours of the same person on several days as one, the earliest first."""
    found: list[Series] = []
    for row in sorted(_rows(tx, unit), key=lambda row: (row.starts, row.ends, row.worker, row.weekday)):
        worker = tx.district.worker(row.worker)
        last = found[-1] if found else None
        if last is not None and (last.worker, last.starts, last.ends) == (worker, row.starts, row.ends):
            found[-1] = replace(last, days=(*last.days, row.weekday))
        elif worker is not None:
            found.append(Series(worker, row.starts, row.ends, (row.weekday,)))
    return found


def next_up(tx: Tx, unit: Unit) -> Next | None:
    """Who comes next by the duty table and is not on leave then; None where nobody does within a week."""
    starts = [
        (start, row.worker)
        for row in _rows(tx, unit)
        for start, _ in rota.spans((row,), tx.now, tx.zone)
        if start > tx.now and reach.away_until(tx, row.worker, start) is None
    ]
    first = min((at for at, _ in starts), default=None)
    if first is None:
        return None
    found = (tx.district.worker(code) for at, code in starts if at == first)
    return Next(first, tuple(worker for worker in found if worker is not None))


def gaps(tx: Tx, unit: Unit) -> list[Gap]:
    """The gaps of the next seven days, and where what is urgent goes in each."""
    return [Gap(start, end, _goes_to(tx.seen_at(start), unit)) for start, end in holes(tx, unit)]


def holes(tx: Tx, unit: Unit) -> list[Span]:
    """The hours of the next seven days in which nobody of a unit is there, on duty or at work."""
    at, last = tx.now, tx.now + AHEAD
    found: list[Span] = []
    for start, end in sorted(_covered(tx, unit)):
        if start > at:
            found.append((at, min(start, last)))
        at = max(at, end)
        if at >= last:
            return found
    return [*found, (at, last)]


def _covered(tx: Tx, unit: Unit) -> Iterator[Span]:
    """Who is there, from when until when: shifts and the office's hours, without leaves."""
    for row in _rows(tx, unit):
        yield from _present(tx, row.worker, rota.spans((row,), tx.now, tx.zone))
    today = tx.calendar.local_day(tx.now)
    hours = [span for ahead in range(8) for span in _hours(tx, today + timedelta(days=ahead))]
    for worker in tx.district.workers_of(unit.code):
        yield from _present(tx, worker.code, hours)


def _hours(tx: Tx, day: date) -> Iterator[Span]:
    """The office's day as one: the pause at noon ends nobody's shift."""
    windows = tx.calendar.windows_on(day)
    if windows:
        yield windows[0][0], windows[-1][1]


def _present(tx: Tx, code: str, spans: Iterable[Span]) -> Iterator[Span]:
    for span in spans:
        yield from _without(span, sorted(tx.absences.get(code, ())))


def _without(span: Span, leaves: list[Span]) -> Iterator[Span]:
    """What is left of a span where leaves are taken out of it."""
    at, last = span
    for start, end in leaves:
        if at < start < last:
            yield at, start
        if start < last:
            at = max(at, end)
    if at < last:
        yield at, last


def _goes_to(tx: Tx, unit: Unit) -> Name:
    found = reach.next_eligible(tx, unit.code, (), urgent=True)
    return found.unit.name if found is not None and found.worker else tx.district.duty_desk.name


def _rows(tx: Tx, unit: Unit) -> list[DutyRow]:
    return [row for row in tx.district.duty if row.unit == unit.code]
