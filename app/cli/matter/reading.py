"""What the commands about matters read: texts from the standard input, labelled messages, models, word lists."""

import argparse
import csv
import io
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import settings as reader
from app.cli.voice import Voice
from app.trouble import Trouble, trouble
from cases.phrases import Message, msg

if TYPE_CHECKING:
    from dispatch.matters.learnt.model import Model
    from dispatch.matters.learnt.training import Example
    from dispatch.matters.learnt.wordlist import WordList
    from dispatch.policy import Policy

DEPARTMENTS = Path(__file__).parents[2] / "shipped" / "departments.toml"
CATEGORY_COLUMN, TEXT_COLUMN, TITLE_COLUMN = "category_l1", "text", "title"
_TOLD_MOST = 20  # troubles of a file that are told; who has more has one for many rows
_CELL_MOST = 1 << 24


@dataclass(frozen=True, slots=True)
class Asked:
    """A text about which is asked, with what the asker knows it by."""

    id: object
    text: str
    title: str = ""


def asked(lines: Iterable[str], *, as_json: bool) -> Iterator[Asked]:
    """One text a line: an object `{"id", "text"}` (and `"title"`), or for people the bare words. Raises Trouble."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if not as_json and not line.lstrip().startswith("{"):
            yield Asked(number, line.strip())
            continue
        try:
            found = json.loads(line)
        except ValueError as error:
            raise Trouble(msg("matter.line.no_json", line=number), code=2) from error
        yield _asked(found, number)


def _asked(found: object, number: int) -> Asked:
    if not isinstance(found, dict):
        raise Trouble(msg("matter.line.no_object", line=number), code=2)
    text, title = found.get("text"), found.get("title", "")
    if not isinstance(text, str) or not isinstance(title, str | None):
        raise Trouble(msg("matter.line.no_text", line=number), code=2)
    return Asked(found.get("id"), text, title or "")


def model_of(file: str) -> "Model":
    """A model from its file. Raises Trouble."""
    from dispatch.matters.learnt.file import BadModel, of_bytes

    try:
        return of_bytes(Path(file).read_bytes())
    except OSError as error:
        raise trouble("matter.file.unreadable", path=file, why=error.strerror or str(error)) from error
    except BadModel as error:
        raise trouble("matter.file.bad_model", path=file, why=error.why) from error


def catalogue(voice: Voice) -> "Policy":
    """The office's own catalogue, as the configuration has it. Raises Trouble."""
    from dispatch.policy import PolicyErrors, parse

    try:
        return parse(reader.policy_in())
    except PolicyErrors as errors:
        first = errors.faults[0]
        why = f"{first.path}: {voice.text(first.trouble)}"
        raise trouble("matter.file.bad_policy", count=len(errors.faults), first=why) from errors


def departments() -> "WordList":
    """The words of the departments that letters to a city go to."""
    from dispatch.matters.learnt.wordlist import of_departments

    return of_departments(tomllib.loads(DEPARTMENTS.read_text(encoding="utf-8")))


def examples(args: argparse.Namespace) -> "list[Example]":
    """The labelled messages of the CSV file. Raises Trouble that names row and column, with all troubles at once."""
    rows = csv.DictReader(io.StringIO(_text(args.csv_file), newline=""))
    csv.field_size_limit(_CELL_MOST)
    try:
        _check_columns(rows.fieldnames or (), args)
        read = [_example(row, number, args) for number, row in enumerate(rows, 2)]
    except csv.Error as error:
        raise trouble("matter.file.no_csv", path=args.csv_file, line=rows.line_num, why=str(error)) from error
    faults = [each for each in read if isinstance(each, Message)]
    if faults:
        more = [msg("matter.row.more", count=len(faults) - _TOLD_MOST)] if len(faults) > _TOLD_MOST else []
        raise Trouble(*faults[:_TOLD_MOST], *more)
    found = [each for each in read if not isinstance(each, Message)]
    if len({each.label for each in found}) < 2:
        raise trouble("matter.file.one_class", path=args.csv_file, column=args.category_column)
    return found


def _text(file: str) -> str:
    from dispatch.calendar.notice import decoded

    try:
        text = decoded(Path(file).read_bytes())
    except OSError as error:
        raise trouble("matter.file.unreadable", path=file, why=error.strerror or str(error)) from error
    if text is None:
        raise trouble("matter.file.no_text", path=file)
    return text


def _check_columns(there: Iterable[str], args: argparse.Namespace) -> None:
    listed = list(there)
    wanted = {"--category-column": args.category_column, "--text-column": args.text_column}
    if args.title_column != TITLE_COLUMN:  # the usual one may be absent, one that was named may not
        wanted["--title-column"] = args.title_column
    missing = [
        msg("matter.file.no_column", path=args.csv_file, column=column, option=option, there=", ".join(listed))
        for option, column in wanted.items()
        if column not in listed
    ]
    if missing:
        raise Trouble(*missing)


def _example(row: Mapping[str, Any], number: int, args: argparse.Namespace) -> "Example | Message":
    """The row as an example, or what is wrong with it. Rows are counted as a spreadsheet does, the heading is 1."""
    from dispatch.matters.learnt.training import Example

    label, text = (str(row.get(c) or "").strip() for c in (args.category_column, args.text_column))
    title = str(row.get(args.title_column) or "").strip()
    if not label:
        return msg("matter.row.no_category", row=number, column=args.category_column)
    if not text and not title:
        return msg("matter.row.no_words", row=number, column=args.text_column)
    return Example(text, label, title)
