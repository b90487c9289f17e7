"""The warning that the calendar ends: sixty days before, once for an office and a year, to its supervisors."""

from datetime import date, datetime, time
from uuid import UUID, uuid5

import sqlalchemy as sa

from cases.phrases import msg
from cases.steps import Level
from dispatch.calendar.checking import AHEAD, ends_soon, last_day
from dispatch.calendar.table import DayTable
from dispatch.district import Role
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.duty import reach, telling
from dispatch.models import errand as errands_table
from dispatch.people.roster import desk_id
from dispatch.transaction import Tx

SUPERVISORS = (Role.SUPERVISOR, Role.LEADER)
_EVER = sa.select(errands_table.c.id).where(
    errands_table.c.kind == str(Kind.CALENDAR_ENDS), errands_table.c.ref == sa.bindparam("of_ref")
)


def promise(tx: Tx, table: DayTable) -> None:
    """That supervisors are told in time, once for the first year that this table lacks."""
    year = _lacking(table, tx.calendar.local_day(tx.now))
    ref = _ref(tx, year)
    if tx.conn.execute(_EVER, {"of_ref": ref}).first() is None:
        begins = datetime.combine(date(year - 1, 12, 31) - AHEAD, time(), tzinfo=tx.calendar.zone)
        errands.put(tx, Kind.CALENDAR_ENDS, ref, tx.calendar.next_working_moment(max(begins, tx.now)))


def warn(tx: Tx, errand: Errand) -> None:
    """Tell the supervisors, where the year is still not entered; then whatever year lacks next has its own warning."""
    today = tx.calendar.local_day(tx.now)
    year = _lacking(tx.day_table, today)
    if errand.ref != _ref(tx, year) or not ends_soon(tx.day_table, today):
        promise(tx, tx.day_table)
        return
    end = last_day(tx.day_table, today)
    words = (
        msg("calendar.text.ends", end=str(end), year=str(year)) if end else msg("calendar.text.ended", year=str(year))
    )
    for staff_id in _supervisors(tx):
        telling.tell_staff(tx, staff_id, words, purpose="calendar_ends", level=Level.L3)


def _lacking(table: DayTable, today: date) -> int:
    """The first year from this one on that is still to be entered."""
    end = last_day(table, today)
    return end.year + 1 if end else today.year


def _ref(tx: Tx, year: int) -> UUID:
    return uuid5(tx.office_id, f"calendar of {year}")


def _supervisors(tx: Tx) -> list[UUID]:
    """All of the office who are not on leave and take texts; else the duty desk."""
    stopped = reach.stopped_staff(tx)
    fit = [
        worker.id
        for worker in tx.district.workers_of(tx.district.units[0].code)
        if worker.role in SUPERVISORS and worker.code not in tx.absent and worker.id not in stopped
    ]
    return fit or [desk_id(tx.office_id)]
