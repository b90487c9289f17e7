"""A year of the calendar as months of weeks of days, each day with its mark."""

from calendar import Calendar as Weeks
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from cases.phrases import Message, msg
from dispatch.calendar.notice import EntryKind
from dispatch.calendar.rows import Row, rows
from dispatch.calendar.table import DayTable

# A day that is several things shows the one that weighs most.
_WEIGHT = (EntryKind.CLOSURE, EntryKind.HOLIDAY, EntryKind.MAKEUP)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the grid. `kind` is what marks it: that of a row, "weekend", or nothing; `told` what there is to say of
    it, empty for a usual one."""

    day: date
    kind: str
    told: tuple[Message, ...]
    provisional: bool
    today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday to Sunday; days of other months are None."""

    number: int
    weeks: tuple[tuple[Cell | None, ...], ...]


def months(table: DayTable, year: int, today: date) -> list[Month]:
    """The year month by month."""
    marked: dict[date, list[Row]] = {}
    for row in rows(table, date(year, 1, 1), date(year, 12, 31)):
        marked.setdefault(row.day, []).append(row)
    return [
        Month(
            number,
            tuple(tuple(_cell(day, number, marked, today) for day in week) for week in _weeks(year, number)),
        )
        for number in range(1, 13)
    ]


def _weeks(year: int, month: int) -> Iterable[list[date]]:
    return Weeks().monthdatescalendar(year, month)


def _cell(day: date, month: int, marked: Mapping[date, list[Row]], today: date) -> Cell | None:
    if day.month != month:
        return None
    found = marked.get(day, [])
    kinds = {row.kind for row in found}
    kind = next((str(each) for each in _WEIGHT if each in kinds), "weekend" if day.weekday() >= _SATURDAY else "")
    provisional = any(row.provisional for row in found if row.kind is not EntryKind.CLOSURE)
    return Cell(day, kind, tuple(told(row) for row in found), provisional, day == today)


def told(row: Row) -> Message:
    """What there is to say of a row, without its date."""
    return msg(
        "calendar.page.row", kind=msg(f"calendar.kind.{row.kind}"), name=row.name, hours=row.hours, unit=row.unit,
    )  # fmt: skip
