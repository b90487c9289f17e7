"""Reading the yearly notice of holidays and make-up days: a list of days as CSV, or the JSON form with `isOffDay`.

Pure: text to values. All faults are told together, each with its line and field.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from cases.phrases import Message, msg
from dispatch.reading.cells import Fault, shown

YEARS = range(2000, 2101)
_SATURDAY = 5
_STRAY = 4  # days of a year that a notice of the next one may name


class EntryKind(StrEnum):
    """What a notice says of a day."""

    HOLIDAY = "holiday"
    MAKEUP = "makeup"
    CLOSURE = "closure"


# The words that stand for a kind in a list made by hand.
_KINDS: Mapping[str, EntryKind] = MappingProxyType(
    {
        **dict.fromkeys(("holiday", "off", "假", "休", "放假", "假日", "节假日"), EntryKind.HOLIDAY),
        **dict.fromkeys(("makeup", "make-up", "work", "班", "补班", "上班", "调休上班"), EntryKind.MAKEUP),
        **dict.fromkeys(("closure", "closed", "停", "停办", "关闭"), EntryKind.CLOSURE),
    }
)
_COLUMNS: Mapping[str, str] = MappingProxyType(
    {"date": "date", "日期": "date", "kind": "kind", "类型": "kind", "name": "name", "名称": "name"}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A day of the notice, and the line where it stands."""

    line: int
    day: date
    kind: EntryKind
    name: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says, in the order of its days. `years` are those that it is for: a day before New Year may stand
    in it too."""

    years: tuple[int, ...]
    entries: tuple[Entry, ...]


class NoticeErrors(ValueError):
    """A notice that cannot be used, with everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


class _Reading:
    """Gathers the entries and the faults of one file."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.faults: list[Fault] = []
        self.entries: list[Entry] = []

    def fault(self, line: int, field: str, trouble: Message, remedy: Message) -> None:
        where = f"{self._name}:{line}" if line else self._name
        self.faults.append(Fault(f"{where} {field}".rstrip(), trouble, remedy))

    def take(self, line: int, said: str, kind: EntryKind | None, name: str) -> None:
        """One row; a kind of None was a fault already."""
        day = self._day(line, said)
        if day is None or kind is None:
            return
        if kind is EntryKind.MAKEUP and day.weekday() < _SATURDAY:
            weekday = msg(f"clock.weekday.{day.weekday()}")
            trouble = msg("calendar.fault.makeup_on_weekday", day=str(day), weekday=weekday)
            self.fault(line, "date", trouble, msg("calendar.fault.mend_makeup"))
        self.entries.append(Entry(line, day, kind, name.strip()))

    def _day(self, line: int, said: str) -> date | None:
        try:
            day = date.fromisoformat(said.strip())
        except ValueError:
            remedy = msg("dispatch.fault.write_date")
            self.fault(line, "date", msg("dispatch.fault.no_date", given=shown(said)), remedy)
            return None
        if day.year not in YEARS:
            remedy = msg("dispatch.fault.write_years", least=YEARS[0], most=YEARS[-1])
            self.fault(line, "date", msg("dispatch.fault.no_year", given=str(day.year)), remedy)
            return None
        return day


def decoded(raw: bytes) -> str | None:
    """The text of a file: UTF-8, else as Chinese spreadsheets save it; None where it is no text."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read_notice(name: str, text: str) -> Notice:
    """The notice of a file's text; the JSON form is known by its first sign. Raises NoticeErrors with all faults."""
    reading = _Reading(name)
    body = text.removeprefix("\ufeff")
    is_json = body.lstrip()[:1] in ("{", "[")
    years = _read_json(reading, body) if is_json else _read_csv(reading, body)
    _no_day_twice(reading)
    if not reading.entries and not reading.faults:
        reading.fault(0, "", msg("calendar.fault.empty"), msg("calendar.fault.fill"))
    if reading.faults:
        raise NoticeErrors(reading.faults)
    entries = sorted(reading.entries, key=lambda each: each.day)
    return Notice(years, tuple(entries))


def _read_csv(reading: _Reading, text: str) -> tuple[int, ...]:
    """The years that the list is for: those of which it has more than a stray day."""
    rows = csv.reader(text.splitlines(keepends=True))
    head = next(rows, [])
    columns = [_COLUMNS.get(cell.strip().casefold(), "") for cell in head]
    if not {"date", "kind"} <= set(columns):
        reading.fault(
            1, "", msg("calendar.fault.no_head", given=shown(",".join(head))), msg("calendar.fault.write_head")
        )
        return ()
    for cells in rows:
        row = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
        if any(cell.strip() for cell in cells):
            kind = _kind(reading, rows.line_num, row.get("kind", ""))
            reading.take(rows.line_num, row.get("date", ""), kind, row.get("name", ""))
    counted = Counter(each.day.year for each in reading.entries)
    return tuple(sorted(year for year, days in counted.items() if days > _STRAY or days == max(counted.values())))


def _kind(reading: _Reading, line: int, said: str) -> EntryKind | None:
    found = _KINDS.get(said.strip().casefold())
    if found is None:
        trouble = msg("calendar.fault.no_kind", given=shown(said.strip()))
        reading.fault(line, "kind", trouble, msg("dispatch.fault.choose", words=", ".join(EntryKind)))
    return found


def _read_json(reading: _Reading, text: str) -> tuple[int, ...]:
    """The year that the file itself names."""
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        reading.fault(error.lineno, "", msg("calendar.fault.no_json", why=error.msg), msg("calendar.fault.mend_json"))
        return ()
    days = raw.get("days") if isinstance(raw, dict) else None
    if not isinstance(days, list):
        reading.fault(0, "days", msg("dispatch.fault.missing"), msg("calendar.fault.write_json"))
        return ()
    for line, row in zip(_lines(text), days, strict=False):
        _take_json(reading, line, row if isinstance(row, dict) else {})
    year = raw.get("year")
    if type(year) is int and year in YEARS:
        return (year,)
    trouble = msg("dispatch.fault.no_year", given=shown(year)) if "year" in raw else msg("dispatch.fault.missing")
    reading.fault(0, "year", trouble, msg("calendar.fault.write_year"))
    return ()


def _take_json(reading: _Reading, line: int, row: Mapping[str, object]) -> None:
    off = row.get("isOffDay")
    if not isinstance(off, bool):
        trouble = (
            msg("dispatch.fault.is_value", given=shown(off)) if "isOffDay" in row else msg("dispatch.fault.missing")
        )
        reading.fault(line, "isOffDay", trouble, msg("dispatch.fault.write", form=msg("dispatch.form.flag")))
    kind = (EntryKind.HOLIDAY if off else EntryKind.MAKEUP) if isinstance(off, bool) else None
    reading.take(line, str(row.get("date", "")), kind, str(row.get("name", "")))


def _lines(text: str) -> Iterator[int]:
    """The line on which each item of the list `days` begins."""
    found = re.search(r'"days"\s*:\s*\[', text)
    at = found.end() if found else len(text)
    decoder = json.JSONDecoder()
    while start := re.compile(r"[\s,]*(?=[^\s,\]])").match(text, at):
        yield text.count("\n", 0, start.end()) + 1
        _, at = decoder.raw_decode(text, start.end())


def _no_day_twice(reading: _Reading) -> None:
    first: dict[date, Entry] = {}
    for entry in reading.entries:
        before = first.setdefault(entry.day, entry)
        if before is not entry:
            trouble = msg("calendar.fault.day_twice", day=str(entry.day), line=before.line)
            reading.fault(entry.line, "date", trouble, msg("calendar.fault.keep_one"))
