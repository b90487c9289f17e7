"""The table that a command is about: the one in force, or a draft beside it."""

import argparse
import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import settings as reader
from app.trouble import Trouble, trouble

if TYPE_CHECKING:
    from dispatch.district import District
    from dispatch.policy import Fault, Policy
    from dispatch.transaction import Tx


@dataclass(frozen=True, slots=True)
class Picture:
    """The raw policy and the district that hold for the office."""

    raw: Mapping[str, Any]
    district: "District"


def picture(args: argparse.Namespace) -> Picture:
    """What is in force: in the database where an instance runs, else in config.toml and the sample district."""
    from app.cli.records import house, office_of

    try:
        with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
            return of(tx)
    except Trouble:
        return _configured()


def of(tx: "Tx") -> Picture:
    """What is in force in an office."""
    from dispatch.people.roster import policy_in_force

    return Picture(policy_in_force(tx.conn), tx.district)


def _configured() -> Picture:
    from app.days import with_day_table
    from app.sample import raw_district
    from dispatch.district import parse_district

    return Picture(with_day_table(reader.load().policy), parse_district(raw_district()))


def drafted(base: Mapping[str, Any], file: str | None) -> "tuple[Policy, tuple[Fault, ...]]":
    """The policy with the rules of a file (TOML or CSV) in the place of its own, as far as it can be read, and all that
    is wrong with it. Raises Trouble where the file is none of these."""
    from dispatch.policy import read

    return read(base if file is None else {**base, **rules_in(Path(file))})


def rules_in(file: Path) -> dict[str, Any]:
    """The raw rules, and the default where the file has one."""
    try:
        if file.suffix.casefold() == ".csv":
            from dispatch.ruling import sheet

            return sheet.raw(_lines(file))
        raw = tomllib.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise trouble("rules.cli.no_file", file=str(file), why=error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, csv.Error, UnicodeDecodeError) as error:
        raise trouble("rules.cli.unreadable", file=str(file), why=str(error)) from error
    table = raw.get("policy", raw)
    if not isinstance(table, dict) or "rules" not in table:
        raise trouble("rules.cli.no_rules", file=str(file))
    return {name: table[name] for name in ("rules", "default") if name in table}


def _lines(file: Path) -> list[dict[str, str]]:
    """The lines of a CSV as Excel writes it, in UTF-8 or as a Chinese Windows has it. A cell beyond the head is a fault
    of the file."""
    from dispatch.calendar.notice import decoded

    text = decoded(file.read_bytes())
    if text is None:
        raise csv.Error("it is neither UTF-8 nor GB 18030")
    lines = list(csv.DictReader(StringIO(text, newline=""), restkey="", restval=""))
    for number, line in enumerate(lines, 2):
        if "" in line:
            raise csv.Error(f"line {number} has more cells than the head")
    if not lines or "id" not in lines[0]:
        raise csv.Error("the first line must name the columns: id, category, …, to, …")
    return lines
