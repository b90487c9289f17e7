"""The district's tables as files: CSV, a file for each, or one workbook (XLSX) with a sheet for each.

A file is read as people leave it: with or without a byte order mark, in GB 18030 as an older Excel writes it, columns
named by their code or in either language, empty lines between. What is wrong is written beside each line of a copy.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from io import StringIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font

from app.cli.voice import Voice
from app.trouble import Trouble, trouble
from cases.phrases import LANGUAGES, Message, msg
from dispatch.district import Role
from dispatch.district.entered import Line
from dispatch.district.model import UnitKind
from dispatch.district.phones import DESK
from dispatch.district.sheets import COLUMNS, Row, kind_of

ERRORS = "errors"
_BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@")  # a text that begins so has an apostrophe before it in what we write


@dataclass(frozen=True)
class Read:
    """A table that was read: from which file, which sheet of it (none: CSV), and its lines."""

    file: Path
    sheet: str | None
    table: str
    lines: Sequence[Line]


class Words:
    """What columns and closed words are called in the office's languages, and back."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._codes: dict[str, str] = {}
        for lang in LANGUAGES:
            for name in {ERRORS, *COLUMNS, *(column for columns in COLUMNS.values() for column in columns)}:
                self._codes[self._said(_heading(name), lang)] = name
            for word in (*UnitKind, *Role):
                self._codes[self._said(word.label, lang)] = word.value
            self._codes[self._said(msg("district.word.duty_desk"), lang)] = DESK

    def _said(self, message: Message, lang: str) -> str:
        return Voice(lang).text(message).strip().casefold()

    def code(self, said: str) -> str:
        """The code of a heading or a closed word; what is none stays as it is."""
        return self._codes.get(said.strip().casefold(), said.strip())

    def heading(self, name: str) -> str:
        """What a column or a table is called."""
        return self._voice.text(_heading(name))

    def word(self, column: str, value: str) -> str:
        """A closed word as people say it."""
        if column == "kind" and value in set(UnitKind):
            return self._voice.text(UnitKind(value).label)
        if column == "role" and value in set(Role):
            return self._voice.text(Role(value).label)
        return self._voice.text(msg("district.word.duty_desk")) if (column, value) == ("role", DESK) else value


def _heading(name: str) -> Message:
    return msg(f"district.column.{name}")


def read(file: Path, words: Words) -> list[Read]:
    """The tables of a file. Raises Trouble."""
    sheets: list[tuple[str | None, list[list[str]]]]
    try:
        if file.suffix.lower() in (".xlsx", ".xlsm"):
            sheets = [(sheet.title, _cells(sheet)) for sheet in load_workbook(file, data_only=True).worksheets]
        else:
            sheets = [(None, list(csv.reader(StringIO(_text(file), newline=""))))]
    except OSError as error:
        raise trouble("rules.cli.no_file", file=str(file), why=error.strerror or str(error)) from error
    except Exception as error:  # a library of many kinds of broken files
        raise trouble("district.cli.no_table", file=str(file), why=f"{type(error).__name__}: {error}"[:200]) from error
    found = [_read(file, title, rows, words) for title, rows in sheets]
    tables = [each for each in found if each is not None]
    if not tables:
        known = "; ".join(f"{name}: {', '.join(columns)}" for name, columns in COLUMNS.items())
        raise Trouble(msg("district.cli.unknown_table", file=str(file), known=known))
    return tables


def _text(file: Path) -> str:
    whole = file.read_bytes()
    try:
        return whole.decode("utf-8-sig")
    except UnicodeDecodeError:
        return whole.decode("gb18030")


