"""What `hotline calendar` shows: the days that are not as the week says, and what is wrong with the table."""

import argparse
import csv
import sys
from datetime import date
from typing import TYPE_CHECKING

from app.cli.records import house, office_of
from app.cli.voice import Voice
from app.trouble import Trouble, trouble
from cases.phrases import Message, msg

if TYPE_CHECKING:
    from dispatch.calendar.rows import Row
    from dispatch.calendar.table import DayTable
    from dispatch.transaction import Tx

_FIELDS = ("date", "kind", "name", "unit", "hours", "provisional")


def facts(row: "Row") -> dict[str, object]:
    """A row for a program."""
    values = (str(row.day), str(row.kind), row.name, row.unit, row.hours, row.provisional)
    return dict(zip(_FIELDS, values, strict=True))


def line(row: "Row") -> Message:
    """A row for a person."""
    weekday = msg(f"clock.weekday.{row.day.weekday()}")
    marks = [f" {row.hours}"] if row.hours else []
    marks += [f" [{row.unit}]"] if row.unit else []
    return msg(
        "calendar.row", day=str(row.day), weekday=weekday, kind=msg(f"calendar.kind.{row.kind}"), name=row.name,
        marks="".join(marks), provisional=msg("calendar.provisional") if row.provisional else "",
    )  # fmt: skip


def run_show(args: argparse.Namespace, voice: Voice) -> int:
    """The table from one day to another."""
    from dispatch.calendar.rows import rows
    from dispatch.calendar.versions import listed

    voice.as_json = args.calendar_output == "json"
    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        first, last = _span(args, tx)
        versions = listed(tx) if args.calendar_versions else []
        table, today = tx.day_table, tx.calendar.local_day(tx.now)
    shown = rows(table, first, last)
    if args.calendar_output == "csv":
        writer = csv.DictWriter(sys.stdout, _FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(facts(row) for row in shown)
    elif voice.as_json:
        voice.show(_all(table, today, shown) | ({"versions": [_version(row) for row in versions]} if versions else {}))
    else:
        _tell(voice, table, (first, last, today), shown)
        for each in versions:
            source = msg(f"calendar.source.{each.source}")
            facts_ = {"number": each.number, "source": source, "by": each.made_by, "why": each.why}
            voice.say(msg("calendar.version", at=each.made_at, **facts_))
    return 0


def _version(row: object) -> dict[str, object]:
    return {name: str(getattr(row, name)) for name in ("number", "source", "why", "made_by", "made_at")}


def _span(args: argparse.Namespace, tx: "Tx") -> tuple[date, date]:
    """The days that are asked for; else from this year to the last that the table has. Raises Trouble."""
    from app.cli.clock.calendar_entering import day_of

    if args.calendar_year is not None:
        if args.calendar_first or args.calendar_last:
            raise Trouble(msg("calendar.trouble.year_or_span"), code=2)
        if args.calendar_year not in range(2000, 2101):
            raise trouble("calendar.trouble.no_such_year", given=str(args.calendar_year))
        return date(args.calendar_year, 1, 1), date(args.calendar_year, 12, 31)
    year = tx.calendar.local_day(tx.now).year
    latest = max((year, *tx.day_table.published, *(day.year for day in tx.day_table.days)))
    first = day_of(args.calendar_first) if args.calendar_first else date(year, 1, 1)
    last = day_of(args.calendar_last) if args.calendar_last else max(date(latest, 12, 31), first)
    if last < first:
        raise trouble("calendar.trouble.span_backwards")
    return first, last


def _all(table: "DayTable", today: date, shown: "list[Row]") -> dict[str, object]:
    from dispatch.calendar.checking import last_day

    hours = [[f"{edge:%H:%M}" for edge in window] for window in table.windows]
    units = {code: [[f"{e:%H:%M}" for e in window] for window in own] for code, own in table.unit_windows.items()}
    end = last_day(table, today)
    return {
        "zone": table.zone_name, "windows": hours, "units": units, "published": sorted(table.published),
        "ends": str(end) if end else None, "days": [facts(row) for row in shown],
    }  # fmt: skip


def _tell(voice: Voice, table: "DayTable", days: tuple[date, date, date], shown: "list[Row]") -> None:
    from dispatch.calendar.checking import last_day

    first, last, today = days
    for hours, unit in ((table.windows, ""), *((own, code) for code, own in table.unit_windows.items())):
        said = ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in hours)
        voice.say(msg("calendar.hours_of", unit=unit, hours=said) if unit else msg("calendar.hours", hours=said))
    for row in shown:
        print(voice.text(line(row)))
    missing = [str(year) for year in range(first.year, last.year + 1) if year not in table.published]
    if missing:
        voice.say(msg("calendar.years_provisional", years=", ".join(missing)))
    end = last_day(table, today)
    voice.say(msg("calendar.ends", end=str(end)) if end else msg("calendar.ended", year=str(today.year)))


def run_check(args: argparse.Namespace, voice: Voice) -> int:
    """All that is wrong; 1 where there is something."""
    from dispatch.calendar.checking import findings

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        wrong = findings(tx.day_table, tx.calendar.local_day(tx.now))
    if voice.as_json:
        voice.show([{"kind": each.kind, "told": voice.text(each.told)} for each in wrong])
    for each in wrong:
        voice.say(each.told)
    if not wrong:
        voice.say(msg("calendar.check.clean"))
    return 1 if wrong else 0
