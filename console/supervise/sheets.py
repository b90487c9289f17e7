"""Lists as files: CSV and XLSX. What a person wrote stays text there; a formula never comes of it."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

Cell = str | int | datetime | timedelta | None
# A spreadsheet may take a cell that begins so for a formula; the wide forms where Chinese is typed.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BOM = "\ufeff"  # without it Excel does not read UTF-8
_WIDTHS = {"moment": 17, "span": 10, "text": 18, "long": 48}
_LONG = 24  # characters from which on a column is a wide one
_LOOK = 50  # rows that are looked at for it


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list: its title, what stands above the columns, its rows, and the zone of its moments."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    zone: tzinfo


def as_csv(sheet: Sheet) -> bytes:
    """UTF-8 with a mark at its beginning, lines ended as RFC 4180 has them."""
    text = StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow([guarded(heading) for heading in sheet.headings])
    out.writerows([_written(cell, sheet.zone) for cell in row] for row in sheet.rows)
    return (_BOM + text.getvalue()).encode()


def _written(cell: Cell, zone: tzinfo) -> str | int:
    if isinstance(cell, datetime):
        return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, timedelta):
        minutes = cell // timedelta(minutes=1)
        return f"{minutes // 60}:{minutes % 60:02d}"
    if cell is None:
        return ""
    return guarded(cell) if isinstance(cell, str) else cell


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula: a quotation mark goes before it."""
    return f"'{text}" if text.lstrip(" \u3000\u00a0").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def as_xlsx(sheet: Sheet) -> bytes:
    """A workbook of one sheet: the first row stands still, moments and spans are numbers that count."""
    out = BytesIO()
    # Row by row through a file of its own: a long list costs no memory. No text is looked at for what it may be.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        formats = {
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
            "span": book.add_format({"num_format": "[h]:mm"}),
            "text": book.add_format({"quote_prefix": True, "text_wrap": True, "valign": "top"}),
            "head": book.add_format({"bold": True, "bottom": 1}),
        }
        page = book.add_worksheet(sheet.title[:31])
        page.freeze_panes(1, 0)
        for at in range(len(sheet.headings)):
            page.set_column(at, at, _WIDTHS[_kind(sheet, at)])
        for at, heading in enumerate(sheet.headings):
            page.write_string(0, at, heading, formats["head"])
        for line, row in enumerate(sheet.rows, 1):
            for at, cell in enumerate(row):
                _put(page, (line, at), (cell, sheet.zone), formats)
        page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.headings) - 1)
    return out.getvalue()


def _kind(sheet: Sheet, at: int) -> str:
    """What a column holds, from its first rows."""
    cells = [row[at] for row in sheet.rows[:_LOOK] if row[at] is not None]
    if any(isinstance(cell, str) and len(cell) > _LONG for cell in cells):
        return "long"
    first = cells[0] if cells else ""
    return "moment" if isinstance(first, datetime) else "span" if isinstance(first, timedelta) else "text"


def _put(page: Any, place: tuple[int, int], cell: tuple[Cell, tzinfo], formats: dict[str, Any]) -> None:
    value, zone = cell
    if isinstance(value, datetime):  # a sheet knows no zone: the office's own hours
        page.write_datetime(
            *place, value.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0), formats["moment"]
        )
    elif isinstance(value, timedelta):
        page.write_datetime(*place, value, formats["span"])
    elif isinstance(value, int):
        page.write_number(*place, value)
    elif value:
        page.write_string(*place, value, formats["text"])
