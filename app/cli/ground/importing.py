"""`hotline district import`: another district beside the one in force, looked through, told, and then taken in."""

import argparse
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.ground.district import as_json, json_of
from app.cli.parser import Commands
from app.cli.records import house, office_of
from app.cli.voice import Voice
from app.trouble import Trouble, told
from cases.phrases import Message, msg
from dispatch.district.datum import Datum, to_wgs84
from dispatch.district.sheets import COLUMNS

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from app.cli.ground.files import Read, Words
    from app.cli.parser import Parser
    from dispatch.district.entered import Entered
    from dispatch.people.importing import Plan
    from dispatch.reading.cells import Fault
    from dispatch.transaction import Tx

_LAST = ("~", 0)  # what is about no line comes last
_DIGITS = 7  # of a degree, about a centimetre
_SHOWN = 40  # changes that are told to a person; programs get all


def add_commands(commands: Commands, group: "_SubParsersAction[Parser]") -> None:
    """The command of this room."""
    parser = commands.add("import", run_import, "data", "output", under=group)
    commands.option(parser, "tables", nargs="*", metavar="FILE")
    commands.option(parser, "--map", metavar="GEOJSON", dest="map_file")
    commands.option(parser, "--by", metavar="NAME", dest="map_by", default="grid")
    commands.option(parser, "--datum", choices=[each.value for each in Datum], default="wgs84")
    commands.option(parser, "--apply", action="store_true")
    commands.option(parser, "--office", metavar="CODE")


def run_import(args: argparse.Namespace, voice: Voice) -> int:
    """What would change, and with --apply the change; exit code 1 where it cannot be."""
    if not args.tables and not args.map_file:
        raise Trouble(msg("district.cli.import_what"), code=2)
    from app.cli.ground.files import Words

    words = Words(voice)
    tables = _tables(args, words)
    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        return _imported(args, tx, (tables, words), voice)


def _tables(args: argparse.Namespace, words: "Words") -> "list[Read]":
    from app.cli.ground import files

    tables: list[Read] = []
    for name in args.tables:
        if Path(name).suffix.lower() != ".json":
            tables += files.read(Path(name), words)
    seen = [each.table for each in tables]
    for table in seen:
        if seen.count(table) > 1:
            raise Trouble(msg("district.cli.table_twice", table=words.heading(table)))
    return tables


def _imported(args: argparse.Namespace, tx: "Tx", given: "tuple[list[Read], Words]", voice: Voice) -> int:
    from dispatch.district import DistrictErrors
    from dispatch.district.entered import enter
    from dispatch.people import importing
    from dispatch.reads.ruling.versions import district_body

    tables, words = given
    standing = {**district_body(tx), **_whole(args)}
    entered = enter(standing, {each.table: each.lines for each in tables})
    faults = [*_map(args, entered)]
    if any(each.table == "points" for each in tables):
        _placed(entered, Datum(args.datum))
    planned = None
    try:
        planned = importing.plan(tx, entered.raw, entered.unphoned)
    except DistrictErrors as errors:
        faults += errors.faults
    if faults or entered.faults or planned is None:
        return _tell_faults(faults, entered, given, voice)
    number = None
    if args.apply and not planned.refused and not planned.is_nothing:
        number = importing.take(tx, planned)
    _tell_plan(planned, number, (args, words), voice)
    return 1 if planned.refused else 0


def _whole(args: argparse.Namespace) -> dict[str, Any]:
    """A whole district in its JSON form, as `district export` gives it."""
    found: dict[str, Any] = {}
    for name in args.tables:
        if Path(name).suffix.lower() == ".json":
            found |= json_of(Path(name))
    return found


def _map(args: argparse.Namespace, entered: "Entered") -> Iterator["Fault"]:
    """The ground of the file in place of the standing one, grid by grid; what is wrong with it."""
    if not args.map_file:
        return
    from dispatch.district.survey import collected, survey

    seen, faults = survey(json_of(Path(args.map_file)), args.map_by, Datum(args.datum))
    yield from faults
    entered.raw["map"] = collected(seen)


def _placed(entered: "Entered", datum: Datum) -> None:
    """The service points of a table, as the map that its places were read from means them."""
    for row in entered.raw["points"]:
        if "at" in row:
            row["at"] = [round(each, _DIGITS) for each in to_wgs84(tuple(row["at"]), datum)]


