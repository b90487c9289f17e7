"""The table that a command is about: the one in force, or a draft beside it."""

import argparse
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import settings as reader
from app.phrasebook import Catalogues
from app.trouble import Trouble, trouble
from cases.phrases import Message, msg

if TYPE_CHECKING:
    from dispatch.district import District
    from dispatch.policy import Fault, Policy
    from dispatch.ruling.shown.wording import Wording
    from dispatch.transaction import Tx


_SHEETS = (".csv", ".xlsx", ".xlsm")


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


def policy_of(args: argparse.Namespace) -> "Policy":
    """The policy in force as far as it can be read."""
    from dispatch.policy import read

    return read(picture(args).raw)[0]


def stored(args: argparse.Namespace) -> tuple[Picture, Message]:
    """The table of a draft that was proposed, and which version of it that is. Raises Trouble."""
    from app.cli.records import house, office_of
    from dispatch.publishing import drafts

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        try:
            row = drafts.one(tx, args.draft_shown)
        except drafts.DraftTrouble as error:
            raise trouble(f"rules.cli.no.{error.code}") from error
        there = of(tx)
    last = {"by": row.changed_by or row.proposed_by, "why": row.changed_why or row.why}
    state = msg(f"rules.cli.{row.kind}_{row.state}")
    told = msg("rules.cli.shown", number=row.number, version=row.revision, state=state, **last)
    return Picture({**there.raw, **json.loads(row.body)}, there.district), told


def of(tx: "Tx") -> Picture:
    """What is in force in an office."""
    from dispatch.people.roster import policy_in_force

    return Picture(policy_in_force(tx.conn), tx.district)


def _configured() -> Picture:
    from app.days import with_day_table
    from app.sample import raw_district
    from dispatch.district import parse_district

    return Picture(with_day_table(reader.load().policy), parse_district(raw_district()))


def drafted(there: Picture, file: str | None) -> "tuple[Policy, tuple[Fault, ...]]":
    """The policy with the rules of a file (TOML, XLSX or CSV) in the place of its own, as far as it can be read, and
    all that is wrong with it. Raises Trouble where the file is none of these."""
    from dispatch.policy import read

    return read(there.raw if file is None else {**there.raw, **rules_in(Path(file), there)})


def rules_in(file: Path, there: Picture) -> dict[str, Any]:
    """The raw rules, and the default where the file has one. Raises Trouble."""
    from console.rulebook import workbook

    try:
        if file.suffix.casefold() in _SHEETS:
            return workbook.rules_of(workbook.lines_of(file.name, file.read_bytes()), wording(there))
        raw = tomllib.loads(file.read_text("utf-8-sig"))
    except workbook.Unreadable as error:
        raise Trouble(error.told) from error
    except OSError as error:
        raise trouble("rules.cli.no_file", file=str(file), why=error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise trouble("rules.cli.unreadable", file=str(file), why=str(error)) from error
    table = raw.get("policy", raw)
    if not isinstance(table, dict) or "rules" not in table:
        raise trouble("rules.cli.no_rules", file=str(file))
    return {name: table[name] for name in ("rules", "default") if name in table}


def wording(there: Picture) -> "Wording":
    """Says the table in words, and reads it."""
    from dispatch.policy import read
    from dispatch.ruling.shown.wording import Wording

    return Wording(read(there.raw)[0], there.district, Catalogues().say)
