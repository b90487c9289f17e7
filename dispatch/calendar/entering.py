"""Changing an office's calendar: the yearly notice, single days, hours, an emergency closure and its end.

Each is one new version, tried out first by `preview`. Raises CalendarTrouble for what cannot be.
"""

from collections.abc import Callable
from datetime import date

from cases.clock.workdays import DayKind, Window
from cases.phrases import msg
from dispatch.calendar import changing, ending, recount, versions
from dispatch.calendar.changing import CalendarTrouble, Stretch
from dispatch.calendar.notice import Notice
from dispatch.calendar.rows import Difference, difference
from dispatch.calendar.table import Day, DayTable
from dispatch.calendar.versions import Made, Version
from dispatch.transaction import Tx

Change = Callable[[DayTable], DayTable]


def preview(tx: Tx, change: Change) -> Difference:
    """What would change."""
    return difference(tx.day_table, _sound(change(tx.day_table)))


def enter(tx: Tx, change: Change, made: Made) -> Version | None:
    """A new version, by which open cases are reckoned anew; None where nothing changes."""
    version = versions.edit(tx, lambda table: _sound(change(table)), made)
    if version is not None:
        recount.begin(tx, version)
        ending.promise(tx, version.table)
    return version


def of_notice(notice: Notice, *, whole: bool) -> Change:
    """Enter a notice. A whole one must have the holidays that the law fixes, else a year would pass for complete."""

    def change(table: DayTable) -> DayTable:
        missing = changing.lacking(table, notice) if whole else ()
        if missing:
            raise CalendarTrouble(msg("calendar.trouble.incomplete", days=", ".join(map(str, missing))))
        return changing.with_notice(table, notice, whole=whole)

    return change


def of_day(day: date, kind: DayKind | None, name: str) -> Change:
    """Enter one day by hand."""
    return lambda table: changing.with_day(table, day, kind, name)


def of_seed(year: int, days: tuple[Day, ...]) -> Change:
    """Enter what the program knows of a published year."""
    return lambda table: changing.seeded(table, year, days)


def of_closure(tx: Tx, stretch: Stretch, why: str) -> Change:
    """Close in an emergency; the reason is for whoever asks why a date moved."""
    _known(tx, stretch.unit)
    if not why.strip():
        raise CalendarTrouble(msg("calendar.trouble.no_why"))
    return lambda table: changing.with_closure(table, stretch, why.strip())


def of_reopening(tx: Tx, stretch: Stretch) -> Change:
    """Open again what was closed."""
    _known(tx, stretch.unit)
    return lambda table: changing.without_closure(table, stretch)


def of_hours(tx: Tx, windows: tuple[Window, ...], unit: str = "") -> Change:
    """Other hours of the office, or of a unit: none are those above it."""
    _known(tx, unit)
    return lambda table: changing.with_hours(table, windows, unit)


def _known(tx: Tx, unit: str) -> None:
    if unit and tx.district.unit(unit) is None:
        raise CalendarTrouble(msg("calendar.trouble.no_unit", given=unit))


def _sound(table: DayTable) -> DayTable:
    """The table, where people still work by it. Raises CalendarTrouble."""
    every = list(table.days) + [each.closure.day for each in table.closings]
    codes = {each.unit for each in table.closings} | set(table.unit_windows)
    for calendar in (table.calendar, *(table.calendar_of((code,)) for code in codes)):
        try:
            for day in {date(day.year, 1, 1) for day in every}:
                calendar.next_working_day(day)
        except ValueError:
            raise CalendarTrouble(msg("calendar.trouble.no_work")) from None
    return table