def _tell_faults(faults: "Sequence[Fault]", entered: "Entered", given: "tuple[list[Read], Words]", voice: Voice) -> int:
    """Everything that is wrong: beside its line in a copy of the file, and all of it here."""
    tables, words = given
    beside: dict[tuple[str, int], list[Fault]] = {}
    every: list[Fault] = []
    for line, fault in [*entered.faults, *((entered.line_of(fault.path), fault) for fault in faults)]:
        every.append(_named(fault, line, words))
        if line is not None:
            beside.setdefault(line, []).append(every[-1])
    copies = _copies(tables, beside, words, voice)
    if voice.as_json:
        lines = {id(fault): place for place, listed in beside.items() for fault in listed}
        every.sort(key=lambda fault: lines.get(id(fault), _LAST))
        shown = [as_json(fault, voice) | _at(lines.get(id(fault))) for fault in every]
        voice.show({"ok": False, "findings": shown, "copies": [str(copy) for copy in copies]})
        return 1
    for sentence in told(every):
        voice.say(sentence)
    for copy in copies:
        voice.say(msg("district.cli.copied", file=str(copy)))
    voice.say(msg("district.cli.unusable", count=len(every)))
    return 1


def _named(fault: "Fault", line: tuple[str, int] | None, words: "Words") -> "Fault":
    """A finding with its place as whoever keeps the table sees it: table, line, column."""
    if line is None:
        return fault
    column = re.split(r"[. ]", fault.path)[-1]
    shown = words.heading(column) if column in COLUMNS[line[0]] else ""
    return replace(fault, path=" ".join(filter(None, (words.heading(line[0]), str(line[1]), shown))))


def _at(place: tuple[str, int] | None) -> dict[str, Any]:
    return {"table": place[0], "line": place[1]} if place else {}


def _copies(
    tables: "Sequence[Read]", beside: "Mapping[tuple[str, int], list[Fault]]", words: "Words", voice: Voice
) -> list[Path]:
    from app.cli.ground import files

    by_file: dict[Path, dict[tuple[str | None, int], str]] = {}
    for each in tables:
        for (table, number), listed in beside.items():
            if table == each.table:
                text = "\n".join(voice.text(sentence) for sentence in told(listed))
                by_file.setdefault(each.file, {})[each.sheet, number] = text
    return [files.with_errors(file, errors, words) for file, errors in by_file.items()]


def _tell_plan(planned: "Plan", number: int | None, of: "tuple[argparse.Namespace, Words]", voice: Voice) -> None:
    args, words = of
    if voice.as_json:
        voice.show(_facts(planned, number, voice) | {"gaps": [as_json(each, voice) for each in _gaps(args, planned)]})
        return
    for line in _lines(planned, words):
        voice.say(line)
    if planned.refused:
        voice.say(msg("district.cli.refused", count=len(planned.refused)))
    elif planned.is_nothing:
        voice.say(msg("district.cli.nothing"))
    elif number is not None:
        voice.say(msg("district.cli.taken", number=number, count=len(planned.changes)))
    else:
        voice.say(msg("district.cli.dry", count=len(planned.changes) + len(planned.renumbered)))
    for sentence in told(_gaps(args, planned)):
        voice.say(sentence)
    if args.datum != Datum.WGS84:
        voice.say(msg("district.cli.converted", datum=args.datum))


def _gaps(args: argparse.Namespace, planned: "Plan") -> "list[Fault]":
    """Ground of the new map that no grid has: it stops nothing, and is told before it takes anybody by surprise."""
    from dispatch.district import parse_district
    from dispatch.district.check import gaps

    return list(gaps(parse_district(planned.raw))) if args.map_file else []


def _lines(planned: "Plan", words: "Words") -> Iterator[Message]:
    for each in planned.changes[:_SHOWN]:
        columns = ", ".join(each.columns)
        yield msg(
            f"district.how.{each.how.value}", table=words.heading(each.table), code=each.code, name=each.name,
            columns=columns,
        )  # fmt: skip
    if len(planned.changes) > _SHOWN:
        yield msg("rules.cli.more", count=len(planned.changes) - _SHOWN)
    for code in planned.renumbered:
        yield msg("district.how.renumbered", code=code)
    for one in planned.handed:
        yield msg("district.how.handed", code=one.code, name=one.name, count=one.cases)
    yield from planned.refused


def _facts(planned: "Plan", number: int | None, voice: Voice) -> dict[str, Any]:
    return {
        "ok": not planned.refused,
        "version": number,
        "changes": [
            {"how": each.how.value, "table": each.table, "code": each.code, "columns": list(each.columns)}
            for each in planned.changes
        ],
        "renumbered": list(planned.renumbered),
        "handed_on": [{"code": one.code, "cases": one.cases} for one in planned.handed],
        "refused": [voice.text(each) for each in planned.refused],
    }