def _cells(sheet: Any) -> list[list[str]]:
    return [[_shown(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def _shown(cell: Any) -> str:
    """A cell as it would be typed."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell)


def _read(file: Path, title: str | None, rows: list[list[str]], words: Words) -> Read | None:
    """A table by its name where the sheet or the file bears one, else by its columns; None where it is none of ours."""
    heads = [words.code(cell) for cell in rows[0]] if rows else []
    named = words.code(title if title is not None else file.stem)
    table = named if named in COLUMNS else kind_of(head for head in heads if head not in ("", ERRORS))
    if table is None:
        return None
    unknown = [head for head in heads if head not in ("", ERRORS, *COLUMNS[table])]
    if unknown:
        raise Trouble(
            msg(
                "district.cli.unknown_column", file=str(file), column=", ".join(unknown),
                known=", ".join(COLUMNS[table]),
            )
        )  # fmt: skip
    return Read(file, title, table, list(_lines(heads, rows[1:], words)))


def _lines(heads: Sequence[str], rows: Sequence[Sequence[str]], words: Words) -> Iterator[Line]:
    for number, row in enumerate(rows, 2):
        cells = {head: _bare(cell) for head, cell in zip(heads, row, strict=False) if head not in ("", ERRORS)}
        if any(cell.strip() for cell in cells.values()):
            closed = {column: words.code(cells[column]) for column in ("kind", "role") if column in cells}
            yield Line(number, cells | closed)


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def write(folder: Path, tables: Mapping[str, Sequence[Row]], words: Words) -> None:
    """Each table as a CSV file of its name. Raises Trouble where one is there already."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        file = folder / f"{name}.csv"
        _new(file).write_bytes(_csv([_heads(name, words), *_values(name, rows, words)]))


def write_book(file: Path, tables: Mapping[str, Sequence[Row]], words: Words) -> None:
    """All tables as one workbook. Raises Trouble where it is there already."""
    book = Workbook()
    del book["Sheet"]
    for name, rows in tables.items():
        sheet = book.create_sheet(words.heading(name))
        for row in (_heads(name, words), *_values(name, rows, words)):
            sheet.append([_guarded(cell) for cell in row])
        sheet.freeze_panes = "A2"
        for cell in sheet[1]:
            cell.font = Font(bold=True)
    book.save(_new(file))


def _heads(name: str, words: Words) -> list[str]:
    return [words.heading(column) for column in COLUMNS[name]]


def _values(name: str, rows: Sequence[Row], words: Words) -> Iterator[list[str]]:
    for row in rows:
        yield [words.word(column, row[column]) for column in COLUMNS[name]]


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_guarded(cell) for cell in row] for row in rows)
    return (_BOM + text.getvalue()).encode()


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _new(file: Path) -> Path:
    if file.exists():
        raise trouble("district.cli.there", file=str(file))
    return file


def with_errors(file: Path, errors: Mapping[tuple[str | None, int], str], words: Words) -> Path:
    """A copy of a file with what is wrong in a column behind each line; where it is. An older copy is replaced."""
    copy = file.with_name(f"{file.stem}.errors{file.suffix}")
    if file.suffix.lower() in (".xlsx", ".xlsm"):
        _mark_book(file, copy, errors, words)
    else:
        rows = list(csv.reader(StringIO(_text(file), newline="")))
        at = len(rows[0]) if words.code(rows[0][-1]) != ERRORS else len(rows[0]) - 1
        made = [[*row[:at], *[""] * (at - len(row)), errors.get((None, n), "")] for n, row in enumerate(rows, 1)]
        made[0][at] = words.heading(ERRORS)
        copy.write_bytes(_csv(made))
    return copy


def _mark_book(file: Path, copy: Path, errors: Mapping[tuple[str | None, int], str], words: Words) -> None:
    book = load_workbook(file)
    for sheet in book.worksheets:
        mine = {number: text for (title, number), text in errors.items() if title == sheet.title}
        if not mine:
            continue
        last = sheet.cell(1, sheet.max_column)
        at = sheet.max_column if words.code(_shown(last.value)) == ERRORS else sheet.max_column + 1
        sheet.cell(1, at, words.heading(ERRORS)).font = Font(bold=True)
        for number in range(2, sheet.max_row + 1):
            cell = sheet.cell(number, at, mine.get(number))
            cell.alignment = Alignment(wrap_text=True)
    book.save(copy)
