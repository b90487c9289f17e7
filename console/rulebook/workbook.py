"""The decision table as a file that an office fills in: XLSX and CSV, read and written. What stands in a cell stays
text: no formula comes of it, and one that is there is taken as what it shows."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from io import BytesIO, StringIO
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from cases.phrases import Message, msg
from console.supervise.sheets import Sheet, as_csv, as_xlsx
from dispatch.calendar.notice import decoded
from dispatch.policy import Policy
from dispatch.reading.cells import Fault
from dispatch.ruling.shown import sheet
from dispatch.ruling.shown.wording import ERRORS, Wording, wrong

MOST_ROWS, MOST_COLUMNS = 2000, 60
UNPACKED = 20 * 1024 * 1024  # bytes that the parts of a workbook may come to
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Line = dict[str, str]


class Unreadable(ValueError):
    """A file that is no table; `told` says why."""

    def __init__(self, why: str, /, **places: object) -> None:
        super().__init__(why)
        self.told: Message = Message(f"rulebook.file.{why}", places)


def written(policy: Policy, wording: Wording, lang: str, kind: str) -> bytes:
    """The table as a file of that kind, in a reader's language."""
    lines = [wording.shown(line, lang) for line in sheet.rows(policy)]
    headings = tuple(wording.heading(column, lang) for column in sheet.COLUMNS)
    rows = [tuple(line[column] for column in sheet.COLUMNS) for line in lines]
    return _file(wording.say(msg("rulebook.file.title"), lang), headings, rows, kind)


def with_errors(lines: Sequence[Line], faults: Iterable[Fault], wording: Wording, lang: str, kind: str) -> bytes:
    """A file that came in once more, with a column before all others that says what is wrong with each line."""
    headings = tuple(heading for heading in (lines[0] if lines else ()) if wording.column(heading) != ERRORS)
    by_line = wrong([(each.path, each.trouble, each.remedy) for each in faults], _last(lines))
    rows = []
    for at, line in enumerate(lines):
        said = [
            f"{wording.heading(_named(column), lang)}: {wording.say(trouble, lang)} {wording.say(remedy, lang)}"
            for column, trouble, remedy in by_line.get(at, ())
        ]
        rows.append(("\n".join(said), *(line.get(heading, "") for heading in headings)))
    title = wording.say(msg("rulebook.file.title"), lang)
    return _file(title, (wording.heading(ERRORS, lang), *headings), rows, kind)


def _named(part: str) -> str:
    """The column of the sheet that the last part of a fault's path is called by."""
    names = {"level": "send_level", "send": "to", "when": "id"}
    return part if part in sheet.COLUMNS else names.get(part, "id")


def _last(lines: Sequence[Line]) -> int:
    return max(len(lines) - 1, 0)


def _file(title: str, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]], kind: str) -> bytes:
    made = Sheet(title, headings, rows, UTC)
    return as_csv(made) if kind == "csv" else as_xlsx(made)


def lines_of(name: str, content: bytes) -> list[Line]:
    """The lines of a file as they came, by the headings of its first line; those without any cell are left out. Raises
    Unreadable."""
    rows = _of_workbook(content) if content[:2] == b"PK" else _of_text(content)
    head = [cell.strip() for cell in next(rows, ())]
    while head and not head[-1]:
        head.pop()
    if not head:
        raise Unreadable("empty", name=name)
    if len(set(head)) < len(head):
        raise Unreadable("twice", name=name, heading=next(each for each in head if head.count(each) > 1))
    lines = []
    for number, row in enumerate(rows, 2):
        if any(cell.strip() for cell in row[len(head) :]):
            raise Unreadable("longer", name=name, line=number)
        if any(cell.strip() for cell in row):
            lines.append(dict(zip(head, (*row, *[""] * len(head)), strict=False)))
        if len(lines) > MOST_ROWS:
            raise Unreadable("too_long", name=name, most=MOST_ROWS)
    if not lines:
        raise Unreadable("empty", name=name)
    return lines


def _of_text(content: bytes) -> Iterator[list[str]]:
    text = decoded(content)
    if text is None or "\x00" in text:
        raise Unreadable("no_text")
    try:
        for row in csv.reader(StringIO(text, newline="")):
            yield [_bare(cell) for cell in row]
    except csv.Error as error:
        raise Unreadable("no_csv", why=str(error)) from error


def _bare(cell: str) -> str:
    """Without the mark that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell[:1] == "'" and len(cell) > 1 else cell


def _of_workbook(content: bytes) -> Iterator[list[str]]:
    """The first sheet; of a formula what was last worked out."""
    try:
        with ZipFile(BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > UNPACKED:
                raise Unreadable("too_large")
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        page = book.worksheets[0]
        for row in page.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True):
            yield [_text(cell) for cell in row]
    except (BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, OSError, SyntaxError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("no_workbook") from error


def _text(cell: object) -> str:
    """A cell as text; a whole number without its point."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def rules_of(lines: Sequence[Mapping[str, str]], wording: Wording) -> dict[str, object]:
    """The raw rules, and the default where the file has one. Raises Unreadable where no heading is the table's."""
    read = wording.read(lines)
    if not read or "id" not in read[0]:
        raise Unreadable("no_heading", heading=wording.heading("id", "zh_CN"))
    return sheet.raw([{column: line.get(column, "") for column in (*sheet.COLUMNS, *line)} for line in read])
